"""The objects of the cycle as a reader's table: a list of them, and the chain of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qualitycycle import wording

if TYPE_CHECKING:
    from qualitycycle.analysis.result import Result


def cycle_table(result: Result, language: str) -> tuple[list[str], list[list[str]], list[int]]:
    """The columns that fit (``settings["columns"]``: name -> where the catalogues have its choices)."""
    columns = result.settings["columns"]
    heads = [wording.text(f"cycle.head.{name}", language) for name in columns]
    rows = [
        [_cell(row[name], terms, language) for name, terms in columns.items()]
        for row in result.table.to_dict("records")
    ]
    return heads, rows, []


def trace_table(result: Result, language: str) -> tuple[list[str], list[list[str]], list[int]]:
    """A row per object of the chain, in order: before it, itself, and what came of it."""
    heads = [wording.text(f"cycle.head.{name}", language) for name in ("place", "day", "table", "id", "said")]
    rows = [
        [
            wording.text(f"cycle.place.{row['place']}", language),
            _cell(row["day"], "", language),
            wording.text(f"cycle.one.{row['table']}", language),
            str(row["id"]),
            str(row["said"]),
        ]
        for row in result.table.to_dict("records")
    ]
    return heads, rows, []


def _cell(value: Any, terms: str, language: str) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, float):
        from babel.numbers import format_decimal

        return "" if value != value else str(format_decimal(value, locale=language))
    if hasattr(value, "month"):
        said = {"day": value.day, "month": value.month, "year": value.year}
        return wording.text("register.brief.date", language, **said) if value == value else ""
    return wording.text(f"{terms}.{value}", language) if terms else str(value)
