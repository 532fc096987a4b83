"""Good practices: offered only with everybody's consent and where a figure is lower, and nobody named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from qualitycycle.analysis.effect.outcome import ActionEffect
from qualitycycle.analysis.effect.verdict import EffectVerdict
from qualitycycle.analysis.measure import Measure
from qualitycycle.cli import app
from qualitycycle.config import Floors
from qualitycycle.errors import UsageProblem
from qualitycycle.instrument import Scale
from qualitycycle.register.workbook import write_workbook
from qualitycycle.workspace import Workspace, init_workspace, open_workspace
from qualitycycle.workspace.beside_region import beside_region
from qualitycycle.workspace.effects import effects_of
from qualitycycle.workspace.practice_candidates import candidates, consistent
from qualitycycle.workspace.practice_cards import GRADES, asked_still, grade, may_be_offered
from qualitycycle.workspace.practices import offered_to, own_practices
from qualitycycle.workspace.view import take_view

YEARS = ("2024", "2025")
NAMES = [
    f"Sjoukje Plant{end}"
    for end in ("ema", "inga", "stra", "sma", "lage", "huis", "vaart", "rode", "oven", "ies")
]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two cycles of DUIN (marks of 6 and 7) and MEER (8 and 9); VELD gave nothing.

    Both have five sessions a cycle by five trainers of their own, ten forms each.
    """
    root = tmp_path_factory.mktemp("practices") / "ws"
    made = init_workspace(root)
    sessions = [
        (f"{lead}-{year}-{number}", lead, f"T{lead}{number}", date(int(year), 10, 1 + number))
        for year in YEARS
        for lead in ("DUIN", "MEER")
        for number in range(5)
    ]
    trainers = dict.fromkeys(trainer for _, _, trainer, _ in sessions)
    records = {
        "trainers": [
            {"id": one, "name": NAMES[at], "affiliation": "school", "board": "DUIN-A"}
            for at, one in enumerate(trainers)
        ],
        "sessions": [{"id": id, "kind": "basic", "lead": lead} for id, lead, _, _ in sessions],
        "meetings": [{"session": id, "date": day} for id, _, _, day in sessions],
        "session_trainers": [{"session": id, "trainer": one} for id, _, one, _ in sessions],
    }
    book = root / "register.xlsx"
    write_workbook(book, records, made.config.organisations, "nl")  # type: ignore[arg-type]
    assert made.import_register(book).status == "imported"
    for number, (id, lead, _, _) in enumerate(sessions):
        base = 8 if lead == "MEER" else 6
        marks = [f"{base + (row + number) % 2};{7 + row % 2}" for row in range(10)]
        export = root / f"{id}.csv"
        export.write_text("\n".join(["TRN3;ALG1", *marks]) + "\n")
        assert made.import_evaluations([export], moment="post").exit_code == 0
    return made


def practice(**values: Any) -> dict[str, Any]:
    return {
        "id": "GP-MEER-1",
        "partnership": "MEER",
        "title": "Oefenen in drietallen",
        "what": "Elke bijeenkomst twee keer oefenen",
        "indicator": "TRN3",
        "trainers": ("TMEER0", "TMEER1"),
        "agreed": ("TMEER0", "TMEER1"),
        "status": "offered",
        "owner": "programmaleider MEER",
        **values,
    }


def view_with(workspace: Workspace, *rows: dict[str, Any], **more: Any) -> Any:
    workspace.records.update(lambda now: {"practices": list(rows), "reuses": [], **more})
    return take_view(workspace)


def ids(cards: Any) -> list[str]:
    return [card.id for card in cards]


def test_a_partnership_is_offered_what_may_raise_its_lower_figure(workspace: Workspace) -> None:
    view = view_with(workspace, practice(), practice(id="GP-DUIN-1", partnership="DUIN"))
    assert ids(offered_to(view, "DUIN", "2025-2026")) == ["GP-MEER-1"]
    assert ids(offered_to(view, "DUIN")) == ["GP-MEER-1"]
    wide = beside_region(view, "TRN3", "DUIN", ["1999-2000", *view.cycles()])
    assert wide == beside_region(view, "TRN3", "DUIN", view.cycles()) and wide is not None
    assert ids(offered_to(view, "MEER", "2025-2026")) == [], "its figure is higher"
    assert ids(own_practices(view, "DUIN")) == ["GP-DUIN-1"]


def test_nothing_is_offered_on_a_figure_that_may_not_be_shown(workspace: Workspace, tmp_path: Path) -> None:
    """One session of DUIN is left in each cycle: its figure is one trainer's, lower or not."""
    view = view_with(workspace, practice())
    assert beside_region(view, "TRN3", "VELD", ["2025-2026"]) is None
    assert offered_to(view, "VELD", "2025-2026") == ()
    alone = without(workspace, tmp_path, lambda id: id.startswith("DUIN") and not id.endswith("-0"))
    assert beside_region(alone, "TRN3", "DUIN", ["2025-2026"]) is None
    assert offered_to(alone, "DUIN", "2025-2026") == ()


