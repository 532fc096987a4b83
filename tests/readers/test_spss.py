"""SPSS files: labels, missing values and ranges, sets of several answers, encodings, other tools."""

from __future__ import annotations

import struct
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from qualitycycle.readers import RawExport, read
from tests.readers.conftest import Refusal, Write

Labels = dict[str, dict[Any, str]]


def sav(path: Path, columns: dict[str, list[Any]], **described: Any) -> Path:
    pyreadstat.write_sav(pd.DataFrame(columns), path, **described)
    return path


def cells(export: RawExport) -> dict[str, list[Any]]:
    return dict(zip(export.headers, export.columns, strict=True))


def with_sets(path: Path, described: str) -> Path:
    """The file with a record of multiple-response sets (7, subtype 7) before the end of its dictionary."""
    data = path.read_bytes()
    text = described.encode()
    record = struct.pack("<iiii", 7, 7, 1, len(text)) + text
    end = data.index(struct.pack("<ii", 999, 0))
    path.write_bytes(data[:end] + record + data[end:])
    return path


def test_labels_are_the_answers_and_the_questions(tmp_path: Path) -> None:
    path = sav(
        tmp_path / "a.sav",
        {"TRN1": [1.0, 2.0, 5.0, None], "school": ["w", "e", "", "q"]},
        column_labels=["  De trainer\nwas helder ", ""],
        variable_value_labels={
            "TRN1": {1.0: "oneens", 2.0: " ", 5.0: "eens ", 9.0: "nooit gekozen"},
            "school": {"w": "De Wilg", "e": "De Eik"},
        },
    )
    export = read(path)
    assert export.format == "spss"
    assert cells(export) == {"TRN1": ["oneens", 2, "eens", None], "school": ["De Wilg", "De Eik", None, "q"]}
    assert (export.titles, export.title(1)) == (("De trainer was helder", ""), "school")
    assert export.rows == (2, 3, 4, 5)


def test_missing_values_and_ranges_are_blank_and_counted(tmp_path: Path) -> None:
    path = sav(
        tmp_path / "a.sav",
        {"a": [1.0, 99.0, -5.0, None], "b": [7.5, -999.0, 0.0, 8.0], "c": ["ja", "Z", "nee", "Z"]},
        missing_ranges={"a": [99.0, -5.0], "b": [{"lo": -999.0, "hi": 0.0}], "c": ["Z"]},
        variable_value_labels={"a": {99.0: "weet niet"}},
    )
    export = read(path)
    assert cells(export)["a"] == [1, None, None, None]
    assert cells(export)["b"] == [7.5, None, None, 8]
    assert cells(export)["c"] == ["ja", None, "nee", None]
    told = {found.column: found.count for found in export.findings if found.code == "platforms.user_missing"}
    assert told == {"a": 2, "b": 2, "c": 2}


def test_a_case_with_only_missing_values_is_a_case(tmp_path: Path) -> None:
    path = sav(tmp_path / "a.sav", {"a": [1.0, 99.0, None]}, missing_ranges={"a": [99.0]})
    export = read(path)
    assert (export.rows, export.columns) == ((2, 3), ([1, None],))


def test_moments_are_plain(tmp_path: Path) -> None:
    columns = {
        "day": [date(2026, 5, 4), date(1880, 1, 1)],
        "moment": [datetime(2026, 5, 4, 10, 1, 2)] * 2,
        "clock": [time(10, 1, 2), time(0, 0)],
    }
    export = read(sav(tmp_path / "a.sav", columns))
    assert cells(export) == {
        "day": [datetime(2026, 5, 4), datetime(1880, 1, 1)],
        "moment": [datetime(2026, 5, 4, 10, 1, 2)] * 2,
        "clock": ["10:01:02", "00:00:00"],
    }


SET_COLUMNS = {
    "before": [1.0, 2.0, 3.0],
    "s1": [1.0, 0.0, None],
    "s2": [1.0, 0.0, None],
    "c1": [1.0, 2.0, None],
    "c2": [2.0, None, None],
    "after": [7.0, 8.0, 9.0],
}
SET_LABELS: Labels = {
    "s1": {1.0: "Ja"},
    "c1": {1.0: "lezen", 2.0: "rekenen"},
    "c2": {1.0: "lezen", 2.0: "rekenen"},
}


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    path = sav(
        tmp_path / "a.sav",
        SET_COLUMNS,
        column_labels=["", "Filmpjes", "Dia's", "Eerste vak", "Tweede vak", ""],
        variable_value_labels=SET_LABELS,
    )
    return with_sets(path, "$seen=D1 1 12 Wat zag je? S1 S2\n$subjects=C 7 Vakken? C1 C2\n")


