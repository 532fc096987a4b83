"""``act check`` through the front door: a known step is found, and what an attacker gets to see.

Two partnerships give six sessions a cycle, three years long. In DUIN the marks rise by ``STEP`` in
the last year, when an action begins that was decided on after the low second year; in MEER nothing
happens.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import qualitycycle as qc
from qualitycycle import wording
from qualitycycle.analysis.effect.outcome import ActionEffect
from qualitycycle.analysis.effect.sentences import effect_sentences
from qualitycycle.cli.app import app
from qualitycycle.errors import UsageProblem
from qualitycycle.figures import alt_text, figure_table
from qualitycycle.register.workbook import write_workbook
from qualitycycle.workspace import Workspace, init_workspace
from qualitycycle.workspace.effect_figures import Figure
from qualitycycle.workspace.effect_sessions import applied
from qualitycycle.workspace.effects import effects_of, measured_by
from qualitycycle.workspace.view import View, take_view

STEP = 1.5
YEARS = (2023, 2024, 2025)
SESSIONS = range(6)
DAY = date(2026, 8, 15)
KEYS = {
    *("id", "partnership", "indicator", "title", "what", "due", "predicted", "design", "baseline", "after"),
    *("without", "effect", "verdict", "proposal", "reasons", "sentences"),
}
LABELS = ("helemaal mee oneens", "mee oneens", "neutraal", "mee eens", "helemaal mee eens")
ALL, VARIANT, ONE, COVERAGE, LATER, FIVE, FOUR, RESPONSE, TRAINED = (f"A-DUIN-2025-{n}" for n in range(1, 10))


def marks(lead: str, year: int, rng: np.random.Generator) -> list[tuple[int, str]]:
    """What nine people say: a mark, and whether they agree."""
    low = {("DUIN", 2024): -0.8, ("DUIN", 2025): STEP - 0.5}.get((lead, year), 0.0)
    level = 6.8 + low + 0.2 * rng.standard_normal()
    drawn = np.clip(np.round(level + 0.8 * rng.standard_normal(9)), 1, 10).astype(int)
    return [(int(mark), LABELS[int(rng.integers(2, 5))]) for mark in drawn]


def sessions() -> list[tuple[str, str, int, int]]:
    """Id, lead, first year and number of every session."""
    return [
        (f"{lead}-{year % 100}-{i}", lead, year, i)
        for lead in ("DUIN", "MEER")
        for year in YEARS
        for i in SESSIONS
    ]


def team(lead: str, i: int) -> list[str]:
    """Every second session is a tandem."""
    return [f"{lead}S{i}", f"{lead}I{i}"] if i % 2 else [f"{lead}S{i}"]


def register() -> dict[str, list[Mapping[str, Any]]]:
    trainers = [
        {"id": f"{lead}{kind[0].upper()}{i}", "name": f"Trainer {kind} {i}", "affiliation": kind}
        for lead in ("DUIN", "MEER")
        for kind in ("school", "institute")
        for i in SESSIONS
    ]
    rows = sessions()
    return {
        "trainers": trainers,
        "sessions": [{"id": id, "kind": "basic", "lead": lead, "attended": 12} for id, lead, _, _ in rows],
        "meetings": [
            {"session": id, "date": date(year, 9, 10) + timedelta(30 * i)} for id, _, year, i in rows
        ],
        "session_trainers": [
            {"session": id, "trainer": one} for id, lead, _, i in rows for one in team(lead, i)
        ],
    }


def action(id: str, indicator: str, predicted: float | None, **more: Any) -> dict[str, Any]:
    own = {"id": id, "partnership": "DUIN", "what": f"Iets aan {indicator}", "owner": "programmaleider DUIN"}
    return {**own, "indicator": indicator, "predicted_effect": predicted, "due": date(2026, 7, 1), **more}


def named(*numbers: int) -> list[str]:
    return [f"DUIN-25-{i}" for i in numbers]


def cycle() -> list[tuple[str, dict[str, Any]]]:
    finding = {"id": "BEV-DUIN-2024-1", "partnership": "DUIN", "cycle": "2024-2025", "kind": "concern"}
    finding |= {
        "indicator": "TRN3",
        "what": "Het cijfer is laag.",
        "owner": "werkgroep",
        "found_on": "2025-07-01",
    }
    decision = {
        "id": "BES-DUIN-2024-1",
        "partnership": "DUIN",
        "findings": ["BEV-DUIN-2024-1"],
        "kind": "adapt",
    }
    decision |= {"what": "Anders voorbereiden.", "owner": "werkgroep", "decided_on": "2025-07-02"}
    starts = {"decision": "BES-DUIN-2024-1", "starts_on": "2025-08-01"}
    return [
        ("findings", finding),
        ("decisions", decision),
        ("actions", action(ALL, "TRN3", 1.0, **starts)),
        ("actions", action(VARIANT, "INH1", 0.3, **starts, variant="tandem")),
        ("actions", action(ONE, "INH1", None, sessions=named(1))),
        ("actions", action(COVERAGE, "coverage", 0.2, **starts)),
        ("actions", action(LATER, "TRN3", 0.5, starts_on="2026-08-01", due=date(2027, 7, 1))),
        ("actions", action(FIVE, "TRN3", None, sessions=named(0, 1, 2, 3, 4))),
        ("actions", action(FOUR, "TRN3", None, sessions=named(1, 2, 3, 4))),
        ("actions", action(RESPONSE, "response_rate", 0.2, **starts)),
        ("actions", action(TRAINED, "basic", 0.2, **starts)),
    ]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("effects") / "region"
    made = init_workspace(root)
    book, rng, exports = root / "register.xlsx", np.random.default_rng(12), []
    write_workbook(book, register(), made.config.organisations, "nl")  # type: ignore[arg-type]
    assert made.import_register(book).status == "imported"
    for id, lead, year, _ in sessions():
        exports.append(root / f"{id}.csv")
        lines = [f"{mark};{agree}" for mark, agree in marks(lead, year, rng)]
        exports[-1].write_text("\n".join(["TRN3;INH1", *lines]) + "\n")
    assert made.import_evaluations(exports, moment="post").exit_code == 0
    for table, row in cycle():
        done = made.record(table, row)
        assert done.status == "recorded", [wording.message(f, "nl") for f in done.findings]
    return qc.open_workspace(root)


@pytest.fixture(scope="module")
def told(built: Workspace) -> dict[str, dict[str, Any]]:
    result = built.effects(as_of=DAY)
    return {one["id"]: one for one in result.payload["actions"]}


def run(built: Workspace, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--workspace", str(built.root), *arguments])


def test_a_known_step_is_found_beside_the_other_partnership(told: dict[str, dict[str, Any]]) -> None:
    one = told[ALL]
    assert set(one) >= KEYS
    assert (one["design"], one["scope"], one["baseline"]["how"]) == ("with_without", "region", "left_out")
    assert one["baseline"]["cycles"] == ["2023-2024"] and one["trigger"] == "2024-2025"
    assert one["effect"]["low"] < STEP - 0.5 < one["effect"]["high"]
    assert (one["verdict"], one["proposal"]) == ("effective", "adopt")
    assert (one["after"]["sessions"], one["after"]["trainers"], one["after"]["n"]) == (6, 9, 54)


def test_its_estimate_is_the_difference_in_differences(
    built: Workspace, told: dict[str, dict[str, Any]]
) -> None:
    raw = built.counts("TRN3", raw=True)
    mean = {
        (lead, cycle): float((part["score"] * part["n"]).sum() / part["n"].sum())
        for (lead, cycle), part in raw.groupby(["lead", "cycle"])
    }
    rise = {lead: mean[lead, "2025-2026"] - mean[lead, "2023-2024"] for lead in ("DUIN", "MEER")}
    assert told[ALL]["effect"]["estimate"] == pytest.approx(rise["DUIN"] - rise["MEER"], abs=0.05)
    assert told[ALL]["after"]["value"] == pytest.approx(mean["DUIN", "2025-2026"])
    assert told[ALL]["without"]["before"]["value"] == pytest.approx(mean["MEER", "2023-2024"])


def test_an_action_for_a_variant_is_set_against_the_others_in_its_partnership(
    told: dict[str, dict[str, Any]],
) -> None:
    one = told[VARIANT]
    assert (one["design"], one["scope"]) == ("with_without", "partnership")
    assert one["after"]["sessions"] == 3 and one["without"]["after"]["sessions"] == 3
    assert one["verdict"] in ("cannot_tell", "no_relevant_effect")
    assert one["chosen_from"] > told[ALL]["chosen_from"]


def test_what_cannot_be_told_says_why(told: dict[str, dict[str, Any]]) -> None:
    assert (told[ONE]["verdict"], told[ONE]["reasons"]) == ("too_few", ["few_with"])
    assert (told[COVERAGE]["verdict"], told[COVERAGE]["reasons"]) == ("cannot_tell", ["no_variation"])
    assert told[COVERAGE]["after"]["value"] == 1.0
    assert (told[TRAINED]["verdict"], told[TRAINED]["reasons"]) == ("cannot_tell", ["not_measured"])
    assert LATER not in told


def test_the_response_is_a_share_of_who_was_there(told: dict[str, dict[str, Any]]) -> None:
    """Nine of twelve filled in the form, every time and everywhere."""
    one = told[RESPONSE]
    assert (one["unit"], one["relevant"], one["scope"]) == ("favourable", 0.1, "region")
    assert (one["after"]["n"], one["after"]["value"]) == (72, 0.75)
    assert one["effect"]["estimate"] == pytest.approx(0, abs=1e-9)
    assert one["verdict"] in ("cannot_tell", "no_relevant_effect")
    assert any("+20 procentpunt" in line for line in one["sentences"])


def test_an_action_of_one_session_has_no_numbers(told: dict[str, dict[str, Any]]) -> None:
    one = told[ONE]
    assert all(one[name] is None for name in ("baseline", "after", "without", "effect", "power", "needed"))
    assert "drie geëvalueerde sessies met de actie" in " ".join(one["sentences"])


def test_actions_that_differ_by_one_session_do_not_both_tell(told: dict[str, dict[str, Any]]) -> None:
    """Five of a partnership's six sessions, and four of these five: the sixth is what is left."""
    assert told[FIVE]["reasons"] == ["would_isolate"] and told[FIVE]["after"] is None
    assert told[FOUR]["effect"] is not None


