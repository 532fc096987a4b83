"""A finding from an analysis: the analysis as its source, with the figures it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from qualitycycle.analysis.result import Result
from qualitycycle.register.derive import by_id
from qualitycycle.register.tables import fold_id
from qualitycycle.workspace.choices import check_choice
from qualitycycle.workspace.evidence import READERS, Evidence, evidence_of
from qualitycycle.workspace.planning import Recorded, record, record_with

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

ANALYSES = tuple(READERS)
"""The analyses a finding can rest on."""


def find(
    workspace: Workspace,
    evidence: Result | str,
    item: str | None = None,
    *,
    dry_run: bool = False,
    **values: Any,
) -> Recorded:
    """Record a finding that rests on an analysis: its kind and words as proposed, unless given.

    ``evidence`` is a result, or the name of an analysis that is run now on ``item`` for the
    ``partnership`` and ``cycle`` among ``values``, which are the finding's columns. The analysis
    becomes the first source, with the figures that passed the gate and what it read.
    Raises UsageProblem for an analysis or item that does not exist.
    """
    found = _evidence(workspace, evidence, item, values)
    today = date.today()
    offered = {"kind": found.kind, "what": found.what, **found.about}
    whole = {"found_on": today, **offered, **values}
    parts = {"sources": [found.as_source(today)]}
    outcome = record_with(workspace, "findings", whole, parts, dry_run=dry_run)
    return replace(outcome, proposed={k: v for k, v in offered.items() if k not in values})


def cite(
    workspace: Workspace,
    finding: str,
    evidence: Result | str,
    item: str | None = None,
    *,
    dry_run: bool = False,
    **choices: Any,
) -> Recorded:
    """Add an analysis as one more source of a finding.

    An analysis that is run now is of the finding's own partnership and cycle, unless ``choices``
    say otherwise, and on the finding's indicator (of effects its action) without ``item``.
    """
    own = by_id(workspace.records.load(names=("findings",))["findings"]).get(fold_id(finding), {})
    about = {name: own.get(name) for name in ("partnership", "cycle")}
    asked = item or own.get("action" if evidence == "effects" else "indicator")
    found = _evidence(workspace, evidence, asked, {**about, **choices})
    return record(
        workspace, "sources", {"finding": finding, **found.as_source(date.today())}, dry_run=dry_run
    )


def _evidence(
    workspace: Workspace, evidence: Result | str, item: str | None, values: Mapping[str, Any]
) -> Evidence:
    if isinstance(evidence, Result):
        return evidence_of(evidence, workspace.config, item)
    check_choice("from", evidence, ANALYSES)
    where = {name: values.get(name) for name in ("partnership", "cycle")}
    return evidence_of(_RUNS[evidence](workspace, item, where), workspace.config, item)


Where = Mapping[str, Any]

_RUNS: dict[str, Callable[[Workspace, str | None, Where], Result]] = {
    "compare": lambda workspace, item, where: workspace.compare(item=item, **where),
    "trend": lambda workspace, item, where: workspace.trend(item, partnership=where["partnership"]),
    "change": lambda workspace, item, where: workspace.change(item, **where),
    "themes": lambda workspace, item, where: workspace.themes(item, **where),
    "effects": lambda workspace, item, where: workspace.effects(
        action=item, partnership=where["partnership"]
    ),
}
