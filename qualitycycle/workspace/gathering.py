"""Everything one report says, gathered from analyses and register, through the gate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from qualitycycle import counts as query
from qualitycycle import disclosure, pdca, wording
from qualitycycle.analysis.compare import Comparison as Compared
from qualitycycle.analysis.compare import Measure, Options, compare_measure
from qualitycycle.analysis.proportions import Interval, option_table
from qualitycycle.analysis.sentences import needed_sentence, reason_sentences, sentence
from qualitycycle.analysis.teams import arm_summary, from_counts
from qualitycycle.config import Floors
from qualitycycle.instrument import Instrument, Item, in_language
from qualitycycle.report.model import (
    Action,
    Arm,
    Category,
    Comparison,
    Coverage,
    CoverageRow,
    DataQuality,
    Decision,
    Estimate,
    Founding,
    Goal,
    InputFile,
    ItemResult,
    Manifest,
    Mentors,
    OverTime,
    Partnership,
    Probabilities,
    ReportInput,
    SessionPoint,
    SessionRef,
    SurveyBase,
    SurveyQuestion,
)
from qualitycycle.vocabulary import AnswerState, Guarantee, Moment, Variant
from qualitycycle.workspace.comparing import Question, Said, Scope, answer
from qualitycycle.workspace.measuring import coverage_of
from qualitycycle.workspace.view import View

ALL = "all"
"""The one arm of figures that are not compared."""


@dataclass(frozen=True)
class About:
    """Which report: whose, over which cycle, in which language, on which day."""

    view: View
    partnership: str
    cycle: str
    language: str
    day: date

    @property
    def floors(self) -> Floors:
        """The floors of the gate."""
        return self.view.config.settings.floors

    @property
    def instrument(self) -> Instrument:
        """The questionnaire of the report."""
        return self.view.config.instrument

    def text(self, key: str, **values: Any) -> str:
        """A sentence in the report's language."""
        return wording.text(key, self.language, **values)


def gather(
    view: View,
    history: Sequence[Mapping[str, Any]],
    partnership: str,
    cycle: str,
    language: str,
    packages: Mapping[str, str],
    day: date,
) -> ReportInput:
    """The value a report is made from."""
    about = About(view, partnership, cycle, language, day)
    named = view.config.organisations.partnerships[partnership]
    items, scores = _measures(about)
    comparisons = _comparisons(about)
    coverage = _coverage(about)
    mentors = _mentors(about)
    actions = _actions(about)
    return ReportInput(
        partnership=Partnership(partnership, named.name, named.status),
        cycle=cycle,
        generated_on=day,
        instrument=about.instrument.id,
        coverage=coverage,
        floors=about.floors,
        primary=about.instrument.primary,
        mentors=mentors,
        goals=_goals(about, [*items, *scores], coverage.total),
        actions=actions,
        items=items,
        scores=scores,
        comparisons=tuple(_told(about, one) for one in comparisons),
        over_time=_over_time(about),
        founding=_founding(about),
        facts=_facts(about, coverage, actions),
        decisions=_decisions(about, coverage.total, comparisons),
        quality=_quality(about, [*items, *scores]),
        manifest=_manifest(about, history, packages),
    )


# --- coverage ---------------------------------------------------------------------


def _coverage(about: About) -> Coverage:
    basic = _sessions(about, kind="basic")
    everything = _sessions(about, kind=None)
    held = [facts for facts in basic if _held(facts, about.day)]
    found = _covered(about, basic)
    refs = {facts.id: facts for facts in basic}
    return Coverage(
        total=_row(about, "total", basic),
        by_variant=_rows(about, basic, "variant", [str(variant) for variant in Variant]),
        by_kind=_rows(about, everything, "kind"),
        by_format=_rows(about, [facts for facts in basic if facts.format], "format"),
        not_evaluated=tuple(
            SessionRef(id, refs[id].training or id, refs[id].last_date) for id in found["not_evaluated"]
        ),
        trainers=_trainers_by_affiliation(held),
        train_the_trainer=_train_the_trainer(about, held)[0],
    )


