"""``python -m qualitycycle``."""

from qualitycycle.cli import main

if __name__ == "__main__":
    main()
