"""The page in a real browser: it draws, it fits a telephone, it asks nothing of the network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from qualitycycle.report.document import anchor
from qualitycycle.report.pdf import print_pdf
from tests.report.page import rendered

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.mark.parametrize("width", [320, 1200])
def test_every_figure_is_drawn_and_nothing_sticks_out(browser: object, tmp_path: Path, width: int) -> None:
    path = tmp_path / "report.html"
    path.write_text(rendered("rich", "nl"), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800})  # type: ignore[attr-defined]
    problems: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert page.locator(".plot .main-svg").count() >= 3
    assert page.locator(".plot").count() == page.locator(".plot.js-plotly-plot").count()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.evaluate(
        """() => [...document.querySelectorAll(".plot .annotation-text")]
            .filter(text => text.getBoundingClientRect().right > innerWidth)
            .map(text => text.textContent)"""
    )
    assert cut == []
    assert problems == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    page.close()


def test_paper_gets_every_table_of_a_figure(browser: object, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(rendered("rich", "nl"), encoding="utf-8")
    page = browser.new_page()  # type: ignore[attr-defined]
    page.goto(path.as_uri())
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.figure-data:not([open])").count() == 0
    assert page.locator("details.numbers").first.is_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.figure-data[open]").count() == 0
    page.close()


def test_a_printed_report_keeps_its_links_and_tells_the_board_on_page_one(tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    print_pdf(rendered("rich", "nl"), tmp_path / "report.pdf")
    printed = pypdf.PdfReader(tmp_path / "report.pdf")
    first = printed.pages[0].extract_text()
    assert "Wat besloten we vorig jaar" in first and "Wat vragen we nu te besluiten?" in first
    assert "De kern in woorden" in first and "Verantwoording" in printed.pages[1].extract_text()
    links = [note.get_object() for page in printed.pages for note in page.get("/Annots", ())]
    targets = {str(link["/Dest"]) for link in links if link["/Subtype"] == "/Link"}
    assert f"/{anchor('BES-DUIN-2024-1')}" in targets
    assert targets <= set(printed.named_destinations)