def without(workspace: Workspace, folder: Path, gone: Callable[[str], bool]) -> Any:
    """A copy of the workspace in which the imports of some sessions are retracted."""
    made = open_workspace(Path(shutil.copytree(workspace.root, folder / "ws")))
    for event in made.history():
        if gone(event["collections"][0]):
            made.retract(event["import_id"])
    return take_view(made)


def test_nothing_is_offered_where_the_figure_is_the_same(workspace: Workspace) -> None:
    view = view_with(workspace, practice(indicator="ALG1"))
    told = beside_region(view, "ALG1", "DUIN", ["2025-2026"])
    assert told is not None and not told.lower
    assert offered_to(view, "DUIN", "2025-2026") == ()


@pytest.mark.parametrize("indicator", ["OPN1", "iets in woorden"])
def test_an_indicator_that_cannot_be_measured_is_lower_nowhere(workspace: Workspace, indicator: str) -> None:
    assert offered_to(view_with(workspace, practice(indicator=indicator)), "DUIN") == ()


def test_coverage_is_counted_and_the_response_rate_only_where_it_may_be_shown(
    workspace: Workspace, tmp_path: Path
) -> None:
    """Of DUIN one session in five is evaluated in 2025-2026, of MEER all; nobody knows who attended."""
    year, day = ("2025-2026",), date(2026, 7, 1)
    whole = take_view(workspace)
    equal = beside_region(whole, "coverage", "DUIN", year, day)
    assert equal is not None and equal.difference.estimate == 0 and not equal.lower
    assert beside_region(whole, "response_rate", "DUIN", year, day) is None
    view = without(workspace, tmp_path, lambda id: id.startswith("DUIN-2025") and not id.endswith("-0"))
    told = beside_region(view, "coverage", "DUIN", year, day)
    assert told is not None and told.lower and told.difference.estimate == pytest.approx(-0.8)


def test_the_difference_is_what_the_answers_say(workspace: Workspace) -> None:
    told = beside_region(take_view(workspace), "TRN3", "DUIN", ["2025-2026"])
    assert told is not None and told.lower and told.difference.estimate is not None
    assert told.difference.estimate == pytest.approx(-2.0, abs=0.05)


@pytest.mark.parametrize(
    "values",
    [
        {"agreed": ("TMEER0",)},
        {"agreed": ()},
        {"trainers": (), "agreed": ()},
        {"status": "draft"},
        {"status": "withdrawn"},
        {"status": None},
    ],
)
def test_only_with_consent_of_everybody_whose_practice_it_is(
    workspace: Workspace, values: dict[str, Any]
) -> None:
    assert not may_be_offered(practice(**values))
    view = view_with(workspace, practice(**values))
    assert offered_to(view, "DUIN") == ()
    [card] = own_practices(view, "MEER")
    assert card.status == (values["status"] or "draft" if "status" in values else "waiting")


def test_consent_is_compared_without_case_and_more_may_agree() -> None:
    assert not asked_still({"trainers": ("T1",), "agreed": (" t1", "T2")})
    assert asked_still({"trainers": ("T1", "T2", "T3"), "agreed": ("T2",)}) == 2


def test_what_still_has_to_be_asked_is_counted_and_nobody_is_named(workspace: Workspace) -> None:
    view_with(workspace, practice(agreed=("TMEER0",)), practice(id="GP-MEER-2", trainers=(), agreed=()))
    result = workspace.practices(partnership="MEER")
    assert [(found.code, found.value, found.count) for found in result.findings] == [
        ("practice.still_to_ask", "GP-MEER-1", 1),
        ("practice.nobodys", "GP-MEER-2", 1),
    ]
    doors = (json.dumps(dict(result.payload)), result.summary(), result._repr_html_(), repr(result))
    for door in doors:
        assert "TMEER" not in door
    assert not workspace.practices(partnership="DUIN").findings, "nothing of others that is not offered"


def test_no_name_and_no_trainer_is_on_a_card(workspace: Workspace) -> None:
    rows = [practice(context="Bij Sjoukje Plantinga in de klas", what="Vraag S. Plantstra")]
    reuses = [
        {
            "practice": "GP-MEER-1",
            "partnership": "DUIN",
            "on": date(2026, 3, 1),
            "owner": "programmaleider DUIN",
            "result": "Sjoukje Plantema zag meer oefenen",
        }
    ]
    workspace.records.update(lambda now: {"practices": rows, "reuses": reuses})
    result = workspace.practices(partnership="DUIN")
    text = json.dumps(dict(result.payload), ensure_ascii=False)
    assert "Plant" not in text and "Sjoukje" not in text and "TMEER" not in text
    assert "Bij [naam] in de klas" in text and "[naam] zag meer oefenen" in text