@pytest.mark.parametrize(
    ("found_in", "more", "trigger"),
    [
        ("2024-2025", {}, "2024-2025"),
        ("2023-2024", {}, "2023-2024"),
        ("2025-2026", {}, "2024-2025"),
        (None, {"decision": None}, "2024-2025"),
        (None, {"decision": None, "agreed_on": date(2024, 5, 1)}, "2023-2024"),
        (None, {"decision": None, "starts_on": date(2025, 12, 1)}, "2024-2025"),
        (
            None,
            {"decision": None, "starts_on": date(2025, 12, 1), "agreed_on": date(2025, 11, 1)},
            "2025-2026",
        ),
        (None, {"decision": None, "starts_on": date(2023, 10, 1)}, "2023-2024"),
        (None, {"decision": None, "starts_on": None}, None),
    ],
)
def test_the_cycle_an_action_was_chosen_on(
    built: Workspace, found_in: str | None, more: dict[str, Any], trigger: str | None
) -> None:
    """That of the finding; written down a cycle later, still the last one there was anything to find in."""
    view = take_view(built)
    row = next(row for row in view.records["actions"] if row["id"] == ALL)
    findings = [{**one, "cycle": found_in or one["cycle"]} for one in view.records["findings"]]
    seen = replace(view, records={**view.records, "findings": findings}, memo={})
    assert applied(seen, {**row, **more}).trigger == trigger


