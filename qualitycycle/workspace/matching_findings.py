"""What ``match`` tells: doubtful columns, answers nobody knows, what a draft left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qualitycycle.checking.drafting import Draft
from qualitycycle.checking.export import shortened
from qualitycycle.checking.proposals import Certainty, Proposal, Proposals, Role
from qualitycycle.checking.strange_labels import LabelAlias, StrangeLabel
from qualitycycle.findings import Finding, Level

if TYPE_CHECKING:
    from qualitycycle.readers import RawExport


def nothing(file: str, export: RawExport, proposals: Proposals) -> list[Finding]:
    """Nothing certain or likely: the doubtful ones, and what else can be done."""
    headers = "; ".join(shortened(header) for header in export.headers[:5])
    found = Finding("matching.nothing", file=file, count=len(export.headers), details={"headers": headers})
    return [
        found,
        *(
            Finding("matching.maybe", Level.WARNING, file=file, column=one.header, value=one.item)
            for one in proposals.items(Certainty.DOUBTFUL)
        ),
    ]


def column_findings(file: str, proposals: Proposals, name: str) -> list[Finding]:
    findings = [
        Finding(
            "matching.doubtful",
            Level.WARNING,
            file=file,
            column=one.header,
            value=one.item,
            details={"mapping": name},
        )
        for one in proposals.items(Certainty.DOUBTFUL)
    ]
    loose = [one.header for one in proposals.columns if one.role is not Role.ITEM and _left_over(one)]
    if loose:
        details = {"columns": "; ".join(shortened(header) for header in loose), "mapping": name}
        findings.append(
            Finding("matching.unknown_columns", Level.INFO, file=file, count=len(loose), details=details)
        )
    return findings


def _left_over(one: Proposal) -> bool:
    return one.role is Role.UNKNOWN or one.word is Certainty.DOUBTFUL


def label_findings(
    file: str, aliases: Sequence[LabelAlias], strange: Sequence[StrangeLabel], name: str
) -> list[Finding]:
    near = [
        Finding(
            "matching.near_label",
            Level.INFO,
            file=file,
            value=one.label,
            count=one.count,
            details={"known": one.known, "scale": one.scale},
        )
        for one in aliases
    ]
    return near + [
        Finding(
            "matching.unknown_label",
            Level.WARNING,
            file=file,
            column=one.header,
            value=one.label,
            count=one.count,
            details={"scale": one.scale, "mapping": name},
        )
        for one in strange
    ]


def draft_findings(file: str, made: Draft) -> list[Finding]:
    findings = []
    reasons = dict.fromkeys(reason for _, reason in made.left_out)
    for reason in reasons:
        headers = [shortened(header) for header, why in made.left_out if why == reason]
        findings.append(
            Finding(
                f"matching.left_out_{reason}",
                Level.INFO,
                file=file,
                count=len(headers),
                details={"columns": "; ".join(headers)},
            )
        )
    if made.notes:
        details = {"items": ", ".join(made.notes), "instrument": made.instrument.id}
        findings.append(
            Finding("matching.check_scales", Level.INFO, file=file, count=len(made.notes), details=details)
        )
    return findings
