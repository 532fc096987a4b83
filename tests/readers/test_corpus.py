"""Real exports nobody here wrote: every cell as pandas reads it, and never a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from qualitycycle.errors import Refused
from qualitycycle.labels import normalise_header, split_options
from qualitycycle.readers import RawExport, read

pytestmark = pytest.mark.corpus

BUAS = "exports/ms_forms/BredaUniversityGames__curriculum-prioritization-vfx__responses.xlsx"
NGERD = "exports/google_forms/ngerd__Compulsory-Elective-1__survey_responses.xlsx"
BLADEF = "exports/google_forms/BladeF__Thesis-Data-Analysis__survey_responses.csv"
CARPENTRIES = "exports/training_evaluation/carpentries__assessment__20180908_post_clean.csv"
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
        (NGERD, "xlsx", 105, 10),
        (BLADEF, "csv", 18, 15),
        (CARPENTRIES, "csv", 967, 41),
        (INSTEVAL, "csv", 73_421, 7),
    ],
)
def test_every_cell_as_pandas_reads_it(corpus: Path, name: str, format: str, rows: int, columns: int) -> None:
    export = read(corpus / name)
    assert (export.format, len(export.rows), len(export.headers)) == (format, rows, columns)
    assert export.rows == tuple(range(2, rows + 2))
    assert_same_cells(export, pandas_cells(corpus / name))


def test_the_own_columns_of_microsoft_forms(corpus: Path) -> None:
    export, frame = read(corpus / BUAS), pandas_cells(corpus / BUAS)
    assert export.response_ids == [str(number) for number in frame["ID"]]
    assert export.submitted == [moment.date() for moment in frame["Completion time"]]
    assert export.dropped == ("Email", "Name")
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
    outcomes: dict[str, set[str]] = {}
    for path in sorted((corpus / "exports").glob("*/*")):
        try:
            export = read(path)
        except Refused as refused:
            assert all(found.file == path.name for found in refused.findings)
            outcomes[path.name] = {found.code for found in refused.findings if found.is_error}
        else:
            assert export.rows and export.headers
            assert all(len(column) == len(export.rows) for column in export.columns)
            outcomes[path.name] = set()
    refused_for = {name: codes for name, codes in outcomes.items() if codes}
    assert len(outcomes) - len(refused_for) >= 17
    assert refused_for == {
        "Edouard-Legoupil__koboloadeR__XLSform_template.xlsx": {"reading.several_sheets"},
        "XLSForm__pyxform__or_other.xlsx": {"reading.several_sheets"},
        "FherStk__teaching-stats-limesurvey__template.txt": {"reading.blank_response_id"},
        "rhazn__2025-SPE-data-release__exercise1.lss": {"reading.wrong_kind"},
        "softwaresaved__international-survey__uk_core_survey.lss": {"reading.wrong_kind"},
        "ctesta01__QualtricsTools__Better_Sample_Survey.csv": {"reading.more_headers"},
        "ropensci__qualtRics__sample.csv": {"reading.more_headers"},
        "ropensci__qualtRics__sample_legacy.csv": {"reading.more_headers"},
        "Roche__pyreadstat__sample.sav": {"reading.wrong_kind"},
        "Roche__pyreadstat__sample_missing.sav": {"reading.wrong_kind"},
        "tidyverse__haven__umlauts.sav": {"reading.wrong_kind"},
    }


def test_no_address_of_the_samples_gets_through(corpus: Path) -> None:
    """The corpus holds one public test address; no export may carry it."""
    for path in sorted((corpus / "exports").glob("*/*.csv")):
        try:
            export = read(path)
        except Refused as refused:
            assert "130.92.34.66" not in repr(refused.findings)
        else:
            assert "130.92.34.66" not in repr(export)
