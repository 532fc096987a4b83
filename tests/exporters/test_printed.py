"""The paper form: every question once, nobody's name, a QR code that says where it belongs."""

from __future__ import annotations

import html
import re
import subprocess
from pathlib import Path

import pytest
import segno

from qualitycycle.config import load_config, shipped
from qualitycycle.exporters.form import Form, Place, build_form
from qualitycycle.exporters.printed import printed_form, printed_page, qr_text
from qualitycycle.vocabulary import Moment, Variant

INSTRUMENT = load_config(shipped("config").parent).instrument
PLACE = Place(
    session="DUIN-2526-03",
    training="Basistraining & <meer>",
    partnership="DUIN",
    partnership_name="Samen Opleiden Duinrand",
    variant=Variant.TANDEM,
)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


def form(moment: Moment = Moment.POST, language: str = "nl") -> Form:
    return build_form(INSTRUMENT, moment, language=language, place=PLACE)


def words(page: str) -> str:
    body = page[page.index("<body>") :]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("moment", [Moment.PRE, Moment.POST, Moment.FOLLOW_UP, Moment.STUDENT])
def test_every_question_stands_on_the_form_once(moment: Moment, language: str) -> None:
    made = form(moment, language)
    text = words(printed_page(made))
    for question in made.questions:
        assert text.count(" ".join(question.text(language).split())) == 1, question.id
    assert (made.link_code_text(language) in text) is made.asks_link_code
    assert text.count(PLACE.session or "") == 1
    assert f'<html lang="{language}">' in printed_page(made)


def test_every_answer_has_its_own_circle() -> None:
    made = form()
    circles = printed_page(made).count('class="o')
    assert circles == sum(len(question.options) for question in made.questions)


def test_a_page_needs_nothing_else_and_texts_are_no_html() -> None:
    page = printed_page(form())
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", page)
    assert "Basistraining &amp; &lt;meer&gt;" in page


def test_the_code_says_session_moment_and_questionnaire() -> None:
    made = form(Moment.PRE)
    assert qr_text(made) == "DUIN-2526-03;pre;nl-mentor-1.0"
    [path] = re.findall(r'<path[^>]*d="([^"]+)"', printed_page(made))
    drawn = sum(int(run) for run in re.findall(r"h(\d+)", path))
    assert drawn == sum(map(sum, segno.make(qr_text(made), error="m").matrix))


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("language", ["nl", "en"])
def test_on_paper_no_question_is_split_and_both_sides_are_enough(
    tmp_path: Path, chromium: str, language: str
) -> None:
    pytest.importorskip("playwright.sync_api")
    path = tmp_path / "form.pdf"
    printed_form(form(language=language), path)
    data = path.read_bytes()
    assert data.startswith(b"%PDF") and b"/StructTreeRoot" in data
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 2
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=False).stdout
    pages = [" ".join(page.split()) for page in text.decode().split("\f")]
    for question in form(language=language).questions:
        first_words = " ".join(question.text(language).split()[:3])
        assert sum(first_words in page for page in pages) >= 1, question.id
    assert all("Noor" not in page for page in pages)


@pytest.mark.browser
@pytest.mark.slow
def test_nothing_sticks_out_of_the_paper(tmp_path: Path, chromium: str) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    path = tmp_path / "form.html"
    printed_form(form(), path)
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_page(viewport={"width": 680, "height": 900})
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 680
        overlapping = page.evaluate(
            """() => [...document.querySelectorAll("thead th, .marks > div")]
                .filter(cell => cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.textContent)"""
        )
        browser.close()
    assert overlapping == []