def test_figures_of_which_low_is_good_are_turned_and_turned_back() -> None:
    """A scale of 1 to 5: three points lower is three points better, and a level stands as it was said."""
    figure = Figure("X", "mean", pd.DataFrame(), 0.3, turned=6.0)
    assert figure.oriented(-0.4) == 0.4 and figure.oriented(None) is None
    assert figure.shown(4.5) == 1.5
    assert Figure("X", "mean", pd.DataFrame(), 0.3).shown(4.5) == 4.5


def test_one_action_may_be_asked_before_its_time(built: Workspace) -> None:
    one = built.effects(action=LATER.lower(), as_of=DAY).payload["actions"][0]
    assert one["verdict"] == "not_yet" and one["effect"] is None
    early = built.effects(action=ALL, as_of="2025-10-01").payload["actions"][0]
    assert early["verdict"] == "not_yet"


def test_asking_day_after_day_tells_nothing_of_one_session(
    built: Workspace, told: dict[str, dict[str, Any]]
) -> None:
    """A session more or less is not seen: whole cycles count, whatever the day."""
    early = built.effects(as_of="2026-07-02").payload["actions"]
    numbers = ("baseline", "after", "without", "effect", "verdict")
    for one in early:
        if one["id"] not in (COVERAGE, RESPONSE):
            assert {name: one[name] for name in numbers} == {name: told[one["id"]][name] for name in numbers}


def test_the_report_asks_the_same(built: Workspace, told: dict[str, dict[str, Any]]) -> None:
    found = effects_of(take_view(built), "DUIN", DAY, "nl")
    assert {one.id: str(one.verdict) for one in found if one.id != LATER} == {
        id: one["verdict"] for id, one in told.items()
    }
    assert effects_of(take_view(built), "MEER", DAY, "nl") == ()


def seen(built: Workspace, **records: Any) -> View:
    view = take_view(built)
    return replace(view, records={**view.records, **records}, memo={})


