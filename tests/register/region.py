"""A tiny invented region and its register, written in code."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from qualitycycle import wording
from qualitycycle.config import Organisation, Organisations, Partnership
from qualitycycle.findings import Finding

ORGANISATIONS = Organisations(
    partnerships={
        "DUIN": Partnership(name="Duinrand", boards=("DUIN-A", "DUIN-B"), institutes=("KUST",)),
        "MEER": Partnership(name="De Meren", boards=("MEER-A",), institutes=("KUST",)),
    },
    boards={code: Organisation(name=f"Board {code}") for code in ("DUIN-A", "DUIN-B", "MEER-A")},
    institutes={"KUST": Organisation(name="Kustlicht")},
)

Rows = dict[str, list[dict[str, Any]]]


def sound() -> Rows:
    """A register with nothing wrong: a tandem session and what belongs to it."""
    return {
        "trainers": [
            {"id": "T1", "name": "Noor van der Wilg", "affiliation": "school", "board": "DUIN-A"},
            {"id": "T2", "name": "Sem Populier", "affiliation": "institute", "institute": "KUST"},
        ],
        "sessions": [
            {"id": "S1", "kind": "basic", "lead": "DUIN", "invited": 20, "attended": 16},
        ],
        "session_trainers": [
            {"session": "S1", "trainer": "T1"},
            {"session": "S1", "trainer": "T2"},
        ],
        "meetings": [
            {"session": "S1", "date": date(2025, 9, 10), "hours": 3.0},
            {"session": "S1", "date": date(2025, 10, 8), "hours": 2.5},
        ],
        "mentors": [{"id": "M1", "board": "DUIN-B", "stage": "novice", "mentoring": True}],
        "certificates": [
            {
                "id": "C1",
                "person": "M1",
                "kind": "certificate",
                "session": "S1",
                "issued_on": date(2025, 10, 8),
            }
        ],
        "goals": [
            {
                "id": "G1",
                "partnership": "DUIN",
                "cycle": "2025-2026",
                "indicator": "TRN3",
                "owner": "lead",
                "agreed_on": date(2025, 6, 1),
            }
        ],
        "findings": [
            {
                "id": "F1",
                "partnership": "DUIN",
                "cycle": "2024-2025",
                "indicator": "TRN3",
                "kind": "concern",
                "what": "They repeat each other",
                "owner": "lead",
                "found_on": date(2025, 6, 20),
            }
        ],
        "sources": [{"finding": "F1", "number": 1, "kind": "panel", "reference": "Panel of June"}],
        "decisions": [
            {
                "id": "B1",
                "partnership": "DUIN",
                "findings": ("F1",),
                "kind": "adapt",
                "what": "Prepare every meeting together",
                "owner": "board of DUIN",
                "decided_on": date(2025, 6, 25),
            }
        ],
        "actions": [
            {
                "id": "A1",
                "partnership": "DUIN",
                "decision": "B1",
                "goal": "G1",
                "what": "Prepare together",
                "owner": "lead",
                "indicator": "TRN3",
                "sessions": ("S1",),
            }
        ],
        "practices": [
            {
                "id": "P1",
                "partnership": "DUIN",
                "title": "Together",
                "what": "Prepare together",
                "indicator": "TRN3",
                "owner": "lead",
            }
        ],
        "surveys": [{"id": "E1", "cycle": "2025-2026"}],
    }


def with_row(table: str, at: int = 0, **changes: Any) -> Rows:
    """The sound register with one row changed."""
    records = sound()
    records[table][at] = {**records[table][at], **changes}
    return records


def with_extra(table: str, **row: Any) -> Rows:
    """The sound register with one row more."""
    records = sound()
    records[table].append(row)
    return records


def typed_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    """A workbook as someone might type it: sheet name -> rows of cells, the header first."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def unfilled(found: Finding, language: str) -> set[str]:
    """The places in a finding's sentence that stay empty, or hold a stand-in."""
    template = wording.text(found.code, language)
    places = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    own = {"file": found.file, "row": found.row, "column": found.column, "value": found.value}
    values = {**own, "count": found.count, **found.details}
    return {name for name in places if values.get(name) in (None, "", "?", "-", "None")}