def _sessions(about: About, kind: str | None) -> list[Any]:
    return [
        facts
        for facts in about.view.sessions.values()
        if facts.cycle == about.cycle
        and about.partnership in (facts.lead, *facts.shared_with)
        and (kind is None or facts.kind == kind)
    ]


def _held(facts: Any, day: date) -> bool:
    return not facts.cancelled and facts.last_date is not None and facts.last_date <= day


def _covered(about: About, sessions: Iterable[Any]) -> dict[str, Any]:
    return coverage_of(about.view, sessions, about.day)


def _row(about: About, group: str, sessions: Sequence[Any]) -> CoverageRow:
    found = _covered(about, sessions)
    rate, invited = found["denominators"]["response_rate"], found["denominators"]["invited"]
    enough = found["responses"] >= about.floors.scores or found["responses"] == 0
    return CoverageRow(
        group=group,
        held=found["sessions"]["held"],
        evaluated=found["sessions"]["evaluated"],
        cancelled=sum(facts.cancelled for facts in sessions),
        invited=invited["n"],
        attended=rate["n"] if rate["sessions"] else None,
        attended_unknown=rate["sessions_unknown"],
        responses=found["responses"] if enough else None,
        completed=found["completed"] if enough else None,
        response_rate=found["response_rate"] if found["responses"] >= about.floors.shares else None,
    )


def _rows(
    about: About, sessions: Sequence[Any], name: str, order: Sequence[str] = ()
) -> tuple[CoverageRow, ...]:
    """Coverage per group; what is hidden cannot be subtracted from the total."""
    groups: dict[str, list[Any]] = {group: [] for group in order}
    for facts in sessions:
        groups.setdefault(str(getattr(facts, name)), []).append(facts)
    rows = [_row(about, group, members) for group, members in groups.items() if members]
    frame = pd.DataFrame({"responses": [_covered(about, groups[row.group])["responses"] for row in rows]})
    if frame.empty:
        return ()
    gated = disclosure.gate_cells(frame, n="responses", floors=about.floors, within=[()])
    shown = gated["responses"].notna().tolist()
    return tuple(row if visible else _silent(row) for row, visible in zip(rows, shown, strict=True))


def _silent(row: CoverageRow) -> CoverageRow:
    from dataclasses import replace

    if row.responses == 0:
        return row
    return replace(row, responses=None, completed=None, response_rate=None)


def _trainers_by_affiliation(held: Iterable[Any]) -> dict[str, int]:
    people: dict[str, set[str]] = {}
    for facts in held:
        for trainer, affiliation in zip(facts.trainers, facts.affiliations, strict=True):
            if affiliation is not None:
                people.setdefault(str(affiliation), set()).add(trainer)
    return {affiliation: len(trainers) for affiliation, trainers in sorted(people.items())}


def _train_the_trainer(about: About, held: Iterable[Any]) -> tuple[int | None, int]:
    """How many of the trainers took train the trainer, and how many trainers there are."""
    giving = {trainer for facts in held for trainer in facts.trainers}
    rows = [row for row in about.view.records["trainers"] if row["id"] in giving]
    if not any(row["train_the_trainer_on"] for row in about.view.records["trainers"]):
        return None, len(rows)
    return sum(row["train_the_trainer_on"] is not None for row in rows), len(rows)


def _mentors(about: About) -> Mentors | None:
    boards = set(about.view.config.organisations.partnerships[about.partnership].boards)
    mentors = [row for row in about.view.records["mentors"] if row["board"] in boards]
    if not mentors:
        return None
    certificates = about.view.records["certificates"]
    trained = {row["person"] for row in certificates}
    valid = {
        row["person"] for row in certificates if row["valid_until"] is None or row["valid_until"] >= about.day
    }
    mentoring = [row for row in mentors if row["mentoring"]]
    return Mentors(
        registered=_shown(len(mentors), about),
        trained=_shown(sum(row["id"] in trained for row in mentors), about),
        valid=_shown(sum(row["id"] in valid for row in mentors), about),
        mentoring_untrained=_shown(sum(row["id"] not in trained for row in mentoring), about),
    )


