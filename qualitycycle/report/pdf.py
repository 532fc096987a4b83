"""A page as a PDF, printed by an installed browser: Chromium, Chrome or Edge.

They print tagged PDFs (headings, lists and tables stay what they are for a screen reader).
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from qualitycycle.errors import Refused
from qualitycycle.findings import Finding

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
PLACES = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("C:/Program Files/Google/Chrome/Application/chrome.exe"),
    Path("C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe"),
)
SECONDS = 120


def browser() -> str | None:
    """The path of an installed browser that can print, if there is one."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    return found or next((str(place) for place in PLACES if place.exists()), None)


def print_pdf(html: str, path: Path) -> None:
    """Print a self-contained page to ``path``.

    Raises Refused when no browser is installed, or when it does not print.
    """
    program = browser()
    if program is None:
        raise Refused(Finding("certificates.no_browser", file=path.name))
    with TemporaryDirectory() as folder:
        page, printed = Path(folder) / "page.html", Path(folder) / "page.pdf"
        page.write_text(html, encoding="utf-8")
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--no-sandbox",
            "--no-first-run",
            "--disable-background-networking",
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
            f"--print-to-pdf={printed}",
            page.as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired):
            done = None
        if done is None or not printed.exists():
            raise Refused(Finding("certificates.not_printed", file=path.name, value=Path(program).name))
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(printed, path)
