"""Which columns a survey tool adds by itself, and which of those say who somebody is.

Headers are matched whole and normalised, never by a word inside them: a question such
as "Ken je de naam van je schoolopleider?" is a question and stays. Names marked
"unverified" were not seen in a real export.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import islice
from typing import Any

from qualitycycle.cells import distinct
from qualitycycle.labels import normalise_header

START_HEADERS = (
    "start time",
    "begintijd",
    "開始時刻",
    "startzeit",  # unverified
    "heure de début",  # unverified
    "hora de inicio",  # unverified
    "ora di inizio",  # unverified
    "hora de início",  # unverified
    "startdate",
    "start date",
    "start date (utc)",
)
"""When filling in began, in any tool."""

COMPLETION_HEADERS = (
    "completion time",
    "tijd van voltooien",
    "完了時刻",
    "voltooiingstijd",  # unverified
    "fertigstellungszeit",  # unverified
    "heure de fin",  # unverified
    "hora de finalización",  # unverified
    "ora di completamento",  # unverified
    "hora de conclusão",  # unverified
)
"""When Microsoft Forms received a form."""

DUTCH_FORMS_HEADERS = frozenset(
    {"begintijd", "tijd van voltooien", "voltooiingstijd", "tijd van laatste wijziging"}
)
"""What Microsoft Forms writes for somebody in the Netherlands or Flanders."""

MODIFIED_HEADERS = (
    "last modified time",
    "tijd van laatste wijziging",
    "uhrzeit der letzten änderung",  # unverified
    "heure de la dernière modification",  # unverified
    "hora de la última modificación",  # unverified
    "ora dell'ultima modifica",  # unverified
    "hora da última modificação",  # unverified
)
"""When a form in Microsoft Forms was last changed."""

GOOGLE_TIMESTAMPS = (
    "timestamp",
    "tijdstempel",
    "horodateur",
    "carimbo de data/hora",
    "タイムスタンプ",
    "zeitstempel",  # unverified
    "marca temporal",  # unverified
    "informazioni cronologiche",  # unverified
)
"""When Google Forms received a form, in the language of whoever made it."""

SUBMITTED_HEADERS = (
    *COMPLETION_HEADERS,
    "submitdate",
    "date submitted",
    "recordeddate",
    "recorded date",
    "_submission_time",
    "submit date (utc)",
    "submission date",
    *GOOGLE_TIMESTAMPS,
    "enddate",
    "end date",
    *START_HEADERS,
)
"""Columns that hold the day of submission, the best first."""

RESPONSE_ID_HEADERS = (
    "responseid",
    "response id",
    "antwoord-id",  # unverified
    "antwort-id",
    "respondent id",
    "_uuid",
    "_id",
    "meta/instanceid",
    "id",
)
"""Columns that hold the tool's own id of a response, the best first."""

TOOL_HEADERS = frozenset(
    {
        *SUBMITTED_HEADERS,
        *RESPONSE_ID_HEADERS,
        *MODIFIED_HEADERS,
        "lastpage",
        "last page",
        "startlanguage",
        "start language",
        "seed",
        "datestamp",
        "responseset",
        "distributionchannel",
        "distribution channel",
        "userlanguage",
        "user language",
        "duration (in seconds)",
        "collector id",
        "_validation_status",
        "_index",
    }
)
"""Headers that only a tool writes; they are not questions."""

IDENTITY_HEADERS = frozenset(
    {
        # names
        *("naam", "voornaam", "voorletters", "tussenvoegsel", "achternaam", "volledige naam"),
        *("voor- en achternaam", "voornaam en achternaam", "naam en voornaam", "hoe heet je", "hoe heet u"),
        *("name", "first name", "last name", "full name", "middle name", "surname", "family name"),
        *("given name", "firstname", "lastname", "fullname", "first and last name"),
        *("vorname", "nachname", "vollständiger name", "vor- und nachname", "wie heißt du"),
        *("nom", "prénom", "nom complet", "nom et prénom", "prénom et nom", "nome completo", "名前"),
        *("nome", "nombre", "nombre completo", "apellido", "apellidos", "cognome", "sobrenome"),
        # mail
        *("mail", "e-mail", "email", "e-mailadres", "emailadres", "mailadres", "e-mail adres", "email adres"),
        *("email address", "e-mail address", "emailaddress", "mail address", "adres e-mail"),
        *(
            "e-mail-adresse",
            "email-adresse",
            "adresse de messagerie",
            "adresse e-mail",
            "adresse électronique",
        ),
        *("correo electrónico", "posta elettronica", "indirizzo email", "dirección de correo electrónico"),
        *("courriel", "endereço de e-mail", "メールアドレス", "メール"),
        # telephone, address, numbers that name one person
        *("telefoon", "telefoonnummer", "mobiel", "mobiel nummer", "mobiele telefoon"),
        *("phone", "phonenumber", "phone number", "mobile", "mobile phone", "telephone", "telephone number"),
        *("telefon", "telefonnummer", "handynummer", "téléphone", "numéro de téléphone"),
        *("adres", "woonadres", "huisadres", "address", "home address", "anschrift"),
        *("bsn", "burgerservicenummer", "personeelsnummer", "medewerkersnummer", "studentnummer"),
        *("student number", "student id", "employee number", "employee id", "matrikelnummer"),
        *("geboortedatum", "date of birth", "birthdate", "geburtsdatum", "date de naissance"),
        # network, place, device
        *("ip", "ipaddress", "ip address", "ipaddr", "ip-adres", "ip adres", "ip-adresse", "adresse ip"),
        *("latitude", "longitude", "breedtegraad", "lengtegraad", "geopoint", "gps", "_gps", "_geolocation"),
        *(
            "deviceid",
            "device id",
            "device_id",
            "apparaat-id",
            "imei",
            "subscriberid",
            "simserial",
            "sim_serial",
        ),
        *("useragent", "user agent", "network id", "networkid"),
        # who sent it in, or was asked to
        *("username", "user name", "gebruikersnaam", "benutzername", "submitted by", "_submitted_by"),
        *("externalreference", "external reference", "externaldatareference", "external data reference"),
    }
)
"""Headers of columns that say who, where or on what device somebody is: always dropped."""

