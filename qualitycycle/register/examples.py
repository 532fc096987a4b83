"""Invented rows that show how the workbook is meant; reading a workbook skips them.

The rows stand in ``examples.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qualitycycle import wording
from qualitycycle.config import Organisations
from qualitycycle.register.cells import read_cell
from qualitycycle.register.tables import TABLES, Records, Table

_ROWS = Path(__file__).with_name("examples.toml")


def example_records(organisations: Organisations, language: str) -> Records:
    """One tandem session with everything that belongs to it, in the first partnership.

    Every id starts with ``register.example.prefix`` of the language: that is how reading
    knows what to skip.

    >>> region = Organisations(partnerships={"DUIN": {"name": "Duinrand"}})
    >>> [row["id"] for row in example_records(region, "nl")["trainers"]]
    ['voorbeeld-T1', 'voorbeeld-T2']
    """
    lead, partnership = next(iter(organisations.partnerships.items()))
    words = _Words(
        language,
        lead=lead,
        boards="; ".join(partnership.boards),
        board=next(iter(partnership.boards), ""),
        institute=next(iter(partnership.institutes), ""),
    )
    tables = tomllib.loads(_ROWS.read_text(encoding="utf-8"))
    return {name: [_row(TABLES[name], row, words) for row in rows] for name, rows in tables.items()}


class _Words(dict[str, str]):
    """What stands for a name in braces: what is given, else a text of the catalogue."""

    def __init__(self, language: str, **given: str) -> None:
        super().__init__(given)
        self.language = language

    def __missing__(self, name: str) -> str:
        return wording.text(f"register.example.{name}", self.language)


def _row(table: Table, row: Mapping[str, Any], words: _Words) -> dict[str, Any]:
    filled = {name: cell.format_map(words) if isinstance(cell, str) else cell for name, cell in row.items()}
    return {name: read_cell(table.column(name), cell) for name, cell in filled.items()}
