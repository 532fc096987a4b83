"""The order of the cycle: every rule on the sound register with one thing wrong, and the way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from qualitycycle import wording
from qualitycycle.findings import Finding, Level
from qualitycycle.register.checks import check
from qualitycycle.register.cycle_changes import frozen
from qualitycycle.register.cycle_rules import RULES
from qualitycycle.register.derive import by_id, sessions_overview
from qualitycycle.register.reach import reach, starts_on
from qualitycycle.register.subject import Measured
from qualitycycle.register.upsert import guard
from tests.register.region import ORGANISATIONS, Rows, sound, with_extra, with_row

MEASURED = Measured(
    {"TRN3": (1.0, 10.0), "VRM2": (0.0, 1.0), "OPN1": None, "coverage": (0.0, 1.0)}, frozenset({"s1"})
)
DONE = {"status": "done", "closed_on": date(2026, 6, 1), "result": "It helped"}
REBASE = {"kind": "rebase", "indicator": "TRN3", "holds_from": date(2025, 9, 1)}


def found(records: Rows, measured: Measured | None = MEASURED) -> list[Finding]:
    return check(records, ORGANISATIONS, measured=measured)


def codes(records: Rows, measured: Measured | None = MEASURED) -> list[str]:
    return [one.code for one in found(records, measured)]


def with_rows(**changes: dict[str, Any]) -> Rows:
    records = sound()
    for table, values in changes.items():
        records[table][0] = {**records[table][0], **values}
    return records


def elsewhere(table: str, **changes: Any) -> Rows:
    """The row of a table in the other partnership."""
    return with_row(table, partnership="MEER", **changes)


ERRORS = {
    "no_owner": [with_row(table, owner=None) for table in ("goals", "findings", "decisions", "actions")],
    "decision_without_finding": [with_row("decisions", findings=())],
    "action_without_indicator": [with_row("actions", indicator=None)],
    "unknown_indicator.one": [
        with_row(table, indicator="TRN33") for table in ("goals", "findings", "actions", "practices")
    ],
    "unknown_indicator.several": [with_row("goals", indicator="tevreden")],
    "id_elsewhere": [with_row("practices", id="b1"), with_row("practices", id="F1")],
    "norm_off_scale": [with_row("goals", norm=75.0), with_row("goals", indicator="VRM2", norm=80.0)],
    "difference_off_scale": [
        with_row("goals", relevant_difference=9.5),
        with_row("actions", predicted_effect=-12.0),
        with_row("actions", indicator="VRM2", predicted_effect=10.0),
    ],
    "decision_before_finding": [with_row("decisions", decided_on=date(2025, 6, 19))],
    "action_before_decision": [with_row("actions", agreed_on=date(2025, 6, 24))],
    "finding_before_action": [
        with_rows(actions={"decision": None, "agreed_on": date(2025, 6, 21)}, findings={"action": "A1"})
    ],
    "decision_before_action": [
        with_rows(actions={"decision": None, "agreed_on": date(2025, 6, 26)}, decisions={"action": "A1"})
    ],
    "done_without_result": [with_row("actions", **{**DONE, "result": None})],
    "closed_without_day": [
        with_row("actions", **{**DONE, "closed_on": None}),
        with_row("actions", status="dropped"),
    ],
    "closed_but_open": [with_row("actions", **{**DONE, "status": "in_progress"})],
    "closed_before_agreed": [
        with_row("actions", **{**DONE, "agreed_on": date(2026, 6, 2), "sessions": ()}),
    ],
    "closed_before_decision": [with_row("actions", **{**DONE, "closed_on": date(2025, 6, 1)})],
    "rebase_without.indicator": [with_row("decisions", **{**REBASE, "indicator": None})],
    "rebase_without.holds_from": [with_row("decisions", **{**REBASE, "holds_from": None})],
    "figures_too_long": [with_row("sources", figures=f'["{"x" * 32_767}"]')],
    "figures_broken": [with_row("sources", figures="{'n': 3"), with_row("sources", snapshot="x")],
}
WARNINGS = {
    "goal_after_data": [with_row("goals", agreed_on=date(2025, 10, 9))],
    "action_starts_early": [
        with_row("actions", starts_on=date(2025, 6, 24)),
        with_row("actions", decision=None, agreed_on=date(2025, 9, 2), starts_on=date(2025, 9, 1)),
    ],
    "action_without_start": [with_row("actions", decision=None, sessions=())],
    "action_reaches_nothing": [with_row("actions", sessions=(), variant="school_only")],
    "session_before_action": [with_row("actions", starts_on=date(2026, 1, 1))],
    "finding_without_source": [
        {**sound(), "sources": []},
    ],
}


def cases(told: dict[str, list[Rows]]) -> list[Any]:
    return [
        pytest.param(code, one, id=f"{code}-{at}") for code, all in told.items() for at, one in enumerate(all)
    ]


def test_the_sound_cycle_has_no_findings() -> None:
    assert codes(sound()) == []
    assert codes(with_row("actions", **DONE)) == []
    assert codes(with_row("decisions", **REBASE)) == []


@pytest.mark.parametrize(("code", "records"), cases(ERRORS))
def test_errors(code: str, records: Rows) -> None:
    assert [(one.code, one.level) for one in found(records)] == [(f"cycle.{code}", Level.ERROR)]


@pytest.mark.parametrize(("code", "records"), cases(WARNINGS))
def test_warnings(code: str, records: Rows) -> None:
    assert [(one.code, one.level) for one in found(records)] == [(f"cycle.{code}", Level.WARNING)]


@pytest.mark.parametrize("language", wording.languages())
@pytest.mark.parametrize(("code", "records"), [*cases(ERRORS), *cases(WARNINGS)])
def test_every_finding_says_the_way_out(code: str, records: Rows, language: str) -> None:
    for one in found(records):
        sentence = wording.message(one, language)
        assert sentence != one.code and "{" not in sentence and sentence.count(".") + sentence.count("?") >= 2


@pytest.mark.parametrize("table", ["goals", "findings", "decisions", "actions"])
def test_what_belongs_together_is_of_one_partnership(table: str) -> None:
    records = elsewhere(table)
    assert "cycle.other_partnership" in codes(records)
    assert {one.code for one in found(records) if one.is_error} == {"cycle.other_partnership"}


def test_an_unknown_partnership_is_one_problem() -> None:
    assert codes(with_row("findings", partnership="DUYN")) == ["register.unknown_code.one"]


def test_a_session_of_others_says_nothing_of_an_action() -> None:
    records = with_extra("sessions", id="S2", kind="basic", lead="MEER")
    records["meetings"].append({"session": "S2", "date": date(2025, 11, 1)})
    records["actions"][0]["sessions"] = ("S1", "s2")
    [one] = found(records)
    assert (one.code, one.value, one.details["lead"]) == ("cycle.session_elsewhere", "s2", "MEER")
    records["sessions"][-1]["shared_with"] = ("DUIN",)
    assert codes(records) == []


def test_a_goal_is_judged_by_the_data_not_only_by_the_cycle() -> None:
    late = with_row("goals", agreed_on=date(2025, 10, 9))
    assert codes(late, Measured(MEASURED.ranges)) == ["register.goal_after_start"]
    assert codes(with_row("goals", agreed_on=date(2025, 10, 8))) == ["register.goal_after_start"]
    other = with_row("goals", agreed_on=date(2025, 10, 9), cycle="2026-2027")
    assert codes(other) == []


def test_without_a_config_nothing_is_said_of_indicators() -> None:
    assert codes(with_row("goals", indicator="TEVREDEN", norm=70.0), None) == []


def test_everything_is_said_at_once() -> None:
    records = sound()
    records["goals"][0] |= {"owner": None, "indicator": "TRN33", "agreed_on": date(2025, 12, 1)}
    records["decisions"][0] |= {"decided_on": date(2025, 1, 1), "kind": "rebase"}
    records["actions"][0] |= {"status": "done", "partnership": "MEER"}
    assert {one.removeprefix("cycle.") for one in codes(records)} == {
        "no_owner",
        "unknown_indicator.one",
        "goal_after_data",
        "decision_before_finding",
        "rebase_without.indicator",
        "rebase_without.holds_from",
        "done_without_result",
        "closed_without_day",
        "other_partnership",
        "session_elsewhere",
    }


def test_what_others_refer_to_cannot_go() -> None:
    for table, key in (("goals", "goal"), ("findings", "findings"), ("decisions", "decision")):
        records = {**sound(), table: []}
        assert any(
            one.is_error and one.column in (key, "finding") and "unknown_reference" in one.code
            for one in found(records)
        ), table


# what may no longer change


def changed(records: Rows, **changes: dict[str, Any]) -> list[str]:
    after = {name: [dict(row) for row in rows] for name, rows in records.items()}
    for table, values in changes.items():
        after[table][0] |= values
    return [one.code for one in frozen(records, after, {"s1"}, "08-01")]


def test_a_closed_action_only_changes_by_opening_it() -> None:
    closed = with_row("actions", **DONE)
    assert changed(closed, actions={"result": "It did not help"}) == ["cycle.edited_when_closed"]
    assert changed(closed, actions={"status": "dropped"}) == ["cycle.edited_when_closed"]
    assert changed(closed, actions={"status": "open", "closed_on": None}) == []
    assert changed(closed, actions={"status": "open", "what": "Else"}) == ["cycle.reopen_first"]
    assert changed(sound(), actions=DONE) == []
    assert changed(closed, actions={}) == []


def test_the_figures_of_a_source_stay() -> None:
    kept = with_row("sources", figures='{"n": 12}', snapshot="{}")
    assert changed(kept, sources={"figures": '{"n": 13}'}) == ["cycle.figures_changed"]
    assert changed(kept, sources={"figures": None}) == ["cycle.figures_changed"]
    assert changed(kept, sources={"said": "Another word"}) == []
    assert changed(sound(), sources={"figures": '{"n": 12}'}) == []


def test_a_promise_that_changes_after_the_answers_is_told_with_the_old_one() -> None:
    before = with_rows(goals={"norm": 8.0}, actions={"predicted_effect": 0.5})
    assert changed(before, goals={"norm": 7.0}, actions={"predicted_effect": 0.2}) == [
        "cycle.promise_changed",
        "cycle.promise_changed",
    ]
    after = {**before, "goals": [{**before["goals"][0], "norm": 7.0}]}
    [one] = frozen(before, after, {"s1"}, "08-01")
    assert (one.details["old"], one.level) == ("8", Level.WARNING)
    assert list(frozen(before, after, set(), "08-01")) == []
    assert changed(sound(), goals={"norm": 7.0}) == []


def test_a_source_that_goes_is_said() -> None:
    [one] = frozen(sound(), {**sound(), "sources": []}, (), "08-01")
    assert (one.code, one.details["at"]) == ("cycle.source_removed", "F1, 1")


def test_guard_holds_the_cycle_too() -> None:
    closed = with_row("actions", **DONE)
    after = with_row("actions", **{**DONE, "result": "Nothing"})
    assert [one.code for one in guard(closed, after, set())] == ["cycle.edited_when_closed"]


# which sessions an action applies to

DAYS: list[tuple[dict[str, Any], date | None]] = [
    ({"starts_on": date(2026, 1, 1), "agreed_on": date(2025, 1, 1)}, date(2026, 1, 1)),
    ({"agreed_on": date(2025, 9, 9)}, date(2025, 9, 10)),
    ({"decision": "b1"}, date(2025, 6, 26)),
    ({}, None),
]


@pytest.mark.parametrize(("action", "expected"), DAYS)
def test_when_an_action_starts(action: dict[str, Any], expected: date | None) -> None:
    assert starts_on(action, by_id(sound()["decisions"])) == expected


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ({"sessions": ("s1",)}, ("S1",)),
        ({"agreed_on": date(2025, 9, 9)}, ("S1",)),
        ({"agreed_on": date(2025, 9, 10)}, ()),
        ({"starts_on": date(2025, 9, 10), "variant": "tandem"}, ("S1",)),
        ({"starts_on": date(2025, 9, 10), "variant": "school_only"}, ()),
        ({"starts_on": date(2025, 9, 1), "partnership": "MEER"}, ()),
        ({}, ()),
    ],
)
def test_reach(action: dict[str, Any], expected: tuple[str, ...]) -> None:
    sessions = sessions_overview(sound())
    assert reach({"partnership": "duin", **action}, sessions, {}) == expected


def test_every_rule_has_a_test() -> None:
    """A rule that nothing above sets off would be a rule nobody needs."""
    records = [one for told in (ERRORS, WARNINGS) for all in told.values() for one in all]
    records += [elsewhere("goals")]
    silent = [rule.__name__ for rule in RULES if not _fires(rule, records)]
    assert silent == []


def _fires(rule: Callable[..., Any], records: list[Rows]) -> bool:
    from qualitycycle.register.derive import CYCLE_START
    from qualitycycle.register.subject import Subject
    from qualitycycle.register.tables import complete_all

    for one in records:
        whole = complete_all(one)
        subject = Subject(whole, ORGANISATIONS, CYCLE_START, sessions_overview(whole, CYCLE_START), MEASURED)
        if any(found.code.startswith("cycle.") for found in rule(subject)):
            return True
    return False
