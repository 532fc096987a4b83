from __future__ import annotations

from datetime import date

from qualitycycle.linking import Candidate, cancelled_sessions, find_collections, session_in_name
from qualitycycle.mapping import CollectionRule

CANDIDATES = [
    Candidate("DUIN-2526-01", date(2025, 10, 1)),
    Candidate("DUIN-2526-02", date(2026, 1, 15)),
    Candidate("collecting"),
]


def find(
    file: str = "export.xlsx", rows: tuple[int, ...] = (2, 3), **choices: object
) -> tuple[list[str], list[str]]:
    found, findings = find_collections(CANDIDATES, file=file, rows=rows, **choices)  # type: ignore[arg-type]
    return found, [finding.code for finding in findings]


def test_the_given_session_wins_over_the_file_name() -> None:
    assert find("DUIN-2526-02.xlsx", given="duin-2526-01") == (["DUIN-2526-01"] * 2, [])


def test_an_unknown_session_names_the_nearest() -> None:
    _, findings = find_collections(CANDIDATES, file="f", rows=(2,), given="DUIN-2526-1")
    assert findings[0].code == "linking.unknown_session"
    assert "DUIN-2526-01" in findings[0].details["expected"]


def test_a_whole_token_in_the_file_name() -> None:
    assert find("Evaluatie duin-2526-02(1-12).xlsx") == (["DUIN-2526-02"] * 2, [])
    assert find("Evaluatie DUIN-2526-021.xlsx")[1] == ["linking.no_session"]
    assert find("Evaluatie XDUIN-2526-02.xlsx")[1] == ["linking.no_session"]
    assert session_in_name("a_DUIN-2526-02_b.csv", ["DUIN-2526-02"]) == ["DUIN-2526-02"]


def test_two_sessions_in_the_file_name_are_a_finding() -> None:
    assert find("DUIN-2526-01 en DUIN-2526-02.xlsx")[1] == ["linking.two_sessions"]


def test_nothing_found_lists_those_near_the_day_the_forms_came_in() -> None:
    _, findings = find_collections(
        CANDIDATES, file="f.xlsx", rows=(2, 3), submitted=[date(2026, 1, 16), date(2026, 1, 14)]
    )
    assert findings[0].code == "linking.no_session"
    assert findings[0].details["expected"].startswith("DUIN-2526-02 (15-01-2026)")


def test_a_column_sends_rows_and_only_an_explicit_rule_sends_the_rest() -> None:
    cells = {"Site": ["duin-2526-01", "not listed", None]}
    rows = (2, 3, 4)
    _, codes = find(rows=rows, rule=CollectionRule(column="Site"), columns=cells)
    assert codes == ["linking.unknown_session_in_column", "linking.blank_session_in_column"]
    rule = CollectionRule(column="Site", values={"Not listed": "collecting", "": "collecting"})
    assert find(rows=rows, rule=rule, columns=cells) == (["DUIN-2526-01", "collecting", "collecting"], [])


def test_every_row_of_an_unknown_session_is_found() -> None:
    _, findings = find_collections(
        CANDIDATES,
        file="f",
        rows=(2, 3, 4),
        rule=CollectionRule(column="S"),
        columns={"S": ["x", "collecting", "x"]},
    )
    assert [(finding.row, finding.value) for finding in findings] == [(2, "x"), (4, "x")]


def test_a_template_over_columns() -> None:
    rule = CollectionRule(template="DUIN-{year}-{n}")
    cells = {"year": [2526.0, "2526"], "n": ["01", "02"]}
    assert find(rule=rule, columns=cells) == (["DUIN-2526-01", "DUIN-2526-02"], [])


def test_a_collection_for_the_whole_file() -> None:
    assert find(rule=CollectionRule(id="collecting")) == (["collecting"] * 2, [])


def test_a_cancelled_session_is_told_once_and_never_suggested() -> None:
    candidates = [*CANDIDATES, Candidate("DUIN-2526-03", date(2026, 1, 15), cancelled=True)]
    chosen = ["DUIN-2526-01", "DUIN-2526-03", "DUIN-2526-03"]
    (found,) = cancelled_sessions(chosen, candidates, file="f")
    assert (found.code, found.value, found.is_error) == ("linking.cancelled", "DUIN-2526-03", True)
    assert cancelled_sessions(["DUIN-2526-01", "collecting"], candidates, file="f") == []
    _, (unknown,) = find_collections(candidates, file="f", rows=(2,), given="DUIN-2526-04")
    assert "DUIN-2526-03" not in unknown.details["expected"]
