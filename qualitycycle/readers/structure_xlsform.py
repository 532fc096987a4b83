"""XLSForm: the workbook in which KoboToolbox, ODK and Ona keep a questionnaire.

Sheets ``survey``, ``choices`` and perhaps ``settings`` (https://xlsform.org). The label columns
are ``label``, ``label::Nederlands (nl)`` or ``label:English``; blank columns and repeated ones
occur, and of repeated ones the first that is filled counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qualitycycle.readers.grid import Records, is_blank
from qualitycycle.readers.markup import plain
from qualitycycle.readers.structure import Kind, Question, Structure, Texts

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

Row = Mapping[str, str]

OTHER = "other"
"""The code that ``or_other`` adds to a list."""

_LABEL = re.compile(r"label(?:\s*::?\s*(?P<language>.+))?", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(r".*\(\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)?)\s*\)")
_TYPE = re.compile(
    r"(?P<what>select[_ ]?one|select1|select[_ ]?multiple|select all that apply|rank)"
    r"(?:[_ ]from)?\s+(?P<list>\S+)(?P<other>\s+or[_ ]other)?",
    re.IGNORECASE,
)
_LANGUAGES = {
    **dict.fromkeys(("nederlands", "dutch"), "nl"),
    **dict.fromkeys(("english", "engels"), "en"),
    **dict.fromkeys(("deutsch", "german", "duits"), "de"),
    **dict.fromkeys(("français", "francais", "french", "frans"), "fr"),
}
_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("integer", "int", "decimal", "range"), "number"),
    **dict.fromkeys(("text", "string", "barcode"), "text"),
    **dict.fromkeys(("date", "time", "datetime"), "date"),
    **dict.fromkeys(("calculate", "hidden"), "computed"),
    **dict.fromkeys(("image", "photo", "audio", "video", "file"), "file"),
    "acknowledge": "single",
}
"""The types that are questions; what a device fills in by itself and a place are not read."""


def recognises(peek: Peek) -> bool:
    """Whether the workbook has a sheet ``survey`` with types and names, and one ``choices``."""
    if peek.kind not in ("xlsx", "ods"):
        return False
    sheets = _sheets(peek)
    if "survey" not in sheets:
        return False
    names = {name.casefold() for name in _header(sheets["survey"])}
    return {"type", "name"} <= names and bool({"choices", "settings"} & sheets.keys())


def read(peek: Peek) -> Structure:
    """The questionnaire in the workbook."""
    sheets = _sheets(peek)
    settings = next(iter(_rows(sheets.get("settings", []))), {})
    default = _language(settings.get("default_language", "")) or "default"
    lists = _lists(sheets.get("choices", []), default)
    survey = _Survey(lists, default)
    found = [question for row in _rows(sheets["survey"]) if (question := survey.take(row)) is not None]
    texts = [texts for question in found for texts in (question.texts, *question.options.values())]
    used = dict.fromkeys(language for one in texts for language in one)
    languages = (default, *(language for language in used if language != default))
    questions = {question.code: question for question in found}
    title = plain(settings.get("form_title") or settings.get("title", ""))
    return Structure("xlsform", languages if default in used else languages[1:], title, questions)


@dataclass
class _Survey:
    """The rows of the sheet ``survey`` taken one after the other, inside the groups they are in."""

    lists: Mapping[str, Mapping[str, Texts]]
    default: str
    path: list[tuple[str, Texts]] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def take(self, row: Row) -> Question | None:
        """The question in this row; None when it begins or ends a group, or asks nothing."""
        words = row.get("type", "").replace("_", " ").split()
        if words[:1] == ["begin"]:
            self.path.append((row.get("name", ""), _labels(row, self.default)))
        elif words[:1] == ["end"] and self.path:
            self.path.pop()
        return self._question(row) if row.get("name") else None

    def _question(self, row: Row) -> Question | None:
        chosen = _TYPE.fullmatch(row.get("type", "").strip())
        kind = _select_kind(chosen, row) if chosen else _KINDS.get(row.get("type", "").strip().casefold())
        if kind is None:
            return None
        options = dict(self.lists.get(chosen["list"], {})) if chosen else {}
        other = chosen is not None and chosen["other"] is not None
        texts = _labels(row, self.default)
        if other:
            options.setdefault(OTHER, dict.fromkeys(texts, "Other"))
        groups = next((heading for _, heading in reversed(self.path) if heading), {})
        return Question(self._code(row["name"]), texts, kind, options, groups=groups, other=other)

    def _code(self, name: str) -> str:
        self.seen[name] += 1
        return name if self.seen[name] == 1 else "/".join((*(group for group, _ in self.path), name))


def _select_kind(chosen: re.Match[str], row: Row) -> Kind:
    what = chosen["what"].casefold()
    if what == "rank":
        return "ranking"
    if "multiple" in what or "all" in what:
        return "multi"
    return "scale" if "likert" in row.get("appearance", "") else "single"


def _lists(records: Records, default: str) -> dict[str, dict[str, Texts]]:
    lists: dict[str, dict[str, Texts]] = {}
    for row in _rows(records):
        name = row.get("list_name", "")
        code = row.get("name") or row.get("value", "")
        if name and code:
            lists.setdefault(name, {})[code] = _labels(row, default)
    return lists


def _labels(row: Row, default: str) -> dict[str, str]:
    """The label per language, the default one first; a label without a language is of that one."""
    labels: dict[str, str] = {}
    for name, text in row.items():
        match = _LABEL.fullmatch(name)
        if match and text:
            labels.setdefault(_language(match["language"] or "") or default, plain(text))
    first = {default: labels[default]} if default in labels else {}
    return first | labels


def _language(name: str) -> str:
    """The code of a language from ``Nederlands (nl)``, ``nl`` or ``Nederlands``; else the name itself."""
    match = _CODE.fullmatch(name.strip())
    return match.group(1) if match else _LANGUAGES.get(name.strip().casefold(), name.strip())


def _sheets(peek: Peek) -> dict[str, Records]:
    return {name.strip().casefold(): records for name, records in peek.sheets.items()}


def _header(records: Records) -> list[str]:
    first: Sequence[Any] = next((record for record in records if not is_blank(record)), [])
    return ["" if cell is None else str(cell).strip() for cell in first]


def _rows(records: Records) -> Iterator[Row]:
    """The filled records below the header; of columns with one name the first filled cell."""
    header = [_name(text) for text in _header(records)]
    filled = [record for record in records if not is_blank(record)]
    for record in filled[1:]:
        row: dict[str, str] = {}
        for name, cell in zip(header, record, strict=False):
            text = _text(cell)
            if name and text:
                row.setdefault(name, text)
        if row:
            yield row


def _name(header: str) -> str:
    if _LABEL.fullmatch(header):
        return header
    name = header.casefold()
    return "list_name" if name in ("list name", "list_name") else name


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()
