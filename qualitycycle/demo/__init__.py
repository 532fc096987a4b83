"""The demo: a filled workspace from the bundled examples, through two whole cycles."""

from qualitycycle.demo.build import Demo, build_demo, demo_steps

__all__ = ["Demo", "build_demo", "demo_steps"]
