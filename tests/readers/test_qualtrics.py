"""Qualtrics in its five layouts: header records, titles, rows that are no answers, split choices."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualitycycle.readers import RawExport, read
from tests.readers.conftest import Refusal, Write
from tests.readers.platform_twins import PLATFORM_TWINS, json_id, python_id


@pytest.fixture
def twin(tmp_path: Path, request: pytest.FixtureRequest) -> RawExport:
    return read(PLATFORM_TWINS[request.param].write(tmp_path / "export.data"))


def cells(export: RawExport) -> dict[str, list[Any]]:
    return dict(zip(export.headers, export.columns, strict=True))


def titles(export: RawExport) -> dict[str, str]:
    return dict(zip(export.headers, export.titles, strict=True))


NEW = pytest.mark.parametrize("twin", ["qualtrics", "qualtrics tabs", "qualtrics workbook"], indirect=True)


@NEW
def test_what_qualtrics_says_of_a_response(twin: RawExport) -> None:
    assert twin.response_ids == ["R_1", "R_3", "R_5"]
    assert twin.submitted == [date(2026, 5, 4)] * 3
    assert twin.completed == [True, False, True]
    assert twin.seconds == [39, 12.5, None]
    assert twin.languages == ["nl", "de", None]


@NEW
def test_previews_and_spam_are_left_out_and_counted(twin: RawExport) -> None:
    (found,) = [one for one in twin.findings if one.code == "platforms.preview_rows"]
    first = twin.rows[0]
    assert (found.count, found.row, found.details["rows"]) == (2, first + 1, f"{first + 1}, {first + 3}")
    assert "platforms.incomplete" in {one.code for one in twin.findings}


@NEW
def test_the_columns_that_are_questions(twin: RawExport) -> None:
    assert twin.headers == (
        *("Q1", "Q17_1", "Q17_2", "Q3", "Q3_9_TEXT"),
        *("1_Q4#1_1", "1_Q4#1_2", "1_Q4#2_1", "1_Q4#2_2", "Q13_2", "session"),
    )
    assert {"IPAddress", "RecipientLastName", "RecipientEmail", "Q12", "Q13_1"} <= set(twin.dropped)


@NEW
def test_titles_are_plain_and_tell_the_item_from_its_stem(twin: RawExport) -> None:
    found = titles(twin)
    assert found["Q1"] == "How was it?"
    assert found["Q17_1"] == "The trainer [was clear]"
    assert found["Q17_2"] == "The trainer [was on time - always]"
    assert found["1_Q4#1_2"] == "I could - BEFORE [listen]"
    assert found["1_Q4#2_1"] == "I could - AFTER [plan]"
    assert found["Q3"] == "What did you see?"
    assert found["Q3_9_TEXT"] == "What did you see? - Other - Text"
    assert found["session"] == ""


@NEW
def test_a_split_choice_is_one_column(twin: RawExport) -> None:
    found = cells(twin)
    assert found["Q3"] == ["Videos; Slides", None, "Slides"]
    assert found["Q3_9_TEXT"] == [None, "a poster", None]
    assert found["session"] == ["S-01", "S-02", "S-02"]  # embedded data stays


def test_options_that_a_mapping_names_stay_apart(tmp_path: Path) -> None:
    export = read(PLATFORM_TWINS["qualtrics"].write(tmp_path / "a.csv"), keep=["Q3_2"])
    assert cells(export)["Q3_2"] == ["Slides", None, "Slides"]


def test_a_choice_that_nobody_made_is_one_column_when_a_mapping_names_it(write: Write) -> None:
    names = TWO_HEADERS.replace("Q1", "Q3_1,Q3_2").replace("Why?", "Seen? - A,Seen? - B")
    path = write(names + "2026-05-04,2026-05-04,0,True,R_1,,\n")
    assert read(path).headers == ("Q3_1", "Q3_2")
    assert cells(read(path, keep=["Q3"])) == {"Q3": [None]}


@pytest.mark.parametrize("twin", ["qualtrics old"], indirect=True)
def test_the_oldest_files_call_their_columns_by_number(twin: RawExport) -> None:
    assert (twin.headers, twin.response_ids) == (("q2_1", "q2_2"), ["R_1", "R_2"])
    assert twin.titles == ("Which fruit? [Apple]", "Which fruit? [Melon-water]")
    assert (twin.completed, twin.seconds) == ([True, False], [39, 60])
    assert set(twin.dropped) >= {"Name", "EmailAddress", "IPAddress", "ExternalDataReference"}


@pytest.mark.parametrize("twin", ["qualtrics python"], indirect=True)
def test_import_ids_as_python_text(twin: RawExport) -> None:
    assert (twin.headers, twin.titles) == (
        ("q4_rank_1", "q4_rank_2"),
        ("Rank these [Kiwi]", "Rank these [Fig]"),
    )
    (tests,) = [one for one in twin.findings if one.code == "platforms.test_rows"]
    assert (tests.count, twin.rows) == (2, (4, 5))


TWO_HEADERS = (
    "StartDate,EndDate,Status,Finished,ResponseId,Q1\n"
    "Start Date,End Date,Response Type,Finished,Response ID,Why?\n"
)


def test_one_header_record_and_no_other(write: Write) -> None:
    header = "StartDate,EndDate,Progress,Finished,ResponseId,Q1\n"
    export = read(write(header + "2026-05-04 10:00:00,2026-05-04 10:01:00,100,1,R_1,8\n"))
    assert (export.format, export.headers, export.rows) == ("qualtrics", ("Q1",), (2,))
    assert export.seconds == [60]


def test_only_previews_is_a_file_without_answers(write: Write, refusal: Refusal) -> None:
    findings = refusal(write(TWO_HEADERS + "2026-05-04,2026-05-04,Spam,True,R_1,x\n"))
    assert {found.code for found in findings} >= {"reading.no_rows", "platforms.preview_rows"}


def test_a_repeated_id_is_an_error(write: Write, refusal: Refusal) -> None:
    (finding,) = refusal(write(TWO_HEADERS + "2026-05-04,2026-05-04,0,True,R_1,x\n" * 2))
    assert (finding.code, finding.row) == ("reading.duplicate_response_id", 3)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
ANSWER = st.tuples(TEXT | st.just(""), st.sets(st.sampled_from(["Videos", "Slides; more"])), st.booleans())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(ANSWER, min_size=1, max_size=8),
    delimiter=st.sampled_from(",\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    notation=st.sampled_from([json_id, python_id, None]),
)
def test_random_answers_come_back(
    tmp_path: Path, rows: list[Any], delimiter: str, encoding: str, notation: Any
) -> None:
    own = ["StartDate", "EndDate", "Status", "Finished", "ResponseId"]
    options = ["Videos", "Slides; more"]
    asked = ["Q1", "Q2_1", "Q2_2"]
    words = ["Why - really?", *(f"What did you see? - {option}" for option in options)]
    records = [[*own, *asked], ["Start Date", "End Date", "Response Type", "Finished", "Response ID", *words]]
    if notation is not None:
        records.append([notation(name) for name in (*own, *asked)])
    for number, (why, seen, finished) in enumerate(rows):
        ticks = [option if option in seen else "" for option in options]
        moment = "2026-05-04 10:00:00"
        records.append([moment, moment, "0", str(finished), f"R_{number}", why, *ticks])
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows(records)
    path = tmp_path / "export.csv"
    path.write_bytes(buffer.getvalue().encode(encoding))
    export = read(path)
    assert (export.format, export.completed) == ("qualtrics", [finished for *_, finished in rows])
    found = cells(export)
    assert [cell or "" for cell in found["Q1"]] == [why for why, *_ in rows]
    assert export.title(0) == "Why - really?"
    if any(seen for _, seen, _ in rows):
        assert found["Q2"] == [
            "; ".join(option for option in options if option in seen) or None for _, seen, _ in rows
        ]
