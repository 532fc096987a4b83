"""The demo: two cycles, every verdict, three reports that decide differently; with another seed too."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from qualitycycle import wording
from qualitycycle.cli.app import app
from qualitycycle.demo import Demo, build_demo, demo_steps
from qualitycycle.demo.plans import ACTIONS, FIRST_CYCLE, NOT_NOW, PRACTICE, REPLIES
from qualitycycle.errors import Refused
from qualitycycle.exporters.examples import write_examples
from qualitycycle.report.document import anchor
from qualitycycle.simulate.invented import FIRST_NAMES, SURNAMES
from qualitycycle.themes.names import names_of
from qualitycycle.vocabulary import Verdict
from qualitycycle.workspace.unnamed import unnamed

OTHER_SEED = 7


@pytest.fixture(scope="module", params=["bundled", OTHER_SEED])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    examples = None
    if request.param != "bundled":
        examples = folder / "examples"
        write_examples(examples, seed=request.param)
    steps: list[str] = []
    built = build_demo(folder / "ws", examples=examples, progress=steps.append)
    assert len(steps) == demo_steps(examples)
    return built


def test_every_verdict_occurs_in_the_region(demo: Demo) -> None:
    assert set(demo.verdicts) == {str(verdict) for verdict in Verdict}
    assert all(count > 0 for count in demo.verdicts.values()), demo.verdicts


def test_the_three_reports_lead_to_different_decisions(demo: Demo) -> None:
    first = {report.partnership: report.proposals[0].kind for report in demo.reports}
    assert first == {"DUIN": "adapt", "MEER": "adopt", "VELD": "investigate"}


def rows(demo: Demo, table: str) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in demo.workspace.records.load(names=[table])[table]}


def test_one_action_works_one_does_not_and_of_the_others_it_cannot_be_told(demo: Demo) -> None:
    """As the truth beside the examples has it, and as the working group reads it in the second cycle."""
    told = {one["goal"]: one for one in demo.story.as_json()}
    verdicts = {goal: one["verdict"] for goal, one in told.items()}
    assert verdicts["D-MEER-2025-2"] == "effective"
    assert verdicts["D-MEER-2025-1"] == "no_relevant_effect"
    assert verdicts["D-VELD-2025-2"] in ("too_few", "cannot_tell")
    truth = json.loads((demo.workspace.root / "evaluations" / "examples" / "truth.json").read_text())
    true = {(one["partnership"], one["item"]): one["mean_difference"] for one in truth["actions"]}
    assert true["MEER", "INH3"] > 0.3 and true["MEER", "TRN3"] == 0 and true["VELD", "INH1"] > 0
    for one in told.values():
        assert one["predicted"] and (one["effect"] is None) == (one["verdict"] == "too_few")


def test_every_decision_on_an_action_is_the_one_its_effect_proposes(demo: Demo) -> None:
    decisions, findings, actions = (rows(demo, name) for name in ("decisions", "findings", "actions"))
    expected = {
        "effective": ("strength", "adopt", "done"),
        "no_relevant_effect": ("concern", "abandon", "done"),
    }
    for one in demo.story.as_json():
        decision, finding = decisions[one["decision"]], findings[one["finding"]]
        assert decision["findings"] == (finding["id"],)
        assert decision["action"] == finding["action"] == one["action"]
        said = (finding["kind"], decision["kind"], actions[one["action"]]["status"])
        assert said == expected.get(one["verdict"], ("unclear", "investigate", "in_progress")), one
    ahead = [row for row in actions.values() if row["status"] == "open"]
    assert len(ahead) == 2 and all(
        row["decision"] in decisions and row["due"] > date(2026, 8, 1) for row in ahead
    )


def test_what_was_found_first_rests_on_the_first_cycle_only(demo: Demo) -> None:
    """Several sources each; what was read for them had no answers of the second cycle yet."""
    findings = rows(demo, "findings")
    sources = demo.workspace.records.load(names=["sources"])["sources"]
    read = {FIRST_CYCLE: set(), "2025-2026": set()}  # type: dict[str, set[int]]
    for source in sources:
        if source["snapshot"]:
            cycle = findings[source["finding"]]["cycle"]
            read[cycle].add(json.loads(source["snapshot"])["evaluations"]["imports"])
            assert json.loads(source["figures"])
    assert read[FIRST_CYCLE] and max(read[FIRST_CYCLE]) < min(read["2025-2026"])
    kinds = {plan.found_on: set() for plan in ACTIONS}  # type: dict[str, set[str]]
    for source in sources:
        goal = findings[source["finding"]]["goal"]
        if goal in kinds:
            kinds[goal].add(source["kind"])
    assert all({"analysis", "panel"} <= found for found in kinds.values())
    assert any("theme" in found for found in kinds.values())


def test_every_later_object_is_reached_from_its_goal(demo: Demo) -> None:
    """In the library, in the terminal, and by links in the report of the second cycle."""
    objects = [name for name in ("goals", "findings", "decisions", "actions", "practices", "replies")]
    known = {id for name in objects for id in rows(demo, name)}
    reached: set[str] = set()
    for goal in rows(demo, "goals"):
        came = [one["id"] for one in demo.workspace.trace(goal).payload["came_of"]]
        assert came, goal
        shown = CliRunner().invoke(
            app, ["--workspace", str(demo.workspace.root), "plan", "show", goal, "--json"]
        )
        assert [one["id"] for one in json.loads(shown.output)["came_of"]] == came
        reached |= {goal, *came}
    assert reached == known
    for plan in ACTIONS:
        tables = {one["table"] for one in demo.workspace.trace(plan.found_on).payload["came_of"]}
        assert {"findings", "decisions", "actions"} <= tables
        assert demo.story.actions[plan.goal] in followed(demo, plan.partnership, plan.found_on)
        assert str(demo.story.decisions[demo.story.actions[plan.goal]].decision) in followed(
            demo, plan.partnership, plan.found_on
        )


def followed(demo: Demo, partnership: str, goal: str) -> set[str]:
    """The objects a reader of the report gets to by clicking on from a goal, in either direction."""
    page = next(one.path for one in demo.reports if one.partnership == partnership).read_text(
        encoding="utf-8"
    )
    links: dict[str, set[str]] = {}
    for found in re.finditer(r'<(\w+) id="(id-[^"]+)"(.*?)</\1>', page, re.S):
        for target in re.findall(r'href="#(id-[^"]+)"', found[3]):
            links.setdefault(found[2], set()).add(target)
            links.setdefault(target, set()).add(found[2])
    seen, ahead = set(), [anchor(goal)]
    while ahead:
        here = ahead.pop()
        if here not in seen:
            seen.add(here)
            ahead += links.get(here, ())
    return {one.removeprefix("id-") for one in seen}


def test_the_closing_lines_tell_what_the_actions_did(demo: Demo) -> None:
    text = "\n".join(demo.lines())
    assert all(action in text for action in demo.story.decisions)
    assert "Voorspeld" in text and "plan show D-DUIN-2024-2" in text


def test_the_founding_figures_come_out_exactly(demo: Demo) -> None:
    table = demo.workspace.options("BASIS", collection="startenquete").table
    shown = [
        (row.n, row.denominator, *(round(100 * x, 1) for x in (row.share, row.low, row.high)))
        for row in table.itertuples()
    ]
    assert shown == [
        (74, 231, 32.0, 26.4, 38.3),
        (66, 231, 28.6, 23.1, 34.7),
        (35, 231, 15.2, 11.1, 20.3),
        (56, 231, 24.2, 19.2, 30.2),
    ]
    after = demo.workspace.options("NASCHOLING", collection="startenquete").table.set_index("option")
    assert after["n"].to_dict() == {"ja": 35, "nee": 196}
    assert [round(100 * after.at["ja", name], 1) for name in ("share", "low", "high")] == [15.2, 11.1, 20.3]


def test_a_quarter_of_all_is_over_a_third_of_the_trained(demo: Demo) -> None:
    page = demo.reports[0].path.read_text(encoding="utf-8")
    assert "24,2%" in page and "35,7%" in page
    assert "231" in page and "157" in page


def test_every_report_has_its_manifest_and_at_least_three_figures(demo: Demo) -> None:
    for report in demo.reports:
        manifest = json.loads(report.manifest.read_text(encoding="utf-8"))
        assert manifest["snapshot"]["evaluations"]["versions"]
        assert manifest["inputs"] and manifest["packages"]["qualitycycle"]
        assert report.path.read_text(encoding="utf-8").count("<figure") >= 3


def test_importing_the_demo_again_changes_nothing(demo: Demo) -> None:
    exports = sorted((demo.workspace.root / "evaluations" / "examples" / "exports").glob("*.xlsx"))[:5]
    again = demo.workspace.import_evaluations(exports)
    assert {one.status for one in again.files} == {"already_imported"}


def test_no_trainer_or_mentor_is_named_where_answers_are(demo: Demo) -> None:
    """The attacker decodes every table of answers and reads every report."""
    records = demo.workspace.records.load()
    names = {row["name"] for table in ("trainers", "mentors") for row in records[table] if row["name"]}
    assert len(names) > 20
    root = demo.workspace.root
    assert spoken(root / "register") >= names, "the attack finds names where they are"
    assert not names & spoken(root / "evaluations")
    for report in demo.reports:
        page = report.path.read_text(encoding="utf-8") + report.manifest.read_text(encoding="utf-8")
        assert not {name for name in names if name in page}


def spoken(folder: Path) -> set[str]:
    """Every text in every table under a folder."""
    found: set[str] = set()
    for path in folder.rglob("*.parquet"):
        for column in pq.read_table(path).columns:
            found |= {str(value) for value in column.to_pylist() if isinstance(value, str)}
    return found


def test_no_seed_gives_a_person_a_name_that_the_plans_use_as_a_word() -> None:
    """Else recording them would be refused for that seed: notes of the cycle name nobody."""
    everybody = names_of(f"{first} {last}" for first in FIRST_NAMES for last in SURNAMES)
    texts = [
        text for plan in ACTIONS for text in (plan.panel, plan.decision, plan.what, plan.owner, plan.then)
    ]
    texts += [NOT_NOW, *(said for _, said, *_ in REPLIES), *(PRACTICE[name] for name in ("title", "context"))]
    assert [text for text in (*texts, PRACTICE["what"]) if unnamed(text, everybody) != text] == []


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Refused):
        build_demo(tmp_path)
    result = CliRunner().invoke(app, ["demo", str(tmp_path)])
    assert result.exit_code == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt"]


def test_an_effect_without_levels_tells_no_share_of_its_groups(demo: Demo) -> None:
    """Who answered in these groups is a level of theirs as much as what they answered."""
    told = {one["id"]: one for one in demo.workspace.effects(as_of="2026-06-23").payload["actions"]}
    closed = [one for one in told.values() if one["effect"] and one["after"]["value"] is None]
    mixed = wording.text("effect.mix.same", "nl", after=1, before=1).split(":")[0]
    said = {one["id"]: any(mixed in line for line in one["sentences"]) for one in told.values()}
    assert not any(said[one["id"]] for one in closed)
    assert any(said.values()), "where levels are told, so is this"
