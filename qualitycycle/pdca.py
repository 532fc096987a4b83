"""Plan and act as values: was a goal reached, is an action late, what do the figures ask for.

Proposals, never decisions: a person decides. Every proposal names the evidence it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from qualitycycle.vocabulary import UNFINISHED, Verdict

Met = Literal["yes", "no", "cannot_tell"]
Kind = Literal["adopt", "adapt", "abandon", "investigate"]
EffectProposal = Literal["adopt", "adapt", "abandon", "cannot_tell"]

COVERAGE_NORM = 0.8
"""Below this share of sessions evaluated, the figures speak for too few sessions to steer on."""

RESPONSE_NORM = 0.5
"""Below this response rate, those who stayed silent may well think otherwise."""


@dataclass(frozen=True)
class Proposal:
    """A decision the figures ask for. ``reason`` names the rule; ``values`` fill its sentences."""

    kind: Kind
    reason: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class VariantFinding:
    """What the primary measure says of one arm against the reference, and over which scope."""

    measure: str
    arm: str
    reference: str
    verdict: Verdict
    within_partnership: bool


def goal_met(
    norm: float | None,
    estimate: float | None,
    low: float | None,
    high: float | None,
    *,
    higher: bool = True,
) -> Met | None:
    """Whether a figure reaches a norm, given its interval; None when nothing was measured.

    Reached when the whole interval lies at or above the norm, not reached when it lies
    below. A figure without interval (coverage: a count, not a sample) is compared as it is.
    ``higher``: whether high is good; else the norm is what it may be at most.

    >>> goal_met(7.5, 7.9, 7.6, 8.2), goal_met(7.5, 7.4, 7.0, 7.8), goal_met(7.5, 7.0, 6.8, 7.2)
    ('yes', 'cannot_tell', 'no')
    >>> goal_met(2.0, 1.5, 1.2, 1.8, higher=False)
    'yes'
    """
    if not higher:
        norm, estimate, low, high = (None if x is None else -x for x in (norm, estimate, high, low))
    if norm is None or estimate is None:
        return None
    if low is None or high is None:
        return "yes" if estimate >= norm else "no"
    if low >= norm:
        return "yes"
    return "no" if high < norm else "cannot_tell"


def is_late(agreed_on: date | None, first_data: date | None) -> bool:
    """Whether a goal was agreed only after the data it judges began to come in.

    >>> is_late(date(2025, 10, 1), date(2025, 9, 15))
    True
    """
    return agreed_on is not None and first_data is not None and agreed_on > first_data


def is_overdue(action: Mapping[str, Any], day: date) -> bool:
    """Whether an action is still open after its due date.

    >>> is_overdue({"status": "open", "due": date(2026, 5, 1)}, date(2026, 6, 1))
    True
    """
    due = action.get("due")
    return (action.get("status") or "open") in UNFINISHED and due is not None and due < day


def propose(
    *,
    held: int,
    evaluated: int,
    response_rate: float | None,
    variants: Iterable[VariantFinding],
) -> list[Proposal]:
    """The decisions the figures ask for, the most pressing first.

    * too few sessions evaluated, or too few people answering: investigate (first)
    * an arm is worse than the reference on the primary measure: adapt that arm
    * an arm is better or the same: adopt, keep both
    * it cannot be told, or there is too little: investigate, with what it would take
    """
    return [*_about_coverage(held, evaluated, response_rate), *_about_variants(variants)]


def propose_on_effect(verdict: str) -> EffectProposal:
    """What the measured effect of an action asks for; a person decides.

    Adopt what works. Adapt what works less than was predicted. Abandon what makes no difference
    that matters, or makes it worse. Of anything else it cannot be told yet.

    >>> propose_on_effect("smaller_than_predicted"), propose_on_effect("too_few")
    ('adapt', 'cannot_tell')
    """
    proposals: dict[str, EffectProposal] = {
        "effective": "adopt",
        "smaller_than_predicted": "adapt",
        "no_relevant_effect": "abandon",
        "worse": "abandon",
    }
    return proposals.get(verdict, "cannot_tell")


def _about_coverage(held: int, evaluated: int, response_rate: float | None) -> list[Proposal]:
    if held == 0:
        return [Proposal("investigate", "nothing_held", {})]
    if evaluated < COVERAGE_NORM * held:
        return [Proposal("investigate", "coverage", {"held": held, "evaluated": evaluated})]
    if response_rate is not None and response_rate < RESPONSE_NORM:
        return [Proposal("investigate", "response", {"percent": round(100 * response_rate)})]
    return []


def _about_variants(variants: Iterable[VariantFinding]) -> list[Proposal]:
    reasons: dict[Verdict, tuple[Kind, str]] = {
        Verdict.WORSE: ("adapt", "arm_worse"),
        Verdict.BETTER: ("adopt", "arm_better"),
        Verdict.EQUIVALENT: ("adopt", "arm_equivalent"),
        Verdict.CANNOT_TELL: ("investigate", "cannot_tell"),
        Verdict.TOO_FEW: ("investigate", "too_few"),
    }
    order = list(reasons)
    found = sorted(variants, key=lambda one: (not one.within_partnership, order.index(one.verdict)))
    proposals = []
    for one in found:
        kind, reason = reasons[one.verdict]
        where = "" if one.within_partnership else "_region"
        values = {"measure": one.measure, "arm": one.arm, "reference": one.reference}
        proposals.append(Proposal(kind, f"{reason}{where}", values))
    return proposals