def _shown(count: int, about: About) -> int | None:
    return count if count >= about.floors.scores or count == 0 else None


# --- questions and scores ---------------------------------------------------------


def _measures(about: About) -> tuple[tuple[ItemResult, ...], tuple[ItemResult, ...]]:
    now, before = _answers(about, about.cycle), _answers(about, _previous(about.cycle))
    items = [
        _item(about, item, now, before)
        for item in about.instrument.asked_at(Moment.POST)
        if about.view.config.scale_of(item.id).is_scored and not item.background
    ]
    asked = {item.id for item in about.instrument.asked_at(Moment.POST)}
    scores = [
        _score(about, name) for name, score in about.instrument.scores.items() if asked >= set(score.items)
    ]
    return tuple(items), tuple(scores)


def _answers(about: About, cycle: str) -> pd.DataFrame:
    """Counts of the partnership's own cycle, one arm."""
    frame = query.counts(about.view.snapshot, about.view.sessions, cycle=cycle, partnership=about.partnership)
    return _one_arm(frame)


def _one_arm(frame: pd.DataFrame) -> pd.DataFrame:
    named = frame.rename(columns={"collection": "session"}).assign(arm=ALL)
    named["team"] = named["team"].fillna("")
    return named


def _previous(cycle: str) -> str:
    first = int(cycle.split("-")[0])
    return f"{first - 1}-{first}"


