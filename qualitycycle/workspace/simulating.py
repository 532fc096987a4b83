"""A whole workspace of invented data, of which we know what is true.

It comes in through the front door: a register workbook and Microsoft Forms exports are
written, then imported as anybody's would be. Its settings say that it is synthetic.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitycycle import wording
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.workspace.choices import check_choice
from qualitycycle.workspace.core import Workspace
from qualitycycle.workspace.importing import ImportReport
from qualitycycle.workspace.opening import init_workspace

if TYPE_CHECKING:
    from qualitycycle.config import Config

TRUTH = "truth.json"
SUPPLY = Path("evaluations") / "examples"
"""Where the invented files stand in the workspace."""

MOST_SEED = 2**32 - 1


@dataclass(frozen=True)
class Simulation:
    """What was simulated: the workspace, its imports, and the truth as ``truth.json`` holds it."""

    workspace: Workspace
    imports: ImportReport
    truth: dict[str, Any]

    @property
    def path(self) -> Path:
        """The file with the truth."""
        return self.workspace.root / TRUTH

    def as_json(self) -> dict[str, Any]:
        """The simulation as plain values."""
        return {
            "workspace": str(self.workspace.root),
            "scenario": self.truth["scenario"],
            "seed": self.truth["seed"],
            "imported": len(self.imports.files),
            "responses": sum(one.responses for one in self.imports.files),
            "truth": str(self.path),
        }

    def lines(self) -> list[str]:
        """What to tell the user: what is true here, and what to look at next."""
        language, folder = self.workspace.language, str(self.workspace.root)
        counted = {"files": len(self.imports.files), "responses": self.as_json()["responses"]}
        scenario = self.truth["scenario"]
        return [
            wording.text("simulate.ready", language, folder=folder, seed=self.truth["seed"]),
            wording.text("simulate.imported", language, **counted),
            wording.text(
                "simulate.truth", language, truth=wording.text(f"simulate.true.{scenario}", language)
            ),
            "",
            wording.text("simulate.next", language),
            wording.text("simulate.compare", language, folder=folder),
            wording.text("simulate.numbers", language, file=str(self.path)),
        ]


def simulate_workspace(
    folder: str | Path,
    scenario: str = "null",
    seed: int = 1,
    *,
    cycles: int = 2,
    language: str = "nl",
    progress: Callable[[str], None] | None = None,
) -> Simulation:
    """Make a workspace in ``folder`` in which ``scenario`` is true, with ``truth.json`` in it.

    ``scenario`` is a name in ``simulate.SCENARIOS``; the same scenario, ``seed``, number of
    school years (``cycles``, 1 to 8) and ``language`` give the same content. ``progress`` is
    called ``simulation_steps`` times. Raises UsageProblem for an unknown scenario or a number
    out of range, Refused when the folder already holds something.

    >>> import tempfile
    >>> made = simulate_workspace(tempfile.mkdtemp(), "tandem", seed=7, cycles=1)
    >>> made.workspace.config.settings.synthetic, len(made.imports.files)
    (True, 40)
    >>> [one["log_odds"] for one in made.truth["items"] if one["item"] == "TRN3"]
    [0.0, -2.0]
    """
    from qualitycycle.exporters import write_region
    from qualitycycle.simulate import scenario_plan, simulate_region, truth_of

    _check(scenario, seed, cycles)
    plan = scenario_plan(scenario, cycles)
    region = simulate_region(seed, plan)
    workspace, imports = fill_workspace(
        folder,
        language,
        lambda config, supply: write_region(supply, region, config, language),
        progress or (lambda name: None),
    )
    truth = {"scenario": scenario, "seed": seed, **truth_of(plan, workspace.config.instrument)}
    made = Simulation(workspace, imports, truth)
    made.path.write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    return made


def simulation_steps(scenario: str = "null", cycles: int = 2) -> int:
    """How many times ``progress`` is called: every file is written, then imported."""
    from qualitycycle.simulate import repeated_sessions, scenario_plan

    _check(scenario, 0, cycles)
    plan = scenario_plan(scenario, cycles)
    exports = sum(team.evaluated_in(cycle) for team in plan.teams for cycle in range(cycles))
    exports += 2 * sum(repeated_sessions(plan))
    return 2 * (exports + 1)


def fill_workspace(
    folder: str | Path,
    language: str,
    supply: Callable[[Config, Path], Iterable[Path]],
    progress: Callable[[str], None],
) -> tuple[Workspace, ImportReport]:
    """A new synthetic workspace with everything that ``supply`` writes, imported.

    As ``begin_workspace``; Refused too when an export is not taken without errors.
    """
    workspace, exports = begin_workspace(folder, language, supply, progress)
    return workspace, import_supplied(workspace, exports, progress)


def begin_workspace(
    folder: str | Path,
    language: str,
    supply: Callable[[Config, Path], Iterable[Path]],
    progress: Callable[[str], None],
) -> tuple[Workspace, list[Path]]:
    """A new synthetic workspace with its register, and the exports still to import.

    ``supply`` puts ``register.xlsx`` and ``exports/`` into the folder it is given and yields the
    files that ``progress`` should name. Raises Refused when ``folder`` already holds something,
    or when the register is not taken without errors.
    """
    from qualitycycle.exporters import EXPORTS, REGISTER

    root = Path(folder)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise Refused(Finding("simulate.folder_in_use", value=str(root)))
    workspace = init_workspace(root, language, synthetic=True)
    source = workspace.root / SUPPLY
    for written in supply(workspace.config, source):
        progress(written.name)
    land(workspace.import_register(source / REGISTER).findings)
    progress(REGISTER)
    return workspace, sorted((source / EXPORTS).glob("*.xlsx"))


def import_supplied(
    workspace: Workspace,
    exports: Sequence[Path],
    progress: Callable[[str], None],
    session: str | None = None,
) -> ImportReport:
    """Import invented exports; Refused when one is not taken without errors."""
    imports = workspace.import_evaluations(exports, session=session, progress=progress)
    land([found for one in imports.files for found in one.findings])
    return imports


def land(findings: Sequence[Finding]) -> None:
    """Refused when invented files were not taken without errors."""
    errors = [found for found in findings if found.is_error]
    if errors:
        raise Refused([Finding("simulate.refused"), *errors])


def _check(scenario: str, seed: int, cycles: int) -> None:
    from qualitycycle.simulate import MOST_CYCLES, SCENARIOS

    check_choice("scenario", scenario, SCENARIOS)
    for name, value, least, most in (("seed", seed, 0, MOST_SEED), ("cycles", cycles, 1, MOST_CYCLES)):
        if not least <= value <= most:
            expected = {"least": least, "most": most}
            raise UsageProblem(
                Finding("simulate.out_of_range", column=name, value=str(value), details=expected)
            )
