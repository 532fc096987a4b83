"""``simulate``: whole workspaces through the front door, the same from the same seed, with their truth."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from qualitycycle import simulate_workspace, wording
from qualitycycle.cli.app import app
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.register.derive import sessions_overview
from qualitycycle.simulate import SCENARIOS, scenario_plan, simulate_region
from qualitycycle.vocabulary import Variant, Verdict
from qualitycycle.workspace import Workspace
from qualitycycle.workspace.simulating import Simulation, simulation_steps

ONE_CYCLE = {Variant.TANDEM: 15, Variant.INSTITUTE_ONLY: 6, Variant.SCHOOL_ONLY: 3}
MADE = [*((name, 1) for name in SCENARIOS), ("null", 2), ("dominant_trainer", 2)]


@pytest.fixture(scope="module", params=MADE, ids=lambda made: f"{made[0]}-{made[1]}")
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    scenario, seed = request.param
    folder = tmp_path_factory.mktemp("simulate") / "ws"
    steps: list[str] = []
    simulation = simulate_workspace(folder, scenario, seed, cycles=1, progress=steps.append)
    assert len(steps) == simulation_steps(scenario, 1)
    return simulation


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def content(workspace: Workspace) -> tuple[pd.DataFrame, Any]:
    """Every count in the store, and every row of the register."""
    counts = workspace.counts(raw=True, kind=None, moment=None)
    columns = sorted(counts.columns)
    return counts[columns].sort_values(columns).reset_index(drop=True), workspace.records.load()


def test_every_file_is_imported_without_errors(made: Simulation) -> None:
    assert {one.status for one in made.imports.files} == {"imported"}
    codes = {found.code for one in made.imports.files for found in one.findings}
    assert codes <= {"quality.flag_straight_line", "quality.flag_duplicate_code", "quality.flag_too_fast"}


def test_the_store_holds_what_was_drawn(made: Simulation) -> None:
    told = made.truth
    region = simulate_region(told["seed"], scenario_plan(told["scenario"], 1))
    drawn = Counter()
    for session in (*region.forms, *region.repeats):
        drawn[session.session] += len(session.forms)
    stored = Counter()
    for one in made.imports.files:
        stored[one.collections[0]] += one.responses
    assert stored == drawn


def test_the_register_derives_the_planned_variants(made: Simulation) -> None:
    facts = sessions_overview(made.workspace.records.load()).values()
    derived = {variant: sum(fact.variant is variant for fact in facts) for variant in ONE_CYCLE}
    assert derived == ONE_CYCLE
    assert made.truth["sessions"] == {str(variant): n for variant, n in ONE_CYCLE.items()}


def test_it_is_marked_as_invented(made: Simulation) -> None:
    assert made.workspace.config.settings.synthetic


def test_the_truth_is_in_the_workspace(made: Simulation) -> None:
    assert json.loads((made.workspace.root / "truth.json").read_text(encoding="utf-8")) == made.truth


def test_the_comparison_works_and_the_truth_speaks_of_the_same_things(made: Simulation) -> None:
    result = made.workspace.compare(item=["TRN3", "TRN1", "ZEL"])
    assert {str(verdict) for verdict in result.table["verdict"]} <= {str(verdict) for verdict in Verdict}
    told = {(one["item"], one["arm"], one["reference"]) for one in made.truth["items"]}
    compared = {(one["item"], one["arm"], one["reference"]) for one in result.payload["comparisons"]}
    assert compared and compared <= told


def test_a_report_can_be_made_and_says_it_is_invented(tmp_path: Path) -> None:
    made = simulate_workspace(tmp_path / "ws", cycles=1)
    page = made.workspace.report("DUIN", "2025-2026").path.read_text(encoding="utf-8")
    assert wording.text("report.synthetic.title", "nl") in page


def test_the_same_seed_gives_the_same_content_and_another_seed_another(tmp_path: Path) -> None:
    one, again, other = (
        content(simulate_workspace(tmp_path / name, "tandem", seed, cycles=1).workspace)
        for name, seed in (("one", 5), ("again", 5), ("other", 6))
    )
    pd.testing.assert_frame_equal(one[0], again[0])
    assert one[1] == again[1]
    assert not one[0].equals(other[0])
    assert one[1] != other[1]


def test_an_english_workspace_speaks_english(tmp_path: Path) -> None:
    result = run("simulate", str(tmp_path / "ws"), "--cycles", "1", "--language", "en")
    assert result.exit_code == 0
    assert wording.text("simulate.true.null", "en") in result.output
    exports = list((tmp_path / "ws" / "evaluations" / "examples" / "exports").iterdir())
    named = Counter(path.name.rpartition(" ")[0] for path in exports)
    assert named == {"Mentor training evaluation": 24, "Before": 8, "Follow-up": 8}
    settings = (tmp_path / "ws" / "config" / "settings.toml").read_text(encoding="utf-8")
    assert 'language = "en"' in settings


def test_json_says_what_was_made(tmp_path: Path) -> None:
    folder = tmp_path / "ws"
    shown = run("simulate", str(folder), "--scenario", "ceiling", "--seed", "9", "--cycles", "1", "--json")
    told = json.loads(shown.output)
    assert (told["scenario"], told["seed"]) == ("ceiling", 9)
    assert told["imported"] == 40 and told["responses"] > 24 * 6
    assert json.loads(Path(told["truth"]).read_text(encoding="utf-8"))["scenario"] == "ceiling"


def test_an_unknown_scenario_lists_those_there_are(tmp_path: Path) -> None:
    result = run("simulate", str(tmp_path / "ws"), "--scenario", "sprookje")
    assert result.exit_code == 2
    assert all(name in result.output for name in SCENARIOS)
    assert not (tmp_path / "ws").exists()


@pytest.mark.parametrize("language", wording.languages())
def test_the_help_lists_every_scenario_and_each_has_its_sentence(language: str) -> None:
    shown = wording.text("cli.option.scenario", language)
    assert all(name in shown for name in SCENARIOS)
    assert all(wording.has(f"simulate.true.{name}", language) for name in SCENARIOS)


@pytest.mark.parametrize(("name", "value"), [("cycles", 0), ("cycles", 9), ("seed", -1), ("seed", 2**32)])
def test_a_number_out_of_range_is_a_usage_problem(name: str, value: int, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem) as problem:
        simulate_workspace(tmp_path / "ws", **{name: value})  # type: ignore[arg-type]
    assert [(found.code, found.column) for found in problem.value.findings] == [
        ("simulate.out_of_range", name)
    ]
    assert not (tmp_path / "ws").exists()


def test_a_folder_that_holds_something_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Refused):
        simulate_workspace(tmp_path)
    result = run("simulate", str(tmp_path))
    assert result.exit_code == 1
    assert wording.text("simulate.folder_in_use", "nl") in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert run("simulate", str(tmp_path / "mine.txt")).exit_code == 1


def test_a_bar_on_a_terminal_and_none_in_a_pipe(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "qualitycycle", "simulate", "--cycles", "1"]
    piped = subprocess.run([*command, str(tmp_path / "pipe")], capture_output=True, text=True, check=True)
    assert "\x1b" not in piped.stdout + piped.stderr and "━" not in piped.stdout + piped.stderr
    ours, theirs = pty.openpty()
    process = subprocess.Popen([*command, str(tmp_path / "terminal")], stdout=theirs, stderr=theirs)
    os.close(theirs)
    assert "━" in everything(ours)
    assert process.wait() == 0


def everything(terminal: int) -> str:
    """What a terminal showed until its other end closed."""
    shown = b""
    try:
        while part := os.read(terminal, 65536):
            shown += part
    except OSError:
        pass
    finally:
        os.close(terminal)
    return shown.decode("utf-8", errors="replace")
