"""What the register shows."""

from __future__ import annotations

from datetime import date

import pytest

from qualitycycle import wording
from qualitycycle.register.show import (
    BRIEF,
    SHOWN,
    brief,
    certificates_shown,
    mentors_shown,
    sessions_shown,
    trainers_shown,
)
from tests.register.region import sound, with_row

AS_OF = date(2026, 1, 15)


def test_sessions_show_what_follows() -> None:
    records = sound()
    records["sessions"].insert(0, {"id": "S0", "kind": "basic", "lead": "DUIN"})
    first, second = sessions_shown(records)
    assert (first["session"], first["variant"], first["cycle"]) == ("S1", "tandem", "2025-2026")
    assert first["trainers"] == ("Noor van der Wilg", "Sem Populier")
    assert first["affiliations"] == ("school", "institute")
    assert (second["session"], second["variant"], second["cycle"]) == ("S0", "unknown", None)


def test_trainers_show_sessions_per_variant_until_the_day() -> None:
    records = sound()
    records["sessions"] += [{"id": id, "kind": "basic", "lead": "DUIN"} for id in ("S2", "S3", "S4")]
    records["sessions"][-1]["cancelled"] = True
    for id, day in (("S2", date(2025, 11, 1)), ("S3", date(2026, 3, 1)), ("S4", date(2025, 11, 1))):
        records["meetings"].append({"session": id, "date": day})
        records["session_trainers"].append({"session": id, "trainer": "t2"})
    one, two = trainers_shown(records, AS_OF)
    assert (one["sessions"], one["tandem"]) == (1, 1)
    assert (two["sessions"], two["tandem"], two["institute_only"]) == (2, 1, 1)


def test_brlo_expires() -> None:
    states = [
        trainers_shown(with_row("trainers", brlo_until=day), AS_OF)[0]["brlo_state"]
        for day in (date(2026, 1, 14), date(2026, 1, 15), date(2026, 4, 15), date(2026, 4, 16), None)
    ]
    assert states == ["expired", "expiring", "expiring", "valid", None]


def test_mentors_per_board() -> None:
    records = sound()
    records["mentors"] = [
        {"id": "M1", "board": "DUIN-B", "mentoring": True},
        {"id": "M2", "board": "DUIN-B", "mentoring": True},
        {"id": "M3", "board": "DUIN-B", "mentoring": False},
        {"id": "M4", "board": "DUIN-A", "mentoring": True},
        {"id": "M5"},
    ]
    records["certificates"] = [
        {"id": "C1", "person": "m1", "issued_on": date(2020, 1, 1), "valid_until": date(2025, 1, 1)},
        {"id": "C2", "person": "M1", "issued_on": date(2025, 10, 8)},
        {"id": "C3", "person": "M2", "issued_on": date(2020, 1, 1), "valid_until": date(2026, 1, 14)},
        {"id": "C4", "person": "M4", "issued_on": date(2026, 2, 1)},
    ]
    columns = ("board", "mentors", "trained", "expired", "untrained", "mentoring_without")
    assert [tuple(row[name] for name in columns) for row in mentors_shown(records, AS_OF)] == [
        ("DUIN-A", 1, 0, 0, 1, 1),
        ("DUIN-B", 3, 1, 1, 1, 1),
        (None, 1, 0, 0, 1, 0),
    ]


def test_certificates_that_expire_soonest_first() -> None:
    records = sound()
    records["certificates"] = [
        {"id": "C1", "person": "M1", "valid_until": date(2026, 2, 1)},
        {"id": "C2", "person": "M1", "valid_until": date(2025, 12, 31)},
        {"id": "C3", "person": "T1", "valid_until": date(2030, 1, 1)},
        {"id": "C4", "person": "T1"},
    ]
    rows = certificates_shown(records, AS_OF)
    assert [(row["certificate"], row["state"], row["board"]) for row in rows] == [
        ("C2", "expired", "DUIN-B"),
        ("C1", "expiring", "DUIN-B"),
    ]
    assert [row["certificate"] for row in certificates_shown(records, AS_OF, within_days=10)] == ["C2"]


def test_shown_in_the_readers_words() -> None:
    [row] = SHOWN["sessions"](sound(), "08-01", "nl")
    assert (row["kind"], row["affiliations"], row["cancelled"]) == (
        "basistraining",
        "school, opleiding",
        "nee",
    )
    for what in SHOWN:
        rows = SHOWN[what](sound(), "08-01", "en", as_of=AS_OF)
        assert isinstance(rows, list)


def test_brief_rows_for_a_terminal() -> None:
    records = with_row("trainers", 1, brlo_until=date(2027, 3, 1))
    assert brief("sessions", sessions_shown(records), "nl") == (
        ["sessie", "laatste bijeenkomst", "variant", "trainers", "aanwezig"],
        [["S1", "8-10-2025", "tandem", "Noor van der Wilg, Sem Populier", "16"]],
    )
    assert brief("trainers", trainers_shown(records, AS_OF), "nl") == (
        ["code", "naam", "werkt voor", "sessies", "BRLO tot"],
        [
            ["T1", "Noor van der Wilg", "school", "1", ""],
            ["T2", "Sem Populier", "opleiding", "1", "1-3-2027"],
        ],
    )
    assert brief("sessions", sessions_shown(records), "en")[1][0][1] == "2025-10-08"


@pytest.mark.parametrize("language", wording.languages())
@pytest.mark.parametrize("what", SHOWN)
def test_brief_takes_plain_rows_and_rows_in_words(what: str, language: str) -> None:
    records = with_row("certificates", valid_until=date(2026, 2, 1))
    plain = {
        "sessions": sessions_shown(records),
        "trainers": trainers_shown(records, AS_OF),
        "mentors": mentors_shown(records, AS_OF),
        "certificates": certificates_shown(records, AS_OF),
    }[what]
    headers, cells = brief(what, plain, language)
    assert (headers, cells) == brief(what, SHOWN[what](records, "08-01", language, as_of=AS_OF), language)
    assert len(cells) == len(plain) > 0
    assert not {*headers} & {f"register.brief.{what}.{name}" for name in BRIEF[what]}
    assert {len(row) for row in cells} == {len(headers)}
    assert brief(what, [], language) == (headers, [])


def test_a_proof_of_attendance_renews_no_certificate() -> None:
    expired = {"id": "C1", "person": "M1", "kind": "certificate", "valid_until": date(2020, 1, 1)}
    proof = {"id": "C2", "person": "M1", "kind": "attendance_proof"}
    mentors = [{"id": "M1", "board": "A", "mentoring": True}]
    both = mentors_shown({"mentors": mentors, "certificates": [expired, proof]}, AS_OF)
    assert (both[0]["trained"], both[0]["expired"], both[0]["mentoring_without"]) == (0, 1, 1)
    alone = mentors_shown({"mentors": mentors, "certificates": [proof]}, AS_OF)
    assert (alone[0]["trained"], alone[0]["mentoring_without"]) == (1, 0)
