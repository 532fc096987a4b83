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

    def summary(self) -> str:
        """The table as text with its notes, for a terminal or a log."""
        return "\n".join([self.table.to_string(index=False), "", *self.sentences()])

    def _repr_html_(self) -> str:
        table: str = self.table.to_html(index=False, na_rep="", border=0, justify="left")
        notes = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in self.sentences())
        return f"<div class='qc-result'>{table}<ul>{notes}</ul></div>"
