"""The front door: identities stay outside, ids and days come along, bad input is explained."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle import wording
from qualitycycle.errors import Refused
from qualitycycle.readers import READERS, RawExport, read
from tests.readers.conftest import Refusal, Workbook, Write

PLANTED = {
    "E-mail": "piet.planted@example.org",
    "Naam": "Piet Planted",
    "Wat is je achternaam?": "Planted-Jansen",
    "IP-adres": "192.0.2.77",
    "LocationLatitude": "52.370216",
    "LocationLongitude": "4.895168",
    "Locatie": "Plantedstraat 7",
    "deviceid": "planted-device-1",
    "RecipientEmail": "planted@example.com",
    "Network ID": "planted-network",
    "token": "planted-token",
    "Mogen we je iets vragen?": "planted.two@example.org",
    "Waar was je?": "52.379189, 4.899431",
}


def planted_rows(own: dict[str, Any]) -> list[list[Any]]:
    """Identities between the tool's own columns and two questions."""
    headers = [*own, "Vraag", *PLANTED, "Cijfer"]
    return [headers, *[[*(f(n) for f in own.values()), "goed", *PLANTED.values(), "8"] for n in (1, 2)]]


OWN: dict[str, dict[str, Callable[[int], Any]]] = {
    "ms_forms": {
        "ID": str,
        "Begintijd": lambda n: datetime(2026, 5, 4, n),
        "Tijd van voltooien": lambda n: datetime(2026, 5, 4, n, 30),
    },
    "plain": {"Tijdstempel": lambda n: f"2026-05-04 1{n}:00", "id": str},
    "nothing": {},
}


@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize("container", ["csv", "xlsx", "ods"])
def test_identities_stay_outside(
    write: Write, workbook: Workbook, open_document: Workbook, own: str, container: str
) -> None:
    rows = planted_rows(OWN[own])
    if container == "csv":
        path = write("\n".join(";".join(map(str, row)) for row in rows) + "\n")
    else:
        path = (workbook if container == "xlsx" else open_document)(rows)
    export = read(path)
    assert export.headers == ("Vraag", "Cijfer")
    assert export.dropped == tuple(PLANTED)
    for value in PLANTED.values():
        assert value not in repr(export)
    if own != "nothing":
        assert export.response_ids == ["1", "2"]
        assert export.submitted == [date(2026, 5, 4)] * 2
    assert export.format == ("ms_forms" if own == "ms_forms" else container)


def test_a_mapping_keeps_what_is_only_ambiguous(write: Write) -> None:
    path = write("Locatie;Naam;Cijfer\nHaarlem;Piet;8\n")
    export = read(path, keep=["locatie", "Naam"])
    assert export.headers == ("Locatie", "Cijfer")
    assert export.dropped == ("Naam",)


def test_an_id_or_a_day_is_never_an_identity(write: Write, refusal: Refusal) -> None:
    path = write("Naam;Mail;Cijfer\nPiet;piet@example.org;8\nAn;an@example.org;7\n")
    findings = refusal(path, response_id="Naam", submitted="Mail")
    assert [(found.code, found.column) for found in findings if found.is_error] == [
        ("reading.identity_asked", "Naam"),
        ("reading.identity_asked", "Mail"),
    ]
    assert "piet" not in repr(findings).casefold()
    assert read(write("ID;Cijfer\npiet@example.org;8\nan@example.org;7\n")).response_ids is None


def test_the_mapping_names_the_id_and_the_day(write: Write) -> None:
    path = write("Nummer;id;Datum;Cijfer\na1;x;13-5-2026;8\na2;x;14-5-2026;7\n")
    export = read(path, response_id="Nummer ", submitted="datum")
    assert export.response_ids == ["a1", "a2"]
    assert export.submitted == [date(2026, 5, 13), date(2026, 5, 14)]
    assert export.headers == ("Cijfer",)


def test_a_mapping_can_say_that_there_is_no_id(write: Write, refusal: Refusal) -> None:
    path = write("id;Cijfer\n1;8\n1;7\n")
    (found,) = refusal(path)
    assert (found.code, found.row, found.value, found.count) == ("reading.duplicate_response_id", 2, "1", 2)
    export = read(path, response_id=False)
    assert (export.response_ids, export.headers) == (None, ("Cijfer",))
    assert read(path, response_id=False, keep=["ID"]).headers == ("id", "Cijfer")


def test_mappings_of_other_surveys_do_not_hide_the_id(write: Write) -> None:
    assert read(write("ID;Cijfer\n1;8\n"), keep=["id"]).response_ids == ["1"]


