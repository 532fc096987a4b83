"""The demo as a user meets it: a filled workspace from the bundled examples, and what it says."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qualitycycle import wording
from qualitycycle.config import Config, shipped
from qualitycycle.demo.plans import FIRST_CYCLE, LAST_CYCLE
from qualitycycle.demo.story import Story, close_the_first_cycle, close_the_second_cycle
from qualitycycle.vocabulary import Verdict
from qualitycycle.workspace.core import Workspace
from qualitycycle.workspace.importing import ImportReport
from qualitycycle.workspace.reporting import WrittenReport
from qualitycycle.workspace.simulating import SUPPLY, begin_workspace, import_supplied

FOUNDING = "startenquete.csv"
FOUNDING_SURVEY = "startenquete"
LAST_YEARS = f"-{LAST_CYCLE[2:4]}{LAST_CYCLE[7:]}-"
"""What the id of a session of the last cycle holds, and so the name of its export."""


@dataclass(frozen=True)
class Demo:
    """What the demo made: a workspace, its imports, what the comparison says, what the actions of
    the first cycle did, and the reports."""

    workspace: Workspace
    imports: ImportReport
    verdicts: dict[str, int]
    story: Story
    reports: list[WrittenReport]

    def as_json(self) -> dict[str, Any]:
        """The demo as plain values."""
        return {
            "workspace": str(self.workspace.root),
            "imported": len(self.imports.files),
            "responses": sum(one.responses for one in self.imports.files),
            "verdicts": self.verdicts,
            "actions": self.story.as_json(),
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
            wording.text("demo.story", language),
            *self.story.lines(language),
            "",
            wording.text("cli.demo.next", language),
            *opened,
            wording.text("cli.demo.compare", language, folder=folder),
            wording.text("demo.follow", language, folder=folder, goal=self.story.begins_with),
            wording.text("cli.demo.notebook", language, folder=folder),
        ]


def demo_steps(examples: Path | None = None) -> int:
    """How many times ``progress`` is called while the demo is built."""
    files = list(((examples or shipped("examples")) / "exports").glob("*.xlsx"))
    return len(files) + 1 + 1 + 2 + 1 + 3


def build_demo(
    folder: str | Path,
    language: str = "nl",
    *,
    examples: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Demo:
    """Build the demo workspace in ``folder``, cycle by cycle: goals, answers, findings, decisions and
    actions, then the next cycle and what the actions did; a comparison and the reports.

    ``examples`` is another folder of example exports (for instance of another seed).
    Raises Refused when the folder already holds something.
    """
    advance = progress or (lambda name: None)

    def copy(config: Config, supply: Path) -> list[Path]:
        shutil.copytree(examples or shipped("examples"), supply, dirs_exist_ok=True)
        return []

    workspace, exports = begin_workspace(folder, language, copy, advance)
    first, second = ([one for one in exports if (LAST_YEARS in one.name) is last] for last in (False, True))
    imports = [
        import_supplied(workspace, [workspace.root / SUPPLY / FOUNDING], advance, FOUNDING_SURVEY),
        import_supplied(workspace, first, advance),
    ]
    story = close_the_first_cycle(workspace)
    advance(FIRST_CYCLE)
    imports.append(import_supplied(workspace, second, advance))
    close_the_second_cycle(workspace, story)
    advance(LAST_CYCLE)
    verdicts = workspace.compare().table["verdict"].value_counts()
    advance("compare")
    reports = []
    for partnership in workspace.config.organisations.partnerships:
        reports.append(workspace.report(partnership, LAST_CYCLE))
        advance(partnership)
    said = {str(v): int(verdicts.get(str(v), 0)) for v in Verdict}
    files = [one for report in imports for one in report.files]
    return Demo(workspace, ImportReport(files), said, story, reports)
