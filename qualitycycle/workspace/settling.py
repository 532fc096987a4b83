"""Two prints of one cycle on different days: nothing may be subtracted from one to the other.

A figure that differs from an earlier print by too few answers, or by answers from too few trainings
or trainers, would give these away. It is not printed again: the earlier figure stands, with its day.
The same when answers are gone: what was printed stays, nothing new is worked out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from qualitycycle.config import Floors
from qualitycycle.report.model_evidence import Evidence
from qualitycycle.workspace.release import SESSIONS

FEW_MORE, GONE = "few_more", "gone"
GOAL_HELD = "goal_held"


@dataclass(frozen=True)
class Touched:
    """The trainings and trainers whose answers changed between a print and now."""

    sessions: int
    trainers: int


@dataclass(frozen=True)
class Earlier:
    """An earlier print: its evidence, each with its day, and what has changed since."""

    evidence: tuple[Evidence, ...]
    touched: Touched


def settle(
    evidence: Sequence[Evidence], earlier: Sequence[Earlier], floors: Floors, waits: bool = False
) -> tuple[Evidence, ...]:
    """The evidence that may be printed now, given everything printed before (oldest first).

    ``waits``: it was worked out without the answers that wait (see ``workspace.waiting``); what is then
    as it was printed before is of the day on which it was.
    """
    if not earlier:
        return tuple(evidence)
    own = {one.key: _settled(one, earlier, floors, waits) for one in evidence if not _follows(one)}
    held = {one.indicator for one in own.values() if one.held == FEW_MORE}
    told = [own[one.key] if one.key in own else _following(one, held, earlier) for one in evidence]
    return (*told, *_gone(told, earlier))


def _follows(one: Evidence) -> bool:
    """Whether the figure of evidence follows that of the question it is about."""
    return one.key[0] in ("goal", "effect")


def _settled(one: Evidence, earlier: Iterable[Earlier], floors: Floors, waits: bool) -> Evidence:
    """The evidence, or what was last printed of it; that it says nothing now is no figure."""
    printed = [(old, before.touched) for before in earlier for old in before.evidence if _is(old, one)]
    if not printed:
        return one
    last = printed[-1][0]
    if one.code == "uncertain":
        return one
    if not has_figure(one):
        return _again(last, GONE)
    taken = [(old, touched) for old, touched in printed if not old.held]
    if waits and one.code not in PEOPLE and _same(last, one):
        return _again(last, FEW_MORE)
    if any(_gives_away(old, one, touched, floors) for old, touched in taken):
        return _again(last, FEW_MORE)
    return one


def _is(old: Evidence, one: Evidence) -> bool:
    return old.key == one.key and has_figure(old)


def _same(old: Evidence, new: Evidence) -> bool:
    """Whether the same was printed, on whichever day."""
    return replace(old, held="", taken_on=new.taken_on, text=new.text) == new


def _again(last: Evidence, why: str) -> Evidence:
    """An earlier figure that stands."""
    return replace(last, held=last.held or why)


def has_figure(one: Evidence) -> bool:
    """Whether a number of people, or what they answered, is in it."""
    return one.value is not None or (one.code in PEOPLE and one.count is not None)


PEOPLE = ("mentors",)
"""Counts of the register that count people who answer or are trained."""


def _gives_away(old: Evidence, new: Evidence, touched: Touched, floors: Floors) -> bool:
    """Whether the difference between two prints is about too few.

    Where no training is known to have changed, it may have been a single one. A difference of no
    answers at all is none: then the same number answered both times.
    """
    people = [(old.count, new.count), (old.total, new.total)] if new.code in PEOPLE else []
    if any(0 < _step(*pair) < floors.scores for pair in (*people, (old.n, new.n))):
        return True
    few = touched.sessions < SESSIONS or touched.trainers < floors.arm_trainers
    return few and _step(old.n, new.n) > 0


def _step(before: int | None, after: int | None) -> int:
    """How many more or fewer; none when either is not known."""
    return 0 if before is None or after is None else abs(before - after)


def _following(one: Evidence, held: Iterable[str], earlier: Iterable[Earlier]) -> Evidence:
    """A goal or effect: on the earlier figure when its question stands on that."""
    printed = [old for before in earlier for old in before.evidence if _is(old, one)]
    if not has_figure(one):
        return _again(printed[-1], GONE) if printed else one
    if one.indicator not in set(held):
        return one
    if printed:
        return _again(printed[-1], FEW_MORE)
    bare = replace(one, value=None, n=None, sessions=None, trainers=None)
    return replace(bare, side="gap", code=GOAL_HELD) if one.key[0] == "goal" else bare


def _gone(told: Iterable[Evidence], earlier: Sequence[Earlier]) -> Iterator[Evidence]:
    """What was printed before and is not in the evidence at all any more."""
    known = {one.key for one in told}
    last: dict[tuple[str, str], Evidence] = {}
    for before in earlier:
        last |= {old.key: old for old in before.evidence if has_figure(old) and old.key not in known}
    yield from (_again(old, GONE) for old in last.values())