def effect_in(view: View, id: str, language: str = "nl") -> ActionEffect:
    return next(one for one in effects_of(view, "DUIN", DAY, language) if one.id == id)


def test_what_is_measured_is_measured_once_and_worded_per_language(built: Workspace) -> None:
    view = seen(built)
    known = measured_by(view, DAY)
    dutch, english = (effect_in(view, ALL, language) for language in ("nl", "en"))
    assert measured_by(view, DAY) is known
    assert dutch.title != english.title and dutch.rivals != english.rivals
    assert replace(dutch, title="", rivals=()) == replace(english, title="", rivals=()) == known[ALL].effect


def test_a_prediction_that_was_lowered_afterwards_does_not_count(built: Workspace) -> None:
    """Predicted was 4; when the answers were there somebody made it 1."""
    moved = {"number": 1, "at": "2026-07-01T10:00:00+00:00", "table": "actions", "id": ALL.lower()}
    moved |= {"column": "predicted_effect", "old": "4", "new": "1"}
    one = effect_in(seen(built, promises=[moved]), ALL)
    assert (one.predicted, one.changed_to, str(one.verdict)) == (4.0, 1.0, "smaller_than_predicted")
    said = " ".join(effect_sentences(one, "nl"))
    assert "+4,0 punt" in said and "veranderd in +1,0 punt toen er al antwoorden waren" in said


def test_the_difference_that_matters_is_the_one_agreed_first(built: Workspace) -> None:
    """A norm for what matters that grows until nothing matters any more changes no verdict."""
    view = take_view(built)
    goal = {"id": "D-1", "partnership": "DUIN", "indicator": "INH1", "relevant_difference": 5.0}
    rows = [{**row, "goal": "D-1"} if row["id"] == VARIANT else row for row in view.records["actions"]]
    moved = {"number": 1, "at": "2026-07-01T10:00:00+00:00", "table": "goals", "id": "D-1"}
    moved |= {"column": "relevant_difference", "old": "0.1", "new": "5"}
    one = effect_in(seen(built, goals=[goal], actions=rows, promises=[moved]), VARIANT)
    assert one.relevant == 0.1


def test_what_changes_of_an_action_when_the_answers_are_there_is_told(
    built: Workspace, tmp_path: Path
) -> None:
    made = qc.open_workspace(Path(shutil.copytree(built.root, tmp_path / "ws")))
    for change in ({"predicted_effect": 2}, {"starts_on": "2025-09-15"}):
        done = made.record("actions", {"id": ALL, **change}, edit=True)
        assert [found.code for found in done.findings if found.code == "cycle.promise_changed"]
    [one] = made.effects(action=ALL, as_of=DAY).payload["actions"]
    assert (one["predicted"], one["changed_to"]) == (1.0, 2.0)
    assert one["changed"] == ["predicted_effect", "starts_on"]
    assert any("starts_on" in line and "gunstige uitkomst" in line for line in one["sentences"])


@pytest.mark.parametrize(("decided", "left"), [("2025-11-15", 3), ("2026-06-01", 0)])
def test_sessions_that_were_over_when_the_action_was_agreed_on_do_not_judge_it(
    built: Workspace, decided: str, left: int
) -> None:
    """Decided on when figures with it were there already: they may be why it was chosen."""
    view = take_view(built)
    rows = [{**row, "decided_on": date.fromisoformat(decided)} for row in view.records["decisions"]]
    one = effect_in(seen(built, decisions=rows), ALL)
    if not left:
        assert (str(one.verdict), [str(why) for why in one.reasons]) == ("too_few", ["known_before"])
        return
    assert one.after is not None and one.after.sessions == left and one.known_before
    assert one.baseline is not None and one.baseline.sessions == 6
    assert any("tellen niet mee" in line for line in effect_sentences(one, "nl"))


def test_other_actions_on_the_same_figure_are_named(told: dict[str, dict[str, Any]]) -> None:
    assert told[ALL]["beside"] == [FOUR, FIVE] or told[ALL]["beside"] == [FIVE, FOUR]
    assert told[COVERAGE]["beside"] == told[RESPONSE]["beside"] == []
    assert any(FIVE in line and "hetzelfde cijfer" in line for line in told[ALL]["sentences"])


def test_what_does_not_exist(built: Workspace) -> None:
    with pytest.raises(UsageProblem):
        built.effects(action="A-NIETS")
    with pytest.raises(UsageProblem):
        built.effects(partnership="NIETS")
    assert built.effects(partnership="MEER", as_of=DAY).table.empty


