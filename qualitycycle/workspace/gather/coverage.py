"""What was held and evaluated, by whom, for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from qualitycycle import disclosure
from qualitycycle.report.model import (
    Coverage,
    CoverageRow,
    Mentors,
    SessionRef,
    SessionResponse,
)
from qualitycycle.vocabulary import Variant
from qualitycycle.workspace.gather.about import About, sessions_of, shown, was_held
from qualitycycle.workspace.measuring import coverage_of
from qualitycycle.workspace.responding import per_session


def coverage(about: About) -> Coverage:
    """Sessions and responses in total and per group; of basic trainings, except per kind."""
    basic = sessions_of(about, kind="basic")
    everything = sessions_of(about, kind=None)
    held = [facts for facts in basic if was_held(facts, about.day)]
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
        sessions=tuple(
            SessionResponse(id, **one.as_json()) for id, one in per_session(about.came_in, held).items()
        ),
        trainers=_trainers_by_affiliation(held),
        train_the_trainer=train_the_trainer(about, held)[0],
    )


def _covered(about: About, sessions: Iterable[Any]) -> dict[str, Any]:
    return coverage_of(about.came_in, sessions, about.day)


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
        answered=rate["completed"] if enough else None,
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


def train_the_trainer(about: About, held: Iterable[Any]) -> tuple[int | None, int]:
    """How many of the trainers took train the trainer, and how many trainers there are."""
    giving = {trainer for facts in held for trainer in facts.trainers}
    rows = [row for row in about.view.records["trainers"] if row["id"] in giving]
    if not any(row["train_the_trainer_on"] for row in about.view.records["trainers"]):
        return None, len(rows)
    return sum(row["train_the_trainer_on"] is not None for row in rows), len(rows)


def mentors(about: About) -> Mentors | None:
    """What the register says of the mentors of the partnership's boards."""
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
        registered=shown(len(mentors), about),
        trained=shown(sum(row["id"] in trained for row in mentors), about),
        valid=shown(sum(row["id"] in valid for row in mentors), about),
        mentoring_untrained=shown(sum(row["id"] not in trained for row in mentoring), about),
    )
