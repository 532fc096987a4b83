"""Which changes may be shown, given that everybody's answers per moment may be shown too.

A change is about the people who were paired; ``counts`` shows everybody at each moment. Total
after, less total before, less the change, is what those who are *left out* said: with two of
them left, nearly an answer. So a mean change is shown only when nothing small can be worked
out by someone who would even know the paired people's answers before and after apart: then
every moment by itself is a set of overlapping groups of people, and ``disclosure.hide`` finds
what they give away. Where a mean would give somebody away it is still told how many people
were paired, how many went up or down, and the verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from qualitycycle.analysis.change import FEW_PAIRS, STEPS, UNKNOWN, Change, Matched, Retention, Step
from qualitycycle.disclosure import Released, hide
from qualitycycle.pairs import PATTERN
from qualitycycle.register.derive import givers_of
from qualitycycle.vocabulary import Verdict
from qualitycycle.workspace.release import SESSIONS, Group, released_groups

if TYPE_CHECKING:
    import pandas as pd

    from qualitycycle.config import Floors
    from qualitycycle.register.derive import SessionFacts

Present = frozenset[str]
"""The moments at which somebody filled in a form."""

Atom = tuple[str, Any]
"""People of one session with the same moments; what these are is up to who makes the atoms."""

Groups = Mapping[Step, frozenset[Group]]

FEW_LEFT_OUT = "few_left_out"
SMALL_GROUP = "small_group"
FEW_FOR_SHARES = "few_for_shares"

THREE = frozenset(PATTERN[:3])
"""Before, after and later: who has all of these counts for what is left of a gain."""


@dataclass(frozen=True)
class Releases:
    """Per step the groups whose change may be shown at all, and those whose mean may be too;
    ``retentions``: the groups of which may be shown what is left of a gain."""

    steps: Groups
    means: Groups
    retentions: frozenset[Group]


@dataclass(frozen=True)
class Cell:
    """People whose answers at one moment are known together: of a change, or (no step) of all."""

    atoms: frozenset[Atom]
    step: Step | None = None
    group: Group | None = None


def releases(
    sessions: Sequence[SessionFacts],
    forms: pd.DataFrame,
    levels: Mapping[str, frozenset[Group]],
    floors: Floors,
) -> Releases:
    """What may be shown of the changes of these sessions.

    ``sessions`` are those of one kind, ``forms`` their ``form_patterns``, ``levels`` per moment
    the groups whose answers may be shown (``released_groups``). The paired people must be
    enough in themselves, by the same rules as everybody, and both moments must be shown.
    """
    facts = {one.id: one for one in sessions}
    people = {str(id): presence(part) for id, part in forms.groupby("collection") if id in facts}

    def shown(has: Callable[[Present], bool]) -> frozenset[Group]:
        return released_groups(sessions, _per_session(people, has), floors)

    steps = {step: shown(frozenset(step).issubset) & levels[step.start] & levels[step.end] for step in STEPS}
    return Releases(steps, _safe_means(facts, people, levels, steps, floors), shown(THREE.issubset))


def presence(patterns: pd.DataFrame) -> Counter[Present]:
    """How many people have which moments, of rows of ``pairs``."""
    has = patterns[PATTERN].notna().to_numpy().tolist()
    people: Counter[Present] = Counter()
    for row, n in zip(has, patterns["n"].tolist(), strict=True):
        people[frozenset(name for name, there in zip(PATTERN, row, strict=True) if there)] += n
    return people


def unsafe_steps(people: Mapping[Present, int], steps: Collection[Step], floor: int) -> set[Step]:
    """The steps whose mean would give away too few of these people, all in one group.

    >>> before_after, after_later, before_later, _ = STEPS
    >>> people = {frozenset(["pre", "post"]): 20, frozenset(["pre"]): 9, frozenset(["post"]): 2}
    >>> [step.name for step in unsafe_steps(people, [before_after], 5)]
    ['pre-post']
    """
    sizes = {("", who): n for who, n in people.items() if n > 0}
    hidden: set[Step] = set()
    for moment in PATTERN:
        cells = [Cell(_with(sizes, frozenset([moment])))]
        mine = (step for step in reversed(STEPS) if step in steps and moment in step)
        cells += [Cell(_with(sizes, frozenset(step)), step) for step in mine]
        hidden |= {cell.step for cell in giving_away(cells, sizes, floor) if cell.step is not None}
    return hidden


def gated_change(
    one: Change,
    people: Mapping[Present, int],
    released: Iterable[Step],
    means: Iterable[Step],
    floors: Floors,
) -> Change:
    """A change without what may not be shown.

    ``people`` are those who answered the item; ``released`` the steps that may be shown of
    the group, ``means`` those whose mean may be. A change of shares needs the higher floor for
    shares. Without a mean, how many went up or down is still counted.
    """
    paired = one.matched.paired or 0
    if paired < floors.scores:
        return _refused(one, FEW_PAIRS)
    if one.step not in released:
        return _refused(one, SMALL_GROUP)
    one = replace(one, matched=gated_matched(one.matched, floors))
    shown = [step for step in means if _paired(people, step) >= floors.scores]
    if one.step not in shown or one.step in unsafe_steps(people, shown, floors.scores):
        return _without_mean(one, FEW_LEFT_OUT)
    if one.deciding == "favourable" and paired < floors.shares:
        return replace(_without_mean(one, FEW_FOR_SHARES), verdict=Verdict.TOO_FEW)
    return one


def gated_matched(found: Matched, floors: Floors) -> Matched:
    """How many were paired, of how many; without a number that leaves out too few people."""
    paired = found.paired or 0
    if paired < floors.scores:
        return Matched(None, None, None, None, found.sessions, found.single_sessions)
    start, end = (
        None if n is not None and 0 < n - paired < floors.scores else n for n in (found.start, found.end)
    )
    left = [n - (found.near or 0) for n in (start, end) if n is not None]
    near = None if any(0 < n < floors.scores for n in left) else found.near
    return replace(found, start=start, end=end, near=near)


def gated_retention(one: Retention, deciding: str, released: bool, floors: Floors) -> Retention:
    """A retention without what may not be shown."""
    floor = floors.scores if deciding == "mean" else floors.shares
    if not released or (one.paired or 0) < floor:
        return Retention(one.item, None, reason=FEW_PAIRS)
    return one


def _safe_means(
    facts: Mapping[str, SessionFacts],
    people: Mapping[str, Mapping[Present, int]],
    levels: Mapping[str, frozenset[Group]],
    steps: Groups,
    floors: Floors,
) -> Groups:
    """The groups of each step without those whose mean gives few people, or one trainer, away."""
    sizes = {(id, who): n for id, mine in people.items() for who, n in mine.items() if n > 0}
    left = {step: set(groups) for step, groups in steps.items()}
    for moment in PATTERN:
        for dangerous in (giving_away, partial(nearly_the_same, facts=facts, trainers=floors.arm_trainers)):
            cells = list(_cells(moment, levels, left, facts, sizes))
            for cell in dangerous(cells, sizes, floors.scores):
                if cell.step is not None and cell.group is not None:
                    left[cell.step].discard(cell.group)
    return {step: frozenset(groups) for step, groups in left.items()}


def _cells(
    moment: str,
    levels: Mapping[str, frozenset[Group]],
    steps: Mapping[Step, Iterable[Group]],
    facts: Mapping[str, SessionFacts],
    sizes: Mapping[Atom, int],
) -> Iterator[Cell]:
    """Everything that may be known of one moment: totals of groups, and their paired people.

    Later steps come first: of two equal cells the first is hidden.
    """
    for group in sorted(levels[moment], key=str):
        yield Cell(_with(_held(sizes, facts, group), frozenset([moment])))
    for step in (step for step in reversed(STEPS) if moment in step):
        for group in sorted(steps[step], key=str):
            yield Cell(_with(_held(sizes, facts, group), frozenset(step)), step, group)


def _held(sizes: Mapping[Atom, int], facts: Mapping[str, SessionFacts], group: Group) -> list[Atom]:
    sessions = {id for id, one in facts.items() if group.holds(one)}
    return [atom for atom in sizes if atom[0] in sessions]


def _with(atoms: Iterable[Atom], moments: Present) -> frozenset[Atom]:
    """The people who have all of these moments."""
    return frozenset(atom for atom in atoms if moments <= atom[1])


def giving_away(cells: Sequence[Cell], sizes: Mapping[Atom, int], floor: int) -> list[Cell]:
    """The cells to hide so that no few people can be isolated; totals stand elsewhere and stay."""
    totals = {cell.atoms for cell in cells if cell.step is None}
    distinct = [Released(atoms, atoms in totals) for atoms in dict.fromkeys(cell.atoms for cell in cells)]
    gone = {distinct[at].atoms for at in hide(distinct, dict[Hashable, int](sizes.items()), floor)}
    return [cell for cell in cells if cell.atoms in gone]


def nearly_the_same(
    cells: Sequence[Cell],
    sizes: Mapping[Atom, int],
    floor: int,
    *,
    facts: Mapping[str, SessionFacts],
    trainers: int,
) -> Iterator[Cell]:
    """The changes that differ from what else is shown by one session or by the people of few trainers.

    Totals stay, and of two changes the earlier step, or the larger group.
    """
    kept = [cell.atoms for cell in cells if cell.step is None]
    changes = [(STEPS.index(cell.step), -len(cell.atoms), cell) for cell in cells if cell.step is not None]
    for _, _, cell in sorted(changes, key=lambda one: one[:2]):
        apart = (other ^ cell.atoms for other in kept if _nested(other, cell.atoms))
        if any(_few_teachers({id for id, _ in rest}, facts, trainers) for rest in apart):
            yield cell
        else:
            kept.append(cell.atoms)


def _nested(one: frozenset[Atom], other: frozenset[Atom]) -> bool:
    return one < other or other < one


def _few_teachers(sessions: set[str], facts: Mapping[str, SessionFacts], trainers: int) -> bool:
    """Whether sessions are one, or given by few."""
    return len(sessions) < SESSIONS or len(givers_of(facts[id] for id in sessions)) < trainers


def _per_session(
    people: Mapping[str, Mapping[Present, int]], has: Callable[[Present], bool]
) -> dict[str, int]:
    return {id: sum(n for present, n in mine.items() if has(present)) for id, mine in people.items()}


def _paired(people: Mapping[Present, int], step: Step) -> int:
    return sum(n for present, n in people.items() if set(step) <= present)


def _refused(one: Change, reason: str) -> Change:
    matched = Matched(None, None, None, None, one.matched.sessions, one.matched.single_sessions)
    return Change(one.item, one.step, matched, one.deciding, one.relevant, one.top, reasons=(reason,))


def _without_mean(one: Change, reason: str) -> Change:
    """Who was paired and who went up or down, and the verdict, without a size."""
    return replace(one, mean=UNKNOWN, srm=UNKNOWN, everyone=UNKNOWN, reasons=(reason,))
