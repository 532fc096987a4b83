"""Every question and score with what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from qualitycycle import counts as query
from qualitycycle import disclosure
from qualitycycle.analysis.compare import Options, compare_measure
from qualitycycle.analysis.measure import Measure
from qualitycycle.analysis.teams import arm_summary, from_counts
from qualitycycle.instrument import Item, in_language
from qualitycycle.report.model import (
    Category,
    Estimate,
    ItemResult,
)
from qualitycycle.vocabulary import AnswerState, Moment
from qualitycycle.workspace.gather.about import ALL, About, estimate, one_arm, shown
from qualitycycle.workspace.release import Group


def measures(about: About) -> tuple[tuple[ItemResult, ...], tuple[ItemResult, ...]]:
    """The scored questions of the post form, and the declared scores over them."""
    now, before = _answers(about, about.cycle), _answers(about, _previous(about.cycle))
    items = [
        _item(about, item, now, before)
        for item in about.asked_at(Moment.POST)
        if about.view.config.scale_of(item.id).is_scored and not item.background
    ]
    asked = {item.id for item in about.asked_at(Moment.POST)}
    scores = [
        _score(about, name) for name, score in about.instrument.scores.items() if asked >= set(score.items)
    ]
    return tuple(items), tuple(scores)


def asked_only_at(about: About, moment: Moment) -> tuple[ItemResult, ...]:
    """The scored questions that are asked at one moment and at no other, when it was held."""
    frame = query.counts(
        about.view.snapshot,
        about.view.sessions,
        cycle=about.cycle,
        partnership=about.partnership,
        moment=moment,
    )
    if frame.empty:
        return ()
    mine = Group(about.partnership, about.cycle)
    return tuple(
        _alone(about, item, one_arm(frame), mine in about.view.released_for(item.id, "basic", moment))
        for item in about.asked_at(moment)
        if item.moments == (moment,) and about.view.config.scale_of(item.id).is_scored and not item.background
    )


def _alone(about: About, item: Item, frame: pd.DataFrame, released: bool) -> ItemResult:
    """One question without anything to compare it with; hidden below the floor."""
    measure = Measure(item.id, about.view.config.scale_of(item.id), item.direction)
    named = replace(_hidden(about, item.id, item, measure.scale.kind), decides_on=measure.scale.decides_on)
    answered = frame[(frame["item"] == item.id) & (frame["state"] == str(AnswerState.ANSWERED))]
    if not released or int(answered["n"].sum()) < about.floors.scores:
        return named
    return _with_answers(about, named, measure, answered)


def _answers(about: About, cycle: str) -> pd.DataFrame:
    """Counts of the partnership's own cycle, one arm."""
    frame = query.counts(about.view.snapshot, about.view.sessions, cycle=cycle, partnership=about.partnership)
    return one_arm(frame)


def _previous(cycle: str) -> str:
    first = int(cycle.split("-")[0])
    return f"{first - 1}-{first}"


def _item(about: About, item: Item, now: pd.DataFrame, before: pd.DataFrame) -> ItemResult:
    """One question: hidden below the floor, else with everything it rests on."""
    measure = Measure(item.id, about.view.config.scale_of(item.id), item.direction)
    mine = now[now["item"] == item.id]
    answered = mine[mine["state"] == str(AnswerState.ANSWERED)]
    earlier = before[(before["item"] == item.id) & (before["state"] == str(AnswerState.ANSWERED))]
    named = replace(
        _hidden(about, item.id, item, measure.scale.kind),
        decides_on=measure.scale.decides_on,
        only_variants=tuple(str(variant) for variant in item.variants),
        insufficient_below=measure.scale.insufficient_below,
    )
    if not about.may_show(about.cycle, item.id) or int(answered["n"].sum()) < about.floors.scores:
        return named
    before_shown = about.may_show(_previous(about.cycle), item.id)
    inapplicable = int(mine.loc[mine["state"] == str(AnswerState.NOT_APPLICABLE), "n"].sum())
    return replace(
        _with_answers(about, named, measure, answered),
        previous=_earlier(measure, earlier, about),
        previous_cycle=_previous(about.cycle),
        previous_verdict=_since(measure, answered, earlier) if before_shown else None,
        not_applicable=shown(inapplicable, about),
    )


def _hidden(about: About, id: str, item: Item, kind: str) -> ItemResult:
    """A question or score without any number; ``item`` says what it is about."""
    return ItemResult(
        id=id,
        title=about.view.config.instrument_of(id).title_of(id, about.language),
        dimension=item.dimension,
        dimension_title=_dimension(about, item),
        kind=kind,
        n=None,
        sessions=None,
        trainers=None,
        guarantees=tuple(str(guarantee) for guarantee in item.guarantees),
    )


