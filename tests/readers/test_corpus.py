"""Real exports nobody here wrote: every cell as pandas reads it, and never a traceback."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from qualitycycle import wording
from qualitycycle.errors import Refused
from qualitycycle.labels import normalise_header, split_options
from qualitycycle.readers import RawExport, read
from tests.readers.conftest import Refusal
from tests.readers.files import save_csv

pytestmark = pytest.mark.corpus

BUAS = "exports/ms_forms/BredaUniversityGames__curriculum-prioritization-vfx__responses.xlsx"
NGERD = "exports/google_forms/ngerd__Compulsory-Elective-1__survey_responses.xlsx"
BLADEF = "exports/google_forms/BladeF__Thesis-Data-Analysis__survey_responses.csv"
CARPENTRIES = "exports/training_evaluation/carpentries__assessment__20180908_post_clean.csv"
LONG_TERM = (
    "exports/training_evaluation/carpentries__assessment__20200326-longterm-other_questions-no-open.csv"
)
POST_WORKSHOP = "exports/training_evaluation/coderefinery__post-workshop-survey__2018.csv"
PRE_WORKSHOP = "exports/training_evaluation/coderefinery__pre-workshop-survey__oslo-jun.csv"
QUALITIES = (
    "exports/training_evaluation/elixir-europe-training__Training-Metrics-Database__tango_qualities.csv"
)
IMPACTS = "exports/training_evaluation/elixir-europe-training__Training-Metrics-Database__tango_impacts.csv"
ANSWER_KEY = "carpentries__assessment__2020-longterm-answer-key.csv"
COLUMN_NAMES = "carpentries__assessment__2020-longterm-column-names.csv"
INSTEVAL = "reference/data/insteval.csv"


def pandas_cells(path: Path) -> pd.DataFrame:
    if path.suffix == ".xlsx":
        return pd.read_excel(path, engine="openpyxl", keep_default_na=False, na_values=[""])
    return pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False, na_values=[""])


def assert_same_cells(export: RawExport, frame: pd.DataFrame) -> None:
    """Every content column equals pandas' own; whitespace-only cells are blank."""
    by_name = {normalise_header(name): frame[name].tolist() for name in frame.columns}
    assert len(export.rows) == len(frame)
    for header, column in zip(export.headers, export.columns, strict=True):
        theirs = [blank_or(cell) for cell in by_name[normalise_header(header)]]
        assert column == theirs, header


