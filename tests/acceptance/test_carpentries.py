"""967 real evaluations of a train-the-trainer course, 80 cohorts, through the front door."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from qualitycycle.workspace import FileImport, Workspace, open_workspace
from tests.acceptance.places import register, workspace_with

FILE = "exports/training_evaluation/carpentries__assessment__20180908_post_clean.csv"
INSTRUMENT = Path(__file__).with_name("carpentries.toml").read_text()
ITEMS = {
    "TIME": "InformationReasonableTime",
    "ATM": "AtmosphereWelcoming",
    "SKILLS": "LearnedSkills",
    "MATERIAL": "Material",
    "WORTH": "Worth",
    "PACE": "Pace",
    "HANDSON": "HandsOn",
    "CLEAR": "TrainersClearAnswers",
    "CONSIDERATE": "TrainersConsiderate",
    "COMMUNICATE": "TrainersCommunicators",
    "ENTHUSIASTIC": "TrainersEnthusiastic",
    "NEW": "NewInformation",
    "RECOMMEND": "LikelyToRecommend",
}
NOT_LISTED = "My training event is not listed"
COLUMNS = "\n".join(f'"{header}" = "{item}"' for item, header in ITEMS.items())
MAPPING = f"""
instrument = "carpentries-it"
moment = "post"
response_id = false
link_code = "UniqueID"
[columns]
{COLUMNS}
[collection]
column = "MemberSite"
[collection.values]
"""
RULE = f"""
"{NOT_LISTED}" = "collecting"
"" = "collecting"
"""

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def raw(corpus: Path) -> pd.DataFrame:
    return pd.read_csv(corpus / FILE, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, raw: pd.DataFrame) -> Workspace:
    root = tmp_path_factory.mktemp("carpentries") / "ws"
    sites = raw["MemberSite"].str.replace("\xa0", " ").str.strip()
    days = pd.to_datetime(raw["Date"], format="%m/%d/%y %H:%M").dt.date
    cohorts = {site: f"C{i:02}" for i, site in enumerate(sorted(set(sites) - {"", NOT_LISTED}), 1)}
    assert len(cohorts) == 80
    mapping = MAPPING + "".join(f"{json.dumps(site)} = {json.dumps(id)}\n" for site, id in cohorts.items())
    workspace = workspace_with(root, instrument=("carpentries", INSTRUMENT), mapping=("carpentries", mapping))
    first = {id: min(days[sites == site]) for site, id in cohorts.items()} | {"collecting": min(days)}
    register(
        workspace,
        {
            "sessions": [{"id": id, "kind": "train_the_trainer", "lead": "ALL"} for id in first],
            "meetings": [{"session": id, "date": day} for id, day in first.items()],
        },
    )
    return workspace


def imported(workspace: Workspace, corpus: Path) -> FileImport:
    [one] = workspace.import_evaluations([corpus / FILE]).files
    return one


def test_without_the_rule_the_file_is_refused_and_both_are_listed(prepared: Workspace, corpus: Path) -> None:
    one = imported(prepared, corpus)
    assert one.status == "rejected"
    errors = {(found.code, found.value): found.count for found in one.findings if found.is_error}
    assert errors == {
        ("linking.unknown_session_in_column", NOT_LISTED): 129,
        ("linking.blank_session_in_column", ""): 51,
    }
    assert not (prepared.root / "evaluations" / "answers").exists()


def test_with_the_rule_every_answer_lands_and_counts_equal_pandas(
    prepared: Workspace, corpus: Path, raw: pd.DataFrame
) -> None:
    mapping = prepared.root / "config" / "mappings" / "carpentries.toml"
    mapping.write_text(mapping.read_text() + RULE)
    workspace = open_workspace(prepared.root)
    one = imported(workspace, corpus)
    assert one.status == "imported", one.findings
    assert one.responses == 967
    assert len(one.collections) == 81
    empty = next(found for found in one.findings if found.code == "checking.no_content")
    assert empty.count == 56 == int((raw[list(ITEMS.values())] == "").all(axis=1).sum())

    kinds = {"kind": "train_the_trainer"}
    counts = workspace.counts(raw=True, **kinds)
    assert set(counts["variant"]) == {"unknown"}
    at_collecting = counts[(counts["collection"] == "collecting") & (counts["item"] == "PACE")]
    assert at_collecting["n"].sum() == 129 + 51
    for item, header in ITEMS.items():
        labels = workspace.config.instruments["carpentries-it"].scale_of(item).labels
        ours = counts[(counts["item"] == item) & (counts["state"] == "answered")].groupby("score")["n"].sum()
        cells = raw[header].str.replace("\xa0", " ").str.strip()
        given = cells[cells != ""]
        scores = given.map({label: i for i, label in enumerate(labels["en"], 1)} if labels else float)
        assert ours.to_dict() == scores.astype(float).value_counts().to_dict(), item
        blank = counts[(counts["item"] == item) & (counts["state"] == "not_answered")]["n"].sum()
        assert blank == int((cells == "").sum()), item


def test_the_unknown_variant_is_listed_and_never_an_arm(prepared: Workspace) -> None:
    result = prepared.compare(kind="train_the_trainer")
    assert result.table.empty
    assert any("(81)" in sentence for sentence in result.sentences()), result.sentences()
