"""One cell of the workbook: from what people type to a typed value, and back.

People type dates as text, numbers with a comma, ``ja`` for yes and ``op locatie`` for
``on_site``; all of it is understood, in every language there is a catalogue for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from qualitycycle import wording
from qualitycycle.register.tables import EARLIEST, LATEST, Column

_DAY_FIRST = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_NAMED_DAY_FIRST = re.compile(r"(\d{1,2})(?:e|ste|de|st|nd|rd|th)?[-/. ]+([^\W\d_]{3,})[-/., ]+(\d{4}|\d{2})")
_NAMED_MONTH_FIRST = re.compile(r"([^\W\d_]{3,})[. ]+(\d{1,2})(?:st|nd|rd|th)?[,. ]+(\d{4})")
_WEEKDAY = re.compile(r"([^\W\d_]{2,})[., ]+(?=.*\d)")
_WHOLE = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_SPREADSHEET_DAY_ZERO = date(1899, 12, 30)


class Unreadable(ValueError):
    """A cell that does not hold what its column asks for; ``code`` is the finding's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_cell(column: Column, raw: Any) -> Any:
    """The value of a cell as its column wants it; ``column.blank`` for an empty one.

    Raises Unreadable with the code of the finding.

    >>> read_cell(Column("date", "date"), "1-9-2025"), read_cell(Column("hours", "number"), "7,5")
    (datetime.date(2025, 9, 1), 7.5)
    >>> read_cell(Column("brlo", "yes_no"), "Ja"), read_cell(Column("boards", "list"), "A; B")
    (True, ('A', 'B'))
    >>> read_cell(Column("format", "choice", choices=("on_site",), terms="terms.format"), "Op locatie")
    'on_site'
    """
    if raw is None or (isinstance(raw, str) and not clean(raw)):
        return column.blank
    if column.kind == "date":
        return _date(raw)
    if column.kind == "integer":
        return _integer(raw)
    if column.kind == "number":
        return _number(raw)
    if column.kind == "yes_no":
        return _yes_no(raw)
    text = _text(raw)
    if column.kind == "list":
        return tuple(part for part in (piece.strip() for piece in text.split(";")) if part)
    if column.kind == "choice":
        return _choice(column, text)
    return text


def show_cell(column: Column, value: Any, language: str) -> Any:
    """What stands in the cell for a value: choices and yes or no in the reader's language.

    >>> show_cell(Column("kind", "choice", terms="terms.kind"), "refresher", "nl")
    'opfris'
    >>> show_cell(Column("boards", "list"), ("A", "B"), "nl")
    'A; B'
    """
    if value is None or value == ():
        return None
    if column.kind == "choice":
        return wording.text(f"{column.terms}.{value}", language)
    if column.kind == "yes_no":
        return wording.text("terms.yes" if value else "terms.no", language)
    if column.kind == "list":
        return "; ".join(value)
    return value


def clean(text: str) -> str:
    """Text without what nobody sees: outer blanks, hard spaces, control and zero-width characters.

    >>> clean(" Jan\\u00a0de \\u200bBoer ")
    'Jan de Boer'
    """
    spaced = "".join(" " if char != "\n" and char.isspace() else char for char in text.replace("\r\n", "\n"))
    visible = "".join(char for char in spaced if char == "\n" or char.isprintable())
    return unicodedata.normalize("NFC", visible).strip()


def shown(raw: Any) -> str:
    """A cell's content as a person would read it back to you.

    >>> shown(12.0), shown(date(2025, 9, 1))
    ('12', '2025-09-01')
    """
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, tuple):
        return "; ".join(raw)
    return clean(str(raw))


def _text(raw: Any) -> str:
    if isinstance(raw, date | time | timedelta):
        raise Unreadable("register.text_became_date")
    return shown(raw)


