"""How well declared scores measure one thing, through the gate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from qualitycycle import disclosure
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.reliability import MINIMUM, CrossProducts
from qualitycycle.analysis.result import Result
from qualitycycle.analysis.score_sentences import sentences
from qualitycycle.analysis.scores import ScoreReliability, score_reliability
from qualitycycle.analysis.sentences import note_of
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.vocabulary import Moment, TrainingKind
from qualitycycle.workspace.choices import check_choice, moment_named
from qualitycycle.workspace.release import Group, group_note, released_groups, released_surveys
from qualitycycle.workspace.view import View, take_view
from qualitycycle.workspace.wordings import wording_notes

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace

HIDDEN, NOT_ASKED = "hidden", "not_asked"
AGREEMENT_SESSIONS = 3
"""From so many sessions on agreement within a session is told, never of one."""

COLUMNS = (
    *("score", "item", "title", "moment", "n", "alpha", "alpha_low", "alpha_high"),
    *("duhachek_low", "duhachek_high", "sessions_low", "sessions_high", "likely_low", "likely_high"),
    *("omega_total", "omega_hierarchical", "item_rest", "alpha_if_dropped", "rwg", "rwg_sessions"),
    *("usable", "reasons", "sentence"),
)


@dataclass(frozen=True)
class Question:
    """What is asked of ``reliability``, after checking."""

    group: Group
    moment: Moment | None
    kind: str | None


def reliability(
    workspace: Workspace,
    score: str | Sequence[str] | None = None,
    *,
    cycle: str | None = None,
    partnership: str | None = None,
    moment: str | None = None,
    kind: str | None = "basic",
) -> Result:
    """Whether the items of declared scores measure one thing, and whether people agree.

    ``score``: one or more declared scores, default all. ``moment``: ``post``, or for a score
    that is not asked then, when it is. The table has a row per score and one per item; a score
    that rests on too few people, or on a group that may not be shown, has no numbers and its
    ``reasons`` say why. Numbers have two decimals, see ``rounded``.
    """
    view = take_view(workspace)
    view.check(cycle=cycle, partnership=partnership)
    check_choice("kind", kind, TrainingKind)
    question = Question(Group(partnership, cycle), moment_named(moment), kind)
    measured = [_measured(view, name, question) for name in _scores(view, score)]
    return _result(workspace, view, question, measured)


def _scores(view: View, score: str | Sequence[str] | None) -> list[str]:
    declared = [name for one in view.config.defining for name in one.scores]
    if score is None:
        return list(dict.fromkeys(declared))
    names = [view.config.shared_named(name) for name in ([score] if isinstance(score, str) else score)]
    for name in names:
        if name not in declared:
            expected = ", ".join(dict.fromkeys(declared)) or "-"
            raise UsageProblem(Finding("reliability.not_a_score", value=name, details={"expected": expected}))
    return list(dict.fromkeys(names))


def _measured(view: View, name: str, question: Question) -> ScoreReliability:
    """One score over the group asked for; withheld where the gate says so."""
    moment = _moment(view, name, question.moment)
    if moment is None:
        return _withheld(view, name, question.moment, NOT_ASKED)
    parts = view.score_products(name, moment=str(moment), kind=question.kind)
    sessions = [id for id, facts in view.sessions.items() if id in parts and question.group.holds(facts)]
    surveys = [id for id in view.surveys if id in parts and _holds(question.group, view, id)]
    scale = view.config.scale_of(name)
    scores = scale.scores()
    found = score_reliability(
        name,
        [parts[id] for id in (*sessions, *surveys)],
        moment=str(moment),
        agreeing=_agreeing(view, sessions, parts) if sessions else None,
        options=len(scores),
        step=scores[1] - scores[0],
    )
    if found.n is None:
        return _withheld(view, name, moment, found.reasons[0])
    if not _may_show(view, question, moment, parts, bool(sessions), bool(surveys)):
        return _withheld(view, name, moment, HIDDEN)
    return rounded(found)


def _moment(view: View, name: str, wanted: Moment | None) -> Moment | None:
    """The moment asked for if the score is asked then, else ``post``, else when it is asked."""
    instrument = view.config.instrument_of(name)
    items = [instrument.item(id) for id in instrument.scores[name].items]
    asked = [moment for moment in Moment if all(moment in item.moments for item in items)]
    choices = [wanted] if wanted else [Moment.POST, *asked]
    return next((moment for moment in choices if moment in asked), None)


def _holds(group: Group, view: View, survey: str) -> bool:
    facts = view.surveys[survey]
    return group.partnership in (None, facts.partnership) and group.cycle in (None, facts.cycle)


def _agreeing(view: View, sessions: Iterable[str], parts: Mapping[str, CrossProducts]) -> list[CrossProducts]:
    """The sessions over which agreement may be told: none when few sessions or trainers remain."""
    floors = view.config.settings.floors
    large = [id for id in sessions if parts[id].n >= floors.scores]
    trainers = {trainer for id in large for trainer in view.sessions[id].trainers}
    if len(large) < AGREEMENT_SESSIONS or len(trainers) < floors.arm_trainers:
        return []
    return [parts[id] for id in large]


def _may_show(
    view: View,
    question: Question,
    moment: Moment,
    parts: Mapping[str, CrossProducts],
    in_sessions: bool,
    in_surveys: bool,
) -> bool:
    """Whether the group is released, on the responses that count here: those that are complete.

    Sessions and surveys each have their lattice: what isolates a small group in their sum
    would isolate it in one of the two.
    """
    floors = view.config.settings.floors
    sizes = {id: part.n for id, part in parts.items()}
    of_kind = [facts for facts in view.sessions.values() if question.kind in (None, facts.kind)]
    if in_sessions:
        released = view.released(question.kind, str(moment)) & released_groups(of_kind, sizes, floors)
        if question.group not in released:
            return False
    return not in_surveys or question.group in released_surveys(view.surveys.values(), sizes, floors)


def rounded(one: ScoreReliability) -> ScoreReliability:
    """A score with every number to two decimals.

    ``counts`` shows the answers of everybody, these numbers are of those who answered all items.
    When one person skipped an item, exact numbers would tell what that person answered to the
    others: sums of whole scores are whole numbers, and only the right guess makes them so.
    """
    alpha, omega, over = one.alpha, one.omega, one.over_sessions
    names = ("alpha", "low", "high", "standard_error", "duhachek_low", "duhachek_high")
    coarse: dict[str, Any] = {name: _two(getattr(alpha, name)) for name in names}
    items = tuple(
        replace(item, item_rest=_two(item.item_rest), alpha_if_dropped=_two(item.alpha_if_dropped))
        for item in alpha.items
    )
    return replace(
        one,
        alpha=replace(alpha, items=items, **coarse),
        over_sessions=Interval(*map(_two, (over.estimate, over.low, over.high))),
        omega=omega
        and replace(omega, total=_two(omega.total), hierarchical=_two(omega.hierarchical), loadings=()),
        agreement=_two(one.agreement),
    )


def _two(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _withheld(view: View, name: str, moment: Moment | None, reason: str) -> ScoreReliability:
    items = view.config.instrument_of(name).scores[name].items
    return ScoreReliability(name, items, moment and str(moment), reasons=(reason,))


def _result(
    workspace: Workspace, view: View, question: Question, measured: Sequence[ScoreReliability]
) -> Result:
    language, floors = workspace.language, view.config.settings.floors
    limits = {
        "minimum": MINIMUM,
        "sessions": AGREEMENT_SESSIONS,
        "answers": floors.scores,
        "trainers": floors.arm_trainers,
    }
    spoken = {
        one.score: sentences(one, language, titles=_titles(view, one.score, language), limits=limits)
        for one in measured
    }
    rows = [row for one in measured for row in _rows(view, one, spoken[one.score], language)]
    place = {"partnership": question.group.partnership, "cycle": question.group.cycle}
    payload = {
        **place,
        "kind": question.kind,
        "scores": [
            {**one.as_json(), "title": _titles(view, one.score, language)[one.score]} for one in measured
        ],
    }
    return Result(
        "reliability",
        pd.DataFrame(rows, columns=list(COLUMNS)).astype({"n": "Int64", "rwg_sessions": "Int64"}),
        {**place, "moment": question.moment and str(question.moment), "kind": question.kind},
        _notes(view, question, measured, spoken, language),
        (),
        view.stamp,
        payload,
        language,
    )


def _notes(
    view: View,
    question: Question,
    measured: Sequence[ScoreReliability],
    spoken: Mapping[str, Sequence[str]],
    language: str,
) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    floors = view.config.settings.floors
    short = any("too_few_respondents" in one.reasons for one in measured)
    narrow = question.group != Group()
    lowered = disclosure.lowered_note(floors)
    return (
        *(note_of(line) for one in measured for line in spoken[one.score]),
        *([] if measured else [("reliability.nothing", {})]),
        *(note for one in measured for note in _wordings(view, question, one, language)),
        *([("reliability.wider", {})] if short and narrow else []),
        *([group_note(floors)] if any(HIDDEN in one.reasons for one in measured) else []),
        *([lowered] if lowered else []),
    )


def _wordings(
    view: View, question: Question, one: ScoreReliability, language: str
) -> list[tuple[str, dict[str, Any]]]:
    return wording_notes(
        view,
        [one.score],
        language,
        moment=one.moment,
        kind=question.kind,
        cycle=question.group.cycle,
        partnership=question.group.partnership,
    )


def _titles(view: View, name: str, language: str) -> dict[str, str]:
    instrument = view.config.instrument_of(name)
    return {id: instrument.title_of(id, language) for id in (name, *instrument.scores[name].items)}


def _rows(view: View, one: ScoreReliability, spoken: Sequence[str], language: str) -> list[dict[str, Any]]:
    """A row for the score and one for each item it has numbers of."""
    titles, alpha, omega = _titles(view, one.score, language), one.alpha, one.omega
    common = {"score": one.score, "moment": one.moment}
    whole = {
        **common,
        "title": titles[one.score],
        "n": one.n,
        "alpha": alpha.alpha,
        "alpha_low": alpha.low,
        "alpha_high": alpha.high,
        "duhachek_low": alpha.duhachek_low,
        "duhachek_high": alpha.duhachek_high,
        "sessions_low": one.over_sessions.low,
        "sessions_high": one.over_sessions.high,
        "likely_low": one.likely.low,
        "likely_high": one.likely.high,
        "omega_total": omega and omega.total,
        "omega_hierarchical": omega and omega.hierarchical,
        "rwg": one.agreement,
        "rwg_sessions": one.sessions,
        "usable": one.usable,
        "reasons": list(one.reasons),
        "sentence": " ".join(spoken),
    }
    items = [
        {
            **common,
            "item": item.item,
            "title": titles[item.item],
            "item_rest": item.item_rest,
            "alpha_if_dropped": item.alpha_if_dropped,
        }
        for item in alpha.items
    ]
    return [whole, *items]