def _item(about: About, item: Item, now: pd.DataFrame, before: pd.DataFrame) -> ItemResult:
    config, language = about.view.config, about.language
    measure = Measure(item.id, config.scale_of(item.id), item.direction)
    scale = measure.scale
    mine = now[now["item"] == item.id]
    answered = mine[mine["state"] == str(AnswerState.ANSWERED)]
    earlier = before[(before["item"] == item.id) & (before["state"] == str(AnswerState.ANSWERED))]
    n = int(answered["n"].sum())
    common = {
        "id": item.id,
        "title": config.instrument_of(item.id).title_of(item.id, language),
        "dimension": item.dimension,
        "dimension_title": str(in_language(about.instrument.dimensions[item.dimension], language)),
        "kind": scale.kind,
        "guarantees": tuple(str(guarantee) for guarantee in item.guarantees),
        "decides_on": measure.deciding,
        "only_variants": tuple(str(variant) for variant in item.variants),
    }
    if n < about.floors.scores:
        return ItemResult(**common, n=None, sessions=None, trainers=None)
    by_score = {score: int(count) for score, count in answered.groupby("score")["n"].sum().items()}
    released = disclosure.gate_distribution(
        {score: by_score.get(score, 0) for score in scale.scores()}, about.floors
    )
    shares = n >= about.floors.shares
    favourable = from_counts(answered, lambda score: float(measure.is_favourable(score)))
    sums = from_counts(answered)
    summary = arm_summary(sums, ALL, limits=measure.range)
    below = scale.insufficient_below
    return ItemResult(
        **common,
        n=n,
        sessions=summary.sessions,
        trainers=summary.trainers,
        mean=_estimate(summary.mean) if scale.uses_mean else None,
        favourable=_estimate(arm_summary(favourable, ALL, limits=(0.0, 1.0)).mean) if shares else None,
        insufficient=_share_below(by_score, below, n) if below is not None and shares else None,
        insufficient_below=below,
        categories=_categories(measure, released, language),
        previous=_earlier(measure, earlier, about),
        previous_cycle=_previous(about.cycle),
        previous_verdict=_since(measure, answered, earlier),
        not_applicable=_shown(
            int(mine.loc[mine["state"] == str(AnswerState.NOT_APPLICABLE), "n"].sum()), about
        ),
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


def _share_below(by_score: Mapping[Any, int], limit: float, n: int) -> float:
    return sum(count for score, count in by_score.items() if score < limit) / n


def _earlier(measure: Measure, earlier: pd.DataFrame, about: About) -> Estimate | None:
    """The same measure a cycle before, when it may be shown."""
    floor = about.floors.scores if measure.deciding == "mean" else about.floors.shares
    if int(earlier["n"].sum()) < floor:
        return None
    value = float if measure.deciding == "mean" else (lambda score: float(measure.is_favourable(score)))
    limits = measure.range if measure.deciding == "mean" else (0.0, 1.0)
    return _estimate(arm_summary(from_counts(earlier, value), ALL, limits=limits).mean)


def _since(measure: Measure, now: pd.DataFrame, earlier: pd.DataFrame) -> str | None:
    """The verdict of this cycle against the one before."""
    both = pd.concat([now.assign(arm="now"), earlier.assign(arm="before")])
    found = compare_measure(both, measure=measure, options=Options(reference="before", permutations=1999))
    return str(found[0].verdict) if found else None


def _score(about: About, name: str) -> ItemResult:
    config = about.view.config
    score = about.instrument.scores[name]
    measure = Measure(name, config.scale_of(name), kind="score")
    first = about.instrument.item(score.items[0])
    common = {
        "id": name,
        "title": about.instrument.title_of(name, about.language),
        "dimension": first.dimension,
        "dimension_title": str(in_language(about.instrument.dimensions[first.dimension], about.language)),
        "kind": "score",
        "guarantees": tuple(str(guarantee) for guarantee in first.guarantees),
    }
    sums = _sums(about, name, about.cycle)
    if int(sums["n"].sum()) < about.floors.scores:
        return ItemResult(**common, n=None, sessions=None, trainers=None)
    summary = arm_summary(sums, ALL, limits=measure.range)
    earlier = _sums(about, name, _previous(about.cycle))
    known = int(earlier["n"].sum()) >= about.floors.scores
    before = arm_summary(earlier, ALL, limits=measure.range) if known else None
    return ItemResult(
        **common,
        n=summary.responses,
        sessions=summary.sessions,
        trainers=summary.trainers,
        mean=_estimate(summary.mean),
        previous=_estimate(before.mean) if before is not None else None,
        previous_cycle=_previous(about.cycle),
    )


def _sums(about: About, name: str, cycle: str) -> pd.DataFrame:
    score = about.instrument.scores[name]
    frame = query.score_sums(
        about.view.snapshot,
        about.view.sessions,
        items=score.items,
        min_answered=score.min_answered,
        cycle=cycle,
        partnership=about.partnership,
    )
    return _one_arm(frame)


def _estimate(interval: Interval | None) -> Estimate | None:
    if interval is None or interval.estimate is None:
        return None
    return Estimate(interval.estimate, interval.low, interval.high)


# --- variants ---------------------------------------------------------------------


def _comparisons(about: About) -> list[Said]:
    """The partnership's own comparisons, and the region's beside them."""
    own, _, _ = answer(about.view, Question(scope=Scope(about.partnership, about.cycle)), about.language)
    region, _, _ = answer(about.view, Question(), about.language)
    return [*(one for one in own if one.scope != Scope(None, None)), *region]


def _told(about: About, said: Said) -> Comparison:
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
        difference=_estimate(one.difference),
        relevant=one.relevant,
        primary=one.item == about.instrument.primary,
        sentence=sentence(_without_levels(one), about.language),
        reasons=(*reason_sentences(one, about.language), *([needed] if needed else [])),
        probabilities=Probabilities(one.p_value, one.p_adjusted, one.p_floor, one.naive_p),
    )


def _without_levels(one: Compared) -> Compared:
    from dataclasses import replace

    return replace(one, means=None, favourable=None)


def _decisions(about: About, total: CoverageRow, comparisons: Iterable[Said]) -> tuple[Decision, ...]:
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
    proposals = pdca.propose(
        held=total.held or 0,
        evaluated=total.evaluated or 0,
        response_rate=total.response_rate,
        variants=findings,
    )
    return tuple(_decision(about, proposal) for proposal in proposals)


def _decision(about: About, proposal: pdca.Proposal) -> Decision:
    values = {
        name: about.text(f"terms.variant.{value}") if name in ("arm", "reference") else value
        for name, value in proposal.values.items()
    }
    evidence = (str(proposal.values["measure"]),) if "measure" in proposal.values else ()
    return Decision(
        proposal.kind,
        about.text(f"pdca.subject.{proposal.reason}", **values),
        about.text(f"pdca.why.{proposal.reason}", **values),
        evidence,
    )


