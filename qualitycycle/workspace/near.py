"""Which changes may be shown of people paired by codes that differ in one character.

Somebody can ask for the change with such pairs and without, and subtract: what is left is about
the few people whose code was mistyped. So figures with them are shown only where these people
are nobody or enough, given everything that is shown without them (see ``remainders``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from qualitycycle.analysis.change import STEPS, Step
from qualitycycle.pairs import BITS, PATTERN
from qualitycycle.workspace.release import Group, released_groups
from qualitycycle.workspace.remainders import (
    Atom,
    Cell,
    Groups,
    Present,
    Releases,
    giving_away,
    nearly_the_same,
)

if TYPE_CHECKING:
    import pandas as pd

    from qualitycycle.config import Floors
    from qualitycycle.register.derive import SessionFacts

Linked = tuple[Present, Present]
"""The moments somebody has with both codes together, and with the one code used at some moment."""


def near_steps(
    sessions: Sequence[SessionFacts],
    patterns: pd.DataFrame,
    levels: Mapping[str, frozenset[Group]],
    exact: Releases,
    floors: Floors,
) -> Groups:
    """Per step the groups whose change may be shown with nearly equal codes paired.

    ``patterns`` are the ``pairs.form_patterns`` with ``near`` of these sessions, ``levels`` and
    ``exact`` what is shown without.
    """
    facts = {one.id: one for one in sessions}
    people = {moment: _linked(patterns, moment) for moment in PATTERN}
    left = {
        step: set(
            released_groups(sessions, _paired_per_session(people[step.start], step), floors)
            & levels[step.start]
            & levels[step.end]
        )
        for step in STEPS
    }
    for step, groups in left.items():
        mine = people[step.start]
        groups -= {g for g in groups if not _enough_added(_of(mine, facts, g), step, floors.scores)}
    for moment in PATTERN:
        sizes = {atom: n for atom, n in people[moment].items() if atom[0] in facts}
        for dangerous in (giving_away, partial(nearly_the_same, facts=facts, trainers=floors.arm_trainers)):
            cells = list(_cells(moment, sizes, facts, levels, exact, left))
            for cell in dangerous(cells, sizes, floors.scores):
                if cell.step is not None and cell.group is not None:
                    left[cell.step].discard(cell.group)
    return {step: frozenset(groups) for step, groups in left.items()}


def unsafe_near_steps(patterns: pd.DataFrame, steps: Collection[Step], floor: int) -> set[Step]:
    """The steps whose figures with nearly equal codes give too few of these people away.

    ``patterns`` are those of one measure and one group of sessions.
    """
    one_group = patterns.assign(session="")
    hidden: set[Step] = set()
    for moment in PATTERN:
        sizes = _linked(one_group, moment)
        mine = [step for step in reversed(STEPS) if step in steps and moment in step]
        hidden |= {step for step in mine if not _enough_added(sizes, step, floor)}
        cells = [Cell(frozenset(sizes))]
        cells += [Cell(_with(sizes, step, near=False)) for step in mine]
        cells += [Cell(_with(sizes, step, near=True), step) for step in mine]
        found = giving_away(cells, sizes, floor)
        hidden |= {cell.step for cell in found if cell.step is not None}
    return hidden


def _cells(
    moment: str,
    sizes: Mapping[Atom, int],
    facts: Mapping[str, SessionFacts],
    levels: Mapping[str, frozenset[Group]],
    exact: Releases,
    near: Mapping[Step, Iterable[Group]],
) -> Iterator[Cell]:
    """Everything that may be known of one moment; what is shown without near codes stays."""
    for group in sorted(levels[moment], key=str):
        yield Cell(frozenset(_of(sizes, facts, group)))
    for step in (step for step in reversed(STEPS) if moment in step):
        for group in sorted(exact.steps[step], key=str):
            yield Cell(_with(_of(sizes, facts, group), step, near=False))
        for group in sorted(near[step], key=str):
            yield Cell(_with(_of(sizes, facts, group), step, near=True), step, group)


def _linked(patterns: pd.DataFrame, moment: str) -> Counter[Atom]:
    """How many people with a form at ``moment`` each session has, by their ``Linked`` moments."""
    rows = patterns[patterns[moment].notna()]
    has = rows[PATTERN].notna().to_numpy().tolist()
    found: Counter[Atom] = Counter()
    columns = (rows[name].tolist() for name in ("session", "apart", "n"))
    for present, session, apart, n in zip(has, *columns, strict=True):
        together = frozenset(name for name, there in zip(PATTERN, present, strict=True) if there)
        one = {name for name in together if BITS[name] & apart}
        code = together if not apart else one if moment in one else together - one
        found[str(session), (together, frozenset(code))] += n
    return found


def _of(sizes: Mapping[Atom, int], facts: Mapping[str, SessionFacts], group: Group) -> dict[Atom, int]:
    return {atom: n for atom, n in sizes.items() if atom[0] in facts and group.holds(facts[atom[0]])}


def _with(sizes: Mapping[Atom, int], step: Step, *, near: bool) -> frozenset[Atom]:
    """The people paired over a step, by one code or also by two that are nearly equal."""
    return frozenset(atom for atom in sizes if set(step) <= _moments(atom, near))


def _moments(atom: Atom, near: bool) -> Present:
    together, code = atom[1]
    moments: Present = together if near else code
    return moments


def _enough_added(sizes: Mapping[Atom, int], step: Step, floor: int) -> bool:
    """Whether the people whom only nearly equal codes pair are nobody or enough."""
    added = sum(sizes[atom] for atom in _with(sizes, step, near=True) - _with(sizes, step, near=False))
    return added == 0 or added >= floor


def _paired_per_session(people: Mapping[Atom, int], step: Step) -> dict[str, int]:
    paired: Counter[str] = Counter()
    for atom in _with(people, step, near=True):
        paired[atom[0]] += people[atom]
    return dict(paired)
