"""KoboToolbox, Ona and ODK: paths, split choices, skipped questions, repeats, and the XLSForm."""

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
from tests.readers.conftest import Refusal, Workbook, Write
from tests.readers.platform_twins import PLATFORM_TWINS
from tests.readers.questionnaires import CHOICES, SETTINGS, SURVEY

OWN = ["_id", "_uuid", "_submission_time"]


def own(number: int) -> list[Any]:
    return [number, f"u-{number}", f"2026-05-{number:02}T08:00:00"]


def cells(export: RawExport) -> dict[str, list[Any]]:
    return dict(zip(export.headers, export.columns, strict=True))


def titles(export: RawExport) -> dict[str, str]:
    return dict(zip(export.headers, export.titles, strict=True))


def table(headers: list[str], rows: list[list[Any]], delimiter: str = ";") -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow([*headers, *OWN])
    writer.writerows([*row, *own(number)] for number, row in enumerate(rows, start=1))
    return buffer.getvalue()


@pytest.fixture(params=["kobo", "kobo workbook"])
def twin(tmp_path: Path, request: pytest.FixtureRequest) -> RawExport:
    return read(PLATFORM_TWINS[request.param].write(tmp_path / "export.data"))


def test_the_questions_of_a_form(twin: RawExport) -> None:
    assert cells(twin) == {
        "TRN1": ["5", "4", None],
        "seen": ["video; slides", None, "video"],
        "seen_other": [None, None, None],
        "why": ["board", "colleague/friend", None],
        "remark": [None, "fijn;\nkort", None],
        "school/remark": ["a", "b", None],
    }


def test_what_the_platform_says_of_a_form(twin: RawExport) -> None:
    assert twin.response_ids == ["a", "b", "c"]
    assert twin.submitted == [date(2026, 5, 4), date(2026, 5, 4), date(2026, 5, 5)]
    assert twin.seconds == [90, 300, 120]
    assert twin.completed is None
    assert {"_submitted_by", "deviceid", "phonenumber", "username", "where"} == set(twin.dropped)
    assert "5.1222" not in repr(twin)


def test_repeats_are_told_of_and_left_out(twin: RawExport) -> None:
    told = {found.code: found.details for found in twin.findings}
    assert told["platforms.repeats"] == {"columns": "children"}
    assert not any("children" in header for header in twin.headers)


def test_sheets_of_repeats_are_no_answers(tmp_path: Path, workbook: Workbook) -> None:
    export = read(PLATFORM_TWINS["kobo workbook"].write(tmp_path / "export.xlsx"))
    told = {found.code: found.details for found in export.findings}
    assert told["platforms.repeat_sheets"] == {"sheets": "children"}


def test_odk_central(tmp_path: Path) -> None:
    export = read(PLATFORM_TWINS["odk central"].write(tmp_path / "export.csv"))
    assert (export.headers, export.response_ids) == (("TRN1",), ["uuid:a", "uuid:b"])
    assert export.submitted == [date(2026, 5, 4), date(2026, 5, 5)]


def test_ticks_of_one_and_nought_are_a_choice_only_when_that_is_sure(write: Write) -> None:
    headers = ["g/q/a", "g/q/b", "h/one", "h/two", "n/q", "n/q/a"]
    rows = [["1", "0", "1", "", "a", "1"], ["", "", "0", "1", "", ""], ["0", "1", "", "1", "", "0"]]
    found = cells(read(write(table(headers, rows))))
    assert found["g/q"] == ["a", None, "b"]
    assert found["one"] == ["1", "0", None]  # answered apart: two questions
    assert found["n/q"] == ["a", None, None]


def test_ticks_saved_again_by_a_dutch_excel(write: Write) -> None:
    path = write(table(["seen/a", "seen/b"], [["WAAR", "ONWAAR"], ["ONWAAR", "WAAR"]]))
    assert cells(read(path)) == {"seen": ["a", "b"]}


def test_a_mapping_settles_what_the_ticks_do_not(write: Write) -> None:
    headers = ["g/seen/a", "g/seen/b", "h/one", "h/two"]
    path = write(table(headers, [["1", "", "1", "0"], ["", "", "0", "1"]]))
    assert cells(read(path))["h"] == ["one", "two"]  # whole rows of ticks
    found = cells(read(path, keep=["seen", "one", "two"]))
    assert found == {"seen": ["a", None], "one": ["1", "0"], "two": ["0", "1"]}


def test_headers_in_labels(write: Write) -> None:
    headers = ["What did you see?/Films", "What did you see?/Slides/posters", "Is it clear/unclear?"]
    rows = [["True", "True", "clear"], ["False", "True", "n/a"]]
    found = cells(read(write(table(headers, rows, ","))))
    assert found == {
        "What did you see?": ["Films; Slides/posters", "Slides/posters"],
        "Is it clear/unclear?": ["clear", None],
    }


def test_a_column_that_a_mapping_names_stays(write: Write) -> None:
    path = write(table(["g/seen/a", "g/seen/b", "g/x"], [["True", "False", "1"]]))
    assert set(cells(read(path, keep=["g/seen/a", "g/x"]))) >= {"g/seen/a", "g/x"}


# --- with the form beside it ----------------------------------------------------------

