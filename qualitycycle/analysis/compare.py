"""Comparing arms (variants, formats, partnerships) on items and declared scores.

Counts per session go in, one ``Comparison`` per item and arm comes out. Everything is
computed on team means (see ``teams``); the test on single answers is kept beside it only as
a warning. Differences are *arm minus reference* after orienting, so positive is better:
an item whose low answers are good is turned round (its favourable answers are then the
mirror image of the scale's), a scale with the best in the middle is compared on the share
of answers in balance. Arms without a variant (``unknown``, ``other``) are left out by the
caller. Nothing is averaged over items with different scales.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multitest import multipletests

from qualitycycle.analysis.permutation import PERMUTATIONS, SEED, Permutation, permutation_test
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.ranks import mann_whitney_from_counts
from qualitycycle.analysis.teams import (
    ArmSummary,
    Difference,
    from_counts,
    memberships,
    sharing_factors,
    summarise,
    team_means,
    welch,
)
from qualitycycle.analysis.verdict import Evidence, Minimum, Needed, Reason, decide, needed
from qualitycycle.instrument import Scale
from qualitycycle.vocabulary import Variant, Verdict

Deciding = Literal["mean", "favourable"]
Direction = Literal["higher", "lower"]
Note = tuple[str, Mapping[str, Any]]

P_METHODS = {"exact": "block permutation (exact)", "monte_carlo": "block permutation (monte carlo)"}


@dataclass(frozen=True)
class Measure:
    """What is compared: an item or a declared score, with the scale it is read on.

    ``relevant`` is the relevant difference of a goal agreed before the data; without it the
    scale's own applies (points for a mean, a fraction for a share).
    """

    id: str
    scale: Scale
    direction: Direction = "higher"
    kind: Literal["item", "score"] = "item"
    relevant: float | None = None

    @property
    def deciding(self) -> Deciding:
        """The measure that decides: a score always its mean, an item what its scale says."""
        return "mean" if self.kind == "score" else self.scale.decides_on

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and highest score of the scale."""
        scores = self.scale.scores()
        return scores[0], scores[-1]

    def is_favourable(self, score: float) -> bool:
        """Whether a score is favourable, given the direction.

        >>> agree = Scale(kind="ordinal", points=5, favourable=(4, 5), labels={})
        >>> Measure("X", agree, "lower").is_favourable(1), Measure("X", agree).is_favourable(1)
        (True, False)
        """
        low, high = self.range
        return self.scale.is_favourable(low + high - score if self.direction == "lower" else score)


@dataclass(frozen=True)
class Options:
    """How to compare: the same for every item of one call."""

    reference: str | None = None
    confidence: float = 0.95
    seed: int = SEED
    permutations: int = PERMUTATIONS
    minimum: Minimum = field(default_factory=Minimum)


