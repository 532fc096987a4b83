"""Comparing arms (variants, formats, partnerships) on items and declared scores.

Counts per session go in, one ``Comparison`` per item and arm comes out. Differences, levels and
their intervals come from one mixed model of all arms (see ``arms``), the odds ratio from its
ordinal twin (see ``odds``); the permutation test works on team means, and the test on single
answers is kept beside it only as a warning. Differences are *arm minus reference* after
orienting, so positive is better: an item whose low answers are good is turned round, a scale
with the best in the middle is compared on the share of answers in balance, and one on which most
people gave the best answer on the share that did. Arms without a variant (``unknown``, ``other``)
are left out by the caller. Nothing is averaged over items with different scales.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from statsmodels.stats.multitest import multipletests

from qualitycycle.analysis.comparison import Comparison
from qualitycycle.analysis.fitted import Fitted, Prepared, fit_measure, prepare_item, prepare_score
from qualitycycle.analysis.measure import Measure
from qualitycycle.analysis.permutation import PERMUTATIONS, SEED, Permutation, permutation_test
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.verdict import Evidence, Minimum, Reason, decide
from qualitycycle.vocabulary import Variant, Verdict

Note = tuple[str, Mapping[str, Any]]

P_METHODS = {"exact": "block permutation (exact)", "monte_carlo": "block permutation (monte carlo)"}


@dataclass(frozen=True)
class Options:
    """How to compare: the same for every item of one call.

    ``adjust``: the columns of the counts that the model adjusts for, such as cycle; ``ordinal``:
    whether odds ratios are asked for; ``permutations``: how many are drawn when there are too
    many to enumerate, 0 for no test at all.
    """

    reference: str | None = None
    confidence: float = 0.95
    seed: int = SEED
    permutations: int = PERMUTATIONS
    minimum: Minimum = field(default_factory=Minimum)
    adjust: tuple[str, ...] = ()
    ordinal: bool = True


@dataclass(frozen=True)
class Compared:
    """All comparisons of one call, the reference used, and ``(key, values)`` notes for the reader."""

    comparisons: tuple[Comparison, ...]
    reference: str | None
    notes: tuple[Note, ...]


def compare_measure(
    counts: pd.DataFrame, *, measure: Measure, options: Options | None = None
) -> list[Comparison]:
    """Every arm against the reference on one item.

    ``counts``: columns session, arm, team (``"t1|t2"``), score, n, and what is adjusted for.
    Without ``options.reference`` it is ``choose_reference``. Without two arms that have answers the
    list is empty.

    >>> from qualitycycle.instrument import Scale
    >>> scale = Scale(kind="mark", minimum=1, maximum=10, step=0.5, favourable_from=7,
    ...               uses_mean=True, relevant_mean=0.5)
    >>> rows = [(f"{arm}{i}", arm, f"{arm}-{i}", mark + i % 2, 8)
    ...         for arm, mark in (("tandem", 8.0), ("institute_only", 6.0)) for i in range(6)]
    >>> counts = pd.DataFrame(rows, columns=["session", "arm", "team", "score", "n"])
    >>> found = compare_measure(counts, measure=Measure("TRN3", scale))[0]
    >>> found.arm, round(found.mean_difference.estimate, 2), str(found.verdict)
    ('institute_only', -2.0, 'worse')
    """
    return _compare(prepare_item(counts, measure, (options or Options()).adjust), options or Options())[0]


def compare_score(
    sums: pd.DataFrame, *, measure: Measure, options: Options | None = None
) -> list[Comparison]:
    """Every arm against the reference on a declared score.

    ``sums``: columns session, arm, team, n (responses with a score), total and total_sq of
    the scores per response. The naive p is a Welch test on responses.
    """
    return _compare(prepare_score(sums, measure, ()), options or Options())[0]


def compare_all(
    counts: pd.DataFrame,
    sums: pd.DataFrame | None,
    measures: Iterable[Measure],
    *,
    primary: str | None = None,
    options: Options | None = None,
) -> Compared:
    """Every arm against one reference on every measure, with Holm-adjusted p-values.

    ``counts``, ``sums``: as for ``compare_measure`` and ``compare_score``, with a column
    ``item``. The reference is chosen once, over all rows. p-values are adjusted (Holm) over
    all comparisons except those on ``primary``, the one item declared beforehand, whose
    p-values stand as they are. A measure that cannot be compared gives a note.
    """
    options = options or Options()
    frames = [counts] if sums is None else [counts, sums]
    rows = pd.concat([f.loc[f["n"] > 0, ["session", "arm", "team", "n"]] for f in frames])
    notes: list[Note] = []
    if options.reference is None and len(rows):
        reference = choose_reference(rows)
        options = replace(options, reference=reference)
        if reference != Variant.TANDEM:
            notes.append(("compare.note.reference_fallback", {"reference": reference}))
    alone = rows.loc[rows["team"] == "", "session"].nunique()
    if alone:
        notes.append(("compare.note.sessions_without_trainers", {"n": int(alone)}))
    comparisons: list[Comparison] = []
    for measure in measures:
        frame = counts if measure.kind == "item" else sums
        mine = frame.loc[frame["item"] == measure.id] if frame is not None else rows.iloc[:0]
        prepare = prepare_item if measure.kind == "item" else prepare_score
        found, said = _compare(prepare(mine, measure, options.adjust), options)
        comparisons += [replace(one, primary=measure.id == primary) for one in found]
        notes += said
    return Compared(tuple(adjusted(comparisons)), options.reference, tuple(notes))


def choose_reference(rows: pd.DataFrame) -> str:
    """``tandem`` when it is there, else the arm with most sessions, then most answers.

    ``rows``: columns session, arm, n; not empty.

    >>> choose_reference(pd.DataFrame({"session": ["S1", "S2", "S3"], "arm": ["x", "x", "y"], "n": 9}))
    'x'
    """
    if (rows["arm"] == Variant.TANDEM).any():
        return str(Variant.TANDEM)
    size = rows.groupby("arm", sort=True).agg(sessions=("session", "nunique"), n=("n", "sum"))
    return str(size.sort_values(["sessions", "n"], ascending=False, kind="stable").index[0])


def adjusted(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Holm-adjusted p-values over all but the primary item, whose p-value stands as it is."""
    family = [i for i, one in enumerate(comparisons) if not one.primary and one.p_value is not None]
    p = [comparisons[i].p_value for i in family]
    holm = multipletests(p, method="holm")[1] if p else []
    by_place = dict(zip(family, (float(value) for value in holm), strict=True))
    return [
        replace(one, p_adjusted=by_place.get(i, one.p_value if one.primary else None))
        for i, one in enumerate(comparisons)
    ]