# --- plan and act -----------------------------------------------------------------


def _goals(about: About, measures: Sequence[ItemResult], total: CoverageRow) -> tuple[Goal, ...]:
    rows = [
        row
        for row in about.view.records["goals"]
        if row["partnership"] == about.partnership and row["cycle"] == about.cycle
    ]
    first = min((f.first_date for f in _sessions(about, None) if f.first_date), default=None)
    return tuple(_goal(about, row, measures, total, first) for row in rows)


def _goal(
    about: About,
    row: Mapping[str, Any],
    measures: Sequence[ItemResult],
    total: CoverageRow,
    first: date | None,
) -> Goal:
    measure = next((one for one in measures if one.id == row["indicator"]), None)
    value, n = _indicator(row["indicator"], measure, total)
    is_share = measure is None or measure.decides_on == "favourable"
    met = pdca.goal_met(row["norm"], value.value, value.low, value.high) if value else None
    return Goal(
        id=row["id"],
        text=row["text"] or row["indicator"],
        indicator=row["indicator"],
        norm=row["norm"],
        measure="favourable" if is_share else "mean",
        owner=row["owner"] or "",
        guarantee=row["guarantee"],
        agreed_on=row["agreed_on"],
        flagged_late=pdca.is_late(row["agreed_on"], first),
        value=value,
        n=n,
        met=met,
    )


def _indicator(
    name: str, measure: ItemResult | None, total: CoverageRow
) -> tuple[Estimate | None, int | None]:
    if measure is not None:
        return measure.deciding, measure.n
    if name == "coverage" and total.held:
        return Estimate((total.evaluated or 0) / total.held), total.held
    if name == "response_rate" and total.response_rate is not None:
        return Estimate(total.response_rate), total.attended
    return None, None


def _actions(about: About) -> tuple[Action, ...]:
    rows = [row for row in about.view.records["actions"] if row["partnership"] == about.partnership]
    return tuple(
        Action(
            id=row["id"],
            what=row["what"],
            owner=row["owner"] or "",
            due=row["due"],
            status=row["status"] or "open",
            overdue=pdca.is_overdue(row, about.day),
            indicator=row["indicator"] or "",
            closed_on=row["closed_on"],
            result=row["result"] or "",
        )
        for row in rows
    )


def _facts(about: About, coverage: Coverage, actions: Sequence[Action]) -> dict[str, tuple[str, ...]]:
    """What the register says for each guarantee."""
    facts: dict[str, list[str]] = {str(guarantee): [] for guarantee in Guarantee}
    total = coverage.total
    tandem = sum(row.held or 0 for row in coverage.by_variant if row.group == str(Variant.TANDEM))
    if total.held:
        facts["W2"].append(about.text("pdca.fact.tandem", tandem=tandem, held=total.held))
        facts["W4"].append(about.text("pdca.fact.coverage", evaluated=total.evaluated or 0, held=total.held))
    held = [facts_ for facts_ in _sessions(about, "basic") if _held(facts_, about.day)]
    certified, trainers = _train_the_trainer(about, held)
    if certified is not None and trainers:
        facts["W3"].append(about.text("pdca.fact.train_the_trainer", certified=certified, trainers=trainers))
    if actions:
        closed = sum(not action.is_open for action in actions)
        facts["W4"].append(about.text("pdca.fact.actions", closed=closed, all=len(actions)))
    return {guarantee: tuple(sentences) for guarantee, sentences in facts.items() if sentences}


# --- over time, founding survey, quality, manifest ----------------------------------


