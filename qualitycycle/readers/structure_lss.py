"""LimeSurvey's own structure file (``.lss``, XML), by itself or in an archive (``.lsa``).

Two layouts: up to about DBVersion 400 a row per language for every question, answer and
group; later one row, and the texts per language in ``question_l10ns``, ``answer_l10ns`` and
``group_l10ns``. Entities and document types are never followed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from qualitycycle.errors import Refused
from qualitycycle.findings import Finding
from qualitycycle.readers.markup import plain
from qualitycycle.readers.structure import Structure
from qualitycycle.readers.structure_types import Asked, all_questions

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from qualitycycle.readers.peek import Peek

Row = Mapping[str, str]

_LONGEST = 200_000_000


def recognises(peek: Peek) -> bool:
    """Whether the file is XML that calls itself a LimeSurvey survey, or an archive with one."""
    if peek.kind == "lsa":
        return True
    return peek.kind == "xml" and b"LimeSurveyDocType" in peek.data and document_type(peek.data) == "Survey"


def read(peek: Peek) -> Structure:
    """The questionnaire; Refused when the XML is damaged or would follow an entity."""
    data = member(peek, ".lss") if peek.kind == "lsa" else peek.data
    document = parse(data, peek.file)
    languages = _languages(document)
    questions = all_questions(asked_questions(document).values(), languages)
    return Structure("limesurvey", languages, _title(document, languages), questions)


def document_type(data: bytes) -> str:
    """What a LimeSurvey document says it is: ``Survey``, ``Responses``, ``Tokens``, ... else ""."""
    start = data.find(b"<LimeSurveyDocType>")
    end = data.find(b"</LimeSurveyDocType>", start)
    return data[start + 19 : end].strip().decode("utf-8", "replace") if 0 <= start < end else ""


def parse(data: bytes, file: str) -> Element:
    """The document; Refused when it is damaged, or holds entities or a document type."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        document: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise Refused(Finding("platforms.broken_xml", file=file)) from None
    return document


def member(peek: Peek, ending: str) -> bytes:
    """The file with this ending in an archive; Refused when there is none, or it is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(peek.data)) as package:
            parts = [part for part in package.infolist() if part.filename.casefold().endswith(ending)]
            if parts and parts[0].file_size <= _LONGEST:
                return package.read(parts[0])
    except (zipfile.BadZipFile, RuntimeError, OSError, ValueError):
        pass
    raise Refused(Finding("platforms.archive_without", file=peek.file, value=ending))


def rows(document: Element, section: str) -> list[Row]:
    """The records of a section, a blank or absent field as ""."""
    found = document.findall(f"./{section}/rows/row")
    return [{cell.tag: cell.text or "" for cell in row} for row in found]


def _languages(document: Element) -> tuple[str, ...]:
    listed = [cell.text or "" for cell in document.findall("./languages/language")]
    base = [row["language"] for row in rows(document, "surveys") if row.get("language")]
    return tuple(dict.fromkeys((*base, *listed)))


def _title(document: Element, languages: Iterable[str]) -> str:
    titles = {
        row.get("surveyls_language", ""): plain(row.get("surveyls_title", ""))
        for row in rows(document, "surveys_languagesettings")
    }
    return next((titles[language] for language in languages if titles.get(language)), "")


def asked_questions(document: Element) -> dict[str, Asked]:
    """Every question by its number, with texts, sub-questions and answers, in the order of the form."""
    groups, order = _groups(document)
    asked: dict[str, Asked] = {}
    apart = _texts(document, "question_l10ns", "qid", "question")
    for row in sorted(rows(document, "questions"), key=lambda row: _place(row, order)):
        if row.get("parent_qid", "0") in ("", "0"):
            one = asked.setdefault(
                row.get("qid", ""),
                Asked(
                    row.get("title", ""),
                    row.get("type", ""),
                    dict(apart.get(row.get("qid", ""), {})),
                    groups.get(row.get("gid", ""), {}),
                    row.get("other") == "Y",
                ),
            )
            _add(one.texts, row, "question")
    _add_rows(document, asked, apart)
    _add_answers(document, asked)
    return asked


def _add_rows(document: Element, asked: Mapping[str, Asked], apart: Mapping[str, Row]) -> None:
    found = [*rows(document, "subquestions"), *rows(document, "questions")]
    for row in sorted(found, key=lambda row: _number(row.get("question_order", ""))):
        parent = asked.get(row.get("parent_qid", ""))
        if parent is not None:
            down = row.get("scale_id", "0") in ("", "0")
            texts = (parent.rows if down else parent.across).setdefault(row.get("title", ""), {})
            texts.update(apart.get(row.get("qid", ""), {}))
            _add(texts, row, "question")


def _add_answers(document: Element, asked: Mapping[str, Asked]) -> None:
    apart: dict[str, dict[str, str]] = {}
    for row in rows(document, "answer_l10ns"):
        _add(apart.setdefault(_answer_key(row), {}), row, "answer")
    for row in sorted(rows(document, "answers"), key=lambda row: _number(row.get("sortorder", ""))):
        parent = asked.get(row.get("qid", ""))
        if parent is not None:
            scale = parent.answers.setdefault(row.get("scale_id") or "0", {})
            texts = scale.setdefault(row.get("code", ""), {})
            texts.update(apart.get(_answer_key(row), {}))
            _add(texts, row, "answer")


def _answer_key(row: Row) -> str:
    """An answer's own number, or where a file has none its question and code."""
    return row.get("aid") or f"{row.get('qid', '')}/{row.get('code', '')}"


def _groups(document: Element) -> tuple[dict[str, dict[str, str]], dict[str, int]]:
    """The heading of each group per language, and its place in the form."""
    names = _texts(document, "group_l10ns", "gid", "group_name")
    order: dict[str, int] = {}
    for row in rows(document, "groups"):
        _add(names.setdefault(row.get("gid", ""), {}), row, "group_name")
        order[row.get("gid", "")] = _number(row.get("group_order", ""))
    return names, order


def _texts(document: Element, section: str, key: str, text: str) -> dict[str, dict[str, str]]:
    """The texts of the newer layout: id to language to text."""
    found: dict[str, dict[str, str]] = {}
    for row in rows(document, section):
        _add(found.setdefault(row.get(key, ""), {}), row, text)
    return found


def _add(texts: dict[str, str], row: Row, field: str) -> None:
    if row.get("language") and field in row:
        texts[row["language"]] = plain(row[field])


def _place(row: Row, order: Mapping[str, int]) -> tuple[int, int]:
    return order.get(row.get("gid", ""), 0), _number(row.get("question_order", ""))


def _number(text: str) -> int:
    return int(text) if text.strip().lstrip("-").isdigit() else 0
