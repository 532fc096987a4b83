"""Which columns are a tool's own, and which say who somebody is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qualitycycle.readers.headers import holds_identity, is_identity, is_tool_header

PERSONAL = [
    *("E-mail", "Email", "email address", "E-mailadres:", "E-mailadres (optioneel)", "Mijn e-mailadres"),
    *("Naam", "naam *", "Name2", "Naam#2", "Voor- en achternaam", "Wat is je naam?", "3. Wat is uw naam?"),
    *("Vul hier je naam in", "What is your name?", "Your full name", "Prénom", "Nachname", "Nom", "Name"),
    *("Telefoonnummer", "Phone number", "IP-adres", "IPAddress", "IP Address", "ipaddr", "IP-Adresse"),
    *("LocationLatitude", "Location Longitude", "LocationAccuracy", "Locatie", "Location", "_geolocation"),
    *("RecipientEmail", "RecipientFirstName", "Recipient Last Name", "ExternalReference"),
    *("Submitter", "Submitter Email", "_submitted_by", "deviceid", "meta/deviceid", "Network ID", "token"),
    *("Adresse de messagerie", "E-Mail", "Courriel", "Nome completo:", "メールアドレス"),
    *("Naam van je mentor", "Naam student", "Name of your mentor", "Participant's name"),
]
QUESTIONS = [
    *("email_contact", "Naam van de training", "Naam (van de training)", "Trainer", "Naam trainer"),
    *("Ken je de naam van je schoolopleider?", "Hoe duidelijk was de e-mail met de uitnodiging?"),
    *("Was de locatie goed bereikbaar?", "Location of the training was convenient", "Welke school?"),
    *("Recipients of this training need more time", "Nominaties", "Wat neem je mee?", "Q2", "UniqueID"),
    *("Hoe tevreden ben je over het adres?", "Name one thing you learned", "Taal", "Koppelcode: huisnummer"),
]


@pytest.mark.parametrize("header", PERSONAL)
def test_identities_are_known_by_their_header(header: str) -> None:
    assert is_identity(header)


@pytest.mark.parametrize("header", QUESTIONS)
def test_a_question_with_such_a_word_in_it_stays(header: str) -> None:
    assert not is_identity(header)


def test_a_mapping_saves_only_ambiguous_headers() -> None:
    assert not is_identity("Locatie ", keep=["locatie"])
    assert not is_identity("token", keep=["Token"])
    assert is_identity("Naam", keep=["Naam"])
    assert is_identity("LocationLatitude", keep=["LocationLatitude"])


@pytest.mark.parametrize(
    "cells",
    [
        ["a@example.org", "b.c@example.org", None, "liever niet"],
        ["192.0.2.7", "198.51.100.23"],
        ["2001:db8::7"],
        ["52.3702, 4.8952", "52.379189 4.899431 0 0"],
    ],
)
def test_identities_are_known_by_their_values(cells: list[str | None]) -> None:
    assert holds_identity(cells)


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [None, None],
        ["ja", "nee", "mail me op a@example.org"],
        ["nee", "nee", "a@example.org"],
        ["7,5", "8.0", "3.11"],
        [1, 2.5, True],
        ["12:30:15", "10:00"],
    ],
)
def test_answers_are_no_identities(cells: list[object]) -> None:
    assert not holds_identity(cells)


def test_tool_headers() -> None:
    assert all(
        map(is_tool_header, ("ID", "Begintijd", "Completion time", "submitdate", "Tijdstempel", "E-mail"))
    )
    assert not any(map(is_tool_header, ("Date", "Wat vond je ervan?", "status", "seed of ideas")))


@pytest.mark.corpus
def test_real_header_rows(corpus: Path) -> None:
    """Of every real header row, the names, addresses and places go and the questions stay."""
    described = json.loads((corpus / "exports" / "headers_only.json").read_text(encoding="utf-8"))
    wanted = {"E-mail", "Email", "Name", "Full Name", "IPAddress", "RecipientEmail", "LocationLatitude"}
    wanted |= {
        "IP Address",
        "Email Address",
        "First Name",
        "Last Name",
        "Endereço de e-mail",
        "What is your name?",
    }
    seen = set()
    for file in described["files"]:
        for header in file["header_rows"][0]:
            if header in wanted:
                seen.add(header)
                assert is_identity(header), header
            elif len(header.split()) > 6:
                assert not is_identity(header), header
    assert seen == wanted
