"""Differences between sessions, trainers and teams: sums from the store, statistics, the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, cast, get_args

import pandas as pd

from qualitycycle import counts as query
from qualitycycle import disclosure
from qualitycycle.analysis.funnels import INNER, OUTER
from qualitycycle.analysis.measure import Measure
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.result import Result
from qualitycycle.analysis.sentences import note_of
from qualitycycle.analysis.spread import Of, Spread, inside, spread
from qualitycycle.analysis.spread.limits import Limits
from qualitycycle.analysis.spread.sentences import Outside, Said, spread_sentences
from qualitycycle.analysis.teams import from_counts
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.vocabulary import ARMS, AnswerState, TrainingKind
from qualitycycle.workspace.ceilings import at_their_ceiling
from qualitycycle.workspace.choices import check_choice
from qualitycycle.workspace.measure_named import measure_named
from qualitycycle.workspace.release import Group, group_note, released_groups
from qualitycycle.workspace.unlabelled import UNITS, Point, large_enough, points
from qualitycycle.workspace.view import View, take_view
from qualitycycle.workspace.wordings import wording_sentences

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

COLUMNS = ("n_band", "first", "last", "estimate", "low", "high", "inside_95", "inside_998")
TERMS = {"session": "sessions", "trainer": "trainers", "team": "teams", "partnership": "partnerships"}
"""Terms of the model -> their names in the JSON."""

CURVE = 40
"""The curves of the limits are drawn through so many steps."""

HIDDEN, TOO_FEW, REGION_ONLY = "hidden", "too_few", "region_only"
UNRELIABLE, INSEPARABLE = "unreliable", "inseparable"


@dataclass(frozen=True)
class Question:
    """What is asked of ``spread``, after checking."""

    measure: Measure
    of: Of
    group: Group
    moment: str
    kind: str | None


@dataclass(frozen=True)
class Found:
    """What may be said: ``spread`` without its units, the ``points`` and who lie outside.

    ``reason``: why there are no points, or nothing at all when there is no ``spread``.
    ``excluded``: sessions that are no tandem, school or institute.
    """

    measure: Measure
    spread: Spread | None
    points: tuple[Point, ...] = ()
    units: int | None = None
    outside: Outside | None = None
    reason: str | None = None
    excluded: int = 0


def spread_result(
    workspace: Workspace,
    item: str | None = None,
    *,
    of: str = "session",
    cycle: str | None = None,
    partnership: str | None = None,
    kind: str | None = "basic",
) -> Result:
    """How far sessions, trainers or teams differ on an item or declared score.

    ``item``: default the primary one. ``of``: ``session``, ``trainer`` or ``team``. Shares of the
    differences between answers, how many answers a mean needs, and for the whole region over all
    cycles every unit that is reliable enough as a point without a label.
    """
    view = take_view(workspace)
    question = _checked(view, item, of, cycle, partnership, kind)
    return _result(view, question, answer(view, question), workspace.language)


def answer(view: View, question: Question) -> Found:
    """What may be said about the group of the question."""
    measure, rows = _rows(view, question)
    if not _may_show(view, question, rows):
        return Found(measure, None, reason=HIDDEN)
    mine = rows[[question.group.holds(view.sessions[id]) for id in rows["session"]]]
    arms = mine[mine["variant"].isin([str(arm) for arm in ARMS])]
    excluded = len(mine) - len(arms)
    place = question.group.partnership
    found = spread(arms.assign(partnership=place) if place else arms, question.of)
    if found is None:
        return Found(measure, None, reason=TOO_FEW, excluded=excluded)
    return replace(_gated(view, question, measure, found), excluded=excluded)


def _gated(view: View, question: Question, measure: Measure, found: Spread) -> Found:
    floors = view.config.settings.floors
    bare = replace(found, units=())
    if found.limits is None:
        return Found(measure, bare, reason=INSEPARABLE)
    units = len(found.units)
    if question.group != Group() or question.kind is None:
        return Found(measure, bare, units=units, reason=REGION_ONLY)
    ends = measure.range if measure.deciding == "mean" else (0.0, 1.0)
    shown = points(found.units, question.of, measure.deciding, floors, ends)
    large = large_enough(found.units, question.of, measure.deciding, floors)
    out = [[not inside(unit, outer=outer) for unit in large] for outer in (False, True)]
    outside = Outside(len(large), sum(out[0]), sum(out[1])) if len(large) >= UNITS else None
    return Found(measure, bare, tuple(shown), units, outside, None if shown else UNRELIABLE)


def _rows(view: View, question: Question) -> tuple[Measure, pd.DataFrame]:
    """The measure that decides, and its sums per session of the kind asked for; internal, not gated."""
    measure = question.measure
    filters: query.Filters = {"moment": question.moment, "kind": question.kind}
    if measure.kind == "score":
        sums = view.score_sums(measure.id, **filters)
        return measure, sums.rename(columns={"collection": "session", "lead": "partnership"})
    frame = query.counts(view.snapshot, view.sessions, item=measure.id, **filters)
    answers = frame[(frame["state"] == str(AnswerState.ANSWERED)) & frame["score"].notna()]
    full = at_their_ceiling(view, answers, [measure], moment=question.moment, kind=question.kind)
    measure = replace(measure, ceiling=measure.id in full)
    named = answers.rename(columns={"collection": "session", "variant": "arm", "lead": "partnership"})
    sums = from_counts(named.fillna({"team": ""}), measure.worth, ("cycle", "partnership"))
    return measure, sums.rename(columns={"arm": "variant"})


def _may_show(view: View, question: Question, rows: pd.DataFrame) -> bool:
    """Whether the group is released, and on the people who answered this measure as well."""
    sizes = {str(id): int(n) for id, n in zip(rows["session"], rows["n"], strict=True)}
    of_kind = [facts for facts in view.sessions.values() if question.kind in (None, facts.kind)]
    floors = view.config.settings.floors
    released = view.released(question.kind, question.moment) & released_groups(of_kind, sizes, floors)
    return question.group in released


def _checked(
    view: View, item: str | None, of: str, cycle: str | None, partnership: str | None, kind: str | None
) -> Question:
    view.check(cycle=cycle, partnership=partnership)
    check_choice("kind", kind, TrainingKind)
    check_choice("of", of, get_args(Of))
    wanted = item or view.config.instrument.primary
    if wanted is None:
        raise UsageProblem(Finding("spread.no_item"))
    name = view.config.shared_named(wanted)
    measure, moment = measure_named(view.config, name)
    return Question(measure, cast(Of, of), Group(partnership, cycle), moment, kind)


def _result(view: View, question: Question, found: Found, language: str) -> Result:
    floors, measure = view.config.settings.floors, found.measure
    title = view.config.instrument_of(measure.id).title_of(measure.id, language)
    said = Said(
        title,
        measure.deciding,
        len(found.points),
        found.units,
        found.outside,
        found.reason,
        found.excluded,
        {"fewest": UNITS},
    )
    place = {"partnership": question.group.partnership, "cycle": question.group.cycle}
    at = {"moment": question.moment, "kind": question.kind}
    lines = spread_sentences(found.spread, said, language)
    lines += wording_sentences(view, [measure.id], language, **at, **place)
    hidden = [group_note(floors)] if found.reason == HIDDEN else []
    lowered = disclosure.lowered_note(floors)
    rows = [(one.band, *asdict(one).values()) for one in found.points]
    settings = {"item": measure.id, "of": question.of, **place, "kind": question.kind}
    result = Result(
        "spread",
        pd.DataFrame(rows, columns=list(COLUMNS)),
        {**settings, "moment": question.moment},
        (*map(note_of, lines), *hidden, *([lowered] if lowered else [])),
        (),
        view.stamp,
        language=language,
    )
    payload = {**settings, "title": title, **_numbers(found), "notes": result.sentences()}
    return replace(result, payload=payload)


def _numbers(found: Found) -> dict[str, Any]:
    """The fixed keys of ``spread``; what leaves is rounded."""
    known = found.spread
    reliability = known.reliability if known else None
    shares = known.split.shares if known else {}
    split = {name: _rounded(shares.get(term)) for term, name in TERMS.items()}
    if known and known.split.beside is not None:
        split["partnerships"] = _rounded(known.split.beside)
    return {
        "deciding": found.measure.deciding,
        "units": found.units,
        "shown": len(found.points),
        "sessions": known.sessions if known else None,
        "split": {**split, "answers": _rounded(shares.get("answers"))},
        "adjusted_for": list(known.adjusted_for) if known else [],
        "icc1": round(reliability.icc1, 2) if reliability else None,
        "icc2": round(reliability.icc2, 2) if reliability else None,
        "needed_for_0_7": reliability.needed if reliability else None,
        "needed_sessions": reliability.sessions_needed if reliability else None,
        "points": [
            {"n_band": one.band, **{name: asdict(one)[name] for name in COLUMNS[3:]}} for one in found.points
        ],
        "limits": _limits(known.limits, found.points) if known and known.limits else [],
        "outside": {"inner": found.outside.inner, "outer": found.outside.outer} if found.outside else None,
        "left_out": [TERMS.get(left.term, left.term) for left in known.left_out] if known else [],
        "excluded": found.excluded,
        "reason": found.reason,
    }


def _rounded(share: Interval | None) -> dict[str, float | None] | None:
    """A share with two decimals."""
    if share is None:
        return None
    return {name: None if end is None else round(end, 2) for name, end in share.as_json().items()}


def _limits(limits: Limits, shown: Sequence[Point]) -> list[dict[str, float]]:
    """The limits of the funnel over the numbers of answers there are points for."""
    if not shown:
        return []
    first, last = min(one.first for one in shown), max(one.last for one in shown)
    rows = []
    for n in sorted({round(first + (last - first) * i / CURVE) for i in range(CURVE + 1)}):
        inner, outer = limits.at(n, INNER), limits.at(n, OUTER)
        ends = (limits.middle, inner.low, inner.high, outer.low, outer.high)
        names = ("middle", "low_95", "high_95", "low_998", "high_998")
        rows.append({"n": n, **{name: round(end or 0.0, 2) for name, end in zip(names, ends, strict=True)}})
    return rows