def test_reuse_elsewhere_shows_on_the_card_without_saying_where(workspace: Workspace) -> None:
    def used(partnership: str, day: int, result: str | None = None) -> dict[str, Any]:
        who = {"practice": "gp-meer-1", "partnership": partnership, "owner": "programmaleider"}
        return {**who, "on": date(2026, 3, day), "result": result}

    reuses = [used("DUIN", 1), used("DUIN", 2, "ging goed"), used("VELD", 3), used("MEER", 4, "zelf")]
    workspace.records.update(lambda now: {"practices": [practice()], "reuses": reuses})
    [card] = offered_to(take_view(workspace), "DUIN")
    assert (card.reused, card.results) == (2, ("ging goed",))
    [row] = workspace.practices(practice="gp-meer-1").payload["practices"]
    assert "VELD" not in json.dumps(row)


def test_the_order_is_that_of_the_ids_and_no_row_is_ranked(workspace: Workspace) -> None:
    rows = [practice(id=f"GP-MEER-{number}") for number in (3, 1, 2)]
    assert ids(offered_to(view_with(workspace, *rows), "DUIN")) == ["GP-MEER-1", "GP-MEER-2", "GP-MEER-3"]


EFFECT = ActionEffect("A1", "MEER", "TRN3", "", "", None, None, EffectVerdict.EFFECTIVE, ())


@pytest.mark.parametrize(
    ("verdict", "design", "expected"),
    [
        ("effective", "with_without", "strong"),
        ("effective", "before_after", "some"),
        ("smaller_than_predicted", "with_without", "some"),
        ("no_relevant_effect", "with_without", "contrary"),
        ("worse", "before_after", "contrary"),
        ("cannot_tell", "before_after", "none"),
        ("too_few", None, "none"),
        ("not_yet", None, "none"),
    ],
)
def test_the_grade_follows_from_the_measured_effect(verdict: str, design: Any, expected: str) -> None:
    assert grade(replace(EFFECT, verdict=EffectVerdict(verdict), design=design)) == (expected, verdict)


@pytest.mark.parametrize("doubt", [{"beside": ("A2",)}, {"changed": ("starts_on",)}])
def test_what_something_else_may_have_done_is_no_strong_evidence(doubt: dict[str, Any]) -> None:
    compared = replace(EFFECT, design="with_without")
    assert grade(compared) == ("strong", "effective")
    assert grade(replace(compared, **doubt)) == ("some", "effective")


def test_every_verdict_has_a_grade_with_a_sentence(workspace: Workspace) -> None:
    from qualitycycle import wording

    for verdict in EffectVerdict:
        for design in ("with_without", "before_after"):
            found, reason = grade(replace(EFFECT, verdict=verdict, design=design))
            assert found in GRADES
            assert wording.has(f"practice.evidence.{reason}.{found}", "nl"), (reason, found)


def test_a_practice_of_an_action_carries_its_verdict(workspace: Workspace) -> None:
    """MEER stayed at 8.5: its action has no effect."""
    action = {
        "id": "A-MEER-2025-1",
        "partnership": "MEER",
        "what": "oefenen",
        "owner": "programmaleider MEER",
        "indicator": "TRN3",
        "agreed_on": date(2025, 8, 15),
        "starts_on": date(2025, 9, 1),
        "due": date(2026, 6, 1),
    }
    view = view_with(workspace, practice(action=action["id"]), actions=[action])
    [card] = own_practices(view, "MEER", day=date(2026, 7, 1))
    [expected] = effects_of(view, "MEER", date(2026, 7, 1), "nl")
    assert card.reason == str(expected.verdict) and card.grade in ("none", "contrary")
    workspace.records.update(lambda now: {"actions": []})


def test_candidates_are_groups_that_were_strong_in_every_cycle(workspace: Workspace) -> None:
    view = view_with(workspace)
    found = candidates(view, "MEER")
    assert [(one.indicator, one.partnership, one.cycles) for one in found] == [
        ("TRN3", "MEER", ("2024-2025", "2025-2026"))
    ]
    assert found[0].difference.low is not None and found[0].difference.low > 0
    assert candidates(view, "DUIN") == []
    result = workspace.practice_candidates(partnership="MEER")
    assert "Vraag de trainers van" in result.summary() and "TMEER" not in result.summary()
    with pytest.raises(UsageProblem):
        workspace.practice_candidates(partnership="NERGENS")


