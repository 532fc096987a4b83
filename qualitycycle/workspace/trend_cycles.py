"""From cycle to cycle: the difference from the mixed model, and whether other people answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from qualitycycle import counts as query
from qualitycycle import wording
from qualitycycle.analysis.comparison import Comparison
from qualitycycle.analysis.sentences import sentence
from qualitycycle.vocabulary import AnswerState, Verdict
from qualitycycle.workspace.asked import Question, Scope
from qualitycycle.workspace.comparing import answer
from qualitycycle.workspace.periods import series_name
from qualitycycle.workspace.release import Group
from qualitycycle.workspace.rivals import Rival, rival_sentences
from qualitycycle.workspace.view import View

STAGE = "STAGE"
"""The question how long somebody has been a mentor; its first option is a novice."""
OTHER_MIX = 0.10
"""From this difference in the share of novices it is told that other people answered."""


@dataclass(frozen=True)
class Change:
    """One cycle against the one before it: ``novices`` the share of starting mentors in both, where
    it may be shown."""

    comparison: Comparison
    rivals: tuple[Rival, ...]
    novices: Mapping[str, float]
    sentences: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        one = self.comparison
        return {
            "cycle": one.arm,
            "before": one.reference,
            "difference": one.difference.as_json(),
            "verdict": str(one.verdict),
            "who_answered": {
                "response": [r.as_json(one.arm, one.reference) for r in self.rivals if r.key == "response"],
                "novices": dict(self.novices),
            },
        }


def cycle_over_cycle(
    view: View, item: str, partnership: str | None, series: str | None, kind: str, language: str
) -> list[Change]:
    """Every cycle against the one before, over the sessions of a partnership or the region.

    ``series``: of one training series only. When there are others, differences and verdicts only:
    levels, or who answered, could be subtracted from those of all.
    """
    of_series = {id: one for id, one in view.sessions.items() if series in (None, series_name(one))}
    part = len(of_series) < len(view.sessions)
    view = replace(view, sessions=of_series, memo={}) if part else view
    found = []
    for before, after in pairwise(view.cycles()):
        question = Question("cycle", before, (item,), Scope(partnership, None), kind=kind, brief=True)
        said, _, _ = answer(view, question, language)
        for one in said:
            shown = one.comparison
            if (shown.arm, one.scope) != (after, question.scope) or shown.verdict is Verdict.TOO_FEW:
                continue
            bare = _bare(shown, language)
            found.append(bare if part else _change(view, shown, one.rivals, partnership, kind, language))
    return found


def _bare(one: Comparison, language: str) -> Change:
    """A difference and its verdict, and nothing beside it."""
    one = replace(one, means=None, favourable=None, tops=None)
    return Change(one, (), {}, (sentence(one, language),))


def _change(
    view: View,
    one: Comparison,
    rivals: tuple[Rival, ...],
    partnership: str | None,
    kind: str,
    language: str,
) -> Change:
    novices = {
        cycle: share
        for cycle in (one.arm, one.reference)
        if (share := _novices(view, partnership, cycle, kind)) is not None
    }
    said = [sentence(one, language)]
    response = [rival for rival in rivals if rival.key == "response" and rival.worth_saying]
    if response:
        said += rival_sentences(response, language, {"arm": one.arm, "reference": one.reference})
    said += _mix(novices, one, language)
    return Change(one, rivals, novices, tuple(said))


def _mix(novices: Mapping[str, float], one: Comparison, language: str) -> Iterator[str]:
    if len(novices) < 2:
        return
    after, before = novices[one.arm], novices[one.reference]
    key = "trend.mix.other" if abs(after - before) >= OTHER_MIX else "trend.mix.same"
    shares = {"after": round(100 * after), "before": round(100 * before)}
    yield wording.text(key, language, cycle=one.arm, earlier=one.reference, **shares)


def _novices(view: View, partnership: str | None, cycle: str, kind: str) -> float | None:
    """The share of starting mentors among who told; None where it may not be shown."""
    if Group(partnership, cycle) not in view.released(kind, "post"):
        return None
    frame = query.counts(
        view.snapshot, view.sessions, item=STAGE, cycle=cycle, partnership=partnership, kind=kind
    )
    told = frame[frame["state"] == str(AnswerState.ANSWERED)]
    whole = int(told["n"].sum())
    if whole < view.config.settings.floors.shares:
        return None
    return round(float(told.loc[told["option"] == "1", "n"].sum()) / whole, 2)
