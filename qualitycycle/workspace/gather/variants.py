"""The comparisons of the partnership and the region, and the decisions they ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from qualitycycle import pdca
from qualitycycle.analysis.comparison import Comparison as Compared
from qualitycycle.analysis.sentences import needed_sentence, reason_sentences, sentence
from qualitycycle.report.model import (
    Arm,
    Behind,
    Comparison,
    CoverageRow,
    Proposal,
)
from qualitycycle.workspace.asked import Question, Said, Scope
from qualitycycle.workspace.compared import explanations
from qualitycycle.workspace.comparing import answer
from qualitycycle.workspace.gather.about import About, estimate


def comparisons(about: About) -> list[Said]:
    """The partnership's own comparisons, and the region's beside them."""
    primary = about.instrument.primary
    explained = () if primary is None else (primary,)
    scope = Scope(about.partnership, about.cycle)
    own, _, _ = answer(about.view, Question(scope=scope), about.language, explained)
    region, _, _ = answer(about.view, Question(), about.language, explained)
    return [*(one for one in own if one.scope != Scope(None, None)), *region]


def told(about: About, said: Said) -> Comparison:
    """A comparison in words. The means of the arms stay out: beside the figures over all
    variants, the mean of an arm that is too small could be worked out from them."""
    one = said.comparison
    needed = needed_sentence(one, about.language)
    arms = {
        arm: Arm(arm, one.responses[arm], one.sessions[arm], one.trainers[arm], one.teams[arm])
        for arm in (one.arm, one.reference)
    }
    return Comparison(
        measure=one.item,
        title=said.title,
        verdict=str(one.verdict),
        scope=said.scope.name,  # type: ignore[arg-type]
        arm=arms[one.arm],
        reference=arms[one.reference],
        deciding=one.deciding,
        difference=estimate(one.difference),
        relevant=one.relevant,
        primary=one.item == about.instrument.primary,
        sentence=sentence(_without_levels(one), about.language),
        reasons=(*reason_sentences(one, about.language), *([needed] if needed else [])),
        rivals=tuple(explanations(about.view, said, {}, about.language)),
        behind=Behind(
            one.p_value,
            one.p_adjusted,
            one.p_floor,
            one.naive_p,
            estimate(one.odds_ratio),
            estimate(one.superiority),
            one.design_effect,
        ),
    )


def _without_levels(one: Compared) -> Compared:
    return replace(one, means=None, favourable=None, tops=None)


def proposals(about: About, total: CoverageRow, comparisons: Iterable[Said]) -> tuple[Proposal, ...]:
    """The decisions that coverage and the primary question ask for; people take them."""
    primary = about.instrument.primary
    findings = [
        pdca.VariantFinding(
            one.comparison.item,
            one.comparison.arm,
            one.comparison.reference,
            one.comparison.verdict,
            one.scope.partnership is not None,
        )
        for one in comparisons
        if one.comparison.item == primary
    ]
    own = {finding.arm for finding in findings if finding.within_partnership}
    findings = [finding for finding in findings if finding.within_partnership or finding.arm not in own]
    proposed = pdca.propose(
        held=total.held or 0,
        evaluated=total.evaluated or 0,
        response_rate=total.response_rate,
        variants=findings,
    )
    return tuple(_proposal(about, one) for one in proposed)


def _proposal(about: About, proposal: pdca.Proposal) -> Proposal:
    values = dict(proposal.values)
    if "arm" in values:
        values["way"] = about.text(f"pdca.way.{values['reference']}")
        values |= {name: about.text(f"pdca.given.{values[name]}") for name in ("arm", "reference")}
    evidence = (str(values["measure"]),) if "measure" in values else ()
    return Proposal(
        proposal.kind,
        about.text(f"pdca.subject.{proposal.reason}", **values),
        about.text(f"pdca.why.{proposal.reason}", **values),
        evidence,
    )
