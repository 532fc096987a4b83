"""LimeSurvey's archive (``.lsa``): the answers in its ``.lsr`` under the codes of its ``.lss``.

The list of participants in it (tokens) is never opened. Columns are called by number there:
``758772X275X3483SQ001`` (survey, group, question, part), in newer versions ``Q3483_S3490``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qualitycycle.readers.grid import Records
from qualitycycle.readers.structure_lss import asked_questions, member, parse, rows
from qualitycycle.readers.structure_types import Asked, questions

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from qualitycycle.readers.peek import Peek

_NUMBERED = re.compile(r"\d+X\d+X(.+)")


def records(peek: Peek) -> Records:
    """The answers in an archive as the records of a response export with codes as headers.

    Raises Refused when the archive holds no answers or no questionnaire, or is damaged.
    """
    answers = parse(member(peek, ".lsr"), peek.file)
    codes = dict(_codes(parse(member(peek, ".lss"), peek.file)))
    found = [{_field(name): text for name, text in row.items()} for row in rows(answers, "responses")]
    listed = [_field(cell.text or "") for cell in answers.findall("./responses/fields/fieldname")]
    names = list(dict.fromkeys((*listed, *(name for row in found for name in row))))
    header = [codes.get(_number(name), name) for name in names]
    return [header, *([row.get(name, "") for name in names] for row in found)]


def _field(name: str) -> str:
    """A column's name as in the database: XML allows no digit in front and no ``#``."""
    return name.lstrip("_").replace("-", "#")


def _number(name: str) -> str:
    match = _NUMBERED.fullmatch(name)
    return match.group(1) if match else name


def _codes(document: Element) -> Iterator[tuple[str, str]]:
    """What a column is called in the archive, and its code in a response export."""
    asked = asked_questions(document)
    for number, one in asked.items():
        for code in (one.code, f"{one.code}[other]", f"{one.code}[comment]", *_parts(one)):
            yield number + _tail(code, one.code), code
        yield f"Q{number}", one.code
        yield f"Q{number}_Cother", f"{one.code}[other]"
    for row in rows(document, "subquestions"):
        parent = asked.get(row.get("parent_qid", ""))
        if parent is not None:
            yield f"Q{row.get('parent_qid')}_S{row.get('qid')}", f"{parent.code}[{row.get('title', '')}]"


def _parts(one: Asked) -> Iterator[str]:
    for question in questions(one):
        yield question.code
        if question.kind == "multi":
            for option in question.options:
                yield from (f"{one.code}[{option}]", f"{one.code}[{option}comment]")


def _tail(code: str, question: str) -> str:
    """``[SQ1]`` as ``SQ1``, the second scale ``[SQ1][2]`` as ``SQ1#1``."""
    part, _, scale = code.removeprefix(question).strip("[]").partition("][")
    return f"{part}#{int(scale) - 1}" if scale else part