def _compare(prepared: Prepared, options: Options) -> tuple[list[Comparison], list[Note]]:
    measure = prepared.measure
    deciding = prepared.sums[measure.deciding]
    arms = sorted(deciding["arm"].unique(), key=_order)
    if not arms:
        return [], [("compare.note.no_answers", {"item": measure.id})]
    reference = options.reference or choose_reference(deciding)
    if reference not in arms:
        return [], [("compare.note.reference_absent", {"item": measure.id, "reference": reference})]
    if len(arms) == 1:
        return [], [("compare.note.one_arm", {"item": measure.id, "arm": arms[0]})]
    fitted = fit_measure(
        prepared, reference, adjust=options.adjust, confidence=options.confidence, ordinal=options.ordinal
    )
    return [_pair(fitted, arm, options) for arm in arms if arm != reference], _ceiling_note(measure)


def _ceiling_note(measure: Measure) -> list[Note]:
    return [("compare.note.ceiling", {"item": measure.id})] if measure.deciding == "top" else []


def _order(arm: str) -> tuple[int, str]:
    known = [str(variant) for variant in Variant]
    return (known.index(arm) if arm in known else len(known)), arm


def _evidence(fitted: Fitted, arm: str) -> Evidence:
    """What the verdict rests on, but for the permutation test."""
    measure = fitted.measure
    pair = (fitted.sizes[arm], fitted.sizes[fitted.reference])
    known = fitted.main is not None
    return Evidence(
        sessions=min(one.sessions for one in pair),
        trainers=min(one.trainers for one in pair),
        teams=min(one.teams for one in pair),
        inner=fitted.difference(measure.deciding, arm, 2 * fitted.confidence - 1) if known else Interval(),
        outer=fitted.difference(measure.deciding, arm) if known else Interval(),
        relevant=measure.relevant_for(measure.deciding),
    )


