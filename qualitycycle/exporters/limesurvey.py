"""The questionnaire as a LimeSurvey structure: the tab-separated file that its import takes.

Rows of class S (survey), SL (survey per language), G (group), Q (question), SQ (sub-question)
and A (answer); the rows of every language stand together, the survey's own language first
(https://www.limesurvey.org/manual/Tab_Separated_Value_survey_structure). Session, instrument and
moment ride along in hidden equation questions. Codes hold letters and digits only.
"""

from __future__ import annotations

import csv
import hashlib
import html
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from qualitycycle import wording
from qualitycycle.errors import Refused
from qualitycycle.exporters.form import LINK_CODE, LINK_CODE_PATTERN, RESERVED, Block, Form, Option, Question
from qualitycycle.findings import Finding
from qualitycycle.vocabulary import DECIMAL_SIGN, OPTION_PREFIX

COLUMNS = (
    *("class", "type/scale", "name", "relevance", "text", "help", "language", "validation"),
    *("mandatory", "other", "default", "same_default", "cssclass", "equation", "hidden"),
)
"""The columns of the structure, in the order in which LimeSurvey writes them."""

LONGEST_CODE = 20
"""So many letters and digits LimeSurvey takes for the code of a question."""

SETTINGS = {
    "anonymized": "Y",
    "format": "A",
    "savetimings": "N",
    "datestamp": "Y",
    "ipaddr": "N",
    "refurl": "N",
    "usecookie": "N",
    "allowregister": "N",
    "allowprev": "Y",
    "printanswers": "N",
    "publicstatistics": "N",
    "publicgraphs": "N",
    "listpublic": "N",
    "assessments": "N",
    "usetokens": "N",
    "showxquestions": "N",
    "showgroupinfo": "X",
    "shownoanswer": "N",
    "showqnumcode": "X",
    "showwelcome": "Y",
    "showprogress": "Y",
}
"""Anonymous and with a day, all questions on one page, nothing about the person kept."""

_TYPES = {"mark": "!", "multi": "M", "open": "T"}
_GRID, _LIST, _SHORT_TEXT, _EQUATION = "F", "L", "S", "*"

Row = Mapping[str, str]


def limesurvey(form: Form, path: Path) -> None:
    """Write ``form`` as a LimeSurvey structure (UTF-8, tabs).

    Raises Refused when ids are too long for LimeSurvey or differ only in other signs than
    letters and digits.
    """
    _check_codes(form)
    path.write_text(structure(form), encoding="utf-8", newline="")


def structure(form: Form) -> str:
    """The text of the structure."""
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, restval="", delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(_rows(form))
    return written.getvalue()


def code_of(name: str) -> str:
    """A name as LimeSurvey takes it: letters and digits.

    >>> code_of("MENTOR_TRAINED"), code_of("7.5")
    ('MENTORTRAINED', '7p5')
    """
    return "".join(sign for sign in name.replace(".", DECIMAL_SIGN) if sign.isascii() and sign.isalnum())


def answer_code(question: Question, option: Option) -> str:
    """The code of an answer: of a mark its number, of a point ``opt4``.

    A bare ``1`` in an array could be taken for a ticked box, ``A4`` for the fourth answer of
    any survey; ``opt4`` is only ours.
    """
    is_point = question.kind != "mark" and option.code.isdigit()
    return f"{OPTION_PREFIX}{option.code}" if is_point else code_of(option.code)


def _rows(form: Form) -> Iterator[Row]:
    own, *others = form.languages
    number = 100_000 + int(hashlib.sha256(repr(form.hidden()).encode()).hexdigest(), 16) % 900_000
    sid = str(number)
    survey = {"sid": sid, "language": own, "additional_languages": " ".join(others), **SETTINGS}
    for name, text in survey.items():
        yield {"class": "S", "name": name, "text": text}
    for language in form.languages:
        about = {"surveyls_survey_id": sid, "surveyls_language": language, **_about(form, language)}
        for name, text in about.items():
            yield {"class": "SL", "name": name, "text": text, "language": language}
    for language in form.languages:
        for row in _group(form, language):
            yield {**row, "language": language}


def _about(form: Form, language: str) -> Row:
    title = form.title(language)
    named = f"{title} {form.place.session}" if form.place.session else title
    return {
        "surveyls_title": html.escape(named, quote=False),
        "surveyls_welcometext": wording.text("instrument_out.welcome", language),
        "surveyls_endtext": wording.text("instrument_out.thanks", language),
        "surveyls_dateformat": {"nl": "2"}.get(language, "6"),
        "surveyls_numberformat": {"nl": "1"}.get(language, "0"),
    }


def _group(form: Form, language: str) -> Iterator[Row]:
    """The questions of the form in one language."""
    name = html.escape(form.title(language), quote=False)
    yield {"class": "G", "type/scale": "G1", "name": name, "relevance": "1"}
    for column, value in form.hidden().items():
        hidden = {"equation": f"{{{_quoted(value)}}}", "hidden": "1"}
        yield _question(_EQUATION, column, column) | hidden
    for at, block in enumerate(form.blocks, start=1):
        yield from _block(block, f"grid{at}", language)
    if form.asks_link_code:
        asked = _question(_SHORT_TEXT, LINK_CODE, form.link_code_text(language))
        hint = wording.text("instrument_out.link_code_hint", language)
        yield asked | {"help": hint, "validation": f"/{LINK_CODE_PATTERN}/"}


def _block(block: Block, name: str, language: str) -> Iterator[Row]:
    """An array of questions under their stem, or one question with its answers."""
    if block.is_grid or block.stem is not None:
        yield _question(_GRID, name, block.stem_text(language) or "")
        for question in block.questions:
            yield _part(question.id, question.text(language))
        yield from _answers(block.questions[0], language)
        return
    question = block.questions[0]
    yield _question(_type(question), question.id, question.text(language))
    if question.kind == "multi":
        for option in question.options:
            yield _part(option.code, option.text(language))
        return
    yield from _answers(question, language)


def _type(question: Question) -> str:
    return _TYPES.get(question.kind, _LIST)


def _question(type: str, name: str, text: str) -> dict[str, str]:
    return {
        "class": "Q",
        "type/scale": type,
        "name": code_of(name),
        "relevance": "1",
        "text": html.escape(text, quote=False),
        "mandatory": "N",
        "other": "N",
        "same_default": "0",
    }


def _part(name: str, text: str) -> Row:
    escaped = html.escape(text, quote=False)
    return {"class": "SQ", "type/scale": "0", "name": code_of(name), "relevance": "1", "text": escaped}


def _answers(question: Question, language: str) -> Iterator[Row]:
    for option in question.options:
        text = html.escape(option.text(language), quote=False)
        code = answer_code(question, option)
        yield {"class": "A", "type/scale": "0", "name": code, "text": text}


def _quoted(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


def _check_codes(form: Form) -> None:
    codes = {question.id: code_of(question.id) for question in form.questions}
    often = Counter(map(str.casefold, [*codes.values(), *map(code_of, RESERVED)]))
    odd = [
        id
        for id, code in codes.items()
        if not code[:1].isalpha() or len(code) > LONGEST_CODE or often[code.casefold()] > 1
    ]
    if odd:
        details = {"tool": "LimeSurvey", "items": ", ".join(odd)}
        raise Refused(Finding("instrument_out.bad_id", value=odd[0], count=len(odd), details=details))