def _date(raw: Any) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, str):
        return _date_in(clean(raw))
    if isinstance(raw, int | float) and not isinstance(raw, bool) and float(raw).is_integer():
        first, last = ((day - _SPREADSHEET_DAY_ZERO).days for day in (EARLIEST, LATEST))
        if first <= raw <= last:
            return _SPREADSHEET_DAY_ZERO + timedelta(days=int(raw))
    raise Unreadable("register.not_a_date")


def _date_in(text: str) -> date:
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
        year += 2000 if year < 100 else 0
    else:
        year, month, day = _date_in_words(text)
    try:
        return date(year, month, day)
    except ValueError as problem:
        raise Unreadable("register.not_a_date") from problem


def _date_in_words(text: str) -> tuple[int, int, int]:
    """Year, month and day of a date that names its month, perhaps after a weekday."""
    weekday = _WEEKDAY.match(text)
    if weekday and _is_weekday(weekday[1].casefold()):
        text = text[weekday.end() :]
    if found := _NAMED_DAY_FIRST.fullmatch(text):
        day, name, year = found.groups()
    elif found := _NAMED_MONTH_FIRST.fullmatch(text):
        name, day, year = found.groups()
    else:
        raise Unreadable("register.not_a_date")
    month = _month(name.casefold())
    if month is None:
        raise Unreadable("register.not_a_date")
    return int(year) + (2000 if len(year) == 2 else 0), month, int(day)


@cache
def _month(name: str) -> int | None:
    """The number of the month that a name, or its beginning, stands for in any language."""
    from babel.dates import get_month_names

    for language in wording.languages():
        for width in ("wide", "abbreviated"):
            for number, month in get_month_names(width, locale=language).items():
                if month.casefold().rstrip(".").startswith(name):
                    return int(number)
    return None


@cache
def _is_weekday(name: str) -> bool:
    from babel.dates import get_day_names

    days = [day for one in wording.languages() for day in get_day_names("wide", locale=one).values()]
    return any(day.casefold().startswith(name) for day in days)


def _integer(raw: Any) -> int:
    if isinstance(raw, bool):
        raise Unreadable("register.not_whole")
    if isinstance(raw, int | float) and float(raw).is_integer():
        return int(raw)
    if isinstance(raw, str) and _WHOLE.fullmatch(clean(raw)):
        return int(clean(raw))
    raise Unreadable("register.not_whole")


def _number(raw: Any) -> float:
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return float(raw)
    if isinstance(raw, str) and _NUMBER.fullmatch(clean(raw)):
        return float(clean(raw).replace(",", "."))
    raise Unreadable("register.not_a_number")


def _yes_no(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    said = _yes_no_words().get(_squashed(shown(raw)))
    if said is None:
        raise Unreadable("register.not_yes_no")
    return said


def _choice(column: Column, text: str) -> str:
    found = _choice_words(column.terms, column.choices).get(_squashed(text))
    if found is None:
        raise Unreadable(f"register.not_a_choice.{column.terms.rpartition('.')[2]}")
    return found


@cache
def _choice_words(terms: str, choices: tuple[str, ...]) -> dict[str, str]:
    """Everything people may write for a choice: its identifier, its names, their synonyms."""
    family = terms.rpartition(".")[2]
    words: dict[str, str] = {}
    for choice in choices:
        for word in (choice, *_spellings(f"{terms}.{choice}", f"register.also.{family}.{choice}")):
            words.setdefault(_squashed(word), choice)
    return words


@cache
def _yes_no_words() -> dict[str, bool]:
    words = {"1": True, "0": False}
    for name, said in (("yes", True), ("no", False)):
        words |= {_squashed(word): said for word in _spellings(f"terms.{name}", f"register.also.{name}")}
    return words


def _spellings(term: str, synonyms: str) -> Iterator[str]:
    for language in wording.languages():
        yield wording.text(term, language)
        if wording.has(synonyms, language):
            yield from wording.text(synonyms, language).split(";")


def _squashed(text: str) -> str:
    """Letters and digits only, without case: how words are compared."""
    return "".join(char for char in clean(text).casefold() if char.isalnum())