FORM = {"sheet": "survey", "choices": CHOICES, "settings": SETTINGS}


def test_codes_get_the_texts_of_the_form(write: Write, workbook: Workbook) -> None:
    workbook(SURVEY, name="form.xlsx", **FORM)
    headers = ["training/TRN1", "training/seen", "training/colour", "training/colour_other", "remark"]
    rows = [
        ["5", "slides video", "other", "blue", "1"],
        ["1", "", "red", "", ""],
        ["7", "slides x", "", "", ""],
    ]
    export = read(write(table(headers, rows)))
    assert cells(export) == {
        "TRN1": ["eens", "oneens", "7"],
        "seen": ["Dia's; Filmpjes", None, "slides x"],
        "colour": ["Other", "Red", None],
        "colour_other": ["blue", None, None],
        "remark": ["1", None, None],
    }
    assert titles(export) == {
        "TRN1": "Helder?",
        "seen": "Wat zag je?",
        "colour": "Colour",
        "colour_other": "",
        "remark": "Opmerking",
    }
    told = {found.code: found for found in export.findings}
    assert told["platforms.structure_used"].details == {"structure": "form.xlsx"}
    assert (told["platforms.unknown_code"].value, told["platforms.unknown_code"].row) == ("7", 4)


def test_a_stated_form(write: Write, workbook: Workbook, tmp_path: Path) -> None:
    form = workbook(SURVEY, name="form.xlsx", **FORM)
    (tmp_path / "answers").mkdir()
    path = tmp_path / "answers" / "export.csv"
    path.write_text(table(["TRN1"], [["5"]]), encoding="utf-8")
    assert cells(read(path)) == {"TRN1": ["5"]}
    assert cells(read(path, structure=form)) == {"TRN1": ["eens"]}


def test_split_options_get_the_texts_of_the_form(write: Write, workbook: Workbook) -> None:
    workbook(SURVEY, name="form.xlsx", **FORM)
    headers = ["TRN1", "seen/video", "seen/slides"]
    export = read(write(table(headers, [["5", "1", ""], ["1", "1", "1"]])))
    assert cells(export) == {"TRN1": ["eens", "oneens"], "seen": ["Filmpjes", "Filmpjes; Dia's"]}


def test_labels_stay_with_the_form_beside_them(write: Write, workbook: Workbook) -> None:
    workbook(SURVEY, name="form.xlsx", **FORM)
    headers = ["Helder?", "Wat zag je?/Filmpjes", "Wat zag je?/Dia's"]
    export = read(write(table(headers, [["eens", "1", "0"], ["", "", ""]])))
    assert cells(export) == {"Helder?": ["eens", None], "Wat zag je?": ["Filmpjes", None]}
    assert export.titles == ("", "")


def test_two_forms_that_say_different_things(write: Write, workbook: Workbook, refusal: Refusal) -> None:
    workbook(SURVEY, name="a.xlsx", **FORM)
    other = [[cell if cell != "eens" else "zeer eens" for cell in row] for row in CHOICES]
    workbook(SURVEY, name="b.xlsx", **{**FORM, "choices": other})
    (finding,) = [one for one in refusal(write(table(["TRN1"], [["5"]]))) if one.is_error]
    assert (finding.code, finding.details["structures"]) == ("platforms.which_structure", "a.xlsx, b.xlsx")


# --- there and back -------------------------------------------------------------------

OPTIONS = ["video", "slides", "other"]
ROW = st.none() | st.sets(st.sampled_from(OPTIONS), min_size=1)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(ROW, min_size=1, max_size=8),
    marks=st.sampled_from([("1", "0"), ("True", "False")]),
    combined=st.booleans(),
    delimiter=st.sampled_from(";,"),
    path=st.sampled_from(["seen", "training/seen", "a/b/seen"]),
)
def test_random_choices_come_back(
    tmp_path: Path, rows: list[Any], marks: tuple[str, str], combined: bool, delimiter: str, path: str
) -> None:
    """A choice nobody made stays blank, beside a combined column or not."""
    headers = [f"{path}/{option}" for option in OPTIONS]
    ticks = [["" if seen is None else marks[option not in seen] for option in OPTIONS] for seen in rows]
    together = [" ".join(option for option in OPTIONS if seen and option in seen) for seen in rows]
    if combined:
        headers = [path, *headers]
        ticks = [[codes, *row] for codes, row in zip(together, ticks, strict=True)]
    file = tmp_path / "export.csv"
    file.write_text(table([*headers, "open"], [[*row, "x"] for row in ticks], delimiter), encoding="utf-8")
    export = read(file)
    assert export.format == "kobo"
    if any(rows) or combined:
        assert cells(export) == {
            "seen": [codes.replace(" ", "; ") or None for codes in together],
            "open": ["x"] * len(rows),
        }


def test_a_block_of_our_own_form_is_never_one_question(write: Write) -> None:
    """Everybody chose 1 or nothing: that looks like the ticks of one multiple choice."""
    rows = [["1", "1"]] * 3
    export = read(write(table(["qc_block_1/ZEL1", "qc_block_1/ZEL2"], rows)))
    assert export.headers == ("ZEL1", "ZEL2")
    assert read(write(table(["groep/ZEL1", "groep/ZEL2"], rows))).headers == ("groep",)