def test_columns_a_mapping_names_in_vain_are_all_listed(write: Write, refusal: Refusal) -> None:
    findings = refusal(write("Vraag;Cijfer\nja;8\n"), response_id="Nr", submitted="Dag")
    assert [(found.code, found.column) for found in findings] == [
        ("reading.no_such_column", "Nr"),
        ("reading.no_such_column", "Dag"),
    ]


def test_a_missing_id_is_named(write: Write, refusal: Refusal) -> None:
    (found,) = refusal(write("ID;Cijfer\n1;8\n;7\n3;6\n ;5\n"))
    assert (found.code, found.row, found.count) == ("reading.blank_response_id", 3, 2)
    assert found.details["rows"] == "3, 5"
    assert read(write("ID;Cijfer\n;8\n;7\n")).response_ids is None


def test_very_many_duplicates_are_summed_up(write: Write, refusal: Refusal) -> None:
    lines = [f"{number};8" for number in range(150)] * 2
    findings = refusal(write("\n".join(["ID;Cijfer", *lines]) + "\n"))
    assert len(findings) == 101
    assert (findings[-1].code, findings[-1].count) == ("reading.more_duplicate_response_ids", 50)


def test_an_anonymised_file_of_limesurvey(write: Write) -> None:
    text = (
        '\ufeff"id","submitdate","lastpage","startlanguage","seed","E1","F1"\r\n'
        '"1","1980-01-01 00:00:00","1","en","904540347","A2","nothing\n\nmore"\r\n'
        '"2","1980-01-01 00:00:00","1","de","904540348","A3",""\r\n\r\n'
    )
    export = read(write(text))
    assert (export.headers, export.columns) == (("E1", "F1"), (["A2", "A3"], ["nothing\n\nmore", None]))
    assert (export.response_ids, export.submitted) == (["1", "2"], [None, None])
    assert ("reading.anonymised_days", 2) in [(found.code, found.count) for found in export.findings]


def test_the_hash_is_of_the_bytes(write: Write) -> None:
    path = write("Vraag;Cijfer\nja;8\n")
    export = read(path)
    assert export.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert export.path == path


def test_a_mapping_can_state_the_format(write: Write, workbook: Workbook, refusal: Refusal) -> None:
    counts = write("item,option,count\na,ja,3\n")
    assert read(counts, format="csv").columns == (["a"], ["ja"], ["3"])
    assert read(workbook([["Vraag", "Cijfer"], ["ja", 8]]), format="csv").format == "xlsx"
    (found,) = refusal(counts, format="ms_forms")
    assert (found.code, found.value) == ("reading.not_this_format", "ms_forms")
    (found,) = refusal(counts, format="papyrus")
    assert (found.code, found.details["expected"]) == ("reading.unknown_format", ", ".join(READERS))


@pytest.mark.parametrize("format", [None, *READERS])
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "reading.empty_file"),
        (b"\xef\xbb\xbf", "reading.blank_file"),
        (b"\r\n;;;\r\n ; ;\r\n", "reading.blank_file"),
        (b"1;2;3\n4;5;6\n", "reading.no_header"),
        (bytes(range(256)) * 4, "reading.binary"),
        (bytes(range(1, 256)) * 4, "reading.binary"),
        ("Vraag;Cijfer\nja;8\n".encode("utf-16-le"), "reading.unmarked_utf16"),
        ("Vraag;Cijfer\nja;8\n".encode("utf-16-be"), "reading.unmarked_utf16"),
        (b"\xff\xfeV\x00r\x00a", "reading.binary"),
        (b"ID^Vraag^Cijfer\n1^ja^8\n", "reading.wrong_delimiter"),
        (b'"ID;Vraag;Cijfer"\n"1;ja;8"\n', "reading.wrong_delimiter"),
        (b"ID;Vraag;Cijfer\n1,ja,8\n2,nee,7\n", "reading.wrong_delimiter"),
        (b"Evaluatie juni\nID;Vraag;Cijfer\n1;ja;8\n", "reading.title_row"),
    ],
)
def test_bad_files_are_explained(
    write: Write, refusal: Refusal, content: bytes, code: str, format: str | None
) -> None:
    (found,) = refusal(write(content), format=format)
    assert found.code == code


def test_no_answers(write: Write, refusal: Refusal) -> None:
    for content in ("Vraag;Cijfer\n", "Vraag;Cijfer\n;\n \u00a0;\n"):
        (found,) = refusal(write(content))
        assert found.code == "reading.no_rows"


