"""The questionnaire on paper: an A4 form as a page that prints, or its PDF.

Session, moment and questionnaire stand in a QR code, so that whoever types the forms over knows
where they belong. Nothing on the form says who gives the training or who fills it in.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import jinja2
import segno
from babel.dates import format_date

from qualitycycle import wording
from qualitycycle.exporters.form import Block, Form
from qualitycycle.report.pdf import print_pdf

TEMPLATES = Path(__file__).parent / "templates"
CODE_PARTS = ("house", "mother", "day")
"""The parts of a link code, of two signs each."""

OPEN_LINES = 3
WIDEST_ROW = 8
"""So many options stand in one row; more of them make a list."""

MOST_MARKS = 20
"""So many marks stand in one row; of more the mark is written in a box."""


def printed_form(form: Form, path: Path) -> None:
    """Write the form to ``path`` as .html or .pdf. Raises Refused when no browser can print."""
    page = printed_page(form)
    if path.suffix.lower() == ".pdf":
        print_pdf(page, path)
    else:
        path.write_text(page, encoding="utf-8")


def printed_page(form: Form) -> str:
    """The form as one page of HTML that needs nothing else."""
    language = form.language
    said = partial(_said, language=language)
    day = form.place.day and format_date(form.place.day, "d MMMM y", locale=language)
    return _template().render(
        form=form,
        language=language,
        said=said,
        day=day,
        look=_look,
        footer=_css_text(_footer(form, said)),
        number_again=_css_text(said("number_again")),
        page=_css_text(said("page")),
        qr=_qr(form),
        code_parts=CODE_PARTS,
        hint=wording.text("instrument_out.link_code_hint", language),
        lines=range(OPEN_LINES),
    )


def qr_text(form: Form) -> str:
    """What the QR code says: session, moment and questionnaire, with ``;`` between them.

    >>> from qualitycycle.config import load_config, shipped
    >>> from qualitycycle.exporters.form import Place, build_form
    >>> from qualitycycle.vocabulary import Moment
    >>> instrument = load_config(shipped("config").parent).instrument
    >>> qr_text(build_form(instrument, Moment.PRE, place=Place(session="DUIN-2526-03")))
    'DUIN-2526-03;pre;nl-mentor-1.0'
    """
    return f"{form.place.session or ''};{form.moment};{form.instrument.id}"


def _look(block: Block) -> str:
    """How a block is drawn: grid, row of marks or of words, list, box for a number, lines to write on."""
    question = block.questions[0]
    if question.kind == "mark":
        return "mark" if len(question.points()) <= MOST_MARKS else "number"
    if question.kind == "open":
        return "open"
    if question.kind not in ("ordinal", "balanced") or len(question.options) > WIDEST_ROW:
        return "list"
    return "row" if question.item.labels else "grid"


def _footer(form: Form, said: Callable[[str], str]) -> str:
    where = form.place.session or form.instrument.id
    return f"{where} · {said(f'moment.{form.moment}')}"


def _css_text(text: str) -> str:
    """A text for between quotes in a style sheet.

    >>> print(_css_text('A-1 </style'))
    A-1 \\3c \\2f style
    """
    return "".join(sign if sign.isalnum() or sign in " -.·" else f"\\{ord(sign):x} " for sign in text)


def _said(name: str, language: str, **values: object) -> str:
    return wording.text(f"form.{name}", language, **values)


def _qr(form: Form) -> str:
    drawn = io.BytesIO()
    segno.make(qr_text(form), error="m").save(drawn, kind="svg", xmldecl=False, scale=3, border=0)
    return drawn.getvalue().decode()


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("form.html.j2")
