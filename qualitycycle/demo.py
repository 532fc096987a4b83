"""The demo: a filled workspace from the bundled examples, analysed and reported."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qualitycycle import wording
from qualitycycle.config import Config, shipped
from qualitycycle.vocabulary import Verdict
from qualitycycle.workspace.core import Workspace
from qualitycycle.workspace.importing import ImportReport
from qualitycycle.workspace.reporting import WrittenReport
from qualitycycle.workspace.simulating import SUPPLY, fill_workspace, land

FOUNDING = "startenquete.csv"
FOUNDING_SURVEY = "startenquete"
LAST_CYCLE = "2025-2026"


@dataclass(frozen=True)
class Demo:
    """What the demo made: a workspace, its imports, what the comparison says, the reports."""

    workspace: Workspace
    imports: ImportReport
    verdicts: dict[str, int]
    reports: list[WrittenReport]

    def as_json(self) -> dict[str, Any]:
        """The demo as plain values."""
        return {
            "workspace": str(self.workspace.root),
            "imported": len(self.imports.files),
            "responses": sum(one.responses for one in self.imports.files),
            "verdicts": self.verdicts,
            "reports": [report.as_json() for report in self.reports],
        }

    def lines(self) -> list[str]:
        """What to tell the user, ending with what to open next."""
        language, folder = self.workspace.language, str(self.workspace.root)
        sessions = {id for one in self.imports.files for id in one.collections} - {FOUNDING_SURVEY}
        verdicts = ", ".join(
            f"{wording.text(f'terms.verdict.{verdict}', language)} {n}x"
            for verdict, n in self.verdicts.items()
        )
        names = self.workspace.config.organisations.partnerships
        opened = [
            wording.text(
                "cli.demo.open", language, name=names[report.partnership].name, file=str(report.path)
            )
            for report in self.reports
        ]
        return [
            wording.text("cli.demo.ready", language, folder=folder),
            wording.text(
                "cli.demo.imported",
                language,
                files=len(self.imports.files),
                responses=sum(one.responses for one in self.imports.files),
                sessions=len(sessions),
            ),
            wording.text("cli.demo.verdicts", language, verdicts=verdicts),
            "",
            wording.text("cli.demo.next", language),
            *opened,
            wording.text("cli.demo.compare", language, folder=folder),
            wording.text("cli.demo.notebook", language, folder=folder),
        ]


def demo_steps(examples: Path | None = None) -> int:
    """How many times ``progress`` is called while the demo is built."""
    files = list(((examples or shipped("examples")) / "exports").glob("*.xlsx"))
    return len(files) + 1 + 1 + 1 + 3


def build_demo(
    folder: str | Path,
    language: str = "nl",
    *,
    examples: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Demo:
    """Build the demo workspace in ``folder``: register, imports, comparison and reports.

    ``examples`` is another folder of example exports (for instance of another seed).
    Raises Refused when the folder already holds something.
    """
    advance = progress or (lambda name: None)

    def copy(config: Config, supply: Path) -> list[Path]:
        shutil.copytree(examples or shipped("examples"), supply, dirs_exist_ok=True)
        return []

    workspace, sessions = fill_workspace(folder, language, copy, advance)
    imports = _with_founding_survey(workspace, sessions, advance)
    verdicts = workspace.compare().table["verdict"].value_counts()
    advance("compare")
    reports = []
    for partnership in workspace.config.organisations.partnerships:
        reports.append(workspace.report(partnership, LAST_CYCLE))
        advance(partnership)
    said = {str(v): int(verdicts.get(str(v), 0)) for v in Verdict}
    return Demo(workspace, imports, said, reports)


def _with_founding_survey(
    workspace: Workspace, sessions: ImportReport, advance: Callable[[str], None]
) -> ImportReport:
    founding = workspace.import_evaluations(
        [workspace.root / SUPPLY / FOUNDING], session=FOUNDING_SURVEY, progress=advance
    )
    land([found for one in founding.files for found in one.findings])
    return ImportReport([*sessions.files, *founding.files])