def test_the_terminal_shows_a_table_and_sentences(built: Workspace, told: dict[str, dict[str, Any]]) -> None:
    plain = run(built, "act", "check", "--as-of", DAY.isoformat())
    assert plain.exit_code == 0
    for id, one in told.items():
        assert id in plain.output and one["sentences"][0] in plain.output
    assert "Voorstel: zo houden. Een mens beslist." in plain.output
    shown = run(built, "act", "check", ALL, "--as-of", DAY.isoformat(), "--json")
    assert json.loads(shown.output)["actions"] == [json.loads(json.dumps(told[ALL]))]
    nothing = run(built, "act", "check", "--partnership", "MEER", "--as-of", DAY.isoformat())
    assert nothing.output.strip() == wording.text("effect.nothing", "nl")


def test_the_figure_and_its_table_say_the_same(built: Workspace, told: dict[str, dict[str, Any]]) -> None:
    result = built.effects(as_of=DAY)
    drawn, table = qc.figure(result), figure_table(result)
    assert [row[0] for row in table.rows] == list(told)
    assert all(id in alt_text(drawn) for id in told)
    html = result._repr_html_()
    assert "lijkt te werken" in html and "zo houden" in html


@pytest.mark.parametrize("arguments", [["--owner", "werkgroep"], ["--because", "Het werkt."]])
def test_deciding_takes_who_and_why(built: Workspace, arguments: list[str]) -> None:
    done = run(built, "act", "check", ALL, "--confirm", "adopt", *arguments)
    assert done.exit_code == 2 and "--owner" in done.output + done.stderr
    assert not built.records.load()["actions"][0]["closed_on"]


def test_nothing_is_decided_on_an_action_whose_time_has_not_come(built: Workspace) -> None:
    with pytest.raises(UsageProblem):
        built.confirm_effect(LATER, "adopt", owner="werkgroep", because="Toch maar.", as_of=DAY)


def test_a_dry_run_writes_nothing(built: Workspace) -> None:
    before = built.records.load()
    done = built.confirm_effect(
        ALL, "adopt", owner="werkgroep", because="Het werkt.", as_of=DAY, dry_run=True
    )
    assert done.status == "checked" and built.records.load() == before


def test_a_decision_is_one_commit_and_every_part_of_it_is_kept(
    built: Workspace, told: dict[str, dict[str, Any]]
) -> None:
    """Last: it closes the action."""
    arguments = [
        "--confirm",
        "adopt",
        "--owner",
        "werkgroep",
        "--because",
        "Het werkt.",
        "--as-of",
        DAY.isoformat(),
    ]
    done = run(built, "act", "check", ALL, *arguments, "--json")
    made = json.loads(done.output)
    assert done.exit_code == 0 and made["status"] == "recorded" and made["closed"]
    kept = built.records.load()
    finding = next(row for row in kept["findings"] if row["id"] == made["finding"])
    source = next(row for row in kept["sources"] if row["finding"] == made["finding"])
    decision = next(row for row in kept["decisions"] if row["id"] == made["decision"])
    closed = next(row for row in kept["actions"] if row["id"] == ALL)
    assert (finding["action"], finding["kind"], finding["cycle"]) == (ALL, "strength", "2025-2026")
    assert json.loads(source["figures"])["effect"] == told[ALL]["effect"]
    assert set(json.loads(source["snapshot"])) >= {"evaluations", "register", "config"}
    assert decision["findings"] == (made["finding"],) and decision["action"] == ALL
    assert closed["status"] == "done" and closed["result"].endswith("Besluit: zo houden. Het werkt.")
    again = run(built, "act", "check", ALL, *arguments)
    assert again.exit_code == 1 and made["decision"] in again.output + again.stderr
    assert len(built.records.load()["decisions"]) == len(kept["decisions"])


def test_an_action_that_was_carried_out_and_closed_can_still_be_judged(built: Workspace) -> None:
    done = {"id": FOUR, "status": "done", "closed_on": "2026-06-30", "result": "Vier keer gedaan."}
    assert built.record("actions", done, edit=True).status == "recorded"
    judged = built.confirm_effect(FOUR, "adapt", owner="werkgroep", because="Anders.", as_of=DAY)
    assert judged.status == "recorded" and not judged.closed
    row = next(row for row in built.records.load()["actions"] if row["id"] == FOUR)
    assert row["result"] == "Vier keer gedaan."


def test_looking_further_leaves_the_action_open(built: Workspace) -> None:
    done = built.confirm_effect(VARIANT, "investigate", owner="werkgroep", because="Te weinig.", as_of=DAY)
    assert done.status == "recorded" and not done.closed
    row = next(row for row in built.records.load()["actions"] if row["id"] == VARIANT)
    assert row["closed_on"] is None
