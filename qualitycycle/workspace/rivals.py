"""What else differs between two arms: rival explanations, as far as the register knows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qualitycycle import wording
from qualitycycle.register.derive import SessionFacts
from qualitycycle.vocabulary import Moment, SessionFormat
from qualitycycle.workspace.view import View

WORTH_SAYING = {"response": 0.10, "remote": 0.20, "trained": 0.20, "experienced": 0.20}
"""From this difference of shares a rival explanation is told."""
EXPERIENCED = 3
"""Who gave this many trainings before, as far as the register knows, has done it more often."""


@dataclass(frozen=True)
class Counted:
    """``part`` of ``whole``; a share needs a whole."""

    part: int
    whole: int

    @property
    def share(self) -> float:
        """As a fraction; 0 of 0 is 0."""
        return self.part / self.whole if self.whole else 0.0


@dataclass(frozen=True)
class Rival:
    """One thing in which arms may differ: ``response`` (completed of attended), ``remote``
    (sessions online or blended), ``trained`` (trainers with train-the-trainer), ``experienced``
    (sessions with a trainer who had given ``EXPERIENCED`` or more before)."""

    key: str
    arm: Counted
    reference: Counted

    @property
    def worth_saying(self) -> bool:
        """Whether both are known and differ enough to explain something."""
        known = self.arm.whole > 0 and self.reference.whole > 0
        return known and abs(self.arm.share - self.reference.share) >= WORTH_SAYING[self.key]

    def as_json(self, arm: str, reference: str) -> dict[str, Any]:
        """Plain values for JSON; a share of nothing is null."""
        sides = {arm: self.arm, reference: self.reference}
        return {
            "key": self.key,
            "of": {name: one.whole for name, one in sides.items()},
            "share": {name: one.share if one.whole else None for name, one in sides.items()},
        }


def rivals(view: View, arms: Mapping[str, Iterable[str]], moment: str) -> list[Rival]:
    """The rival explanations for two arms: the arm first, then the reference; arm -> session ids."""
    facts = [[view.sessions[id] for id in ids if id in view.sessions] for ids in arms.values()]
    sides = [
        {
            "response": _response(view, own),
            "remote": _remote(own),
            "trained": _trained(view, own),
            "experienced": _experienced(view, own),
        }
        for own in facts
    ]
    keys = [key for key in sides[0] if key != "response" or moment == Moment.POST]
    return [Rival(key, sides[0][key], sides[1][key]) for key in keys]


def _response(view: View, sessions: Iterable[SessionFacts]) -> Counted:
    """Completed responses of the people who were there, where that is known."""
    known = [one for one in sessions if one.attended]
    completed = sum(view.forms.get(one.id, {}).get("completed", 0) for one in known)
    return Counted(completed, sum(one.attended or 0 for one in known))


def _remote(sessions: Iterable[SessionFacts]) -> Counted:
    formats = [one.format for one in sessions if one.format]
    return Counted(sum(one != SessionFormat.ON_SITE for one in formats), len(formats))


def _trained(view: View, sessions: Iterable[SessionFacts]) -> Counted:
    """Trainers with a train-the-trainer certificate in the register."""
    own = {str(row["id"]): row for row in view.records.get("trainers", [])}
    people = {trainer for one in sessions for trainer in one.trainers}
    return Counted(sum(bool(own.get(id, {}).get("train_the_trainer_on")) for id in people), len(people))


def _experienced(view: View, sessions: Iterable[SessionFacts]) -> Counted:
    """Sessions with at least one trainer who had given ``EXPERIENCED`` earlier ones, of any kind."""
    given: dict[str, list[date]] = defaultdict(list)
    for one in view.sessions.values():
        if one.first_date and not one.cancelled:
            for trainer in one.trainers:
                given[trainer].append(one.first_date)

    def before(trainer: str, day: date) -> int:
        return sum(other < day for other in given[trainer])

    dated = [(one.first_date, one.trainers) for one in sessions if one.first_date and one.trainers]
    known = [max(before(trainer, day) for trainer in trainers) >= EXPERIENCED for day, trainers in dated]
    return Counted(sum(known), len(known))


def rival_sentences(found: Iterable[Rival], language: str, names: Mapping[str, str]) -> list[str]:
    """In words what differs; one sentence when nothing does. ``names``: arm and reference."""
    told = [one for one in found if one.worth_saying]
    if not told:
        return [wording.text("compare.rival.alike", language, **names)]
    return [
        wording.text(
            f"compare.rival.{one.key}",
            language,
            **names,
            arm_part=one.arm.part,
            arm_whole=one.arm.whole,
            reference_part=one.reference.part,
            reference_whole=one.reference.whole,
        )
        for one in told
    ]
