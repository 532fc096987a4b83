"""What actions of which the register knows the sessions would give away together."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from qualitycycle.config import Floors
from qualitycycle.register.derive import SessionFacts
from qualitycycle.vocabulary import Variant
from qualitycycle.workspace.effect_gate import Open, Signed, attacker_of
from qualitycycle.workspace.release import Group

TWELVE = [f"S{i}" for i in range(12)]


def facts(id: str, trainers: tuple[str, ...]) -> SessionFacts:
    own = {name: None for name in ("training", "series", "format", "contact_hours", "invited", "registered")}
    day, cycle = (date(2025, 9, 1), "2025-2026") if int(id[1:]) >= 6 else (date(2024, 9, 1), "2024-2025")
    return SessionFacts(
        **own,  # type: ignore[arg-type]
        id=id,
        kind="basic",
        lead="DUIN",
        shared_with=(),
        boards=(),
        attended=10,
        cancelled=False,
        first_date=day,
        last_date=day,
        cycle=cycle,
        trainers=trainers,
        affiliations=(),
        variant=Variant.TANDEM,
        team="|".join(trainers),
    )


def view(
    trainers: int = 12, released: tuple[Group, ...] = (Group("DUIN", "2024-2025"), Group("DUIN", "2025-2026"))
) -> Any:
    """Twelve sessions in two cycles, ten answers each, given in turn by so many trainers."""
    sessions = {id: facts(id, (f"T{i % trainers}",)) for i, id in enumerate(TWELVE)}
    return SimpleNamespace(
        sessions=sessions,
        forms={id: {"completed": 10} for id in TWELVE},
        config=SimpleNamespace(settings=SimpleNamespace(floors=Floors())),
        released=lambda kind, moment: frozenset(released),
    )


def opened(view: Any, kind: str, actions: dict[str, Signed]) -> dict[str, Open]:
    return attacker_of(view, kind).opened(actions)[0]


def action(after: range | list[int], before: range | list[int] = range(6)) -> Signed:
    named = [frozenset(f"S{i}" for i in part) for part in (after, before)]
    return dict(zip(named, (1.0, -1.0), strict=True))


def test_whole_cycles_tell_nothing_that_is_not_told_anyway() -> None:
    assert opened(view(), "basic", {"A": action(range(6, 12))}) == {"A": "levels"}


def test_a_half_leaves_a_half() -> None:
    assert opened(view(), "basic", {"A": action([6, 7, 8])}) == {"A": "levels"}


def test_all_but_one_is_about_that_one() -> None:
    assert opened(view(), "basic", {"A": action(range(6, 11))}) == {"A": "nothing"}


def test_one_session_is_never_told() -> None:
    assert opened(view(), "basic", {"A": action([6])}) == {"A": "nothing"}


def test_two_actions_are_seen_together_and_the_first_is_told() -> None:
    both = {"A": action([6, 7, 8]), "B": action([6, 7, 9])}
    assert opened(view(), "basic", {"B": both["B"]}) == {"B": "levels"}
    assert opened(view(), "basic", both) == {"A": "levels", "B": "nothing"}


def test_what_was_told_as_of_an_earlier_cycle_is_known() -> None:
    """An action of three sessions that later has one more tells nothing the second time."""
    _, wiser = attacker_of(view(), "basic").opened({"A": action([6, 7, 8])})
    assert wiser.opened({"A": action([6, 7, 8])})[0] == {"A": "levels"}
    assert wiser.opened({"A": action([6, 7, 9])})[0] == {"A": "nothing"}
    assert wiser.opened({"A": action(range(6, 12))})[0] == {"A": "levels"}


def test_a_group_of_few_trainers_is_somebody() -> None:
    assert opened(view(trainers=2), "basic", {"A": action([6, 7, 8])}) == {"A": "nothing"}


def test_a_level_may_be_closed_where_the_difference_is_open() -> None:
    """The baseline is two thirds of a cycle that is told; the rest is two persons' sessions."""
    found = opened(view(), "basic", {"A": action(range(6, 12), [0, 1, 2, 3])})
    assert found == {"A": "nothing"}
    unknown = view(released=(Group("DUIN", "2024-2025"),))
    assert opened(unknown, "basic", {"A": action(range(6, 12), [0, 1, 2, 3])}) == {"A": "effect"}


@pytest.mark.parametrize("seed", range(6))
def test_an_independent_attacker_finds_no_small_group(seed: int) -> None:
    """Levels and effects that were told, as equations: no session's sum is determined by them."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(3, 7, 5)
    actions = {
        f"A{n}": action(sorted(rng.choice(range(6, 12), size, replace=False).tolist()))
        for n, size in enumerate(sizes)
    }
    told = opened(view(), "basic", actions)
    rows = [[i < 6 for i in range(12)], [i >= 6 for i in range(12)]]
    for id, groups in actions.items():
        cells = [[f"S{i}" in part for i in range(12)] for part in groups]
        if told[id] == "levels":
            rows += cells
        elif told[id] == "effect":
            rows.append(
                [sum(s * c[i] / sum(c) for s, c in zip((1, -1), cells, strict=True)) for i in range(12)]
            )
    known = np.array(rows, dtype=float)
    for i in range(12):
        wanted = np.eye(12)[i]
        nearest = known.T @ np.linalg.lstsq(known.T, wanted, rcond=None)[0]
        assert np.linalg.norm(nearest - wanted) > 0.1, f"S{i} is given away"
    assert "levels" in told.values()
