"""What people type, and what it means."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from qualitycycle import wording
from qualitycycle.register.cells import Unreadable, clean, read_cell, show_cell
from qualitycycle.register.tables import TABLES, Column

DATE = Column("date", "date")
WHOLE = Column("invited", "integer")
NUMBER = Column("hours", "number")
YES_NO = Column("brlo", "yes_no")
TEXT = Column("id")
LIST = Column("boards", "list")


@pytest.mark.parametrize(
    ("column", "raw", "value"),
    [
        (DATE, date(2025, 9, 1), date(2025, 9, 1)),
        (DATE, datetime(2025, 9, 1, 15, 30), date(2025, 9, 1)),
        (DATE, "1-9-2025", date(2025, 9, 1)),
        (DATE, "01/09/2025", date(2025, 9, 1)),
        (DATE, " 1.9.2025 ", date(2025, 9, 1)),
        (DATE, "1-9-25", date(2025, 9, 1)),
        (DATE, "2025-09-01", date(2025, 9, 1)),
        (DATE, "2025-09-01 00:00:00", date(2025, 9, 1)),
        (DATE, 45901.0, date(2025, 9, 1)),
        (DATE, "24 sept 2025", date(2025, 9, 24)),
        (DATE, "1 september 2023", date(2023, 9, 1)),
        (DATE, "3 mrt. 2024", date(2024, 3, 3)),
        (DATE, "3-Okt-24", date(2024, 10, 3)),
        (DATE, "1e mei 2024", date(2024, 5, 1)),
        (DATE, "wo 24 sept. 2025", date(2025, 9, 24)),
        (DATE, "Wednesday 24 September 2025", date(2025, 9, 24)),
        (DATE, "September 1st, 2023", date(2023, 9, 1)),
        (DATE, "", None),
        (WHOLE, 18.0, 18),
        (WHOLE, "18", 18),
        (WHOLE, " 0 ", 0),
        (NUMBER, 7.5, 7.5),
        (NUMBER, "7,5", 7.5),
        (NUMBER, "7.5", 7.5),
        (NUMBER, "-0,3", -0.3),
        (YES_NO, "Ja", True),
        (YES_NO, "nee", False),
        (YES_NO, "YES", True),
        (YES_NO, "n", False),
        (YES_NO, True, True),
        (YES_NO, 1.0, True),
        (YES_NO, 0.0, False),
        (YES_NO, "  ", None),
        (TEXT, 12.0, "12"),
        (TEXT, " T1\u00a0", "T1"),
        (TEXT, None, None),
        (LIST, "DUIN-A; DUIN-B;", ("DUIN-A", "DUIN-B")),
        (LIST, "", ()),
        (LIST, 7.0, ("7",)),
    ],
)
def test_understood(column: Column, raw: Any, value: Any) -> None:
    read = read_cell(column, raw)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("column", "raw", "code"),
    [
        (DATE, "31-2-2025", "not_a_date"),
        (DATE, "9/13/2025", "not_a_date"),
        (DATE, "september", "not_a_date"),
        (DATE, "30 februari 2025", "not_a_date"),
        (DATE, "september 2025", "not_a_date"),
        (DATE, "vanaf 1 september 2025", "not_a_date"),
        (DATE, "1 voorjaar 2025", "not_a_date"),
        (DATE, 2025.0, "not_a_date"),
        (DATE, True, "not_a_date"),
        (WHOLE, 18.5, "not_whole"),
        (WHOLE, "ongeveer 20", "not_whole"),
        (WHOLE, "1.000", "not_whole"),
        (WHOLE, True, "not_whole"),
        (NUMBER, "7,5 uur", "not_a_number"),
        (NUMBER, "nan", "not_a_number"),
        (YES_NO, "misschien", "not_yes_no"),
        (TEXT, date(2025, 3, 1), "text_became_date"),
        (TEXT, time(3, 15), "text_became_date"),
        (LIST, timedelta(hours=30), "text_became_date"),
    ],
)
def test_refused(column: Column, raw: Any, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_cell(column, raw)
    assert refusal.value.code == f"register.{code}"


CHOICES = [(table, column) for table in TABLES.values() for column in table.columns if column.choices]


@pytest.mark.parametrize(("table", "column"), CHOICES, ids=lambda x: x.name)
def test_every_choice_reads_back_in_every_language_and_as_identifier(table: Any, column: Column) -> None:
    for choice in column.choices:
        for language in wording.languages():
            shown = show_cell(column, choice, language)
            assert shown != f"{column.terms}.{choice}", "no word for this choice"
            assert read_cell(column, shown.upper()) == choice
        assert read_cell(column, choice) == choice


@pytest.mark.parametrize(("table", "column"), CHOICES, ids=lambda x: x.name)
def test_synonyms_mean_one_thing(table: Any, column: Column) -> None:
    family = column.terms.rpartition(".")[2]
    for choice in column.choices:
        key = f"register.also.{family}.{choice}"
        for language in wording.languages():
            for word in wording.text(key, language).split(";") if wording.has(key, language) else ():
                assert read_cell(column, word) == choice, word


@pytest.mark.parametrize(("table", "column"), CHOICES, ids=lambda x: x.name)
def test_the_refusal_names_every_choice(table: Any, column: Column) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_cell(column, "iets heel anders")
    for language in wording.languages():
        sentence = wording.text(refusal.value.code, language)
        assert all(show_cell(column, choice, language) in sentence for choice in column.choices)


def test_choices_as_people_write_them() -> None:
    affiliation = TABLES["trainers"].column("affiliation")
    assert read_cell(affiliation, "Pabo") == "institute"
    assert read_cell(TABLES["sessions"].column("format"), "op-locatie") == "on_site"
    assert read_cell(TABLES["sessions"].column("kind"), "Train de trainer") == "train_the_trainer"
    assert read_cell(TABLES["goals"].column("guarantee"), "w2") == "W2"


def test_clean_removes_what_nobody_sees() -> None:
    assert clean("\ufeff Zoe\u0308 \u200b\t Kok\r\n") == "Zoë   Kok"