def test_a_file_that_is_no_file(tmp_path: Path, refusal: Refusal) -> None:
    (missing,) = refusal(tmp_path / "weg.xlsx")
    (folder,) = refusal(tmp_path)
    assert (missing.code, folder.code) == ("reading.no_file", "reading.directory")
    assert missing.value == str(tmp_path / "weg.xlsx")


def test_reading_changes_nothing(write: Write) -> None:
    path = write("Vraag;Cijfer\nja;8\n")
    before = path.read_bytes()
    assert isinstance(read(path), RawExport)
    assert path.read_bytes() == before


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged") / "export.xlsx"


TWINS = (
    b'ID;Begintijd;Tijd van voltooien;Naam;Vraag\r\n1;4-5-2026 9:00;13-5-2026;An;"een;\ntwee"\r\n',
    b"item,option,count\na,ja,3\na,nee,4\n",
    "\ufeffVraag\tCijfer\njá\t7,5\n".encode("utf-16-le"),
)


@settings(deadline=None)
@given(
    twin=st.sampled_from((*TWINS, b"")),
    places=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 3)), max_size=4),
    junk=st.one_of(st.binary(max_size=30), st.text('",;|\t\n\r1aé\0', max_size=8).map(str.encode)),
)
def test_a_damaged_file_reads_or_says_why(
    scratch: Path, twin: bytes, places: list[tuple[int, int]], junk: bytes
) -> None:
    for place, length in places:
        twin = twin[:place] + junk + twin[place + length :]
    scratch.write_bytes(twin)
    try:
        findings = list(read(scratch).findings)
    except Refused as refused:
        findings = refused.findings
        assert any(found.is_error for found in findings)
    for found in findings:
        assert all(wording.message(found, language) != found.code for language in wording.languages())


@pytest.mark.parametrize(
    "text",
    [
        "Timestamp;Cijfer\n4/5/2026 10:59;7,5\n5/5/2026 9:00;8\n",
        "ID,Begintijd,Tijd van voltooien,Vraag\n1,4/5/2026 9:00,4/5/2026 9:05,ja\n"
        "2,5/5/2026 9:00,5/5/2026 9:05,nee\n",
        "Timestamp,Vraag\n4-5-2026 10:59,ja\n5-5-2026 9:00,nee\n",
    ],
    ids=["decimal commas", "Dutch Forms headers", "hyphens"],
)
def test_a_file_from_here_writes_the_day_first(write: Write, text: str) -> None:
    export = read(write(text))
    assert export.submitted == [date(2026, 5, 4), date(2026, 5, 5)]
    assert export.findings == ()


def test_slashes_without_another_clue_stay_undecided(write: Write) -> None:
    for text in ("Timestamp,Cijfer\n4/5/2026 10:59,8\n", "Timestamp;Cijfer\n4/5/2026 10:59;8\n"):
        export = read(write(text))
        assert export.submitted == [None]
        assert [found.code for found in export.findings] == ["reading.ambiguous_days"]


@pytest.mark.parametrize(("day_first", "day"), [(True, date(2026, 5, 4)), (False, date(2026, 4, 5))])
@pytest.mark.parametrize(
    "text",
    [
        "Timestamp,Cijfer\n4/5/2026 10:59,8\n",
        "ID,Start time,Completion time,Cijfer\n1,4/5/2026 9:00,4/5/2026 9:05,8\n",
        "Respondent ID,Collector ID,Start Date,End Date,Cijfer\n1,2,4/5/2026 9:00,4/5/2026 9:05,8\n",
        "#,Cijfer,Start Date (UTC),Submit Date (UTC)\na,8,4/5/2026 9:00,4/5/2026 9:05\n",
        "id,submitdate,lastpage,startlanguage,Q1,startdate,datestamp\n"
        "1,4/5/2026 9:05,1,nl,8,4/5/2026 9:00,4/5/2026 9:05\n",
    ],
    ids=["Google Forms", "Microsoft Forms", "SurveyMonkey", "Typeform", "LimeSurvey"],
)
def test_a_mapping_says_what_the_dates_do_not_show(
    write: Write, text: str, day_first: bool, day: date
) -> None:
    export = read(write(text), day_first=day_first)
    assert export.submitted == [day]
    assert export.findings == ()
    assert export.seconds in (None, [300.0])


def test_the_working_folder_has_a_name_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refused) as refused:
        read(Path())
    [found] = refused.value.findings
    assert (found.code, found.file) == ("reading.directory", tmp_path.name)