AMBIGUOUS_HEADERS = frozenset(
    {
        *("location", "locatie", "standort", "plaats", "woonplaats", "postcode", "zip code"),
        *("device", "device type", "apparaat", "browser"),
        *("token", "user", "gebruiker"),
    }
)
"""Headers that may say where or who somebody is: dropped unless a mapping names the column."""

_IDENTITY_PATTERNS = (
    re.compile(r"location ?(latitude|longitude|accuracy)"),
    re.compile(r"recipient ?(first ?name|last ?name|name|e-?mail)"),
    re.compile(r"submitter( .*)?"),
    re.compile(
        r"naam (van )?((je|jouw|uw|de|het) )?(mentor|student|deelnemer|begeleider|werkplekbegeleider"
        r"|praktijkbegeleider|respondent|invuller|leerkracht|leraar)"
    ),
    re.compile(r"((mentor|student|participant|respondent)('?s)?) (first |last |full )?name"),
    re.compile(r"name of (the |your )?(mentor|student|participant|respondent)"),
)
_AROUND = (
    re.compile(r"\s*\((niet )?(optioneel|verplicht|vrijwillig|facultatief|optional|required|voluntary)\)$"),
    re.compile(r"[\s?.!:*]+$"),
    re.compile(r"^(vraag|question|q)?\s?\d+\s?[.):]?\s+"),
    re.compile(r"^\w+(\[\w+\])?\.\s+"),  # a question code in front of the text
    re.compile(r"^(wat is|vul( hier)?( in)?|what is|what's|(please )?(enter|give)|was ist|quel est)[:\s]+"),
    re.compile(r"\s+in$"),
    re.compile(
        r"^(je|jouw|uw|mijn|de|het|your|my|the|dein|deine|ihr|ihre|mein|meine|der|die|das"
        r"|votre|ton|le|la|seu|eigen)\s+"
    ),
    re.compile(r"(?<=\D)#?\d+$"),  # the number a tool adds to a repeated header
)
_IDENTITY_VALUE = re.compile(
    r"[^@\s;,]+@[^@\s;,]+\.[A-Za-z]{2,}"  # e-mail
    r"|(\d{1,3}\.){3}\d{1,3}"  # IPv4
    r"|(?=.*::|(.*:){7})[0-9A-Fa-f:]{3,39}"  # IPv6
    r"|-?\d{1,3}\.\d{3,}\s*[,; ]\s*-?\d{1,3}\.\d{3,}(\s.*)?"  # coordinates
)
_ENOUGH = 200


def is_identity(header: str, keep: Collection[str] = ()) -> bool:
    """Whether a column with this header says who somebody is.

    ``keep`` are headers a mapping names; they save a column only when its header is
    ambiguous (``AMBIGUOUS_HEADERS``), never a name or an e-mail address.

    >>> [is_identity(h) for h in ("E-mail:", "Vul hier je naam in", "Name2", "RecipientEmail", "IPAddress")]
    [True, True, True, True, True]
    >>> [is_identity(h) for h in ("email_contact", "Naam van de training", "Ken je de naam van je mentor?")]
    [False, False, False]
    >>> is_identity("Locatie"), is_identity("Locatie", keep=["locatie"])
    (True, False)
    """
    whole = normalise_header(header)
    spellings = {whole, _core(whole)}
    if " " not in whole:
        spellings.add(whole.rpartition("/")[2])
    if spellings & IDENTITY_HEADERS or any(
        pattern.fullmatch(spelling) for pattern in _IDENTITY_PATTERNS for spelling in spellings
    ):
        return True
    return bool(spellings & AMBIGUOUS_HEADERS) and whole not in {normalise_header(name) for name in keep}


def holds_identity(cells: Sequence[Any]) -> bool:
    """Whether most of a column's texts are e-mail addresses, IP addresses or coordinates.

    The header of such a column may be any question ("May we contact you?").

    >>> holds_identity(["piet@example.org", None, "an@example.org", "no"])
    True
    """
    if not any(isinstance(cell, str) for cell in distinct(cells)):
        return False
    texts = list(islice((cell for cell in cells if isinstance(cell, str)), _ENOUGH))
    hits = sum(n for text, n in Counter(texts).items() if _IDENTITY_VALUE.fullmatch(text.strip()))
    return hits > 0 and hits >= len(texts) / 2


def is_tool_header(header: str) -> bool:
    """Whether a survey tool writes this column by itself (metadata or identity).

    >>> is_tool_header("Tijd van voltooien"), is_tool_header("Wat vond je van de training?")
    (True, False)
    """
    return normalise_header(header) in TOOL_HEADERS or is_identity(header)


def _core(header: str) -> str:
    for around in _AROUND:
        header = around.sub("", header)
    return header
