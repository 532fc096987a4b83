"""What every analysis returns."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qualitycycle import wording
from qualitycycle.findings import Finding

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Result:
    """The outcome of one analysis, already through the gate.

    ``name`` is the analysis (``compare``, ``counts``, ``status``); ``table`` holds one
    row per thing said, with nulls where a cell is below the floor; ``settings`` are the
    choices made; ``notes`` are ``(key, values)`` pairs of sentences a reader must see
    with the table; ``findings`` what was odd; ``snapshot`` the versions of every table
    read and a hash of the config; ``payload`` the fixed JSON of the command.
    """

    name: str
    table: pd.DataFrame
    settings: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    findings: tuple[Finding, ...] = ()
    snapshot: Mapping[str, Any] = field(default_factory=dict)
    payload: Mapping[str, Any] = field(default_factory=dict)
    language: str = "nl"

    def sentences(self) -> list[str]:
        """The notes, in the reader's language."""
        return [wording.text(key, self.language, **values) for key, values in self.notes]

    def shown(self) -> tuple[list[str], list[list[str]], list[int]]:
        """The table for a reader: headings and cells in words, and which columns hold numbers."""
        from qualitycycle.analysis.shown import table_of

        return table_of(self, self.language)

    def summary(self) -> str:
        """The reader's table as text with its notes, for a terminal or a log."""
        heads, rows, _ = self.shown()
        widths = [max(len(text) for text in column) for column in zip(heads, *rows, strict=True)]
        lines = ["  ".join(t.ljust(w) for t, w in zip(row, widths, strict=True)) for row in (heads, *rows)]
        return "\n".join([*(line.rstrip() for line in lines), "", *self.sentences()])

    def _repr_html_(self) -> str:
        heads, rows, numbers = self.shown()
        head = "".join(f"<th scope='col'>{html.escape(name)}</th>" for name in heads)
        body = "".join(
            "<tr>"
            + "".join(
                f"<td style='text-align:{'right' if i in numbers else 'left'}'>{html.escape(cell)}</td>"
                for i, cell in enumerate(row)
            )
            + "</tr>"
            for row in rows
        )
        notes = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in self.sentences())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><ul>{notes}</ul>"
