"""compare on whole workspaces: ceilings, what was held equal, contrasts within, rival explanations."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import qualitycycle as qc
from qualitycycle.workspace import Workspace
from qualitycycle.workspace.beside_region import difference, measure_at
from qualitycycle.workspace.rivals import Counted, Rival, rival_sentences
from qualitycycle.workspace.view import View, take_view


@pytest.fixture(scope="module")
def ceiling(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("ceiling") / "ws"
    qc.simulate_workspace(root, scenario="ceiling", seed=3, language="en")
    return qc.open_workspace(root)


def found(workspace: Workspace, item: str, **choices: Any) -> dict[str, Any]:
    payload = workspace.compare(item=item, **choices).payload
    return next(one for one in payload["comparisons"] if one["arm"] == "institute_only")


def test_at_the_ceiling_the_share_of_the_best_answer_decides(ceiling: Workspace) -> None:
    one = found(ceiling, "TRN1")
    truth = json.loads((ceiling.root / "truth.json").read_text(encoding="utf-8"))
    [true] = [row for row in truth["items"] if (row["item"], row["arm"]) == ("TRN1", "institute_only")]
    assert one["deciding"] == "top"
    assert one["relevant"] == 0.10
    assert one["verdict"] == "worse"
    assert one["top_difference"]["low"] <= true["top_difference"] <= one["top_difference"]["high"]
    assert set(one["tops"]) == {"institute_only", "tandem"}
    said = " ".join(ceiling.compare(item="TRN1").sentences())
    assert "60%" in said and "best answer" in said


def test_a_mark_below_the_ceiling_is_compared_on_its_mean(ceiling: Workspace) -> None:
    one = found(ceiling, "TRN3")
    assert (one["deciding"], one["top_difference"]) == ("mean", None)


def test_the_ceiling_is_the_same_for_every_partnership(ceiling: Workspace) -> None:
    for partnership in ceiling.config.organisations.partnerships:
        payload = ceiling.compare(item="TRN1", partnership=partnership).payload
        assert {one["deciding"] for one in payload["comparisons"]} == {"top"}


def test_the_ceiling_is_the_same_whatever_was_asked_before(ceiling: Workspace) -> None:
    view = replace(take_view(ceiling), memo={})
    every = ceiling.compare(item="TRN1").payload
    for item in ("TRN3", "TRN1"):
        told = difference(view, *measure_at(view, item), *_halves(view), view.cycles())  # type: ignore[misc]
    assert told is not None and told.relevant == every["comparisons"][0]["relevant"] == 0.10


def _halves(view: View) -> tuple[list[str], list[str]]:
    ids = [id for id, one in view.sessions.items() if one.kind == "basic"]
    return ids[::2], ids[1::2]


def test_cycle_and_partnership_are_held_equal_but_not_what_is_compared(ceiling: Workspace) -> None:
    assert found(ceiling, "TRN3")["adjusted_for"] == ["cycle", "partnership"]
    by_cycle = ceiling.compare("cycle", item="TRN3").payload["comparisons"]
    assert {tuple(one["adjusted_for"]) for one in by_cycle} == {("partnership",)}


def test_the_difference_within_a_partnership_is_what_that_partnership_sees(ceiling: Workspace) -> None:
    region = found(ceiling, "TRN3")
    assert region["scope"] == "region"
    for partnership, apart in region["within_partnerships"].items():
        own = found(ceiling, "TRN3", partnership=partnership)
        assert own["scope"] == "partnership-all"
        assert own["mean_difference"] == apart


def test_every_comparison_with_a_verdict_comes_with_its_rivals(ceiling: Workspace) -> None:
    for one in ceiling.compare().payload["comparisons"]:
        keys = [rival["key"] for rival in one["rivals"]]
        told = one["verdict"] != "too_few"
        assert keys == (["response", "remote", "trained", "experienced"] if told else [])
    one = found(ceiling, "TRN3")
    response = next(rival for rival in one["rivals"] if rival["key"] == "response")
    assert all(0 < share <= 1 for share in response["share"].values())
    assert one["responses"]["tandem"] <= response["of"]["tandem"]


def test_numbers_of_the_ordinal_model_agree_with_the_direction(ceiling: Workspace) -> None:
    one = found(ceiling, "TRN3")
    assert one["odds_ratio"]["low"] < one["odds_ratio"]["estimate"] < one["odds_ratio"]["high"] < 1
    assert one["superiority"]["estimate"] < 0.5
    assert one["design_effect"] > 0
    assert set(one["variances"]) == {"sessions", "trainers", "answers"}


def test_asking_again_reads_nothing_again_until_something_changes(ceiling: Workspace, tmp_path: Path) -> None:
    first = ceiling.compare(item="TRN3")
    look = ceiling.looks["last"]
    assert ceiling.compare(item="TRN3").payload == first.payload
    assert ceiling.looks["last"] is look
    [event] = [one for one in ceiling.history() if one["import_id"]][:1]
    ceiling.retract(event["import_id"])
    assert ceiling.compare(item="TRN3").snapshot != first.snapshot
    assert ceiling.looks["last"] is not look


def test_experience_counts_what_was_given_before(ceiling: Workspace) -> None:
    """Checked against a plain count over the register."""
    one = found(ceiling, "TRN3")
    told = next(rival for rival in one["rivals"] if rival["key"] == "experienced")
    view = take_view(ceiling)
    facts = [s for s in view.sessions.values() if s.first_date and not s.cancelled]
    for arm, share in told["share"].items():
        rows = [
            any(
                sum(trainer in other.trainers and other.first_date < own.first_date for other in facts) >= 3
                for trainer in own.trainers
            )
            for own in facts
            if own.variant == arm and own.kind == "basic" and own.id in view.forms
        ]
        assert told["of"][arm] == one["sessions"][arm] == len(rows)
        assert share == sum(rows) / len(rows)
        assert 0 < share < 1


@pytest.mark.parametrize("language", ["nl", "en"])
def test_rivals_in_words(language: str) -> None:
    names = {"arm": "X", "reference": "Y"}
    alike = [
        Rival("response", Counted(50, 100), Counted(55, 100)),
        Rival("remote", Counted(0, 0), Counted(1, 2)),
    ]
    [said] = rival_sentences(alike, language, names)
    assert "X" in said and "Y" in said
    apart = [
        Rival("response", Counted(50, 100), Counted(75, 100)),
        Rival("trained", Counted(1, 4), Counted(4, 5)),
        Rival("experienced", Counted(2, 13), Counted(11, 17)),
    ]
    told = rival_sentences(apart, language, names)
    assert len(told) == 3
    assert "13" in told[2] and "17" in told[2]
    assert "50" in told[0] and "75" in told[0] and "4" in told[1]
