"""Trainers who give several sessions in a row do not look like a change."""

from __future__ import annotations

import numpy as np
import pytest

from qualitycycle.analysis.charts.process import process
from qualitycycle.analysis.charts.trainers import after_trainers, in_a_row, strangers
from tests.analysis.charts.sessions import sessions

RETURNING = [name for _ in range(2) for name in "ABC" for _ in range(4)]
PASSING = [name for name in "ABCDEF" for _ in range(4)]
ALTERNATING = ["A", "B", "C", "D"] * 6


@pytest.mark.parametrize(
    ("teams", "longest", "clustered"),
    [
        (["A", "B", "C", "A"], 1, False),
        (["A", "A|B", "B", "C", "D", "E", "F", "G", "H"], 2, False),
        (["A", "A|B", "B", "C"], 2, True),
        (["A|B", "A", "A|C", "D", "E", "F", "G", "H", "I"], 3, True),
        (["A", "A|B", "B", "B|C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M"], 3, True),
        (["", "", "", ""], 1, False),
        (["A"], 1, False),
    ],
)
def test_sessions_in_a_row(teams: list[str], longest: int, clustered: bool) -> None:
    found = in_a_row(teams)
    assert (found.longest, found.clustered) == (longest, clustered)


def test_strangers() -> None:
    assert strangers(["A|B", "B", "C", "", "", "D"]).tolist() == [False, True, True, True, True]


def test_what_is_left_has_no_trainer_in_it() -> None:
    effects = dict(zip("ABC", (1.0, -2.0, 0.5), strict=True))
    rng = np.random.default_rng(1)
    noise = rng.standard_normal(24)
    own = np.array([effects[team] for team in RETURNING])
    left = after_trainers(8 + own + noise, RETURNING)
    assert left == pytest.approx(after_trainers(8 + noise, RETURNING))
    assert left is not None
    for trainer in "ABC":
        assert left[np.array(RETURNING) == trainer].sum() == pytest.approx(0, abs=1e-9)


def test_rules_in_a_row_are_off_where_time_and_trainer_are_one() -> None:
    rng = np.random.default_rng(2)
    values = (8 + rng.standard_normal(24)).tolist()
    for teams, runs in ((RETURNING, "after_trainers"), (PASSING, "off"), (ALTERNATING, "plain")):
        found = process(sessions(values, teams=teams), share=False)
        assert found.runs == runs
        assert ("shift" in found.rules) is (runs != "off")
        assert "beyond" in found.rules
    assert after_trainers(values[:6], [f"t{i}" for i in range(6)]) is None


def test_steps_between_strangers_that_are_all_nothing_settle_no_limits() -> None:
    """Only within the sessions of one trainer something differs: then all sessions count."""
    values, teams = [8.0, 7.0, 8.0] * 6, [name for name in "ABCABC" for _ in range(3)]
    found = process(sessions(values, teams=teams), share=False)
    assert found.limits is not None and (found.limits.sigma > 0).all() and found.signals == ()


@pytest.mark.parametrize(
    ("teams", "naive", "ours"), [(RETURNING, 0.51, 0.11), (PASSING, 0.71, 0.22), (ALTERNATING, 0.3, 0.3)]
)
def test_false_signals_are_no_more_than_without_trainers(teams: list[str], naive: float, ours: float) -> None:
    """The rates told in the module, again and coarsely: trainers differ as much as sessions."""
    rng = np.random.default_rng(3)
    charts, seen = 200, np.zeros(2)
    for _ in range(charts):
        effects = {name: rng.standard_normal() for name in sorted(set(teams))}
        if teams is ALTERNATING:
            effects = dict.fromkeys(effects, 0.0)
        values = [8 + effects[name] + rng.standard_normal() for name in teams]
        seen += [
            bool(process(sessions(values), share=False).signals),
            bool(process(sessions(values, teams=teams), share=False).signals),
        ]
    assert seen / charts == pytest.approx([naive, ours], abs=0.11)
