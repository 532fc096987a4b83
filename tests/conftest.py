"""What tests share: the corpus, the browser, and when a missing part is a failure."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def missing(reason: str) -> None:
    """Skip, or fail where everything is required (the landing check)."""
    if os.environ.get("QUALITYCYCLE_REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The shared corpus of real exports and R reference results."""
    folder = os.environ.get("QUALITYCYCLE_CORPUS")
    if not folder or not Path(folder).exists():
        missing("QUALITYCYCLE_CORPUS does not point to the corpus of real exports")
    return Path(str(folder))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of an installed Chromium."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    missing("Chromium is not installed (Debian: apt-get install chromium)")
    raise AssertionError