@dataclass(frozen=True)
class Comparison:
    """One arm against the reference on one item or score.

    ``responses``, ``sessions``, ``trainers``, ``teams``: per arm. ``means``, ``favourable``:
    per arm the mean of team means on the scale as asked, and of team shares (fractions).
    ``mean_difference``, ``favourable_difference``: arm minus reference, positive = better;
    None where the scale has no mean, or a score no favourable answers. ``deciding`` says
    which one the verdict, ``relevant`` and ``p_value`` are about. ``p_floor`` is one over
    the number of arrangements of teams, ``naive_p`` what a test on single answers would
    say. ``blocks``: how many blocks of teams that share trainers there are, and how many of
    them occur in both arms (``mixed``). ``sharing_factor``: by how much the squared standard
    error was enlarged because trainers gave several teams in one arm. ``superiority`` and
    ``odds_ratio`` are filled by the ordinal models.
    """

    item: str
    arm: str
    reference: str
    responses: Mapping[str, int | None]
    sessions: Mapping[str, int | None]
    trainers: Mapping[str, int | None]
    teams: Mapping[str, int | None]
    means: Mapping[str, Interval] | None
    favourable: Mapping[str, Interval] | None
    deciding: Deciding
    mean_difference: Interval | None
    favourable_difference: Interval | None
    verdict: Verdict
    reasons: tuple[str, ...]
    relevant: float | None = None
    p_value: float | None = None
    p_value_method: str | None = None
    p_adjusted: float | None = None
    p_floor: float | None = None
    naive_p: float | None = None
    df: float | None = None
    blocks: Mapping[str, int] | None = None
    sharing_factor: float = 1.0
    needed: Needed | None = None
    primary: bool = False
    top: float | None = None
    superiority: Interval | None = None
    odds_ratio: Interval | None = None

    @property
    def difference(self) -> Interval:
        """The difference that decides."""
        found = self.mean_difference if self.deciding == "mean" else self.favourable_difference
        return Interval() if found is None else found

    def as_json(self) -> dict[str, Any]:
        """The fixed JSON of ``compare``, in full precision; None for what is not known."""
        return {
            "item": self.item,
            "arm": self.arm,
            "reference": self.reference,
            "primary": self.primary,
            "responses": dict(self.responses),
            "sessions": dict(self.sessions),
            "trainers": dict(self.trainers),
            "teams": dict(self.teams),
            "means": _plain(self.means),
            "favourable": _plain(self.favourable),
            "deciding": self.deciding,
            "relevant": self.relevant,
            "mean_difference": _numbers(self.mean_difference),
            "favourable_difference": _numbers(self.favourable_difference),
            "superiority": _numbers(self.superiority),
            "odds_ratio": _numbers(self.odds_ratio),
            "df": self.df,
            "sharing_factor": self.sharing_factor,
            "blocks": None if self.blocks is None else dict(self.blocks),
            "p_value": self.p_value,
            "p_value_method": self.p_value_method,
            "p_adjusted": self.p_adjusted,
            "p_floor": self.p_floor,
            "naive_p": self.naive_p,
            "verdict": str(self.verdict),
            "reasons": [str(reason) for reason in self.reasons],
            "needed": None if self.needed is None else self.needed.as_json(),
        }


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

    ``counts``: columns session, arm, team (``"t1|t2"``), score, n. Without
    ``options.reference`` it is ``choose_reference``. Without two arms that have answers the
    list is empty.

    >>> scale = Scale(kind="mark", minimum=1, maximum=10, step=0.5, favourable_from=7,
    ...               uses_mean=True, relevant_mean=0.5)
    >>> rows = [(f"{arm}{i}", arm, f"{arm}-{i}", mark + i % 2, 8)
    ...         for arm, mark in (("tandem", 8.0), ("institute_only", 6.0)) for i in range(6)]
    >>> counts = pd.DataFrame(rows, columns=["session", "arm", "team", "score", "n"])
    >>> found = compare_measure(counts, measure=Measure("TRN3", scale))[0]
    >>> found.arm, found.mean_difference.estimate, str(found.verdict)
    ('institute_only', -2.0, 'worse')
    """
    return _compare(_prepare_item(counts, measure), options or Options())[0]


def compare_score(
    sums: pd.DataFrame, *, measure: Measure, options: Options | None = None
) -> list[Comparison]:
    """Every arm against the reference on a declared score.

    ``sums``: columns session, arm, team, n (responses with a score), total and total_sq of
    the scores per response. The naive p is a Welch test on responses.
    """
    return _compare(_prepare_score(sums, measure), options or Options())[0]


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
        prepare = _prepare_item if measure.kind == "item" else _prepare_score
        found, said = _compare(prepare(mine, measure), options)
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


@dataclass(frozen=True)
class Prepared:
    """A measure with its per-session sums (None: this scale has no such measure)."""

    measure: Measure
    sums: Mapping[Deciding, pd.DataFrame]
    naive: Callable[[str, str], float | None]


def _prepare_item(counts: pd.DataFrame, measure: Measure) -> Prepared:
    used = counts.loc[counts["n"] > 0]
    sums: dict[Deciding, pd.DataFrame] = {
        "favourable": from_counts(used, lambda score: float(measure.is_favourable(score)))
    }
    if measure.scale.uses_mean:
        sums["mean"] = from_counts(used)
    scores = used["score"].astype(float)
    if measure.scale.kind == "balanced":
        scores = scores.map(lambda score: float(measure.is_favourable(score)))
    tallies: dict[str, dict[float, int]] = {arm: {} for arm in used["arm"].astype(str)}
    for arm, score, n in zip(used["arm"].astype(str), scores, used["n"], strict=True):
        tallies[arm][score] = tallies[arm].get(score, 0) + int(n)

    def naive(arm: str, reference: str) -> float | None:
        return mann_whitney_from_counts(tallies[arm], tallies[reference]).p

    return Prepared(measure, sums, naive)


def _prepare_score(sums: pd.DataFrame, measure: Measure) -> Prepared:
    used = sums.loc[sums["n"] > 0].astype({"session": str, "arm": str, "team": str})

    def naive(arm: str, reference: str) -> float | None:
        a, b = (_described(used.loc[used["arm"] == name]) for name in (arm, reference))
        if min(a[2], b[2]) < 2 or a[1] + b[1] == 0:
            return None
        return float(stats.ttest_ind_from_stats(*a, *b, equal_var=False).pvalue)

    return Prepared(measure, {"mean": used}, naive)


def _described(sums: pd.DataFrame) -> tuple[float, float, int]:
    """Mean, standard deviation and number of responses."""
    n, total = int(sums["n"].sum()), float(sums["total"].sum())
    variance = max(0.0, float(sums["total_sq"].sum()) - total**2 / n) / (n - 1) if n > 1 else 0.0
    return total / n, math.sqrt(variance), n


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
    limits = {"mean": measure.range, "favourable": (0.0, 1.0)}
    means = {name: team_means(sums) for name, sums in prepared.sums.items()}
    summaries = {
        name: {arm: summarise(teams, arm, confidence=options.confidence, limits=limits[name]) for arm in arms}
        for name, teams in means.items()
    }
    others = [arm for arm in arms if arm != reference]
    return [_pair(prepared, means, summaries, arm, reference, options) for arm in others], []


def _order(arm: str) -> tuple[int, str]:
    known = [str(variant) for variant in Variant]
    return (known.index(arm) if arm in known else len(known)), arm


def _pair(
    prepared: Prepared,
    means: Mapping[Deciding, pd.DataFrame],
    summaries: Mapping[Deciding, Mapping[str, ArmSummary]],
    arm: str,
    reference: str,
    options: Options,
) -> Comparison:
    measure = prepared.measure
    sharing = _sharing(means[measure.deciding], arm, reference)
    signs = {"mean": -1.0 if measure.direction == "lower" else 1.0, "favourable": 1.0}
    found: dict[Deciding, Difference] = {
        name: _difference(frame, arm, reference, signs[name], sharing, options.confidence)
        for name, frame in means.items()
    }
    inner = _difference(
        means[measure.deciding],
        arm,
        reference,
        signs[measure.deciding],
        sharing,
        2 * options.confidence - 1,
    )
    pair = {name: summaries[measure.deciding][name] for name in (arm, reference)}
    relevant = measure.relevant if measure.relevant is not None else _relevant(measure)
    evidence = Evidence(
        sessions=min(one.sessions for one in pair.values()),
        trainers=min(one.trainers for one in pair.values()),
        teams=min(one.teams for one in pair.values()),
        inner=inner.interval,
        outer=found[measure.deciding].interval,
        relevant=relevant,
        sharing=sharing,
    )
    test = _tested(means[measure.deciding], arm, reference, evidence, options)
    if test is not None:
        evidence = replace(evidence, p_value=test.p, p_least=test.p_least)
    verdict, reasons = decide(evidence, minimum=options.minimum)
    return Comparison(
        item=measure.id,
        arm=arm,
        reference=reference,
        responses={name: one.responses for name, one in pair.items()},
        sessions={name: one.sessions for name, one in pair.items()},
        trainers={name: one.trainers for name, one in pair.items()},
        teams={name: one.teams for name, one in pair.items()},
        means=_per_arm(summaries.get("mean"), pair),
        favourable=_per_arm(summaries.get("favourable"), pair),
        deciding=measure.deciding,
        mean_difference=found["mean"].interval if "mean" in found else None,
        favourable_difference=found["favourable"].interval if "favourable" in found else None,
        verdict=verdict,
        reasons=tuple(str(reason) for reason in reasons),
        relevant=relevant,
        p_value=None if test is None else test.p,
        p_value_method=None if test is None else P_METHODS[test.method],
        p_floor=None if test is None else test.p_floor,
        naive_p=None if verdict is Verdict.TOO_FEW else prepared.naive(arm, reference),
        df=found[measure.deciding].df,
        blocks=None if test is None else {"all": test.blocks, "mixed": test.mixed_blocks},
        sharing_factor=sharing,
        needed=_needed(pair[arm], pair[reference], relevant) if verdict is Verdict.CANNOT_TELL else None,
        top=measure.range[1] if measure.deciding == "mean" else None,
    )


def _relevant(measure: Measure) -> float | None:
    scale = measure.scale
    return scale.relevant_mean if measure.deciding == "mean" else scale.relevant_share


def _sharing(means: pd.DataFrame, arm: str, reference: str) -> float:
    pair = means.loc[means["arm"].isin([arm, reference])]
    labels = (pair["arm"] == arm).to_numpy(dtype=bool)[None, :]
    return float(sharing_factors(labels, memberships(pair["team"].tolist()))[0])


def _difference(
    means: pd.DataFrame, arm: str, reference: str, sign: float, sharing: float, confidence: float
) -> Difference:
    a, b = (
        sign * means.loc[means["arm"] == name, "mean"].to_numpy(dtype=np.float64) for name in (arm, reference)
    )
    return welch(a, b, confidence=confidence, sharing=sharing)


def _tested(
    means: pd.DataFrame, arm: str, reference: str, evidence: Evidence, options: Options
) -> Permutation | None:
    """The permutation test; none when there is too little, or nothing varies."""
    verdict, reasons = decide(evidence, minimum=options.minimum)
    if verdict is Verdict.TOO_FEW or Reason.NO_VARIATION in reasons:
        return None
    return permutation_test(
        means, arm=arm, reference=reference, permutations=options.permutations, seed=options.seed
    )


def _needed(arm: ArmSummary, reference: ArmSummary, relevant: float | None) -> Needed | None:
    if relevant is None or arm.sd is None or reference.sd is None:
        return None
    return needed(
        sd=(arm.sd, reference.sd),
        teams=(arm.teams, reference.teams),
        sessions=(arm.sessions, reference.sessions),
        relevant=relevant,
    )


def _per_arm(
    summaries: Mapping[str, ArmSummary] | None, pair: Mapping[str, ArmSummary]
) -> dict[str, Interval] | None:
    return None if summaries is None else {name: summaries[name].mean for name in pair}


def _numbers(interval: Interval | None) -> dict[str, float | None] | None:
    return None if interval is None else interval.as_json()


def _plain(per_arm: Mapping[str, Interval] | None) -> dict[str, dict[str, float | None]] | None:
    return None if per_arm is None else {arm: one.as_json() for arm, one in per_arm.items()}