def _over_time(about: About) -> tuple[OverTime, ...]:
    primary = about.instrument.primary
    if primary is None or primary in about.instrument.scores:
        return ()
    item = about.instrument.item(primary)
    measure = Measure(primary, about.view.config.scale_of(primary), item.direction)
    frame = query.counts(
        about.view.snapshot, about.view.sessions, item=primary, partnership=about.partnership
    )
    answered = _one_arm(frame[frame["state"] == str(AnswerState.ANSWERED)])
    value = float if measure.deciding == "mean" else (lambda score: float(measure.is_favourable(score)))
    sums = from_counts(answered, value).sort_values("session")
    sums["first_date"] = sums["session"].map({f.id: f.first_date for f in about.view.sessions.values()})
    shown = sums[sums["n"] >= about.floors.scores].sort_values(["first_date", "session"])
    points = tuple(
        SessionPoint(
            order=order,
            month=row.first_date.replace(day=1),
            variant=str(about.view.sessions[row.session].variant),
            n=int(row.n),
            value=row.total / row.n,
        )
        for order, row in enumerate(shown.itertuples(), 1)
    )
    title = about.instrument.title_of(primary, about.language)
    return (OverTime(primary, title, measure.deciding, points, len(sums) - len(shown)),)


def _founding(about: About) -> Founding | None:
    """The first survey of the whole region, or of this partnership, that has answers."""
    for survey in about.view.surveys.values():
        if survey.partnership not in (None, about.partnership):
            continue
        frame = query.counts(about.view.snapshot, [], [survey], moment=Moment.SURVEY, collection=survey.id)
        if frame.empty:
            continue
        questions = tuple(
            _survey_question(about, item, part) for item, part in frame.groupby("item", sort=False)
        )
        return Founding(survey.title or survey.id, survey.cycle or "", questions)
    return None


def _survey_question(about: About, item_id: Any, frame: pd.DataFrame) -> SurveyQuestion:
    instrument = about.view.config.instruments[frame["instrument"].iloc[0]]
    item = instrument.item(str(item_id))
    labels = in_language(instrument.scale_of(item.id).labels, about.language)
    answered = frame[frame["state"] == str(AnswerState.ANSWERED)].groupby("option")["n"].sum()
    counted = {label: int(answered.get(str(i), 0)) for i, label in enumerate(labels, 1)}
    released = disclosure.gate_distribution(counted, about.floors)
    outside = {labels[i - 1] for i in item.outside}
    bases = [_base("all", counted, labels, set())]
    if outside:
        bases.append(_base("trained", counted, labels, outside))
    return SurveyQuestion(
        id=item.id,
        title=str(in_language(item.text, about.language)),
        options=tuple(labels),
        counts=tuple(released.counts[label] if released.counts else None for label in labels),
        bases=tuple(bases) if released.shares else (),
        highlight=item.highlight - 1 if item.highlight else None,
    )


def _base(name: str, counted: Mapping[str, int], labels: Sequence[str], outside: set[str]) -> SurveyBase:
    inside = {label: n for label, n in counted.items() if label not in outside}
    table = option_table(inside).set_index("option")
    shares = tuple(
        None
        if label in outside
        else Estimate(table.at[label, "share"], table.at[label, "low"], table.at[label, "high"])
        for label in labels
    )
    return SurveyBase(name, sum(inside.values()), shares)


def _quality(about: About, measures: Iterable[ItemResult]) -> DataQuality:
    flags = query.flag_counts(
        about.view.snapshot, about.view.sessions, cycle=about.cycle, partnership=about.partnership
    )
    named = tuple((about.text(f"checking.flagged.{flag}"), n) for flag, n in flags.items())
    return DataQuality(named, sum(measure.hidden for measure in measures))


def _manifest(about: About, history: Iterable[Mapping[str, Any]], packages: Mapping[str, str]) -> Manifest:
    mine = {facts.id for facts in about.view.sessions.values() if _belongs(facts, about)}
    mine |= set(about.view.surveys)
    inputs = tuple(
        InputFile(event["file"], event["sha256"], event["import_id"], event["imported_at"].date())
        for event in history
        if event["state"] == "imported" and mine & set(event["collections"])
    )
    stamp = about.view.stamp
    return Manifest(inputs, stamp, str(stamp["config"]), packages)


def _belongs(facts: Any, about: About) -> bool:
    return facts.cycle == about.cycle and about.partnership in (facts.lead, *facts.shared_with)
