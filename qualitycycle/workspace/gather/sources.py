"""What a finding rests on, and whether its figures are still those of today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qualitycycle.register.tables import fold_id
from qualitycycle.report.model_cycle import Source
from qualitycycle.workspace.gather.about import About


def sources_of(about: About, finding: Mapping[str, Any]) -> tuple[Source, ...]:
    """The sources of a finding, in the order they were numbered."""
    rows = [row for row in about.view.records["sources"] if fold_id(row["finding"]) == fold_id(finding["id"])]
    return tuple(_source(row) for row in sorted(rows, key=lambda row: row["number"]))


def _source(row: Mapping[str, Any]) -> Source:
    return Source(row["kind"], row["reference"], row["said"] or "", row["on"])
