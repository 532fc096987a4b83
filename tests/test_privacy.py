"""The attacker asks everything that can be asked and subtracts: nothing small comes out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.analysis.arms import Variances
from qualitycycle.analysis.comparison import Comparison, Within
from qualitycycle.analysis.proportions import Interval
from qualitycycle.cli.app import app
from qualitycycle.config import Floors
from qualitycycle.register.derive import SessionFacts, sessions_overview
from qualitycycle.register.workbook import write_workbook
from qualitycycle.vocabulary import Verdict
from qualitycycle.workspace import Workspace, init_workspace
from qualitycycle.workspace.gating import gated
from qualitycycle.workspace.release import Group, released_groups

FLOORS = Floors()


def facts_of(sessions: list[tuple[str, str, str, str]]) -> list[SessionFacts]:
    """Sessions as (lead, shared with, cycle's first year, trainers separated by +)."""
    records: dict[str, list[dict[str, Any]]] = {
        "sessions": [],
        "meetings": [],
        "session_trainers": [],
        "trainers": [],
    }
    for number, (lead, shared, year, trainers) in enumerate(sessions):
        id = f"S{number}"
        records["sessions"].append(
            {"id": id, "kind": "basic", "lead": lead, "shared_with": (shared,) if shared else ()}
        )
        records["meetings"].append({"session": id, "date": date(int(year), 9, 1)})
        for trainer in trainers.split("+"):
            affiliation = "school" if trainer < "m" else "institute"
            records["session_trainers"].append(
                {"session": id, "trainer": trainer, "affiliation": affiliation}
            )
    return list(sessions_overview(records).values())


SESSIONS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B"]),
        st.sampled_from(["", "", "B"]),
        st.sampled_from(["2024", "2025"]),
        st.sampled_from(["a", "b", "c", "d", "x", "y", "z", "a+x", "b+y", "c+z", "d+x"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(SESSIONS, st.lists(st.integers(0, 12), min_size=12, max_size=12))
def test_no_small_group_can_be_worked_out_from_what_is_released(
    sessions: list[tuple[str, str, str, str]], sizes: list[int]
) -> None:
    facts = facts_of(sessions)
    answers = {one.id: size for one, size in zip(facts, sizes, strict=False)}
    groups = released_groups(facts, answers, FLOORS)
    shown = {frozenset(f.id for f in facts if answers[f.id] and group.holds(f)) for group in groups}
    for members in shown:
        assert len(members) >= 2
        assert sum(answers[id] for id in members) >= FLOORS.scores
        assert len({t for f in facts if f.id in members for t in f.trainers}) >= FLOORS.arm_trainers
    for small in small_groups(facts, answers):
        assert not in_span(small, shown, [f.id for f in facts]), small


def small_groups(facts: list[SessionFacts], answers: dict[str, int]) -> Iterator[frozenset[str]]:
    """Every single session, and every pair with too few answers."""
    known = [one.id for one in facts if answers[one.id]]
    yield from (frozenset([id]) for id in known)
    yield from (
        frozenset(pair) for pair in combinations(known, 2) if sum(answers[i] for i in pair) < FLOORS.scores
    )


def in_span(target: frozenset[str], shown: set[frozenset[str]], ids: list[str]) -> bool:
    """Whether a group is a sum of shown ones, each any number of times, added or subtracted."""
    if not shown:
        return False
    matrix = np.array([[float(id in members) for members in shown] for id in ids])
    wanted = np.array([float(id in target) for id in ids])
    solution, *_ = np.linalg.lstsq(matrix, wanted, rcond=None)
    return bool(np.allclose(matrix @ solution, wanted, atol=1e-8))


def test_a_large_region_is_released() -> None:
    facts = facts_of(
        [("A", "", "2025", f"{t}") for t in "abcdxyz"] + [("B", "", "2025", t) for t in "efguvw"]
    )
    groups = released_groups(facts, {one.id: 9 for one in facts}, FLOORS)
    assert {Group(), Group("A"), Group("B"), Group(None, "2025-2026"), Group(variant="school_only")} <= groups


# --- through the front door ---------------------------------------------------------


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """DUIN: six sessions by six trainers, twelve forms each; VELD: one session by one trainer."""
    root = tmp_path_factory.mktemp("privacy") / "ws"
    made = init_workspace(root)
    sessions = [(f"DUIN-{i}", "DUIN", f"T{i}") for i in range(6)] + [("VELD-9", "VELD", "T9")]
    records = {
        "trainers": [
            {"id": t, "name": f"Trainer {t}", "affiliation": "school", "board": "DUIN-A"}
            for _, _, t in sessions
        ],
        "sessions": [{"id": id, "kind": "basic", "lead": lead} for id, lead, _ in sessions],
        "meetings": [{"session": id, "date": date(2025, 9, 15)} for id, _, _ in sessions],
        "session_trainers": [{"session": id, "trainer": t} for id, _, t in sessions],
    }
    book = root / "register.xlsx"
    write_workbook(book, records, made.config.organisations, "nl")  # type: ignore[arg-type]
    assert made.import_register(book).status == "imported"
    for number, (id, _, _) in enumerate(sessions):
        lines = ["TRN3;TRF2"]
        lines += [f"{7 + (row + number) % 3};{'neutraal' if number == row == 0 else ''}" for row in range(12)]
        export = root / f"{id}.csv"
        export.write_text("\n".join(lines) + "\n")
        assert made.import_evaluations([export], moment="post").exit_code == 0
    return made


def test_one_persons_answer_is_not_shown(workspace: Workspace) -> None:
    table = workspace.counts("TRF2")
    assert table["n"].isna().all() and table["share"].isna().all()


def test_one_trainers_session_is_not_shown_in_any_way(workspace: Workspace) -> None:
    assert workspace.counts("TRN3", partnership="VELD")["n"].isna().all()
    assert workspace.counts("TRN3", partnership="DUIN")["n"].isna().all(), (
        "the rest of the region is one session"
    )
    assert workspace.counts("TRN3")["n"].notna().all()


def test_the_report_of_one_trainer_has_no_figures(workspace: Workspace) -> None:
    page = workspace.report("VELD", "2025-2026").path.read_text(encoding="utf-8")
    visible = page[: page.index("<script")] if "<script" in page else page
    assert "8,0" not in visible and "7,9" not in visible and "8,1" not in visible


def test_history_and_status_hide_small_numbers(workspace: Workspace, tmp_path: Path) -> None:
    assert all(event["responses"] == 12 for event in workspace.history())
    made = init_workspace(tmp_path / "ws")
    assert made.history() == []


def test_a_hidden_arm_has_no_verdict_either() -> None:
    one = Comparison(
        item="TRN3",
        arm="institute_only",
        reference="tandem",
        responses={"institute_only": 4, "tandem": 40},
        sessions={"institute_only": 4, "tandem": 6},
        trainers={"institute_only": 4, "tandem": 8},
        teams={"institute_only": 4, "tandem": 6},
        means={"institute_only": Interval(6.0, 5.0, 7.0), "tandem": Interval(8.0, 7.5, 8.5)},
        favourable=None,
        deciding="mean",
        mean_difference=Interval(-2.0, -3.0, -1.0),
        favourable_difference=None,
        verdict=Verdict.WORSE,
        reasons=(),
        p_value=0.01,
        p_floor=0.001,
        df=7.0,
        tops={"institute_only": Interval(0.31), "tandem": Interval(0.62)},
        top_difference=Interval(-0.33),
        odds_ratio=Interval(0.21),
        superiority=Interval(0.23),
        design_effect=1.9,
        variances=Variances(0.11, 0.13, 0.97),
        within_trainers=Within(3, Interval(-1.7)),
    )
    shown = gated(one, FLOORS, lambda arm: True)
    assert shown.verdict is Verdict.TOO_FEW
    assert shown.reasons == ("few_answers",)
    left = json.dumps(shown.as_json())
    hidden = ("6.0", "8.0", "-2.0", "0.01", "0.001", "7.0", "0.31", "0.62", "0.33", "0.21", "0.23", "1.9")
    for number in (*hidden, "0.11", "0.13", "0.97", "1.7"):
        assert number not in left, number


def test_levels_stay_hidden_where_they_could_give_a_team_away() -> None:
    sizes = {"institute_only": 40, "tandem": 40}
    one = Comparison(
        *("TRN3", "institute_only", "tandem", sizes, sizes, sizes, sizes),
        means={"institute_only": Interval(6.0, 5.0, 7.0), "tandem": Interval(8.0, 7.5, 8.5)},
        favourable=None,
        deciding="mean",
        mean_difference=Interval(-2.0, -3.0, -1.0),
        favourable_difference=None,
        verdict=Verdict.WORSE,
        reasons=(),
    )
    shown = gated(one, FLOORS, lambda arm: arm == "tandem")
    assert shown.means == {"institute_only": Interval(), "tandem": Interval(8.0, 7.5, 8.5)}
    assert shown.difference == one.difference


def test_format_within_a_partnership_is_refused(workspace: Workspace) -> None:
    for command in (["compare", "--by", "format"], ["compare", "--format", "online"]):
        result = CliRunner().invoke(
            app, [*command, "--partnership", "DUIN", "--workspace", str(workspace.root)]
        )
        assert result.exit_code == 2, result.output
