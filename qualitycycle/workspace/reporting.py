"""The yearly report of a partnership: gated results in, one page on disk with its manifest."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitycycle.errors import Refused
from qualitycycle.findings import Finding
from qualitycycle.report import document, render
from qualitycycle.report.data import as_data
from qualitycycle.report.model import Proposal, ReportInput
from qualitycycle.workspace.gather import gather
from qualitycycle.workspace.keeping import keep
from qualitycycle.workspace.view import take_view

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

PACKAGES = (
    "qualitycycle",
    "deltalake",
    "duckdb",
    "ibis-framework",
    "pandas",
    "scipy",
    "statsmodels",
    "plotly",
)


@dataclass(frozen=True)
class WrittenReport:
    """A report on disk, and what it was made from."""

    partnership: str
    cycle: str
    path: Path
    manifest: Path
    content: ReportInput

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """The decisions the figures ask for, the most pressing first."""
        return self.content.proposals

    def as_json(self) -> dict[str, Any]:
        """What was written, with every object of the cycle, as plain values."""
        return {
            "partnership": self.partnership,
            "cycle": self.cycle,
            "file": str(self.path),
            "manifest": str(self.manifest),
            **as_data(self.content),
        }


def write_report(workspace: Workspace, partnership: str, cycle: str, language: str) -> WrittenReport:
    """Write ``reports/<cycle>/<partnership>.html`` and its manifest, both or neither; keep what it says."""
    take_view(workspace).check(cycle=cycle, partnership=partnership)
    packages = {name: version(name) for name in PACKAGES}
    report = gather(replace(workspace, language=language), partnership, cycle, packages, date.today())
    folder = workspace.root / "reports" / cycle
    page = folder / f"{partnership}-{cycle}.{language}.html"
    manifest = page.with_suffix(".manifest.json")
    write_all(((manifest, _manifest(report)), (page, render(document(report, language)))))
    keep(workspace, report)
    return WrittenReport(partnership, cycle, page, manifest, report)


def _manifest(report: ReportInput) -> str:
    from qualitycycle.report.appendix import manifest

    return json.dumps(manifest(report), ensure_ascii=False, indent=2, default=str) + "\n"


def write_all(files: Iterable[tuple[Path, str]]) -> None:
    """Every file whole, each put in its place only when all could be written."""
    written = []
    try:
        for path, content in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f".{path.name}.new")
            fresh.write_text(content, encoding="utf-8")
            written.append((fresh, path))
        for fresh, path in written:
            fresh.replace(path)
    except OSError as problem:
        for fresh, _ in written:
            fresh.unlink(missing_ok=True)
        details = {"problem": problem.strerror or str(problem)}
        raise Refused(
            Finding("workspace.cannot_write", file=str(problem.filename), details=details)
        ) from problem
