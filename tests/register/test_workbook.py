"""The workbook: what is written reads back, and everything wrong with a file is said at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from qualitycycle import wording
from qualitycycle.findings import Level
from qualitycycle.register.cells import clean
from qualitycycle.register.checks import check
from qualitycycle.register.examples import example_records
from qualitycycle.register.tables import LISTS, PARTNERSHIPS, TABLES, Column, Records, complete_all
from qualitycycle.register.workbook import read_workbook, write_workbook
from tests.register.region import ORGANISATIONS, sound, typed_workbook, unfilled

DAY = date(2025, 9, 1)


def codes(path: Path) -> list[str]:
    return [found.code.removeprefix("register.") for found in read_workbook(path)[1]]


@pytest.mark.parametrize("language", wording.languages())
def test_round_trip(tmp_path: Path, language: str) -> None:
    path = tmp_path / "register.xlsx"
    records = sound()
    records["sessions"][0] |= {"shared_with": ("MEER",), "boards": ("DUIN-A", "MEER-A"), "format": "on_site"}
    records["trainers"][0] |= {"brlo": False, "coordinating": True, "active_from": date(2020, 8, 1)}
    write_workbook(path, records, ORGANISATIONS, language)
    read, findings = read_workbook(path, ORGANISATIONS)
    assert findings == []
    assert read == complete_all(records)


def test_rows_know_where_they_stood(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    write_workbook(path, sound(), ORGANISATIONS, "nl")
    rows: Any = read_workbook(path)[0]["meetings"]
    assert [(row.file, row.line) for row in rows] == [("register.xlsx", 2), ("register.xlsx", 3)]


SPACED = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=20).map(clean)
TEXT = st.one_of(SPACED, st.sampled_from(["=1+1", "_x0041_", "#N/A", "'quoted", "007", "1-9-2025", "a\nb"]))


def values(column: Column) -> st.SearchStrategy[Any]:
    strategy: st.SearchStrategy[Any]
    if column.kind == "list":
        part = TEXT.map(lambda text: text.replace(";", ",").strip()).filter(bool)
        return st.lists(part, max_size=3).map(tuple)
    if column.kind == "date":
        strategy = st.dates(date(1980, 1, 1), date(2079, 12, 31))
    elif column.kind == "integer":
        strategy = st.integers(0, 10**6)
    elif column.kind == "number":
        strategy = st.integers(-(10**9), 10**9).map(lambda n: n / 1000)  # a cell keeps fifteen digits
    elif column.kind == "yes_no":
        strategy = st.booleans()
    elif column.kind == "choice":
        strategy = st.sampled_from(column.choices)
    else:
        strategy = TEXT.filter(bool)
    return strategy if column.name == "id" or column.required else st.none() | strategy


def random_records() -> st.SearchStrategy[Records]:
    rows = {
        name: st.lists(st.fixed_dictionaries({c.name: values(c) for c in table.columns}), max_size=3)
        for name, table in TABLES.items()
    }
    return st.fixed_dictionaries(rows)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(records=random_records(), language=st.sampled_from(wording.languages()))
def test_any_records_survive_the_workbook(
    tmp_path_factory: pytest.TempPathFactory, records: Records, language: str
) -> None:
    path = tmp_path_factory.mktemp("random") / "register.xlsx"
    write_workbook(path, records, ORGANISATIONS, language)
    read, findings = read_workbook(path)
    assert findings == []
    assert read == complete_all(records)


def test_size_of_a_real_region(tmp_path: Path) -> None:
    """1,790 sessions by 1,128 trainers read in a few seconds (measured, not asserted)."""
    records: Records = {
        "trainers": [{"id": f"T{n}", "affiliation": "school", "board": "DUIN-A"} for n in range(1128)],
        "sessions": [{"id": f"S{n}", "kind": "basic", "lead": "DUIN"} for n in range(1790)],
        "meetings": [{"session": f"S{n}", "date": DAY} for n in range(1790)],
        "session_trainers": [{"session": f"S{n}", "trainer": f"T{n % 1128}"} for n in range(1790)],
    }
    path = tmp_path / "region.xlsx"
    write_workbook(path, records, ORGANISATIONS, "nl")
    read, findings = read_workbook(path)
    assert findings == []
    assert read == complete_all(records)
    assert check(read, ORGANISATIONS) == []


def test_the_template_is_empty_until_filled(tmp_path: Path) -> None:
    for language in wording.languages():
        path = tmp_path / f"{language}.xlsx"
        write_workbook(path, {}, ORGANISATIONS, language, with_examples=True)
        read, [found] = read_workbook(path, ORGANISATIONS)
        assert read == complete_all({})
        assert (found.code, found.level) == ("register.examples_skipped", Level.INFO)
        written = load_workbook(path)
        assert written["sessions"]["A2"].value.startswith(wording.text("register.example.prefix", language))


def test_examples_are_a_sound_register() -> None:
    for language in wording.languages():
        assert check(example_records(ORGANISATIONS, language), ORGANISATIONS) == []


def test_rows_typed_under_the_examples_are_read(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    write_workbook(path, {}, ORGANISATIONS, "nl", with_examples=True)
    book = load_workbook(path)
    book["trainers"].append(["T7", "Bo Es", "Pabo"])
    book.save(path)
    read, _ = read_workbook(path)
    [trainer] = read["trainers"]
    assert (trainer["id"], trainer["affiliation"]) == ("T7", "institute")


def validations(sheet: Any) -> dict[str, Any]:
    """Per header the rule of its cells."""
    rules = {}
    for rule in sheet.data_validations.dataValidation:
        first = next(iter(rule.sqref.ranges))
        rules[sheet.cell(1, first.min_col).value] = rule
    return rules


@pytest.mark.parametrize("language", wording.languages())
def test_drop_downs_are_in_the_file(tmp_path: Path, language: str) -> None:
    path = tmp_path / "register.xlsx"
    write_workbook(path, sound(), ORGANISATIONS, language)
    book = load_workbook(path)
    for name, table in TABLES.items():
        rules = validations(book[name])
        for column in table.columns:
            if column.kind in ("choice", "yes_no") or (column.refers_to and column.kind != "list"):
                rule = rules[column.name]
                assert rule.type == "list"
                assert rule.sqref.ranges and rule.error
                offered = offered_by(book, rule.formula1)
                assert offered == expected_offer(column, language)
            elif column.kind == "date":
                assert rules[column.name].type == "date"
            elif column.kind == "integer":
                assert (rules[column.name].type, rules[column.name].operator) == (
                    "whole",
                    "greaterThanOrEqual",
                )


def offered_by(book: Any, formula: str) -> list[str]:
    sheet, _, cells = formula.partition("!")
    rows = book[sheet.strip("'")][cells.replace("$", "")]
    return [row[0].value for row in rows if row[0].value is not None]


def expected_offer(column: Column, language: str) -> list[str]:
    if column.kind == "choice":
        return [wording.text(f"{column.terms}.{choice}", language) for choice in column.choices]
    if column.kind == "yes_no":
        return [wording.text("terms.yes", language), wording.text("terms.no", language)]
    table, _, key = column.refers_to[0].partition(".")
    if key == "code":
        return list(getattr(ORGANISATIONS, table))
    return [row["id"] for row in sound()[table]]


@pytest.mark.parametrize("language", wording.languages())
def test_the_workbook_explains_itself(tmp_path: Path, language: str) -> None:
    path = tmp_path / "register.xlsx"
    write_workbook(path, sound(), ORGANISATIONS, language)
    book = load_workbook(path)
    read_me, *sheets, lists = book.sheetnames
    assert read_me == wording.text("register.readme.sheet", language)
    assert sheets == [PARTNERSHIPS, *TABLES]
    assert book[lists].sheet_state == "hidden"
    assert book[PARTNERSHIPS].protection.sheet
    linked = [cell.hyperlink.location for row in book[read_me] for cell in row if cell.hyperlink]
    assert linked == [f"'{name}'!A1" for name in sheets]
    for name, table in TABLES.items():
        sheet = book[name]
        assert sheet.freeze_panes == "B2"
        [excel_table] = sheet.tables.values()
        assert excel_table.ref.startswith("A1:")
        for cell, column in zip(sheet[1], table.columns, strict=True):
            assert cell.value == column.name
            note = wording.text(f"register.column.{name}.{column.name}", language)
            assert cell.comment is not None
            assert cell.comment.text.startswith(note)
            required = wording.text("register.readme.required", language)
            assert cell.comment.text.endswith(required) == column.required


def test_text_stays_text(tmp_path: Path) -> None:
    """A name that looks like a formula is a name, and a code that looks like a number keeps its zeros."""
    path = tmp_path / "register.xlsx"
    write_workbook(path, {"trainers": [{"id": "007", "name": "=HYPERLINK(1)"}]}, ORGANISATIONS, "nl")
    cells = load_workbook(path)["trainers"][2]
    assert [(cell.value, cell.data_type) for cell in cells[:2]] == [("007", "s"), ("=HYPERLINK(1)", "s")]


def test_what_people_type_is_understood(tmp_path: Path) -> None:
    path = typed_workbook(
        tmp_path / "typed.xlsx",
        {
            "Sessions": [
                ["ID", "Kind", "Lead", "Shared with", "format", "attended", "cancelled", "contact-hours"],
                [101, "Basistraining", "DUIN", "MEER;", "Op locatie", "16", "nee", "7,5"],
            ],
            "meetings": [["session", "date"], [101, "1-9-2025"], ["101", "2025-10-08"]],
        },
    )
    records, findings = read_workbook(path)
    assert findings == []
    assert records["sessions"] == [
        {
            "id": "101",
            "kind": "basic",
            "lead": "DUIN",
            "shared_with": ("MEER",),
            "format": "on_site",
            "contact_hours": 7.5,
            "attended": 16,
            "cancelled": False,
        }
    ]
    assert [row["date"] for row in records["meetings"]] == [date(2025, 9, 1), date(2025, 10, 8)]
    assert set(records) == {"sessions", "meetings"}


def test_every_wrong_cell_is_found_where_it_stands(tmp_path: Path) -> None:
    path = typed_workbook(
        tmp_path / "wrong.xlsx",
        {
            "sessions": [
                [None],
                ["id", "kind", "lead", "attended", "cancelled"],
                ["S1", "cursus", "DUIN", "veel", "soms"],
                [None, None, None, None, None],
                ["S2", "basic", "DUIN", 4.5, "ja"],
            ],
            "meetings": [["session", "date", "hours"], ["S1", "morgen", "lang"]],
        },
    )
    records, findings = read_workbook(path)
    places = [(one.details["sheet"], one.row, one.column, one.value, one.code[9:]) for one in findings]
    assert places == [
        ("sessions", 3, "kind", "cursus", "not_a_choice.kind"),
        ("sessions", 3, "attended", "veel", "not_whole"),
        ("sessions", 3, "cancelled", "soms", "not_yes_no"),
        ("sessions", 5, "attended", "4.5", "not_whole"),
        ("meetings", 2, "date", "morgen", "not_a_date"),
        ("meetings", 2, "hours", "lang", "not_a_number"),
    ]
    assert all(one.file == "wrong.xlsx" and one.is_error for one in findings)
    checked = [one.code for one in check(records, ORGANISATIONS)]
    assert "register.missing" not in checked, "an unreadable cell is reported once"


def test_misspelled_sheets_and_columns_are_refused_with_the_nearest(tmp_path: Path) -> None:
    path = typed_workbook(
        tmp_path / "register.xlsx",
        {
            "traners": [["id"], ["T1"]],
            "Kladblok": [["hoi"]],
            "sessions": [["id", "knd", "lead", "kleur"], ["S1", "basic", "DUIN", "rood"]],
        },
    )
    _, findings = read_workbook(path)
    assert [
        (one.code[9:], one.level, one.value, one.details["expected"].split(",")[0]) for one in findings
    ] == [
        ("misspelled_sheet", Level.ERROR, "traners", "trainers"),
        ("misspelled_column", Level.ERROR, "knd", "kind"),
        ("unknown_sheet", Level.WARNING, "Kladblok", "trainers"),
        ("unknown_column", Level.WARNING, "kleur", "id"),
    ]


def test_headers_missing_or_twice(tmp_path: Path) -> None:
    path = typed_workbook(
        tmp_path / "register.xlsx",
        {
            "trainers": [["T1", "Noor"], ["T2", "Sem"]],
            "meetings": [["date"], [DAY]],
            "sessions": [["id", "lead", "lead"], ["S1", "DUIN", "MEER"]],
            "mentors": [["name"]],
        },
    )
    records, findings = read_workbook(path)
    assert sorted((one.details["sheet"], one.code[9:], one.column) for one in findings) == [
        ("meetings", "missing_column", "session"),
        ("sessions", "column_twice", "lead"),
        ("trainers", "no_header", None),
    ]
    assert records["sessions"] == [{"id": "S1", "lead": "DUIN"}]


def test_a_code_that_excel_turned_into_a_date(tmp_path: Path) -> None:
    path = typed_workbook(tmp_path / "register.xlsx", {"trainers": [["id"], [date(2025, 3, 1)]]})
    assert codes(path) == ["text_became_date"]


def test_the_partnerships_sheet_is_only_for_reference(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    write_workbook(path, sound(), ORGANISATIONS, "nl")
    book = load_workbook(path)
    book[PARTNERSHIPS]["A9"] = "NIEUW"
    book.save(path)
    [found] = read_workbook(path, ORGANISATIONS)[1]
    assert (found.code, found.level, found.row, found.value) == (
        "register.not_in_config",
        Level.WARNING,
        9,
        "NIEUW",
    )
    assert read_workbook(path)[1] == []


def test_files_that_are_no_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(name: str, content: bytes) -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    assert codes(tmp_path / "nowhere.xlsx") == ["no_file"]
    assert codes(tmp_path) == ["is_directory"]
    monkeypatch.chdir(tmp_path)
    [found] = read_workbook(Path())[1]
    assert (found.code, found.file) == ("register.is_directory", tmp_path.name)
    assert codes(made("empty.xlsx", b"")) == ["unreadable_file"]
    assert codes(made("text.xlsx", b"id,name\nT1,Noor\n")) == ["unreadable_file"]
    assert codes(made("text.csv", b"id,name\nT1,Noor\n")) == ["unreadable_file"]
    assert codes(made("locked.xlsx", bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600))) == ["protected"]
    assert codes(typed_workbook(tmp_path / "other.xlsx", {"Blad1": [["a"], [1]]})) == ["no_sheets"]
    whole = tmp_path / "whole.xlsx"
    write_workbook(whole, sound(), ORGANISATIONS, "nl")
    assert codes(made("half.xlsx", whole.read_bytes()[:3000])) == ["unreadable_file"]


@pytest.mark.parametrize("language", wording.languages())
def test_sentences_of_reading(tmp_path: Path, language: str) -> None:
    path = typed_workbook(
        tmp_path / "register.xlsx",
        {
            "traners": [["id"]],
            "Kladblok": [["x"]],
            "sessions": [["id", "id", "knd", "kleur", "attended"], [DAY, "a", "b", "c", "d"]],
            "meetings": [["hours"], ["x"]],
            "mentors": [["Noor"]],
        },
    )
    findings = [*read_workbook(path)[1], *read_workbook(tmp_path)[1], *read_workbook(tmp_path / "no")[1]]
    assert len({found.code for found in findings}) == 12
    for found in findings:
        sentence = wording.message(found, language)
        assert sentence != found.code
        assert "{" not in sentence
        assert unfilled(found, language) == set()


def test_lists_sheet_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    write_workbook(path, {}, ORGANISATIONS, "nl")
    assert LISTS not in read_workbook(path)[0]