def _tested(fitted: Fitted, arm: str, evidence: Evidence, options: Options) -> Permutation | None:
    """The permutation test; none when there is too little, nothing varies or none is asked for."""
    verdict, reasons = decide(evidence, minimum=options.minimum)
    if not options.permutations or verdict is Verdict.TOO_FEW or Reason.NO_VARIATION in reasons:
        return None
    return permutation_test(
        fitted.teams,
        arm=arm,
        reference=fitted.reference,
        permutations=options.permutations,
        seed=options.seed,
    )


def _pair(fitted: Fitted, arm: str, options: Options) -> Comparison:
    evidence = _evidence(fitted, arm)
    test = _tested(fitted, arm, evidence, options)
    if test is not None:
        evidence = replace(evidence, p_value=test.p, p_least=test.p_least)
    verdict, reasons = decide(evidence, minimum=options.minimum)
    found = _measured(fitted, arm, verdict, tuple(str(reason) for reason in reasons))
    if test is not None:
        found = replace(
            found,
            p_value=test.p,
            p_value_method=P_METHODS[test.method],
            p_floor=test.p_floor,
            blocks={"all": test.blocks, "mixed": test.mixed_blocks},
        )
    return found if verdict is Verdict.TOO_FEW else _explained(found, fitted)


def _measured(fitted: Fitted, arm: str, verdict: Verdict, reasons: tuple[str, ...]) -> Comparison:
    """What both arms rest on, their levels and their differences."""
    measure, main, contrast = fitted.measure, fitted.main, fitted.contrast(arm)
    pair = {name: fitted.sizes[name] for name in (arm, fitted.reference)}
    levels = {name: fitted.levels(name, arm) for name in fitted.models}
    differences = {name: fitted.difference(name, arm) for name in fitted.models}
    return Comparison(
        item=measure.id,
        arm=arm,
        reference=fitted.reference,
        responses={name: one.responses for name, one in pair.items()},
        sessions={name: one.sessions for name, one in pair.items()},
        trainers={name: one.trainers for name, one in pair.items()},
        teams={name: one.teams for name, one in pair.items()},
        means=levels.get("mean"),
        favourable=levels.get("favourable"),
        tops=levels.get("top"),
        deciding=measure.deciding,
        mean_difference=differences.get("mean"),
        favourable_difference=differences.get("favourable"),
        top_difference=differences.get("top"),
        verdict=verdict,
        reasons=reasons,
        relevant=measure.relevant_for(measure.deciding),
        df=None if contrast is None else contrast.df,
        scale_top=measure.range[1] if measure.deciding == "mean" else None,
        adjusted_for=() if main is None else main.adjusted_for,
        not_adjusted=() if main is None else main.not_adjusted,
    )


def _explained(found: Comparison, fitted: Fitted) -> Comparison:
    """With the numbers that are one click further, for a comparison that has a verdict."""
    odds = fitted.odds(found.arm)
    return replace(
        found,
        naive_p=fitted.prepared.naive(found.arm, found.reference),
        odds_ratio=None if odds is None else odds.ratio,
        superiority=None if odds is None else odds.superiority,
        design_effect=fitted.design_effect(found.arm),
        variances=None if fitted.main is None else fitted.main.variances,
        within_trainers=fitted.within(found.arm),
        needed=fitted.needed(found.arm) if found.verdict is Verdict.CANNOT_TELL else None,
    )
