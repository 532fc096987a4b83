"""Real exports of survey platforms: counts per column as pandas and pyreadstat read the raw file."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from qualitycycle.errors import Refused
from qualitycycle.labels import normalise_header
from qualitycycle.readers import RawExport, read
from qualitycycle.readers.markup import plain
from qualitycycle.readers.structure import read_structure

pytestmark = pytest.mark.corpus

LIME = "exports/limesurvey/"
RHAZN = f"{LIME}rhazn__2025-SPE-data-release__"
PUBLIC = f"{LIME}softwaresaved__international-survey__public_data.csv"
QUALTRICS = "exports/qualtrics/"
BETTER = f"{QUALTRICS}ctesta01__QualtricsTools__Better_Sample_Survey.csv"
ONA = "exports/kobo_xlsform/onaio__onadata__transportation"
SAV = "exports/spss/"


def pandas_text(path: Path, skip: list[int] | None = None) -> pd.DataFrame:
    return pd.read_csv(
        path, dtype=str, encoding="utf-8-sig", keep_default_na=False, na_values=[""], skiprows=skip
    )


def counts(cells: Any) -> Counter[Any]:
    blank = (None, "")
    return Counter(
        cell for cell in cells if cell not in blank and not (isinstance(cell, float) and cell != cell)
    )


def assert_same_counts(export: RawExport, frame: pd.DataFrame) -> None:
    """Every content column holds what pandas has under the same header, answer by answer."""
    theirs = {normalise_header(name): frame[name].tolist() for name in frame.columns}
    for header, column in zip(export.headers, export.columns, strict=True):
        assert counts(column) == counts(theirs[normalise_header(header)]), header


@pytest.mark.parametrize(("name", "rows"), [("answers-ex1.csv", 39), ("answers-ex2.csv", 28)])
def test_limesurvey_in_codes(corpus: Path, tmp_path: Path, name: str, rows: int) -> None:
    """Alone the codes stay; with the questionnaire beside it every code is a label in its language."""
    frame = pandas_text(corpus / (RHAZN + name)).dropna(how="all")
    alone = tmp_path / "alone.csv"
    shutil.copyfile(corpus / (RHAZN + name), alone)
    export = read(alone)
    assert (export.format, len(export.rows), len(frame)) == ("limesurvey", rows, rows)
    assert_same_counts(export, frame)
    assert export.response_ids == frame["id"].tolist()
    labelled = read(corpus / (RHAZN + name))
    structure = read_structure(corpus / f"{RHAZN}exercise1.lss")
    assert structure is not None and len(structure.questions) == 7
    for header, column in zip(labelled.headers, labelled.columns, strict=True):
        options = structure.questions[header].options
        pairs = zip(frame[header], frame["startlanguage"], strict=True)
        expected = [options[code][language] if code in options else code for code, language in pairs]
        assert counts(column) == counts(expected), header
    assert "Sehr einfach" in labelled.columns[3] and "Very easy" in labelled.columns[3]


def test_limesurvey_with_codes_and_texts(corpus: Path) -> None:
    frame = pandas_text(corpus / PUBLIC)
    export = read(corpus / PUBLIC)
    assert (export.format, len(export.rows)) == ("limesurvey", 77)
    joined = [header for header in export.headers if header not in frame.columns]
    assert [header.partition(".")[0] for header in joined] == ["currentEmp13", "proj4can", "ukrse2"]
    parts = 0
    for header, column in zip(export.headers, export.columns, strict=True):
        if header not in joined:
            assert counts(column) == counts(frame[header]), header
            continue
        code = header.partition(".")[0]
        options = [name for name in frame.columns if name.startswith(f"{code}[")]
        parts += len(options)
        for name in options:
            label = name[name.rindex("[") + 1 : -1]
            chosen = sum(label in (cell or "").split("; ") for cell in column)
            assert chosen == (frame[name] == "Yes").sum(), name
    assert len(export.headers) - len(joined) + parts + 1 == len(frame.columns) == 131


@pytest.mark.parametrize(
    ("name", "rows", "skip"),
    [(BETTER, 10, [1, 2]), (f"{QUALTRICS}ropensci__qualtRics__sample.csv", 1, [1, 2])],
)
def test_qualtrics(corpus: Path, name: str, rows: int, skip: list[int]) -> None:
    frame, named = pandas_text(corpus / name, skip), pandas_text(corpus / name)
    export = read(corpus / name)
    assert (export.format, len(export.rows), len(frame)) == ("qualtrics", rows, rows)
    assert_same_counts(export, frame)
    assert (
        export.response_ids == frame[frame.columns[frame.columns.str.casefold() == "responseid"][0]].tolist()
    )
    for at, header in enumerate(export.headers):
        words = plain(named[header].iloc[0])
        loose = export.title(at).replace("[", "").replace("]", "").replace(" ", "").replace("-", "")
        assert loose == words.replace(" ", "").replace("-", ""), header
    assert "130.92.34.66" not in repr(export) and "42.4019" not in repr(export)


def test_qualtrics_in_its_oldest_layout(corpus: Path) -> None:
    path = corpus / f"{QUALTRICS}ropensci__qualtRics__sample_legacy.csv"
    frame = pandas_text(path, [1])
    export = read(path)
    assert (export.headers, export.response_ids) == (("Q1", "Q2"), frame["V1"].tolist())
    assert_same_counts(export, frame)


@pytest.mark.parametrize(("name", "rows"), [("", 1), ("_all", 4), ("_labels_only", 1)])
def test_ona(corpus: Path, name: str, rows: int) -> None:
    path = corpus / f"{ONA}{name}.csv"
    frame = pandas_text(path).replace("n/a", pd.NA)
    export = read(path)
    assert (export.format, len(export.rows), len(frame)) == ("kobo", rows, rows)
    assert export.response_ids == frame["_uuid"].tolist()
    options = [column for column in frame.columns if "types_to_referral_facility/" in column]
    assert len(options) == 10
    chosen = counts(part for cell in export.columns[0] if cell for part in cell.split("; "))
    prefix = options[0].rpartition("/")[0]
    assert chosen == counts(
        o.removeprefix(f"{prefix}/") for o in options for cell in frame[o] if cell == "True"
    )
    for header, column in zip(export.headers[1:], export.columns[1:], strict=True):
        (theirs,) = [name for name in frame.columns if name in (header, f"transport/{header}")]
        assert counts(column) == counts(frame[theirs].dropna()), header


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("Roche__pyreadstat__sample", 5),
        ("Roche__pyreadstat__sample_missing", 7),
        ("tidyverse__haven__umlauts", 4),
    ],
)
def test_spss(corpus: Path, name: str, cases: int) -> None:
    path = corpus / f"{SAV}{name}.sav"
    export = read(path)
    frame, about = pyreadstat.read_sav(path, apply_value_formats=True, formats_as_category=False)
    assert len(export.rows) == len(frame) == cases
    for header, title, column in zip(export.headers, export.titles, export.columns, strict=True):
        assert title == (about.column_names_to_labels[header] or "")
        theirs = [cell for cell in frame[header] if not pd.isna(cell) and cell != ""]
        ours = [cell for cell in column if cell is not None]
        if header in ("mydate", "dtime", "mytime"):
            assert [str(cell).removesuffix(" 00:00:00") for cell in ours] == [
                str(cell).removesuffix(" 00:00:00") for cell in theirs
            ]
        else:
            assert ours == theirs, header


@pytest.mark.parametrize(
    ("name", "tool", "questions", "languages"),
    [
        (f"{RHAZN}exercise1.lss", "limesurvey", 7, ("en", "de")),
        (f"{LIME}softwaresaved__international-survey__uk_core_survey.lss", "limesurvey", 99, ("en",)),
        (f"{LIME}softwaresaved__international-survey__questions_to_import.txt", "limesurvey", 68, ("en",)),
        (f"{LIME}FherStk__teaching-stats-limesurvey__template.txt", "limesurvey", 133, ("ca",)),
        (
            "exports/kobo_xlsform/Edouard-Legoupil__koboloadeR__XLSform_template.xlsx",
            "xlsform",
            28,
            ("en", "Dari"),
        ),
        ("exports/kobo_xlsform/XLSForm__pyxform__or_other.xlsx", "xlsform", 2, ("default",)),
    ],
)
def test_questionnaires(
    corpus: Path, name: str, tool: str, questions: int, languages: tuple[str, ...]
) -> None:
    structure = read_structure(corpus / name)
    assert structure is not None
    assert (structure.tool, len(structure.questions), structure.languages) == (tool, questions, languages)
    with pytest.raises(Refused) as refused:
        read(corpus / name)
    assert [found.code for found in refused.value.findings] == ["platforms.structure"]


def test_the_tab_separated_structure_row_by_row(corpus: Path) -> None:
    """The rows of class A and SQ as the csv module reads them are the options and rows we have."""
    path = corpus / f"{LIME}softwaresaved__international-survey__questions_to_import.txt"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter="\t"))
    structure = read_structure(path)
    assert structure is not None
    asked: list[tuple[str, str, Counter[str]]] = []
    for row in rows:
        if row["class"] == "Q":
            asked.append((row["name"], row["type/scale"], Counter()))
        elif row["class"] in ("SQ", "A"):
            asked[-1][2][row["class"]] += 1
    assert sum(one["A"] for *_, one in asked) == 536 and sum(one["SQ"] for *_, one in asked) == 105
    for code, kind, below in asked:
        found = [q for key, q in structure.questions.items() if key.partition("[")[0] == code]
        if kind in "FQK":
            assert len(found) == below["SQ"], code
        if kind in "L!F":
            assert all(len(question.options) == below["A"] for question in found), code
        if kind == "M":
            assert [len(question.options) for question in found] == [below["SQ"]], code


def test_real_header_rows_of_qualtrics(corpus: Path, tmp_path: Path) -> None:
    """Exports of which only the header rows may be kept, with one made answer below them."""
    known = json.loads((corpus / "exports/headers_only.json").read_text("utf-8"))["files"]
    surveys = [one for one in known if one["format"] == "qualtrics"]
    assert len(surveys) == 3
    for at, one in enumerate(surveys):
        records = one["header_rows"]
        answer = [f"2026-05-04 10:00:0{at}" if "Date" in name else "7" for name in records[0]]
        path = tmp_path / f"{at}.csv"
        with path.open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows([*records, answer])
        export = read(path)
        assert (export.format, export.rows) == ("qualtrics", (len(records) + 1,))
        assert export.submitted is not None and str(export.submitted[0]) == "2026-05-04"
        assert not any(
            header.endswith(("_First Click", "_Page Submit", "_Resolution")) for header in export.headers
        )
        assert len(export.headers) + len(export.dropped) > len(records[0]) / 2 - 20
        assert any(title for title in export.titles)
