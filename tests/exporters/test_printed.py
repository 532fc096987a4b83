"""The paper form: every question once, nobody's name, a QR code that says where it belongs."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
import segno
from pypdf import PdfReader

from qualitycycle.config import load_config, shipped
from qualitycycle.exporters.form import Form, Place, build_form
from qualitycycle.exporters.printed import printed_form, printed_page, qr_text
from qualitycycle.vocabulary import Moment, Variant
from qualitycycle.workspace import init_workspace
from tests.exporters.questionnaire import odd_form, odd_instrument

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
    assert dark_modules(printed_page(made)) == {
        (x, y)
        for y, row in enumerate(segno.make("DUIN-2526-03;pre;nl-mentor-1.0", error="m").matrix)
        for x, module in enumerate(row)
        if module
    }


def dark_modules(page: str) -> set[tuple[int, int]]:
    """The black squares of the code as drawn: ``M`` and ``m`` move the pen, ``h`` draws a run."""
    [path] = re.findall(r'<path[^>]*d="([^"]+)"', page)
    dark: set[tuple[int, int]] = set()
    x, y = 0, 0
    for order, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [int(float(number)) for number in re.findall(r"-?\d+(?:\.\d+)?", numbers)]
        if order == "h":
            dark |= {(at, y) for at in range(x, x + values[0])}
            x += values[0]
        else:
            x, y = (x + values[0], y + values[1]) if order == "m" else (values[0], values[1])
    return dark


def test_a_question_with_its_own_words_has_them_in_one_row() -> None:
    page = printed_page(form())
    question = next(one for one in form().questions if one.id == "VRM2")
    row = page[page.index('data-items="VRM2"') :].split("</section>")[0]
    assert re.findall(r'<ul class="row">', row)
    assert [html.unescape(word) for word in re.findall(r"</span>([^<]+)</li>", row)] == [
        option.text("nl") for option in question.options
    ]


def test_a_mark_out_of_a_hundred_is_written_in_a_box() -> None:
    odd = odd_instrument()
    wide = odd.scales["mark"].model_copy(update={"maximum": 100.0, "step": 1.0})
    made = build_form(odd.model_copy(update={"scales": {**odd.scales, "mark": wide}}), Moment.POST)
    page = printed_page(made)
    assert page.count('class="box"') == 1 and 'class="row marks"' not in page
    assert "een getal van 1 tot en met 100" in page
    assert 'class="box"' not in printed_page(odd_form())


def test_a_form_for_no_session_has_room_for_its_code() -> None:
    assert "Sessie: ....." in words(printed_page(build_form(INSTRUMENT, Moment.POST)))
    assert "Sessie:" not in words(printed_page(form()))


def test_nobody_of_the_register_stands_on_the_form(tmp_path: Path) -> None:
    workspace = init_workspace(tmp_path / "ws", "nl")
    assert workspace.import_register(shipped("examples") / "register.xlsx").status == "imported"
    trainers = workspace.records.load()["trainers"]
    names = [str(row[column]) for row in trainers for column in ("name", "id") if row.get(column)]
    assert len(names) > 10
    path = workspace.export_instrument("print", tmp_path / "form.html", session="DUIN-2526-03").path
    text = words(path.read_text(encoding="utf-8"))
    assert "DUIN-2526-03" in text and "Na de training" in text
    assert [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)] == []


def test_a_session_with_odd_signs_cannot_leave_the_footer() -> None:
    odd = build_form(INSTRUMENT, Moment.POST, place=Place(session='A"}</style><b>'))
    page = printed_page(odd)
    assert page.count("</style>") == 1
    assert '"A\\22 \\7d \\3c \\2f style\\3e \\3c b\\3e  · Na de training"' in page


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("moment", "sides"), [(Moment.PRE, 1), (Moment.POST, 2), (Moment.STUDENT, 1)])
def test_on_paper_no_question_is_split_and_both_sides_are_enough(
    tmp_path: Path, chromium: str, language: str, moment: Moment, sides: int
) -> None:
    path = tmp_path / "form.pdf"
    made = form(moment, language)
    printed_form(made, path)
    data = path.read_bytes()
    assert data.startswith(b"%PDF") and b"/StructTreeRoot" in data
    assert f"/Lang ({language})".encode() in data
    pages = pages_of(path)
    assert len(pages) == sides
    assert [f"{at}/{sides}" in page for at, page in enumerate(pages, start=1)] == [True] * sides
    for piece in pieces(made):
        assert [page.count(piece) for page in pages].count(1) == 1, piece
        assert sum(page.count(piece) for page in pages) == 1, piece
    for question in made.questions:
        assert sum(page.count(bare(question.text(language))) for page in pages) == 1, question.id


@pytest.mark.browser
@pytest.mark.slow
def test_a_form_with_one_of_everything_is_not_split_either(tmp_path: Path, chromium: str) -> None:
    path = tmp_path / "form.pdf"
    printed_form(odd_form("nl"), path)
    pages = pages_of(path)
    assert len(pages) == 2
    for piece in pieces(odd_form("nl")):
        assert sum(page.count(piece) for page in pages) == 1, piece


def bare(text: str) -> str:
    return "".join(text.split())


def pages_of(path: Path) -> list[str]:
    """The text of each page in the order in which it was written, without blanks."""
    return [bare(page.extract_text()) for page in PdfReader(path).pages]


def pieces(made: Form) -> list[str]:
    """What must stand together: a grid with its labels, a question with its answers."""
    language = made.language
    together = []
    for block in made.blocks:
        labels = "".join(option.text(language) for option in block.options)
        questions = "".join(question.text(language) for question in block.questions)
        is_grid = block.questions[0].kind == "ordinal" and not block.questions[0].item.labels
        if block.questions[0].kind != "multi":
            together.append(bare(labels + questions if is_grid else questions + labels))
    return together


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
            """() => [...document.querySelectorAll("thead th, .row > li, .few > li")]
                .filter(cell => cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.textContent)"""
        )
        browser.close()
    assert overlapping == []
