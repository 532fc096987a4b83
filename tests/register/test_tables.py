"""The specification: complete, consistent, light, and with words for everything."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime

import pytest

from qualitycycle import wording
from qualitycycle.register.tables import TABLES, Row, complete, fold_id, key_of
from qualitycycle.vocabulary import Affiliation, Variant

HEAVY = ("pandas", "scipy", "openpyxl", "python_calamine", "pyarrow", "rapidfuzz", "babel")
MODULES = ("tables", "derive", "checks", "names", "upsert", "show", "workbook")


def test_importing_the_room_loads_nothing_heavy() -> None:
    lines = [f"import qualitycycle.register.{name}" for name in MODULES]
    program = "; ".join([*lines, f"import sys; print(*[m for m in {HEAVY!r} if m in sys.modules])"])
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []


def test_the_tables_and_where_they_live() -> None:
    assert {name: table.folder for name, table in TABLES.items()} == {
        "trainers": "register",
        "sessions": "register",
        "session_trainers": "register",
        "active_periods": "register",
        "requirements": "register",
        "meetings": "register",
        "surveys": "register",
        "mentors": "register",
        "certificates": "register",
        "followed": "register",
        "goals": "cycle",
        "findings": "cycle",
        "sources": "cycle",
        "decisions": "cycle",
        "actions": "cycle",
        "practices": "cycle",
        "reuses": "cycle",
        "replies": "cycle",
    }
    assert all(name == table.name for name, table in TABLES.items())
    assert {table.key for table in TABLES.values()} == {
        ("id",),
        ("session", "trainer"),
        ("session", "date"),
        ("trainer", "active_from"),
        ("trainer", "requirement", "on"),
        ("person", "kind", "on"),
        ("finding", "number"),
        ("practice", "partnership", "on"),
    }


def test_complete_gives_every_column_its_plain_type() -> None:
    row = complete(
        TABLES["sessions"],
        {
            "id": 7,
            "kind": "basic",
            "shared_with": ["MEER"],
            "contact_hours": 6,
            "cancelled": False,
            "notes": "",
        },
    )
    assert tuple(row) == TABLES["sessions"].names
    assert (row["id"], row["shared_with"], row["boards"], row["notes"]) == ("7", ("MEER",), (), None)
    assert isinstance(row["contact_hours"], float)
    trainer = complete(TABLES["trainers"], {"id": "T1", "affiliation": Affiliation.SCHOOL})
    assert type(trainer["affiliation"]) is str
    meeting = complete(TABLES["meetings"], {"session": "S1", "date": datetime(2025, 9, 1, 15)})
    assert type(meeting["date"]) is date


def test_a_row_is_its_values_and_remembers_its_place() -> None:
    row = Row({"id": "T1"}, "register.xlsx", 4, ["name"])
    assert row == {"id": "T1"}
    moved = complete(TABLES["trainers"], row)
    assert isinstance(moved, Row)
    assert (moved.file, moved.line, moved.unread) == ("register.xlsx", 4, frozenset({"name"}))


def test_keys_compare_without_case() -> None:
    assert key_of(TABLES["trainers"], {"id": " T1 "}) == key_of(TABLES["trainers"], {"id": "t1"})
    assert fold_id("STRASSE") == fold_id("straße")


def words_needed() -> list[str]:
    columns = [(table, column) for table in TABLES.values() for column in table.columns]
    choices = [column for _, column in columns if column.choices]
    return [
        *(f"register.column.{table.name}.{column.name}" for table, column in columns),
        *(f"register.sheet.{name}" for name in ("partnerships", *TABLES)),
        *(f"{column.terms}.{choice}" for column in choices for choice in column.choices),
        *(f"register.not_a_choice.{column.terms.rpartition('.')[2]}" for column in choices),
        *(f"register.contradicts.{variant}" for variant in Variant if variant is not Variant.UNKNOWN),
        *(f"register.becomes.{variant}" for variant in Variant),
        *(
            f"register.typing.{kind}"
            for kind in ("title", "choice", "yes_no", "reference", "date", "integer", "number")
        ),
        *(f"register.state.{state}" for state in ("valid", "expiring", "expired")),
    ]


@pytest.mark.parametrize("language", wording.languages())
def test_there_is_a_word_for_everything(language: str) -> None:
    assert [key for key in words_needed() if not wording.has(key, language)] == []