def _dimension(about: About, item: Item) -> str:
    """The title of an item's dimension; one without any is in the partnership's own block."""
    titles = about.view.config.instrument_of(item.id).dimensions.get(item.dimension)
    return str(in_language(titles, about.language)) if titles else about.text("versions.show.local")


def _with_answers(about: About, named: ItemResult, measure: Measure, answered: pd.DataFrame) -> ItemResult:
    """The numbers of this cycle; shares only from their own, higher floor."""
    scale = measure.scale
    totals = answered.groupby("score")["n"].sum()
    by_score = dict(zip(totals.index.tolist(), totals.tolist(), strict=True))
    counted = {score: by_score.get(score, 0) for score in scale.scores()}
    released = disclosure.gate_distribution(counted, about.floors)
    summary = arm_summary(from_counts(answered), ALL, limits=measure.range)
    favourable = from_counts(answered, lambda score: float(measure.is_favourable(score)))
    share = arm_summary(favourable, ALL, limits=(0.0, 1.0)).mean if released.shares else None
    below = scale.insufficient_below
    return replace(
        named,
        n=released.total,
        sessions=summary.sessions,
        trainers=summary.trainers,
        mean=estimate(summary.mean) if scale.uses_mean else None,
        favourable=estimate(share),
        insufficient=_share_below(counted, below) if below is not None and released.shares else None,
        categories=_categories(measure, released, about.language),
    )


def _categories(
    measure: Measure, released: disclosure.Distribution, language: str
) -> tuple[Category, ...] | None:
    if released.counts is None:
        return None
    scale = measure.scale
    labels = in_language(scale.labels, language) if scale.labels else []
    scores = scale.scores()
    return tuple(
        Category(
            label=labels[i] if i < len(labels) else f"{score:g}",
            count=released.counts[score],
            share=released.shares[score] if released.shares is not None else None,
            favourable=measure.is_favourable(score),
            score=score,
        )
        for i, score in enumerate(scores)
    )


def _share_below(counted: Mapping[float, int], limit: float) -> float:
    return sum(n for score, n in counted.items() if score < limit) / sum(counted.values())


def _earlier(measure: Measure, earlier: pd.DataFrame, about: About) -> Estimate | None:
    """The same measure a cycle before, when it may be shown."""
    floor = about.floors.scores if measure.scale.decides_on == "mean" else about.floors.shares
    if not about.may_show(_previous(about.cycle), measure.id) or int(earlier["n"].sum()) < floor:
        return None
    value = (
        float if measure.scale.decides_on == "mean" else (lambda score: float(measure.is_favourable(score)))
    )
    limits = measure.range if measure.scale.decides_on == "mean" else (0.0, 1.0)
    return estimate(arm_summary(from_counts(earlier, value), ALL, limits=limits).mean)


def _since(measure: Measure, now: pd.DataFrame, earlier: pd.DataFrame) -> str | None:
    """The verdict of this cycle against the one before."""
    both = pd.concat([now.assign(arm="now"), earlier.assign(arm="before")])
    found = compare_measure(
        both, measure=measure, options=Options(reference="before", permutations=0, ordinal=False)
    )
    return str(found[0].verdict) if found else None


def _score(about: About, name: str) -> ItemResult:
    """A declared score; hidden below the floor."""
    measure = Measure(name, about.view.config.scale_of(name), kind="score")
    first = about.instrument.item(about.instrument.scores[name].items[0])
    named = _hidden(about, name, first, "score")
    sums, earlier = (_sums(about, name, cycle) for cycle in (about.cycle, _previous(about.cycle)))
    if not about.may_show(about.cycle) or int(sums["n"].sum()) < about.floors.scores:
        return named
    summary = arm_summary(sums, ALL, limits=measure.range)
    known = about.may_show(_previous(about.cycle)) and int(earlier["n"].sum()) >= about.floors.scores
    return replace(
        named,
        n=summary.responses,
        sessions=summary.sessions,
        trainers=summary.trainers,
        mean=estimate(summary.mean),
        previous=estimate(arm_summary(earlier, ALL, limits=measure.range).mean) if known else None,
        previous_cycle=_previous(about.cycle),
    )


def _sums(about: About, name: str, cycle: str) -> pd.DataFrame:
    return one_arm(about.view.score_sums(name, cycle=cycle, partnership=about.partnership))
