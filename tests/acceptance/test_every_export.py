"""Every real export: proposed, drafted and imported, and counted again by pandas from the raw file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from deltalake import DeltaTable

from qualitycycle.labels import normalise_header, normalise_label
from qualitycycle.workspace import Workspace, init_workspace
from tests.acceptance.places import register


class Export(NamedTuple):
    """A file of the corpus, its responses, and header records after the first."""

    path: str
    responses: int
    more_headers: int = 0


EXPORTS = [
    Export("ms_forms/BredaUniversityGames__curriculum-prioritization-vfx__responses.xlsx", 230),
    Export("google_forms/ngerd__Compulsory-Elective-1__survey_responses.xlsx", 105),
    Export("google_forms/BladeF__Thesis-Data-Analysis__survey_responses.csv", 18),
    Export("limesurvey/rhazn__2025-SPE-data-release__answers-ex1.csv", 39),
    Export("limesurvey/rhazn__2025-SPE-data-release__answers-ex2.csv", 28),
    Export("limesurvey/softwaresaved__international-survey__public_data.csv", 77),
    Export("qualtrics/ropensci__qualtRics__sample.csv", 1, 2),
    Export("qualtrics/ropensci__qualtRics__sample_legacy.csv", 1, 1),
    Export("qualtrics/ctesta01__QualtricsTools__Better_Sample_Survey.csv", 10, 2),
    Export("kobo_xlsform/onaio__onadata__transportation.csv", 1),
    Export("kobo_xlsform/onaio__onadata__transportation_all.csv", 4),
    Export("kobo_xlsform/onaio__onadata__transportation_labels_only.csv", 1),
    Export("spss/Roche__pyreadstat__sample.sav", 5),
    Export("spss/Roche__pyreadstat__sample_missing.sav", 7),
    Export("spss/tidyverse__haven__umlauts.sav", 4),
    Export("training_evaluation/carpentries__assessment__20180908_post_clean.csv", 967),
    Export("training_evaluation/carpentries__assessment__20200326-longterm-other_questions-no-open.csv", 176),
    Export("training_evaluation/coderefinery__post-workshop-survey__2018.csv", 65),
    Export("training_evaluation/coderefinery__pre-workshop-survey__oslo-jun.csv", 42),
    Export("training_evaluation/elixir-europe-training__Training-Metrics-Database__tango_qualities.csv", 200),
    Export("training_evaluation/elixir-europe-training__Training-Metrics-Database__tango_impacts.csv", 200),
]
EXPLAINED = [
    "limesurvey/rhazn__2025-SPE-data-release__exercise1.lss",
    "limesurvey/softwaresaved__international-survey__uk_core_survey.lss",
    "limesurvey/softwaresaved__international-survey__questions_to_import.txt",
    "limesurvey/FherStk__teaching-stats-limesurvey__template.txt",
    "kobo_xlsform/Edouard-Legoupil__koboloadeR__XLSform_template.xlsx",
    "kobo_xlsform/XLSForm__pyxform__or_other.xlsx",
    "training_evaluation/carpentries__assessment__2020-longterm-answer-key.csv",
    "training_evaluation/carpentries__assessment__2020-longterm-column-names.csv",
]
MISSING = {"", "na", "n/a", "-", "--"}


@pytest.fixture
def region(tmp_path: Path) -> Workspace:
    workspace = init_workspace(tmp_path / "region", "nl")
    partnership = next(iter(workspace.config.organisations.partnerships))
    register(
        workspace,
        {
            "trainers": [{"id": "T1", "affiliation": "school"}],
            "sessions": [{"id": "S1", "kind": "basic", "lead": partnership}],
            "session_trainers": [{"session": "S1", "trainer": "T1"}],
            "meetings": [{"session": "S1", "date": date(2018, 9, 10)}],
        },
    )
    return workspace


@pytest.mark.corpus
@pytest.mark.parametrize("export", EXPORTS, ids=lambda one: Path(one.path).stem[-40:])
def test_a_draft_imports_every_row_and_every_answer(export: Export, region: Workspace, corpus: Path) -> None:
    path = corpus / "exports" / export.path
    matched = region.match(path, draft=True)
    report = matched.workspace.import_evaluations([path], session="S1")
    assert report.exit_code == 0, report.files[0].findings
    assert report.files[0].responses == export.responses
    again = matched.workspace.import_evaluations([path], session="S1")
    assert [one.status for one in again.files] == ["already_imported"]
    counted = 0
    for item, cells in columns(export, path, matched.workspace):
        kind, given = stored(matched.workspace, item)
        expected = Counter(text for text in map(spelled, cells) if text not in MISSING)
        if kind in ("open", "multi"):
            assert given.total() == expected.total(), item
        else:
            assert sorted(given.values()) == sorted(expected.values()), item
        counted += 1
    assert counted >= 0.6 * len(matched.workspace.config.instruments[matched.proposals.instrument.id].items)


@pytest.mark.corpus
@pytest.mark.parametrize("name", EXPLAINED, ids=lambda one: Path(one).stem[-40:])
def test_what_explains_answers_is_not_taken_for_answers(name: str, region: Workspace, corpus: Path) -> None:
    report = region.import_evaluations([corpus / "exports" / name], session="S1")
    assert report.exit_code == 1
    assert {found.code for found in report.files[0].findings if found.is_error} <= {
        "platforms.structure",
        "reading.dictionary",
    }
    assert region.history() == []


def columns(export: Export, path: Path, workspace: Workspace) -> Iterator[tuple[str, list[Any]]]:
    """The items that one raw column answers, each with its raw cells."""
    [mapping] = workspace.config.mappings.values()
    frame = raw(path, export.more_headers)
    places = {normalise_header(name): place for place, name in enumerate(numbered(frame[0]))}
    for header, item in mapping.columns.items():
        if (place := places.get(normalise_header(header))) is not None:
            yield item, [row[place] for row in frame[1:]]


def raw(path: Path, more_headers: int) -> list[list[Any]]:
    """The records of the file by pandas or pyreadstat: a header, then the answers."""
    if path.suffix == ".sav":
        import pyreadstat

        frame, meta = pyreadstat.read_sav(str(path), user_missing=False)
        return [list(meta.column_names), *frame.astype(object).where(frame.notna(), None).values.tolist()]
    if path.suffix == ".xlsx":
        frame = pd.read_excel(path, header=None, dtype=str, keep_default_na=False, engine="openpyxl")
    else:
        frame = pd.read_csv(path, header=None, dtype=str, keep_default_na=False)
    records = [row for row in frame.values.tolist() if any(str(cell).strip() for cell in row)]
    return [records[0], *records[1 + more_headers :]]


def numbered(headers: list[Any]) -> list[str]:
    seen: Counter[str] = Counter()
    names = []
    for header in map(str, headers):
        seen[normalise_header(header)] += 1
        n = seen[normalise_header(header)]
        names.append(header if n == 1 else f"{header.rstrip()}#{n}")
    return names


def spelled(cell: Any) -> str:
    if cell is None:
        return ""
    whole = isinstance(cell, float) and cell.is_integer()
    return normalise_label(str(int(cell)) if whole else str(cell))


def stored(workspace: Workspace, item: str) -> tuple[str, Counter[str]]:
    """The kind of the item, and how many responses gave each of its answers."""
    rows = DeltaTable(Path(workspace.evaluations.where) / "answers").to_pandas()
    own = rows[(rows["item"] == item) & rows["state"].isin(["answered", "not_applicable"])]
    [instrument] = [one for one in workspace.config.instruments.values() if item in {i.id for i in one.items}]
    kind = instrument.scale_of(item).kind
    if kind in ("open", "multi"):
        return kind, Counter({"all": own["response_id"].nunique()})
    return kind, Counter(map(str, own[["state", "score", "option"]].itertuples(index=False, name=None)))
