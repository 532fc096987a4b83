"""What a finding rests on, and whether the figures it was based on are still those of today."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from qualitycycle import wording
from qualitycycle.counts import response_counts
from qualitycycle.errors import Refused
from qualitycycle.figures import numbers
from qualitycycle.register.tables import fold_id
from qualitycycle.report.model_cycle import Source
from qualitycycle.store.snapshot import Snapshot
from qualitycycle.workspace.gather.about import About


def sources_of(about: About, finding: Mapping[str, Any]) -> tuple[Source, ...]:
    """The sources of a finding, in the order they were numbered."""
    wanted = fold_id(finding["id"])
    rows = [row for row in about.view.records["sources"] if fold_id(row["finding"]) == wanted]
    return tuple(
        Source(row["kind"], row["reference"], row["said"] or "", row["on"], _since(about, finding, row))
        for row in sorted(rows, key=lambda row: row["number"])
    )


def _since(about: About, finding: Mapping[str, Any], source: Mapping[str, Any]) -> str:
    """What became of the answers since the figures of a source were kept; a few forms are no number."""
    kept = json.loads(source["snapshot"] or "{}").get("evaluations")
    if kept is None or kept == about.view.stamp["evaluations"]:
        return ""
    try:
        then = about.workspace.evaluations.snapshot(kept["versions"])
    except Refused:
        return _told(about, finding, source, "gone")
    more = _forms(about, about.view.snapshot, finding) - _forms(about, then, finding)
    if more == 0:
        return ""
    if 0 < more < about.floors.scores:
        return _told(about, finding, source, "few")
    return _told(about, finding, source, "more" if more > 0 else "fewer", more)


def _told(
    about: About, finding: Mapping[str, Any], source: Mapping[str, Any], key: str, more: int = 0
) -> str:
    day = numbers.day(source["on"] or finding["found_on"], about.language)
    return wording.text(f"pdca.since.{key}", about.language, day=day, n=numbers.whole(more, about.language))


def _forms(about: About, snapshot: Snapshot, finding: Mapping[str, Any]) -> int:
    """The forms on the partnership's sessions of the cycle of a finding, at one moment in time."""
    key = ("forms", about.partnership, finding["cycle"], snapshot.visible, snapshot.superseded)
    if key not in about.view.memo:
        filters: dict[str, Any] = {"partnership": about.partnership, "cycle": finding["cycle"], "kind": None}
        about.view.memo[key] = int(response_counts(snapshot, about.view.sessions, **filters)["n"].sum())
    found: int = about.view.memo[key]
    return found