def told_apart(ceiling: bool) -> bool:
    """Whether sessions of which most answers are the best, and some the worst, are stronger."""
    scale = Scale(kind="ordinal", points=5, favourable=(4, 5), labels={}, relevant_share=0.1)
    rows = [
        (f"{side}{cycle}{i}", f"{side}{i}", cycle, "QC-1", "X", score, n + i % 2)
        for side, answers in (("own", {5: 9, 1: 3}), ("other", {5: 4, 4: 8}))
        for cycle in ("2024-2025", "2025-2026")
        for i in range(5)
        for score, n in answers.items()
    ]
    frame = pd.DataFrame(rows, columns=["session", "team", "cycle", "instrument", "item", "score", "n"])
    sides = [set(frame.loc[frame["session"].str.startswith(side), "session"]) for side in ("own", "other")]
    measure = Measure("X", scale, ceiling=ceiling)
    found = consistent(frame, measure, *sides, ("2024-2025", "2025-2026"), Floors())
    return found is not None


def test_one_figure_says_in_every_cycle_and_over_all_who_was_stronger() -> None:
    """At the ceiling that is the share of best answers, else the share of favourable ones."""
    assert told_apart(ceiling=True) and not told_apart(ceiling=False)


def test_one_good_year_is_no_candidate(workspace: Workspace, tmp_path: Path) -> None:
    view = without(workspace, tmp_path, lambda id: id.startswith("MEER-2024"))
    assert candidates(view, "MEER") == []


def test_what_does_not_exist_is_said(workspace: Workspace) -> None:
    view_with(workspace, practice())
    for choices in ({"practice": "GP-9"}, {"partnership": "NERGENS"}, {"cycle": "1999-2000"}):
        with pytest.raises(UsageProblem):
            workspace.practices(**choices)


def run(workspace: Workspace, *arguments: str) -> Any:
    command = ["--workspace", str(workspace.root), "act", "practice", *arguments]
    done = CliRunner().invoke(app, command)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def test_from_practice_to_reuse_on_the_command_line(workspace: Workspace, tmp_path: Path) -> None:
    made = open_workspace(Path(shutil.copytree(workspace.root, tmp_path / "ws")))
    view_with(made)
    told = ["--title", "Oefenen", "--what", "In drietallen", "--indicator", "TRN3", "--trainers", "TMEER0"]
    assert run(made, "add", "--partnership", "MEER", *told).exit_code == 1, "nobody owns it"
    owner = ["--owner", "programmaleider MEER"]
    added = json.loads(run(made, "add", "--partnership", "MEER", *told, *owner, "--json").output)
    assert added["id"] == "GP-MEER-1"
    refused = run(made, "offer", "GP-MEER-1", "--json")
    assert [one["code"] for one in json.loads(refused.output)["findings"]] == ["practice.still_to_ask"]
    assert refused.exit_code == 1 and "TMEER0" not in refused.output
    used = ["reuse", "GP-MEER-1", "--owner", "programmaleider", "--on", "2026-03-01"]
    early = json.loads(run(made, *used, "--partnership", "MEER", "--json").output)["findings"]
    assert {one["code"] for one in early} == {"practice.own_reuse", "practice.not_offered"}
    assert run(made, "edit", "GP-MEER-1", "--agreed", "TMEER0").exit_code == 0
    assert run(made, "offer", "GP-MEER-1", "--dry-run").exit_code == 0
    assert json.loads(run(made, "show", "GP-MEER-1", "--json").output)["status"] == "draft"
    assert run(made, "offer", "gp-meer-1", "--on", "1-2-2026").exit_code == 0
    assert run(made, *used, "--partnership", "DUIN").exit_code == 0
    assert run(made, *used, "--partnership", "DUIN", "--result", "ging goed").exit_code == 0
    card = json.loads(run(made, "show", "GP-MEER-1", "--json").output)
    found = {name: card[name] for name in ("status", "shared_on", "reused", "results", "grade")}
    assert found == {
        "status": "offered",
        "shared_on": "2026-02-01",
        "reused": 1,
        "results": ["ging goed"],
        "grade": "none",
    }
    shown = run(made, "show", "GP-MEER-1").output
    assert "door één ander partnerschap" in shown and "Er is nog geen bewijs" in shown
    log = json.loads(run(made, "reuses", "--partnership", "DUIN", "--json").output)["reuses"]
    assert [(one["practice"], one["on"], one["result"]) for one in log] == [
        ("GP-MEER-1", "2026-03-01", "ging goed")
    ]
    assert "ging goed" in run(made, "reuses").output
    offered = run(made, "list", "--partnership", "DUIN", "--cycle", "2025-2026").output
    assert "GP-MEER-1" in offered and "aangeboden" in offered
    assert "Er zijn nog geen goede voorbeelden" in run(made, "list", "--partnership", "VELD").output
    assert "Vraag de trainers" in run(made, "candidates", "--partnership", "MEER").output
    assert run(made, "show", "GP-MEER-9").exit_code == 2
