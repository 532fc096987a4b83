"""Which groups of sessions may be shown at all, given everything else that may be shown.

A user can ask for any partnership, cycle, variant or format, one after the other, and
subtract the answers. So the gate does not look at one question at a time: it looks at the
whole lattice of groups that can be asked for, hides those that rest on too few answers,
sessions or trainers, and then as many more as it takes that nothing hidden can be worked
out from what is shown. Groups are formed by partnership (led or shared) and cycle; by
variant and format only for the whole region over all cycles, where they are large enough.
Within a partnership variants are compared (a difference, no levels), never counted.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from qualitycycle.disclosure import Released, hide
from qualitycycle.register.derive import givers_of

if TYPE_CHECKING:
    from qualitycycle.config import Floors
    from qualitycycle.register.derive import SessionFacts, SurveyFacts

SESSIONS = 2
"""A single session is never shown by itself."""


@dataclass(frozen=True)
class Group:
    """Sessions that can be asked for together; None means all. A partnership has those it shares too."""

    partnership: str | None = None
    cycle: str | None = None
    variant: str | None = None
    format: str | None = None

    def holds(self, facts: SessionFacts) -> bool:
        """Whether a session belongs to the group."""
        return (
            self.partnership in (None, *facts.partnerships)
            and self.cycle in (None, facts.cycle)
            and self.variant in (None, str(facts.variant))
            and self.format in (None, facts.format and str(facts.format))
        )


def released_groups(
    sessions: Iterable[SessionFacts], answers: Mapping[str, int], floors: Floors
) -> frozenset[Group]:
    """The groups that may be shown.

    ``sessions`` are those of one kind of training, ``answers`` the completed responses per
    session (of one moment). First the groups below a floor go: fewer answers than
    ``floors.scores``, fewer trainers than ``floors.arm_trainers``, or a single session.
    Then those from which, with the others, a group of too few answers or a single session
    could be isolated (``disclosure.hide``), and last those that differ from a larger shown
    group by too few trainers.
    """
    known = {facts.id: facts for facts in sessions if answers.get(facts.id, 0) > 0}
    groups = {group: members for group in _lattice(known.values()) if (members := _members(group, known))}
    large = {
        group: members
        for group, members in groups.items()
        if sum(answers[id] for id in members) >= floors.scores
        and len(members) >= SESSIONS
        and len(givers_of(known[id] for id in members)) >= floors.arm_trainers
    }
    sizes: dict[Hashable, int] = {id: answers[id] for id in known}
    single: dict[Hashable, int] = dict.fromkeys(known, 1)
    for weights, floor in ((sizes, floors.scores), (single, SESSIONS)):
        large = _without_isolating(large, weights, floor)
    return frozenset(_without_small_remainders(large, known, floors.arm_trainers))


def _lattice(sessions: Iterable[SessionFacts]) -> list[Group]:
    facts = list(sessions)
    leads = {partnership for one in facts for partnership in one.partnerships}
    cycles = {one.cycle for one in facts if one.cycle}
    variants = {str(one.variant) for one in facts}
    formats = {str(one.format) for one in facts if one.format}
    groups = [Group(*cell) for cell in product((None, *sorted(leads)), (None, *sorted(cycles)))]
    splits = product((None, *sorted(variants)), (None, *sorted(formats)))
    groups += [Group(variant=variant, format=format) for variant, format in splits if variant or format]
    return groups


def _members(group: Group, known: Mapping[str, SessionFacts]) -> frozenset[str]:
    return frozenset(id for id, facts in known.items() if group.holds(facts))


def _without_isolating(
    groups: Mapping[Group, frozenset[str]], sizes: Mapping[Hashable, int], floor: int
) -> dict[Group, frozenset[str]]:
    """The groups without those that give a small one away; equal groups stand and fall together."""
    distinct = list(dict.fromkeys(groups.values()))
    hidden = hide([Released(frozenset(members)) for members in distinct], sizes, floor)
    gone = {distinct[position] for position in hidden}
    return {group: members for group, members in groups.items() if members not in gone}


def _without_small_remainders(
    groups: Mapping[Group, frozenset[str]], known: Mapping[str, SessionFacts], trainers: int
) -> dict[Group, frozenset[str]]:
    """The groups without those whose difference from a larger shown one is about a few persons."""
    shown = dict(sorted(groups.items(), key=lambda pair: -len(pair[1])))
    for group, members in list(shown.items()):
        remainders = (larger - members for larger in shown.values() if members < larger)
        if any(0 < len(givers_of(known[id] for id in rest)) < trainers for rest in remainders):
            del shown[group]
    return shown


def group_note(floors: Floors) -> tuple[str, dict[str, int]]:
    """The sentence that says from when on a group is shown."""
    return "gate.group", {"answers": floors.scores, "sessions": SESSIONS, "trainers": floors.arm_trainers}


def released_surveys(
    surveys: Iterable[SurveyFacts], answers: Mapping[str, int], floors: Floors
) -> frozenset[Group]:
    """The groups of surveys, by partnership and cycle, that may be shown.

    ``answers`` are the responses that count, per survey. A survey may stand by itself: nobody
    gave it. A group below ``floors.scores`` answers is hidden, and so is one that with the
    others would isolate such a group.
    """
    known = {facts.id: facts for facts in surveys if answers.get(facts.id, 0) > 0}
    owners = {facts.partnership for facts in known.values()} | {None}
    cycles = {facts.cycle for facts in known.values()} | {None}
    groups = {
        Group(owner, cycle): frozenset(
            id
            for id, facts in known.items()
            if owner in (None, facts.partnership) and cycle in (None, facts.cycle)
        )
        for owner, cycle in product(owners, cycles)
    }
    sizes: dict[Hashable, int] = {id: answers[id] for id in known}
    return frozenset(_without_isolating({g: ids for g, ids in groups.items() if ids}, sizes, floors.scores))