def blank_or(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell if cell.strip() else None
    return None if pd.isna(cell) else cell


@pytest.mark.parametrize(
    ("name", "format", "rows", "columns"),
    [
        (BUAS, "ms_forms", 230, 17),
        (NGERD, "google_forms", 105, 10),
        (BLADEF, "google_forms", 18, 15),
        (CARPENTRIES, "csv", 967, 41),
        (LONG_TERM, "csv", 176, 24),
        (POST_WORKSHOP, "csv", 65, 18),
        (QUALITIES, "csv", 200, 9),
        (IMPACTS, "csv", 200, 13),
        (INSTEVAL, "csv", 73_421, 7),
    ],
)
def test_every_cell_as_pandas_reads_it(corpus: Path, name: str, format: str, rows: int, columns: int) -> None:
    export = read(corpus / name)
    assert (export.format, len(export.rows), len(export.headers)) == (format, rows, columns)
    assert export.rows == tuple(range(2, rows + 2))
    assert_same_cells(export, pandas_cells(corpus / name))


def test_the_options_of_a_typeform_are_counted_as_pandas_counts_them(corpus: Path) -> None:
    """Every column of the file is in one column of the export, with as many answers per option."""
    path = corpus / PRE_WORKSHOP
    export, frame = read(path), pandas_cells(path)
    assert (export.format, len(export.rows), len(export.headers)) == ("typeform", 42, 17)
    options = [found.details["options"].split("; ") for found in export.findings]
    assert [len(group) for group in options] == [10, 12, 12, 7, 6, 9]
    chosen = dict(zip((found.column for found in export.findings), options, strict=True))
    raw = iter([name for name in frame.columns if not name.endswith("(UTC)")])
    for header, column in zip(export.headers, export.columns, strict=True):
        theirs = [frame[next(raw)] for _ in chosen.get(header, [header])]
        expected = Counter(cell for column in theirs for cell in column if not pd.isna(cell))
        cells = [cell for cell in column if cell is not None]
        if header in chosen:
            cells = [part for cell in cells for part in cell.split("; ")]
        assert Counter(cells) == expected, header
    assert next(raw, None) is None


def test_the_moments_of_a_typeform(corpus: Path) -> None:
    export, frame = read(corpus / PRE_WORKSHOP), pandas_cells(corpus / PRE_WORKSHOP)
    start, submit = (pd.to_datetime(frame[f"{name} Date (UTC)"]) for name in ("Start", "Submit"))
    assert export.submitted == [moment.date() for moment in submit]
    assert export.seconds == [(end - begin).total_seconds() for begin, end in zip(start, submit, strict=True)]


def test_the_own_columns_of_microsoft_forms(corpus: Path) -> None:
    export, frame = read(corpus / BUAS), pandas_cells(corpus / BUAS)
    assert export.response_ids == [str(number) for number in frame["ID"]]
    assert export.submitted == [moment.date() for moment in frame["Completion time"]]
    assert export.dropped == ("Email", "Name")
    took = frame["Completion time"] - frame["Start time"]
    assert export.seconds == [time.total_seconds() for time in took]
    assert export.findings == ()


def test_the_day_of_submission_of_google_forms(corpus: Path) -> None:
    frame = pandas_cells(corpus / BLADEF)
    days = pd.to_datetime(frame["Timestamp"], format="%m/%d/%Y %H:%M:%S")
    assert read(corpus / BLADEF).submitted == [day.date() for day in days]
    assert read(corpus / NGERD).submitted == [day.date() for day in pandas_cells(corpus / NGERD)["Timestamp"]]


def test_a_separator_inside_an_option(corpus: Path) -> None:
    """230 answers that all end in the separator; the third option holds it."""
    export = read(corpus / BUAS)
    at = next(at for at, header in enumerate(export.headers) if header.startswith("For technical roles"))
    scripting = "Tools & Pipeline Scripting (Python for VFX; Python/C# for Games)"
    cells = export.columns[at]
    assert all(cell.endswith(";") for cell in cells)
    chosen = [split_options(cell, [scripting]) for cell in cells]
    assert sum(known == [scripting] for known, _ in chosen) == sum(scripting in cell for cell in cells) > 0
    assert not any("Python" in other for _, others in chosen for other in others)
    assert [others for _, others in (split_options(cell, []) for cell in cells)] == [
        [*known_in_order(cell, scripting)] for cell in cells
    ]


def known_in_order(cell: str, scripting: str) -> list[str]:
    """The options of a cell, its separators inside parentheses protected by hand."""
    shader = "Shader Authoring (HLSL for Games; OSL/RenderMan, Karma, Arnold for VFX)"
    for whole in (scripting, shader):
        cell = cell.replace(whole, whole.replace(";", "\0"))
    return [part.replace("\0", ";").strip() for part in cell.split(";") if part.strip()]


def test_every_file_reads_or_says_why(corpus: Path) -> None:
    for path in sorted((corpus / "exports").glob("*/*")):
        try:
            export = read(path)
        except Refused as refused:
            assert any(found.is_error for found in refused.findings)
            for found in refused.findings:
                assert found.file == path.name
                assert all(wording.message(found, language) != found.code for language in wording.languages())
        else:
            assert export.rows and export.headers
            assert all(len(column) == len(export.rows) for column in export.columns)


def test_only_what_explains_another_file_is_refused(corpus: Path, refusal: Refusal) -> None:
    """Of the files of form tools and of training evaluations, every one with answers reads."""
    refused = {}
    for folder in ("ms_forms", "google_forms", "training_evaluation"):
        for path in sorted((corpus / "exports" / folder).iterdir()):
            try:
                read(path)
            except Refused:
                (found,) = refusal(path)
                refused[path.name] = (found.code, found.details["columns"])
    assert refused == {
        ANSWER_KEY: ("reading.dictionary", "column, verbatim, short"),
        COLUMN_NAMES: ("reading.dictionary", "original_name, short_name"),
    }


FORM_TOOLS = ("ms_forms", "google_forms", "surveymonkey")
MOMENTS = {"ms_forms": "5/25/26 9:30:00", "google_forms": "5/25/2026 9:30:00"}


def test_every_real_header_row_is_known_for_what_it_is(corpus: Path, tmp_path: Path) -> None:
    """The header rows of exports that hold personal data, with an answer of our own below each."""
    described = json.loads((corpus / "exports" / "headers_only.json").read_text(encoding="utf-8"))["files"]
    seen = Counter(file["format"] for file in described if file["format"] in FORM_TOOLS)
    assert seen == {"ms_forms": 6, "google_forms": 6, "surveymonkey": 1}
    for file in described:
        if file["format"] in FORM_TOOLS:
            rows = file["header_rows"]
            answer = [_answer(file["format"], at, header) for at, header in enumerate(rows[0])]
            save_csv([*rows, answer], tmp_path / "export.csv", quote_all=True)
            export = read(tmp_path / "export.csv")
            assert (export.format, export.rows) == (file["format"], (len(rows) + 1,)), file["path"]
            names = set(map(normalise_header, (*export.headers, *export.dropped)))
            assert not names & {"timestamp", "tijdstempel", "id", "completion time", "total points"}
            assert export.submitted is not None


def _answer(format: str, at: int, header: str) -> str:
    is_time = "time" in header.casefold() or (format == "google_forms" and at == 0)
    return MOMENTS.get(format, "") if is_time and len(header.split()) < 4 else f"answer {at}"


def test_no_address_of_the_samples_gets_through(corpus: Path) -> None:
    """The corpus holds one public test address; no export may carry it."""
    for path in sorted((corpus / "exports").glob("*/*.csv")):
        try:
            export = read(path)
        except Refused as refused:
            assert "130.92.34.66" not in repr(refused.findings)
        else:
            assert "130.92.34.66" not in repr(export)