def test_a_set_of_several_answers_is_one_column(sets: Path) -> None:
    assert set(pyreadstat.read_sav(sets)[1].mr_sets) == {"seen", "subjects"}
    export = read(sets)
    assert export.headers == ("before", "seen", "subjects", "after")
    assert cells(export)["seen"] == ["Filmpjes; Dia's", None, None]
    assert cells(export)["subjects"] == ["lezen; rekenen", "rekenen", None]
    assert export.titles == ("", "Wat zag je?", "Vakken?", "")


def test_a_set_of_which_a_mapping_names_a_part_stays_apart(sets: Path) -> None:
    export = read(sets, keep=["s2"])
    assert export.headers == ("before", "s1", "s2", "subjects", "after")


@pytest.mark.parametrize("ending", ["sav", "zsav", "csv"])
def test_compressed_and_renamed(tmp_path: Path, ending: str) -> None:
    path = sav(tmp_path / f"a.{ending}", {"a": ["één", "ü"]}, compress=ending == "zsav")
    assert read(path).columns == (["één", "ü"],)


def test_windows_1252(tmp_path: Path) -> None:
    """The file says so itself: the record of its encoding is changed with the texts."""
    path = sav(tmp_path / "a.sav", {"a": ["geen"]}, column_labels=["pret__"])
    data = path.read_bytes()
    assert b"UTF-8" in data and b"geen" in data
    data = data.replace(
        struct.pack("<iii", 20, 1, 5) + b"UTF-8", struct.pack("<iii", 20, 1, 12) + b"windows-1252"
    )
    path.write_bytes(data.replace(b"geen", b"g\xe9\xe9n").replace(b"pret__", "prét_é".encode("windows-1252")))
    export = read(path)
    assert (export.columns, export.titles) == ((["géén"],), ("prét_é",))


def test_a_file_that_qualtrics_made(tmp_path: Path) -> None:
    columns = {
        "StartDate": [datetime(2026, 5, 4, 10)] * 3,
        "EndDate": [datetime(2026, 5, 4, 11)] * 3,
        "Status": [0.0, 1.0, 0.0],
        "IPAddress": ["192.0.2.1", "", ""],
        "Duration__in_seconds_": [60.0, 1.0, 61.0],
        "Finished": [1.0, 1.0, 0.0],
        "ResponseId": ["R_1", "R_2", "R_3"],
        "UserLanguage": ["NL", "NL", "EN"],
        "Q7_1": [1.0, 2.0, 1.0],
    }
    labels: Labels = {
        "Status": {0.0: "IP Address", 1.0: "Survey Preview"},
        "Finished": {0.0: "False", 1.0: "True"},
    }
    export = read(sav(tmp_path / "a.sav", columns, variable_value_labels=labels))
    assert (export.headers, export.response_ids) == (("Q7_1",), ["R_1", "R_3"])
    assert (export.completed, export.seconds, export.languages) == ([True, False], [60, 61], ["nl", "en"])
    assert "platforms.preview_rows" in {found.code for found in export.findings}


def test_a_file_that_kobo_made(tmp_path: Path) -> None:
    columns = {"var1": ["5", "4"], "var2": ["u-1", "u-2"], "var3": ["piet", "an"], "var4": ["a", "b"]}
    labels = ["training/TRN1", "_uuid", "_submitted_by", "Wat vond je?"]
    export = read(sav(tmp_path / "a.sav", columns, column_labels=labels))
    assert (export.headers, export.response_ids) == (("training/TRN1", "var4"), ["u-1", "u-2"])
    assert (export.titles, export.dropped) == (("", "Wat vond je?"), ("_submitted_by",))


def test_a_name_behind_a_code_stays_outside(tmp_path: Path) -> None:
    path = sav(tmp_path / "a.sav", {"Q1": ["Piet"], "Q2": [5.0]}, column_labels=["Wat is je naam?", "Cijfer"])
    export = read(path)
    assert (export.headers, export.dropped) == (("Q2",), ("Q1",))


@pytest.mark.parametrize("size", [10, 200, 400])
def test_a_damaged_file_is_refused(tmp_path: Path, write: Write, refusal: Refusal, size: int) -> None:
    data = sav(tmp_path / "a.sav", {"a": [1.0, 2.0]}).read_bytes()
    (finding,) = refusal(write(data[:size], "half.sav"))
    assert finding.code == "platforms.broken_sav"


def test_without_the_extra_the_reader_says_what_to_install(
    tmp_path: Path, refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sav(tmp_path / "a.sav", {"a": [1.0]})
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    (finding,) = refusal(path)
    assert finding.code == "platforms.spss_extra"
