"""Every check, each on the smallest register that breaks it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qualitycycle import wording
from qualitycycle.findings import Level
from qualitycycle.register.checks import check
from qualitycycle.register.tables import TABLES, Row
from tests.register.region import ORGANISATIONS, Rows, sound, unfilled, with_extra, with_row


def codes(records: Rows, level: Level | None = None) -> list[str]:
    found = check(records, ORGANISATIONS)
    return [one.code.removeprefix("register.") for one in found if level in (None, one.level)]


def test_a_sound_register_has_no_findings() -> None:
    assert check(sound(), ORGANISATIONS) == []
    assert check({}, ORGANISATIONS) == []


ERRORS = [
    (with_extra("trainers", id="t1", affiliation="external"), "duplicate"),
    (with_extra("meetings", session="s1", date=date(2025, 9, 10)), "duplicate"),
    (with_extra("session_trainers", session="S1", trainer="T2"), "duplicate"),
    (with_extra("trainers", id=None, affiliation="external"), "missing"),
    (with_extra("trainers", id="a/b", affiliation="external"), "bad_id"),
    (with_extra("trainers", id="a\\b", affiliation="external"), "bad_id"),
    (with_extra("trainers", id="a;b", affiliation="external"), "bad_id"),
    (with_extra("trainers", id="a|b", affiliation="external"), "bad_id"),
    (with_extra("session_trainers", session="S1", trainer="T9"), "unknown_reference.several"),
    (with_extra("session_trainers", session="S9", trainer="T1"), "unknown_reference.one"),
    (with_extra("meetings", session="S9", date=date(2025, 9, 10)), "unknown_reference.one"),
    (with_row("certificates", person="M9"), "unknown_reference.several"),
    (with_row("certificates", session="S9"), "unknown_reference.one"),
    (with_row("actions", goal="G9"), "unknown_reference.one"),
    (with_row("actions", sessions=("S1", "S9")), "unknown_reference.one"),
    (with_row("sessions", lead="DUN"), "unknown_code.one"),
    (with_row("sessions", shared_with=("XX",)), "unknown_code.several"),
    (with_row("sessions", boards=("DUIN-A", "DUIN-Z")), "unknown_code.several"),
    (with_row("trainers", board="DUIN-Z"), "unknown_code.several"),
    (with_row("trainers", 1, institute="DUIN-A"), "unknown_code.one"),
    (with_row("goals", partnership="XX"), "unknown_code.several"),
    (with_row("certificates", issuers=("DUIN-A", "XX")), "unknown_code.several"),
    (with_row("trainers", affiliation="pabo"), "not_a_choice.affiliation"),
    (with_row("sessions", lead=None), "missing"),
    (with_row("sessions", kind=None), "missing"),
    (with_row("actions", owner=None), "cycle.no_owner"),
    (with_row("actions", indicator=None), "cycle.action_without_indicator"),
    (with_extra("sessions", id="S2", kind="basic", lead="DUIN"), "session_without_meeting"),
    (with_row("sessions", declared_variant="institute_only"), "contradicts.tandem"),
    (with_row("goals", cycle="2025-2027"), "bad_cycle"),
    (with_row("surveys", cycle="2025"), "bad_cycle"),
    (with_row("meetings", 1, date=date(1925, 10, 8)), "implausible_date"),
    (with_row("certificates", valid_until=date(2205, 10, 8)), "implausible_date"),
    (with_row("sessions", invited=-3), "below_minimum"),
    (with_row("meetings", hours=-1.0), "below_minimum"),
    (with_row("certificates", valid_until=date(2025, 1, 1)), "period_reversed"),
    (with_row("actions", starts_on=date(2025, 9, 1), due=date(2025, 8, 1)), "period_reversed"),
    (
        with_row("trainers", active_from=date(2026, 1, 1), active_to=date(2025, 1, 1), affiliation="school"),
        "period_reversed",
    ),
    (with_extra("surveys", id="s1", cycle="2025-2026"), "session_and_survey"),
    (with_row("sessions", boards=("DUIN-A, DUIN-B",)), "comma_between_codes"),
    (with_row("session_trainers", trainer="Noor van der Wilg"), "name_not_code"),
    (with_extra("actions", partnership="DUIN", what="x", owner="x", indicator="TRN3"), "missing"),
]


@pytest.mark.parametrize(
    ("records", "code"), ERRORS, ids=[f"{i}-{code}" for i, (_, code) in enumerate(ERRORS)]
)
def test_errors(records: Rows, code: str) -> None:
    assert codes(records, Level.ERROR) == [code]


WARNINGS = [
    (
        with_extra("trainers", id="T9", name="Wilg, N. van der", affiliation="external"),
        "same_name",
    ),
    (with_row("trainers", board=None), "school_without_board"),
    (with_row("trainers", 1, institute=None), "institute_without_institute"),
    (with_row("sessions", invited=10), "more_attended_than_invited"),
    ({**with_row("sessions", cancelled=True), "certificates": []}, "cancelled_with_attendance"),
    (with_row("sessions", cancelled=True, attended=None), "certificate_of_cancelled"),
    (with_row("sessions", shared_with=("MEER", "DUIN")), "lead_in_shared"),
    (with_row("meetings", 1, date=date(2025, 9, 1)), "meeting_order"),
    (with_row("meetings", 1, date=date(2026, 12, 8)), "meeting_span"),
    (with_row("trainers", active_from=date(2025, 9, 11)), "affiliation_unknown"),
    (with_row("trainers", active_to=date(2025, 9, 9)), "affiliation_unknown"),
    (with_row("trainers", affiliation=None), "affiliation_unknown"),
    (with_row("goals", agreed_on=date(2025, 8, 1)), "goal_after_start"),
    (with_row("goals", agreed_on=None), "goal_without_date"),
]


@pytest.mark.parametrize(
    ("records", "code"), WARNINGS, ids=[f"{i}-{code}" for i, (_, code) in enumerate(WARNINGS)]
)
def test_warnings(records: Rows, code: str) -> None:
    assert codes(records, Level.WARNING) == [code]
    assert codes(records, Level.ERROR) == []


def test_a_declared_variant_without_trainers_stays_unknown() -> None:
    records = with_row("sessions", declared_variant="tandem")
    assert codes(records) == []
    records["session_trainers"] = []
    assert codes(records) == ["declared_without_trainers"]


@pytest.mark.parametrize(
    ("affiliations", "derived"),
    [
        (("school", "school"), "school_only"),
        (("institute", "institute"), "institute_only"),
        (("school", "external"), "other"),
    ],
)
def test_contradictions_name_what_follows(affiliations: tuple[str, str], derived: str) -> None:
    records = with_row("sessions", declared_variant="tandem")
    for row, affiliation in zip(records["session_trainers"], affiliations, strict=True):
        row["affiliation"] = affiliation
    assert codes(records) == [f"contradicts.{derived}"]


def test_an_affiliation_recorded_with_the_session_only_leaves_the_period_to_check() -> None:
    records = with_row("trainers", active_from=date(2025, 9, 11))
    records["session_trainers"][0]["affiliation"] = "school"
    assert codes(records) == ["trainer_inactive"]


def test_the_goal_flag_follows_the_cycle_start() -> None:
    records = with_row("goals", agreed_on=date(2025, 8, 15))
    assert [one.code for one in check(records, ORGANISATIONS, "09-01")] == []
    assert [one.code for one in check(records, ORGANISATIONS, "08-01")] == ["register.goal_after_start"]


def test_ids_refer_without_case_codes_do_not() -> None:
    records = with_row("certificates", person="m1")
    assert codes(records) == []
    [found] = check(with_row("sessions", lead="duin"), ORGANISATIONS)
    assert (found.code, found.details["expected"]) == ("register.unknown_code.one", "DUIN")


def test_the_nearest_known_id_is_named() -> None:
    [found] = check(with_row("certificates", session="S11"), ORGANISATIONS)
    assert found.value == "S11"
    assert found.details["expected"] == "S1"
    assert found.details["sheet"] == "certificates"


def test_one_person_under_two_codes_is_asked_about() -> None:
    records = sound()
    records["trainers"] += [
        Row({"id": "T9", "name": "noor van der wilg", "affiliation": "external"}, "r.xlsx", 9),
        {"id": "T10", "name": "Noor van der Wilgen", "affiliation": "external"},
        {"id": "T11", "name": None, "affiliation": "external"},
        {"id": "T12", "name": "Noor vd Wilg", "affiliation": "external"},
    ]
    first, second = check(records, ORGANISATIONS)
    assert (first.code, first.level, first.row, first.column) == (
        "register.same_name",
        Level.WARNING,
        9,
        "name",
    )
    assert (first.details["codes"], second.details["codes"]) == ("T1, T9", "T1, T12")
    assert wording.message(first, "nl").startswith(
        "noor van der wilg staat er met twee codes in (T1, T9). Is dit dezelfde persoon,"
    )


def test_one_code_on_two_rows_is_only_a_duplicate() -> None:
    records = sound()
    records["trainers"].append(dict(records["trainers"][0]))
    assert codes(records) == ["duplicate"]
    records["trainers"] = [Row(row, "r.xlsx", line) for line, row in enumerate(records["trainers"], start=2)]
    [found] = check(records, ORGANISATIONS)
    assert (found.code, found.row) == ("register.duplicate_of_row", 4)
    assert wording.message(found, "nl").startswith("T1 staat ook in rij 2.")


def test_codes_between_commas_are_taken_apart() -> None:
    comma, unknown = check(with_row("sessions", boards=("DUIN-A, DUIN-Z",)), ORGANISATIONS)
    assert wording.message(comma, "nl") == "Zet een puntkomma tussen de codes: DUIN-A; DUIN-Z."
    assert (unknown.code, unknown.value) == ("register.unknown_code.several", "DUIN-Z")


def test_a_name_where_a_code_belongs() -> None:
    [found] = check(with_row("session_trainers", trainer="Wilg, N. van der"), ORGANISATIONS)
    assert wording.message(found, "nl") == "Hier hoort de code van de trainer (T1), niet de naam."


def test_suggestions_come_in_one_several_or_none() -> None:
    [one] = check(with_row("certificates", session="S11"), ORGANISATIONS)
    assert "Bedoel je S1?" in wording.message(one, "nl")
    [several] = check(with_row("trainers", board="DUIN-Z"), ORGANISATIONS)
    assert "Bedoel je een van deze: DUIN-A, DUIN-B?" in wording.message(several, "nl")
    records = {"certificates": sound()["certificates"]}
    none = [found for found in check(records, ORGANISATIONS) if found.column == "person"]
    assert [found.code for found in none] == ["register.unknown_reference.none"]


def test_a_row_without_id_is_reported_once() -> None:
    assert codes(with_row("goals", id=None, agreed_on=None)) == ["missing", "unknown_reference.none"]
    assert codes(with_extra("trainers", id=None, affiliation="school")) == ["missing"]


def test_a_certificate_may_be_a_trainers() -> None:
    assert codes(with_row("certificates", person="T2")) == []


def test_findings_name_workbook_row_and_column() -> None:
    records = sound()
    records["sessions"][0] = Row({**records["sessions"][0], "lead": "DUN"}, file="register.xlsx", line=7)
    [found] = check(records, ORGANISATIONS)
    assert (found.file, found.row, found.column, found.value) == ("register.xlsx", 7, "lead", "DUN")


def test_a_cell_that_could_not_be_read_is_not_reported_again() -> None:
    records = sound()
    session = {name: value for name, value in records["sessions"][0].items() if name != "lead"}
    records["sessions"][0] = Row(session, line=2, unread=["lead"])
    assert codes(records) == []


def test_order_of_meetings_is_that_of_the_sheet() -> None:
    """Meetings the workbook did not bring say nothing about the order in it."""
    records = sound()
    records["meetings"] = [
        {"session": "S1", "date": date(2025, 12, 1)},
        Row({"session": "S1", "date": date(2025, 9, 10)}, line=2),
        Row({"session": "S1", "date": date(2025, 10, 8)}, line=3),
    ]
    assert codes(records) == []
    records["meetings"][2] = Row({"session": "S1", "date": date(2025, 9, 3)}, line=3)
    assert codes(records) == ["meeting_order"]


def test_a_register_that_contradicts_itself_gives_all_its_findings_at_once() -> None:
    records = sound()
    records["trainers"].append({"id": "T1", "affiliation": "school"})
    records["sessions"][0] |= {"lead": "XX", "declared_variant": "school_only", "invited": 3}
    records["sessions"].append({"id": "S/2", "kind": None, "lead": "DUIN"})
    records["meetings"][0]["date"] = date(1025, 9, 10)
    records["actions"][0] |= {"owner": None, "goal": "G7"}
    found = check(records, ORGANISATIONS)
    assert {one.code.removeprefix("register.") for one in found} == {
        "duplicate",
        "unknown_code.several",
        "contradicts.tandem",
        "more_attended_than_invited",
        "bad_id",
        "missing",
        "session_without_meeting",
        "implausible_date",
        "unknown_reference.one",
        "school_without_board",
        "cycle.no_owner",
    }
    levels = [one.level for one in found]
    assert levels == sorted(levels, key=[Level.ERROR, Level.WARNING].index)
    assert len([one for one in found if one.code == "register.missing"]) == 1


@pytest.mark.parametrize("language", wording.languages())
@pytest.mark.parametrize("records", [records for records, _ in [*ERRORS, *WARNINGS]])
def test_every_finding_has_a_sentence_with_nothing_left_open(records: Rows, language: str) -> None:
    for found in check(records, ORGANISATIONS):
        sentence = wording.message(found, language)
        assert sentence != found.code
        assert "{" not in sentence
        assert sentence.endswith((".", "?"))
        assert unfilled(found, language) == set()


def test_checks_leave_the_records_alone() -> None:
    records: Any = with_row("sessions", declared_variant="school_only")
    check(records, ORGANISATIONS)
    assert records == with_row("sessions", declared_variant="school_only")


def test_every_reference_points_to_something() -> None:
    codes = {"partnerships.code", "boards.code", "institutes.code", "requirements.code"}
    ids = {f"{name}.id" for name, table in TABLES.items() if table.owns_itself}
    for table in TABLES.values():
        assert set(table.key) <= set(table.names)
        for column in table.columns:
            assert set(column.refers_to) <= codes | ids
            assert bool(column.choices) == (column.kind == "choice") == bool(column.terms)


def test_the_sheet_of_periods_says_whether_a_trainer_was_active_on_the_day() -> None:
    records = sound()
    trainer = records["session_trainers"][0]["trainer"]
    records["session_trainers"][0]["affiliation"] = "school"
    records["active_periods"] = [
        {"trainer": trainer, "active_from": date(2020, 8, 1), "active_to": date(2022, 7, 31)}
    ]
    assert "trainer_inactive" in codes(records)
