"""Which changes may be shown, given that everybody's answers per moment may be shown too.

A change is about the people who were paired; ``counts`` shows everybody at each moment. Total
after, less total before, less the change, is what those who are *left out* said: with two of
them left, nearly an answer. Several changes together leave others out: post-pre plus
follow_up-post less follow_up-pre is about the people with exactly two of the three. So every
such combination must be about nobody or about as many people as the floor, in a group and
in what is left when one group is subtracted from another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations, product
from typing import TYPE_CHECKING

from qualitycycle.analysis.change import FEW_PAIRS, STEPS, UNKNOWN, Change, Matched, Retention, Step
from qualitycycle.disclosure import Released, hide
from qualitycycle.pairs import PATTERN
from qualitycycle.vocabulary import Verdict
from qualitycycle.workspace.release import Group, released_groups

if TYPE_CHECKING:
    import pandas as pd

    from qualitycycle.config import Floors
    from qualitycycle.register.derive import SessionFacts

Combination = tuple[tuple[Step, int], ...]
"""Steps, each added (1) or subtracted (-1)."""

Present = frozenset[str]
"""The moments at which somebody filled in a form."""

FEW_LEFT_OUT = "few_left_out"
SMALL_GROUP = "small_group"
FEW_FOR_SHARES = "few_for_shares"

THREE = frozenset(PATTERN[:3])
"""Before, after and later: who has all of these counts for what is left of a gain."""


def people_left_out(combination: Combination, present: Present) -> bool:
    """Whether what somebody said is part of what a combination of changes leaves over.

    >>> before_after, after_later, before_later, _ = STEPS
    >>> people_left_out(((before_after, 1),), frozenset(["pre"]))
    True
    >>> around = ((before_after, 1), (after_later, 1), (before_later, -1))
    >>> [people_left_out(around, frozenset(who)) for who in (["pre"], ["pre", "post"], THREE)]
    [False, True, False]
    """
    left: Counter[str] = Counter()
    for step, sign in combination:
        if (step.start in present) != (step.end in present):
            left[step.end if step.end in present else step.start] += sign if step.end in present else -sign
    return any(left.values())


def unsafe_steps(people: Mapping[Present, int], steps: Iterable[Step], floor: int) -> set[Step]:
    """The steps to hide in one group so that no combination of the others is about too few.

    ``people``: how many have which moments. Later steps go first.
    """
    hidden: set[Step] = set()
    for combination in _combinations(steps):
        used = {step for step, _ in combination}
        n = sum(count for present, count in people.items() if people_left_out(combination, present))
        if 0 < n < floor and not used & hidden:
            hidden.add(max(used, key=STEPS.index))
    return hidden


def presence(patterns: pd.DataFrame) -> Counter[Present]:
    """How many people have which moments, of rows of ``pairs``."""
    has = patterns[PATTERN].notna().to_numpy().tolist()
    people: Counter[Present] = Counter()
    for row, n in zip(has, patterns["n"].tolist(), strict=True):
        people[_present(row)] += n
    return people


def released_steps(
    sessions: Sequence[SessionFacts],
    forms: pd.DataFrame,
    levels: Mapping[str, frozenset[Group]],
    floors: Floors,
) -> dict[Step, frozenset[Group]]:
    """Per step the groups of sessions whose change may be shown.

    ``sessions`` are those of one kind, ``forms`` their ``form_patterns``, ``levels`` the
    groups whose answers at a moment may be shown (``released_groups``). The paired people
    must be enough in themselves, by the same rules as everybody; both moments must be shown;
    and nobody who is left out may be worked out.
    """
    people = {str(id): presence(part) for id, part in forms.groupby("collection")}
    shown: dict[Step, set[Group]] = {}
    for step in STEPS:
        paired = _per_session(people, frozenset(step).issubset)
        groups = released_groups(sessions, paired, floors)
        shown[step] = set(groups & levels[step.start] & levels[step.end])
    facts = {one.id: one for one in sessions}
    for combination in _combinations(step for step in STEPS if shown[step]):
        used = [step for step, _ in combination]
        sizes = _per_session(people, partial(people_left_out, combination))
        together = set.intersection(*(shown[step] for step in used))
        shown[max(used, key=STEPS.index)] -= _isolating(together, sizes, facts, floors.scores)
    return {step: frozenset(groups) for step, groups in shown.items()}


def released_retentions(
    sessions: Sequence[SessionFacts], forms: pd.DataFrame, floors: Floors
) -> frozenset[Group]:
    """The groups of sessions in which enough people have all three moments."""
    people = {str(id): presence(part) for id, part in forms.groupby("collection")}
    return released_groups(sessions, _per_session(people, THREE.issubset), floors)


def gated_change(
    one: Change, people: Mapping[Present, int], released: Iterable[Step], floors: Floors
) -> Change:
    """A change without what may not be shown.

    ``people`` are those who answered the item, ``released`` the steps that may be shown of
    the group at all. A change of shares needs the higher floor for shares; who went up or
    down is counted.
    """
    paired = one.matched.paired or 0
    shown = [step for step in released if _paired(people, step) >= floors.scores]
    if paired < floors.scores:
        return _refused(one, FEW_PAIRS)
    if one.step not in shown:
        return _refused(one, SMALL_GROUP)
    if one.step in unsafe_steps(people, shown, floors.scores):
        return _refused(one, FEW_LEFT_OUT)
    one = replace(one, matched=gated_matched(one.matched, floors))
    if one.deciding == "favourable" and paired < floors.shares:
        return _counted_only(one)
    return one


def gated_matched(found: Matched, floors: Floors) -> Matched:
    """How many were paired, of how many; without a number that leaves out too few people."""
    if (found.paired or 0) < floors.scores:
        return Matched(None, None, None, None, found.sessions, found.single_sessions)
    start, end = (
        None if n is not None and 0 < n - (found.paired or 0) < floors.scores else n
        for n in (found.start, found.end)
    )
    return replace(found, start=start, end=end)


def gated_retention(one: Retention, deciding: str, released: bool, floors: Floors) -> Retention:
    """A retention without what may not be shown."""
    floor = floors.scores if deciding == "mean" else floors.shares
    if not released or (one.paired or 0) < floor:
        return Retention(one.item, None, reason=FEW_PAIRS)
    return one


def _refused(one: Change, reason: str) -> Change:
    matched = Matched(None, None, None, None, one.matched.sessions, one.matched.single_sessions)
    return Change(one.item, one.step, matched, one.deciding, one.relevant, one.top, reasons=(reason,))


def _counted_only(one: Change) -> Change:
    """Who went up or down, without a share of them."""
    return replace(
        one,
        mean=UNKNOWN,
        srm=UNKNOWN,
        everyone=UNKNOWN,
        verdict=Verdict.TOO_FEW,
        reasons=(FEW_FOR_SHARES,),
    )


def _paired(people: Mapping[Present, int], step: Step) -> int:
    return sum(n for present, n in people.items() if set(step) <= present)


def _combinations(steps: Iterable[Step]) -> Iterator[Combination]:
    """Every way to add and subtract some of the steps, up to a common sign; short ones first."""
    known = sorted(steps, key=STEPS.index)
    for size in range(1, len(known) + 1):
        for chosen in combinations(known, size):
            for signs in product((1, -1), repeat=size - 1):
                yield tuple(zip(chosen, (1, *signs), strict=True))


def _per_session(people: Mapping[str, Counter[Present]], counts: Callable[[Present], bool]) -> dict[str, int]:
    return {id: sum(n for present, n in mine.items() if counts(present)) for id, mine in people.items()}


def _isolating(
    groups: Iterable[Group], sizes: Mapping[str, int], facts: Mapping[str, SessionFacts], floor: int
) -> set[Group]:
    """The groups from which, with the others, too few of the people left out could be isolated."""
    atoms: dict[Hashable, int] = {id: n for id, n in sizes.items() if n and id in facts}
    members = {
        group: frozenset(id for id in atoms if group.holds(facts[str(id)]))
        for group in sorted(groups, key=str)
    }
    distinct = list(dict.fromkeys(cell for cell in members.values() if cell))
    gone = {distinct[at] for at in hide([Released(cell) for cell in distinct], atoms, floor)}
    return {group for group, cell in members.items() if cell in gone}


def _present(row: Sequence[bool]) -> Present:
    return frozenset(name for name, has in zip(PATTERN, row, strict=True) if has)
