"""The questionnaire as an XLSForm, for KoboToolbox, ODK, Ona and every other tool of that family.

Sheets survey, choices and settings (https://xlsform.org/en/). Names are the ids of the
items, names of choices are scores, so that an export needs no mapping whether it holds names
or labels. Session, instrument and moment ride along in ``calculate`` fields.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitycycle import wording
from qualitycycle.errors import Refused
from qualitycycle.exporters.form import LINK_CODE, LINK_CODE_PATTERN, RESERVED, Block, Form, Option, Question
from qualitycycle.exporters.ms_forms import ZIP_DATE, without_clock
from qualitycycle.findings import Finding
from qualitycycle.vocabulary import BLOCK_PREFIX

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Row = Mapping[str, str]

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")
"""What XLSForm takes for the name of a question."""

_TYPES = {"multi": "select_multiple", "open": "text"}


def xlsform(form: Form, path: Path) -> None:
    """Write ``form`` as an XLSForm that pyxform accepts; the same form gives the same bytes.

    Raises Refused when the extra ``xlsform`` is not installed, an id cannot be a name there,
    or pyxform finds a fault.
    """
    _check_names(form)
    content = workbook_bytes(form)
    _validate(content)
    path.write_bytes(content)


def workbook_bytes(form: Form) -> bytes:
    """The bytes of the workbook."""
    from openpyxl import Workbook

    survey, choices = list(_survey(form)), list(_choices(form))
    book = Workbook()
    book.remove(book.worksheets[0])
    settings = [_settings(form, [*survey, *choices])]
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings)):
        _fill(book.create_sheet(name), rows)
    saved = io.BytesIO()
    book.save(saved)
    return without_clock(saved.getvalue(), datetime(*ZIP_DATE[:3]))


def _fill(sheet: Worksheet, rows: Sequence[Row]) -> None:
    """A header and the rows below it, every cell as text, also when it looks like a formula."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    for number, row in enumerate([dict(zip(columns, columns, strict=True)), *rows], start=1):
        for column, text in row.items():
            cell: Any = sheet.cell(number, columns.index(column) + 1)
            cell.value = text or None
            cell.data_type = "s" if text else "n"


def _survey(form: Form) -> Iterator[Row]:
    yield {"type": "start", "name": "start"}
    yield {"type": "end", "name": "end"}
    for name, value in form.hidden().items():
        yield {"type": "calculate", "name": name, "calculation": _quoted(value)}
    for number, block in enumerate(form.blocks, start=1):
        yield from _block(form, block, f"{BLOCK_PREFIX}{number}")
    if form.asks_link_code:
        texts = {language: form.link_code_text(language) for language in form.languages}
        hints = _sentences(form, "instrument_out.link_code_hint")
        yield {
            "type": "text",
            "name": LINK_CODE,
            **_columns("label", texts),
            **_columns("hint", hints),
            "constraint": f"regex(., '{LINK_CODE_PATTERN}')",
            **_columns("constraint_message", hints),
        }


def _block(form: Form, block: Block, name: str) -> Iterator[Row]:
    """A question by itself, or a group with the stem above its questions."""
    grouped = block.is_grid or block.stem is not None
    if grouped:
        stem = {language: block.stem_text(language) or "" for language in form.languages}
        label = _columns("label", stem) if block.stem else {}
        yield {"type": "begin_group", "name": name, **label, "appearance": "field-list"}
    for question in block.questions:
        texts = {language: question.text(language) for language in form.languages}
        yield {
            "type": _type(question),
            "name": question.id,
            **_columns("label", texts),
            "appearance": {"mark": "minimal", "open": "multiline"}.get(question.kind, ""),
        }
    if grouped:
        yield {"type": "end_group"}


def _type(question: Question) -> str:
    kind = _TYPES.get(question.kind, "select_one")
    return f"{kind} {_list_name(question)}" if question.options else kind


def _list_name(question: Question) -> str:
    return f"{question.id}_options" if question.item.labels else question.item.scale


def _choices(form: Form) -> Iterator[Row]:
    lists: dict[str, Sequence[Option]] = {
        _list_name(question): question.options for question in form.questions if question.options
    }
    for name, options in lists.items():
        for option in options:
            texts = {language: option.text(language) for language in form.languages}
            yield {"list_name": name, "name": option.code, **_columns("label", texts)}


def _settings(form: Form, content: Sequence[Row]) -> Row:
    title = form.title(form.language)
    id = "-".join(form.hidden().values())
    return {
        "form_title": f"{title} {form.place.session}" if form.place.session else title,
        "form_id": re.sub(r"[^A-Za-z0-9._-]", "_", id),
        "version": hashlib.sha256(repr(content).encode()).hexdigest()[:10],
        "default_language": _named(form.language),
    }


def _columns(kind: str, texts: Mapping[str, str]) -> Row:
    """One column per language, named the way the field names them: ``label::Nederlands (nl)``."""
    return {f"{kind}::{_named(language)}": text for language, text in texts.items()}


def _named(language: str) -> str:
    from babel import Locale

    return f"{str(Locale(language).get_language_name(language)).capitalize()} ({language})"


def _sentences(form: Form, key: str) -> dict[str, str]:
    return {language: wording.text(key, language) for language in form.languages}


def _quoted(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


def _check_names(form: Form) -> None:
    ids = [question.id for question in form.questions]
    odd = [id for id in ids if not NAME.fullmatch(id) or id.casefold() in RESERVED]
    if odd:
        details = {"tool": "XLSForm", "items": ", ".join(odd)}
        raise Refused(Finding("instrument_out.bad_id", value=odd[0], count=len(odd), details=details))


def _validate(content: bytes) -> None:
    """Let pyxform, which every tool of this family uses, read the form."""
    try:
        from pyxform.errors import PyXFormError
        from pyxform.xls2xform import convert
    except ImportError:
        raise Refused(Finding("instrument_out.needs_extra", value="xlsform")) from None
    try:
        convert(xlsform=io.BytesIO(content), validate=False, file_type=".xlsx")
    except PyXFormError as problem:
        found = Finding("instrument_out.xlsform_fault", details={"problem": " ".join(str(problem).split())})
        raise Refused(found) from problem
