"""73,421 real lecture ratings: 1,790 sessions, 1,128 trainers, 662 of them in both arms."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from qualitycycle.workspace import Workspace
from tests.acceptance.places import INSTEVAL, register, workspace_with

FILE = "reference/data/insteval.csv"
MAPPING = """
instrument = "insteval"
moment = "post"
response_id = false
[columns]
"y" = "Y"
[collection]
template = "{d}-{service}"
"""

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def raw(corpus: Path) -> pd.DataFrame:
    return pd.read_csv(corpus / FILE)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, corpus: Path, raw: pd.DataFrame) -> Workspace:
    root = tmp_path_factory.mktemp("insteval") / "ws"
    made = workspace_with(root, instrument=("insteval", INSTEVAL), mapping=("insteval", MAPPING))
    pairs = raw[["d", "service"]].drop_duplicates().sort_values(["d", "service"])
    ids = [f"{d}-{service}" for d, service in pairs.itertuples(index=False)]
    affiliations = {0: "school", 1: "institute"}
    home = {"school": {"board": "B"}, "institute": {"institute": "I"}}
    first = pairs.drop_duplicates("d")
    trainers = [
        {"id": f"T{d}", "name": f"Trainer {d}", "affiliation": affiliations[s], **home[affiliations[s]]}
        for d, s in first.itertuples(index=False)
    ]
    day = date(2025, 9, 1)
    register(
        made,
        {
            "trainers": trainers,
            "sessions": [{"id": id, "kind": "basic", "lead": "ALL"} for id in ids],
            "meetings": [{"session": id, "date": day + timedelta(i % 200)} for i, id in enumerate(ids)],
            "session_trainers": [
                {"session": f"{d}-{s}", "trainer": f"T{d}", "affiliation": affiliations[s]}
                for d, s in pairs.itertuples(index=False)
            ],
        },
    )
    assert (len(ids), len(trainers)) == (1790, 1128)
    [one] = made.import_evaluations([corpus / FILE]).files
    assert (one.status, one.responses) == ("imported", 73421), one.findings
    return made


def test_the_comparison_has_the_right_counts(workspace: Workspace, raw: pd.DataFrame) -> None:
    payload = workspace.compare("variant", reference="school_only").payload
    [found] = payload["comparisons"]
    sizes = raw.groupby("service").size()
    lecturers = raw.groupby("service")["d"].nunique()
    assert payload["reference"] == "school_only"
    assert (found["item"], found["arm"]) == ("Y", "institute_only")
    assert found["responses"] == {"institute_only": sizes[1], "school_only": sizes[0]}
    assert found["sessions"] == {"institute_only": lecturers[1], "school_only": lecturers[0]}
    assert found["trainers"] == found["sessions"]
    means = raw.groupby("service")["y"].mean()
    assert abs(found["mean_difference"]["estimate"] - (means[1] - means[0])) < 0.1
    assert found["mean_difference"]["low"] < found["mean_difference"]["estimate"]
    assert found["design_effect"] > 3


def test_a_trainer_in_both_arms_is_one_block(workspace: Workspace, raw: pd.DataFrame) -> None:
    result = workspace.compare("variant", reference="school_only")
    both = (raw.groupby("d")["service"].nunique() == 2).sum()
    assert both == 662
    assert result.payload["comparisons"][0]["blocks"] == {"all": 1128, "mixed": 662}


def test_internal_counts_equal_pandas(workspace: Workspace, raw: pd.DataFrame) -> None:
    ours = workspace.counts(raw=True).groupby(["collection", "score"])["n"].sum()
    session = raw["d"].astype(str) + "-" + raw["service"].astype(str)
    theirs = (
        raw.assign(collection=session, score=raw["y"].astype(float)).groupby(["collection", "score"]).size()
    )
    pd.testing.assert_series_equal(ours, theirs, check_names=False, check_dtype=False)
