"""A small file of every format as its tool writes it, with every quirk that was seen in real ones.

A twin is a table in blocks: groups of columns that belong together. The contract test
moves the blocks, adds blank records and looks for the planted identities.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from tests.readers.files import Rows, save_csv, save_ods, save_xlsx

Column = tuple[Any, ...]
"""The cells of a column from the first record to the last."""

NAME, MAIL, ADDRESS = "Piet Planted-Jansen", "piet.planted@example.org", "192.0.2.77"
SECRETS = (NAME, MAIL, ADDRESS)


@dataclass(frozen=True)
class Twin:
    """A file of a format.

    ``blocks``: the columns in groups that stay together; the first ``fixed`` stay in front.
    ``rows``: where a spreadsheet shows the answers; none in a file that explains another.
    ``save`` writes records.
    """

    format: str
    save: Callable[[Rows, Path], None]
    blocks: tuple[tuple[Column, ...], ...]
    rows: tuple[int, ...]
    fixed: int = 0

    def records(self, blocks: Sequence[Sequence[Column]] | None = None) -> list[list[Any]]:
        """The table record by record, with the blocks in this order."""
        columns = [column for block in (self.blocks if blocks is None else blocks) for column in block]
        return [list(record) for record in zip(*columns, strict=True)]

    def write(self, path: Path) -> Path:
        """The file as it is."""
        self.save(self.records(), path)
        return path


SCRIPTING = "Scripting (Python for VFX; Python/C# for Games)"
OFFICE = "Ik doe onderzoek, en ik geef les"

# --- Microsoft Forms -----------------------------------------------------------------

_MS_FORMS = (
    (("ID", 4, 6, 9),),  # starts above 1, with gaps
    (("Begintijd", *[datetime(2026, 5, 3, 23, 58, day) for day in (1, 2, 3)]),),
    (("Tijd van voltooien", *[datetime(2026, 5, 4, 0, 7, day) for day in (1, 2, 3)]),),
    (("E-mail", "anonymous", "anonymous", MAIL),),
    (("Naam", None, NAME, None),),
    (("Tijd van laatste wijziging", None, None, None),),
    (("Taal", "Nederlands (Nederland)", "English (United States)", "Nederlands (Nederland)"),),
    (("Totaal aantal punten", 1, 0, 1),),
    (("Quiz feedback", None, None, None),),
    (
        ("Wat kun je al?\u00a0", "Modelling;", f"{SCRIPTING};Modelling;", "breien (wol; katoen);"),
        ("Points - Wat kun je al?\u00a0", 1, 0, 1),
        ("Feedback - Wat kun je al?\u00a0", None, "goed", None),
    ),
    # a grid of which the title is lost, asked twice; trailing blanks and no-break blanks stay
    (("Vader", "eens ", "oneens", "eens"), ("Moeder", "eens", "eens\u00a0", "oneens")),
    (("Vader2", "oneens", "eens", None), ("Moeder2", "eens", None, "eens")),
    (("tweede keuze", "a", "b", "c"), ("tweede keuze 2", "d", "e", "f")),
    (("Cijfer", 8, 7, 10),),
    (("Taal2", "rekenen", "lezen", "rekenen"),),  # a question, not the tool's
)

_MS_FORMS_RESAVED = (
    (("ID", "3", "5"),),
    (("Start time", "12/24/2019 8:41", "1/2/2020 13:12"),),  # US order, no seconds
    (("Completion time", "12/24/2019 8:49", "1/2/2020 13:16"),),
    (("Email", "anonymous", MAIL),),
    (("Name", "", NAME),),
    (("What did you think of it?", "good;\nvery good", "fine, really"),),
)

# --- Google Forms --------------------------------------------------------------------

_GOOGLE_FORMS = (  # a Dutch form in a sheet with US dates; record 2 is blank
    (("Tijdstempel", "", "9/5/2019 13:29:55", "9/13/2019 8:02:11", "9/14/2019 17:40:00"),),
    (("E-mailadres", "", MAIL, "an@example.org", ""),),
    (("Score", "", "5 / 10", "10 / 10", "-- / 10"),),
    (("Wat doe je?", "", f"{OFFICE}, Ik begeleid", "Ik begeleid", f"{OFFICE}, iets anders"),),
    (("Hoe vond je [De sfeer]", "", "goed", "", "best\ngoed"), ("Hoe vond je [De zaal]", "", "", "", "")),
    # the form was edited: the old column and the new one
    (("Zou je ons aanraden?", "", "ja", "", ""), ("Zou je ons aanraden? ", "", "", "nee", "ja")),
    # a row of a grid became a question of its own
    (("Hoe vaak doe je [Lezen]", "", "vaak", "", ""), ("Lezen", "", "", "nooit", "vaak")),
    # the same words twice, both answered by one person
    (("Waarom?", "", "a", "b", ""), ("Waarom?", "", "", "c", "d")),
    ((" Mogen we je mailen?", "", MAIL, "", ""),),
)

_GOOGLE_SHEET = (  # the workbook behind it: true times with milliseconds
    (("Timestamp", *[datetime(2020, 4, day, 14, 51, 32, 987_000) for day in (2, 13)]),),
    (("Score", 5, 10),),
    ((" What is your major? ", "Education ", "Computer Science"),),
    ((" How many items? [Screen]", 4, "about 5"),),
    (("Your name", NAME, None),),
)

# --- Typeform ------------------------------------------------------------------------

_SYSTEM = "What is the <strong>operating system</strong> on your laptop?"

_TYPEFORM = (
    (("#", "odw1", "odw2", "odw3"),),
    (("First name", NAME, "", ""),),
    ((_SYSTEM, "Linux", "", "Windows"), ("Other", "", "Haiku", "")),
    (
        ("I don\u2019t use it", "", "", "I don't use it"),
        ("Git", "Git", "Git", ""),
        ("Bazaar", "", "", ""),
        ("Other", "", "fossil", ""),
    ),
    (("R", "R", "", ""), ("C", "", "", ""), ("Go", "", "", ""), ("Other", "", "", "")),
    (("CMake", "CMake", "", "CMake"), ("Make", "Make", "Make", ""), ("Other", "", "", "")),
    (("PDF", "", "", ""), ("Wiki", "Wiki", "", ""), ("Other", "", "", "paper")),
    (("GitHub", "", "GitHub", "GitHub"), ("GitLab", "", "", ""), ("Other", "", "", "")),
    # a question without a typed answer, of which one option is also an option above
    (("Would you come again&nbsp;?", "1", "0", "1"),),
    (("CMake", "CMake", "", ""), ("Testing", "", "Testing", "Testing")),
    (("Anything else?", "", "", ""),),
    (("Response Type", "completed", "completed", "started"),),
    (("Start Date (UTC)", "2018-05-11 07:25:02", "2018-05-08 08:33:43", "2018-05-08 07:48:25"),),
    (("Submit Date (UTC)", "2018-05-11 07:28:33", "2018-05-08 08:58:12", "2018-05-08 07:54:15"),),
    (("Network ID", "a1b2c3d4e5", "f6a7b8c9d0", "a1b2c3d4e5"),),
)

# --- Indico --------------------------------------------------------------------------

_INDICO = (
    (("Submitter", NAME, "", ""), ("Submitter Email", MAIL, "", "")),
    (("Submission Date", *[f"2023-05-{day}T10:11:12.123456+00:00" for day in ("12", "13", "14")]),),
    (("Programme: What did you follow?", "Lectures; Lab (a; b)", "Lab (a; b)", ""),),
    (("Programme: How was it: in one word?", "good", "", "fine\nthanks"),),
    (("About you: E-mail address", MAIL, "", ""),),
    (("Any remarks", "", "none", ""),),
)

# --- SurveyMonkey --------------------------------------------------------------------

_SURVEYMONKEY = (
    (("Respondent ID", "", "118001", "118002", "118003"),),
    (("Collector ID", "", "42", "42", "42"),),
    (("Start Date", "", "12/02/2025 07:33:13 AM", "12/05/2025 11:59:00 AM", "12/06/2025 12:10:00 AM"),),
    (("End Date", "", "12/02/2025 07:43:13 AM", "12/05/2025 12:01:00 PM", "12/06/2025 12:20:00 AM"),),
    (("IP Address", "", ADDRESS, "", ""), ("Email Address", "", MAIL, "", "")),
    (("First Name", "", NAME, "", ""), ("Last Name", "", "", "", "")),
    (("Custom Data 1", "", NAME, "", ""),),
    (("Which school do you work at?", "Response", "De Wilg", "De Eik", ""),),
    (("What did you learn?", "Open-Ended Response", "a lot,\nreally", "", "little"),),
    (
        ("What hinders you? (Select up to 3)", "Too little time", "Too little time", "", "Too little time"),
        ("", "No help; no plan", "", "", "No help; no plan"),
        ("", "Nobody asks", "", "", ""),
        ("", "Other (please specify)", "", "the travel", ""),
    ),
    (
        ("How content are you with:", "The trainer", "Very", "Hardly", ""),
        ("", "The room", "", "Very", "Very"),
    ),
    (("Leave your details", "Name", NAME, "", ""), ("", "Email Address", MAIL, "", "")),
    (("Which day suits you?", "Response", "Monday", "Other", ""), ("", "Other", "", "any day", "")),
)

# --- LimeSurvey ----------------------------------------------------------------------

_LIMESURVEY = (
    (("id", "1", "2", "4"),),
    (("submitdate", "1980-01-01 00:00:00", "", "1980-01-01 00:00:00"),),
    (("lastpage", "2", "1", "2"),),
    (("startlanguage", "nl", "de", "nl"),),
    (("seed", "904540347", "904540348", "904540349"),),
    (("ipaddr", ADDRESS, "", ""), ("token", "planted", "", "")),
    (("E1. Hoe vond je [de sfeer]", "A1", "A2", ""), ("E1. Hoe vond je [de zaal]", "A5", "", "A1")),
    (("F1. Wat viel op?", "niets\n\nmeer", "", "alles"),),
)

# --- no tool's layout ----------------------------------------------------------------

_PLAIN = (
    (("Nummer", "1", "2"),),
    (("Naam", NAME, ""), ("IP-adres", ADDRESS, "")),
    (("Mogen we je mailen?", MAIL, ""),),
    (("Vraag", "ja", "nee; soms"), ("Vraag", "", "één\ntwee")),
    (("Datum", "13-5-2026", "14-5-2026"),),
)

_COUNTS = (
    (("vraag", "Cijfer", "Cijfer"),),
    (("antwoord", "7", "8"),),
    (("aantal", "12", "0"),),
)

_ENTRY = (
    (("Nummer van het formulier", "qc_form", "1", "2"),),
    (("Wat vond je ervan?", "TRN1", "4", "5"),),
    (("Wat viel op?", "OPN1", "de sfeer", ""),),
)

_DICTIONARY = (
    (("column", "domain", "domain"),),
    (("verbatim", "Business", "Physical Sciences"),),
    (("short", "busi", "phys"),),
)

_STRUCTURE = (
    (("class", "S", "SL", "G", "Q", "SQ", "A"),),
    (("type/scale", "", "", "0", "F", "0", "0"),),
    (("name", "language", "surveyls_title", "Groep", "E1", "SQ001", "A1"),),
    (("relevance", "", "", "1", "1", "1", ""),),
    (("text", "nl", "Evaluatie", "", "<p>Hoe vond je\nde</p>", "sfeer", "goed"),),
    (("help", "", "", "", "", "", ""),),
    (("language", "", "nl", "nl", "nl", "nl", "nl"),),
)


def _save_entry(rows: Rows, path: Path) -> None:
    """Every form typed over twice, alike."""
    save_xlsx(rows, path, sheet="eerste invoer", **{"tweede invoer": rows})


_dutch_excel = partial(save_csv, delimiter=";", encoding="utf-8-sig", line_end="\r\n")
_limesurvey = partial(save_csv, encoding="utf-8-sig", line_end="\r\n", quote_all=True)

TWINS = {
    "ms_forms": Twin("ms_forms", partial(save_xlsx, table="Table1"), _MS_FORMS, (2, 3, 4), fixed=9),
    "ms_forms resaved": Twin("ms_forms", _dutch_excel, _MS_FORMS_RESAVED, (2, 3)),
    "google_forms": Twin("google_forms", save_csv, _GOOGLE_FORMS, (3, 4, 5)),
    "google_forms sheet": Twin(
        "google_forms",
        partial(save_xlsx, sheet="Form Responses 1 ", table="Form_Responses1"),
        _GOOGLE_SHEET,
        (2, 3),
        fixed=2,
    ),
    "typeform": Twin("typeform", save_csv, _TYPEFORM, (2, 3, 4)),
    "indico": Twin("indico", partial(save_csv, encoding="utf-8-sig", line_end="\r\n"), _INDICO, (2, 3, 4)),
    "surveymonkey": Twin("surveymonkey", save_csv, _SURVEYMONKEY, (3, 4, 5)),
    "surveymonkey workbook": Twin("surveymonkey", save_xlsx, _SURVEYMONKEY, (3, 4, 5)),
    "limesurvey": Twin("limesurvey", _limesurvey, _LIMESURVEY, (2, 3, 4)),
    "option_counts": Twin("option_counts", save_csv, _COUNTS, (2, 3)),
    "entry": Twin("entry", _save_entry, _ENTRY, (3, 4), fixed=1),
    "dictionary": Twin("dictionary", save_csv, _DICTIONARY, ()),
    "structure": Twin("structure", partial(save_csv, delimiter="\t", encoding="utf-8-sig"), _STRUCTURE, ()),
    "csv": Twin("csv", partial(save_csv, delimiter="\t", encoding="windows-1252"), _PLAIN, (2, 3)),
    "xlsx": Twin("xlsx", save_xlsx, _PLAIN, (2, 3)),
    "ods": Twin("ods", save_ods, _PLAIN, (2, 3)),
}
"""At least one for every format but those in ``platform_twins``; a new reader brings its own."""
