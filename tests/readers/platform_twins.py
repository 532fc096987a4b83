"""A small file of every survey platform's layout, with every quirk that was seen in real ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from tests.readers.files import Rows, save_csv, save_xlsx
from tests.readers.twins import ADDRESS, MAIL, NAME, Column, Twin

# --- Qualtrics -----------------------------------------------------------------------


def json_id(name: str) -> str:
    return f'{{"ImportId":"{name}"}}'


def python_id(name: str) -> str:
    return f"{{'ImportId': '{name}'}}"


# Row 2 in German, row 1 stays English; the answers stand in rows 4 to 8, of which 5 and 7 are none.
_QUALTRICS: tuple[tuple[Column, ...], ...] = (
    (("StartDate", "Anfangsdatum", json_id("startDate"), *["2026-05-04 08:28:09"] * 5),),
    (("EndDate", "Enddatum", json_id("endDate"), *["2026-05-04 08:28:48"] * 5),),
    (("Status", "Antworttyp", json_id("status"), "IP Address", "Survey Preview", "0", "Spam", "0"),),
    (("IPAddress", "IP-Adresse", json_id("ipAddress"), ADDRESS, "", "", "", ""),),
    (("Progress", "Aktueller Stand", json_id("progress"), "100", "100", "40", "100", "100"),),
    (("Duration (in seconds)", "Dauer (in Sekunden)", json_id("duration"), "39", "1", "12,5", "2", ""),),
    (("Finished", "Beendet", json_id("finished"), "True", "True", "False", "1", "1"),),
    (("RecordedDate", "Erfassungsdatum", json_id("recordedDate"), *["2026-05-04 08:28:49"] * 5),),
    (("ResponseId", "Antwort-ID", json_id("_recordId"), "R_1", "R_2", "R_3", "R_4", "R_5"),),
    (("RecipientLastName", "Nachname des Empfängers", json_id("recipientLastName"), NAME, "", "", "", ""),),
    (("RecipientEmail", "E-Mail des Empfängers", json_id("recipientEmail"), MAIL, "", "", "", ""),),
    (("ExternalReference", "Externe Datenreferenz", json_id("externalDataReference"), *[""] * 5),),
    (("LocationLatitude", "Breitengrad", json_id("locationLatitude"), "47.1", "", "", "", ""),),
    (("DistributionChannel", "Verteilungskanal", json_id("distributionChannel"), *["anonymous"] * 5),),
    (("UserLanguage", "Benutzersprache", json_id("userLanguage"), "NL", "NL", "DE", "EN", ""),),
    (("Q_RecaptchaScore", "Q_RecaptchaScore", json_id("Q_RecaptchaScore"), *["1"] * 5),),
    (("consent_t_First Click", "Timing - First Click", json_id("QID9_FIRST_CLICK"), *["0.5"] * 5),),
    (("consent_t_Page Submit", "Timing - Page Submit", json_id("QID9_PAGE_SUBMIT"), *["4.5"] * 5),),
    (("b_Browser", "Browser", json_id("QID8_BROWSER"), *["Firefox"] * 5),),
    (("b_Operating System", "OS", json_id("QID8_OS"), *["Linux"] * 5),),
    (("Q1", "How <b>was</b> it?&nbsp;", json_id("QID1"), "good", "good", "", "bad", "fine;\nreally"),),
    (
        ("Q17_1", "The trainer - was clear", json_id("QID17_1"), "1", "1", "", "1", "5"),
        ("Q17_2", "The trainer - was on time - always", json_id("QID17_2"), "2", "2", "3", "2", ""),
    ),
    (
        ("Q3_1", "What did you see? - Selected Choice - Videos", json_id("QID3_1"), "Videos", "", "", "", ""),
        (
            "Q3_2",
            "What did you see? - Selected Choice - Slides",
            json_id("QID3_2"),
            "Slides",
            "",
            "",
            "",
            "Slides",
        ),
        ("Q3_3", "What did you see? - Selected Choice - Games", json_id("QID3_3"), "", "", "", "", ""),
    ),
    (("Q3_9_TEXT", "What did you see? - Other - Text", json_id("QID3_9_TEXT"), "", "", "a poster", "", ""),),
    (
        ("1_Q4#1_1", "I could - BEFORE - plan", json_id("1_QID4#1_1"), "2", "2", "", "2", "3"),
        ("1_Q4#1_2", "I could - BEFORE - listen", json_id("1_QID4#1_2"), "2", "2", "", "2", "3"),
    ),
    (
        ("1_Q4#2_1", "I could - AFTER - plan", json_id("1_QID4#2_1"), "4", "2", "", "2", "4"),
        ("1_Q4#2_2", "I could - AFTER - listen", json_id("1_QID4#2_2"), "5", "2", "", "2", "3"),
    ),
    (("Q12", "What is your name?", json_id("QID12_TEXT"), NAME, "", "", "", ""),),
    (
        ("Q13_1", "Your details - Name", json_id("QID13_1"), NAME, "", "An", "", ""),
        ("Q13_2", "Your details - School[Field-2]", json_id("QID13_2"), "De Wilg", "", "", "", ""),
    ),
    (("session", "session", json_id("session"), "S-01", "S-01", "S-02", "S-01", "S-02"),),
)


def _in_a_workbook(column: Column) -> Column:
    """A column as the workbook of the same survey has it: two header records, truth values as such."""
    truth = {"True": True, "False": False}
    return (*column[:2], *(truth.get(cell, cell or None) for cell in column[3:]))


_QUALTRICS_WORKBOOK = tuple(tuple(map(_in_a_workbook, block)) for block in _QUALTRICS)

_QUALTRICS_OLD: tuple[tuple[Column, ...], ...] = (  # V1 to V10, a mark of order, a comma at the end
    (("V1", "ResponseID", "R_1", "R_2"),),
    (("V2", "ResponseSet", "Standaardset", "Standaardset"),),
    (("V3", "Name", NAME, "Anonym"),),
    (("V4", "ExternalDataReference", "", ""),),
    (("V5", "EmailAddress", MAIL, ""),),
    (("V6", "IPAddress", ADDRESS, ""),),
    (("V7", "Status", "0", "0"),),
    (("V8", "StartDate", "2017-07-18 08:28:09", "2017-07-18 08:30:00"),),
    (("V9", "EndDate", "2017-07-18 08:28:48", "2017-07-18 08:31:00"),),
    (("V10", "Finished", "1", "0"),),
    (("q2_1", "Which fruit?-Apple", "1", ""), ("q2_2", "Which fruit?-Melon-water", "", "2")),
    (("LocationAccuracy", "LocationAccuracy", "-1", "-1"),),
    (("", "", "", ""),),
)

_QUALTRICS_PYTHON: tuple[tuple[Column, ...], ...] = (
    (("ResponseID", "ResponseID", python_id("responseId"), "R_1", "R_2"),),
    (("ResponseSet", "ResponseSet", python_id("responseSetId"), "Default", "Default"),),
    (("IPAddress", "IPAddress", python_id("ipAddress"), ADDRESS, ""),),
    (("EndDate", "EndDate", python_id("endDate"), "2016-07-20 12:49:25", "2016-07-20 12:51:06"),),
    (("Status", "Status", python_id("status"), "2", "2"),),
    (
        ("q4_rank_1", "Rank these-Kiwi", python_id("QID2-1"), "2", "-1"),
        ("q4_rank_2", "Rank these-Fig", python_id("QID2-2"), "1", ""),
    ),
)

# --- KoboToolbox, Ona, ODK -----------------------------------------------------------

_PROVENANCE: tuple[tuple[Column, ...], ...] = (
    (
        (
            "start",
            "2026-05-04T10:00:00.000+02:00",
            "2026-05-04T11:00:00.000+02:00",
            "2026-05-05T09:00:00.000+02:00",
        ),
    ),
    (
        (
            "end",
            "2026-05-04T10:01:30.000+02:00",
            "2026-05-04T11:05:00.000+02:00",
            "2026-05-05T09:02:00.000+02:00",
        ),
    ),
    (("deviceid", "ee.example:x1", "ee.example:x2", ""), ("phonenumber", "", "", "")),
    (("username", NAME, "", ""),),
)

_KOBO: tuple[tuple[Column, ...], ...] = (
    *_PROVENANCE,
    (("training/TRN1", "5", "4", ""),),
    (  # a combined column with the codes, and a column per option
        ("training/seen", "video slides", "", "video"),
        ("training/seen/video", "1", "", "1"),
        ("training/seen/slides", "1", "", "0"),
        ("training/seen/other", "0", "", "0"),
    ),
    (("training/seen_other", "", "", ""),),
    (  # without a combined column
        ("why/board", "True", "False", "False"),
        ("why/colleague/friend", "False", "True", "False"),
    ),
    (("remark", "n/a", "fijn;\nkort", ""),),
    (("school/remark", "a", "b", "n/a"),),
    (
        ("training/where", "52.0912 5.1222 0 0", "", ""),
        ("training/_where_latitude", "52.0912", "", ""),
        ("training/_where_longitude", "5.1222", "", ""),
    ),
    (("children[1]/age", "4", "", ""), ("children[2]/age", "6", "", "")),
    (("meta/instanceID", "uuid:a", "uuid:b", "uuid:c"),),
    (("_id", "101", "102", "103"), ("_uuid", "a", "b", "c")),
    (("_submission_time", "2026-05-04T08:01:31", "2026-05-04T09:05:10", "2026-05-05T07:02:09"),),
    (("_validation_status", "", "", ""), ("_notes", "", "", ""), ("_status", *["submitted_via_web"] * 3)),
    (
        ("_submitted_by", NAME, "", ""),
        ("__version__", "vA", "vA", "vA"),
        ("_tags", "", "", ""),
        ("_index", "1", "2", "3"),
    ),
)

_CENTRAL: tuple[tuple[Column, ...], ...] = (
    (("SubmissionDate", "2026-05-04T08:01:31.000Z", "2026-05-05T07:02:09.000Z"),),
    (("TRN1", "5", "4"),),
    (("SubmitterID", "7", "7"), ("SubmitterName", NAME, NAME)),
    (("ReviewState", "", ""), ("DeviceID", "x", "y"), ("FormVersion", "1", "1")),
    (("KEY", "uuid:a", "uuid:b"),),
)

_REPEATS: Rows = [
    ["age", "_index", "_parent_table_name", "_parent_index"],
    [4, 1, "form", 1],
    [6, 2, "form", 1],
]

# --- SPSS ----------------------------------------------------------------------------

_SPSS: tuple[tuple[Column, ...], ...] = (
    (("id", 1.0, 2.0, 3.0),),
    (("TRN1", 5.0, 99.0, 1.0),),
    (("mark", 7.5, 8.0, -1.0),),
    (("remark", "één", "", "twee"),),
    (("name_of", NAME, MAIL, ""),),
)

_LABELS = {"TRN1": "De trainer was  helder", "name_of": "Wat is je naam?", "mark": " "}


def save_sav(rows: Rows, path: Path, **described: Any) -> None:
    """An SPSS file of a table with one header record; a blank text in a column of numbers is no value."""
    names, cells = list(rows[0]), [list(column) for column in zip(*rows[1:], strict=True)]
    frame = {name: _stored(column) for name, column in zip(names, cells or [[] for _ in names], strict=True)}
    labels = [_LABELS.get(name, "") for name in names]
    pyreadstat.write_sav(
        pd.DataFrame(frame),
        path,
        column_labels=labels,
        variable_value_labels={"TRN1": {1.0: "helemaal oneens", 5.0: "helemaal eens", 99.0: "weet niet"}},
        missing_ranges={"TRN1": [99.0], "mark": [{"lo": -9.0, "hi": -1.0}]},
        **described,
    )


def _stored(column: Sequence[Any]) -> list[Any]:
    if any(isinstance(cell, float) for cell in column):
        return [cell if isinstance(cell, float) else None for cell in column]
    return ["" if cell is None else cell for cell in column]


PLATFORM_TWINS = {
    "qualtrics": Twin("qualtrics", save_csv, _QUALTRICS, (4, 6, 8)),
    "qualtrics tabs": Twin(
        "qualtrics", partial(save_csv, delimiter="\t", encoding="utf-16"), _QUALTRICS, (4, 6, 8)
    ),
    "qualtrics workbook": Twin(
        "qualtrics", partial(save_xlsx, sheet="Sheet0"), _QUALTRICS_WORKBOOK, (3, 5, 7)
    ),
    "qualtrics old": Twin("qualtrics", partial(save_csv, encoding="utf-8-sig"), _QUALTRICS_OLD, (3, 4)),
    "qualtrics python": Twin("qualtrics", save_csv, _QUALTRICS_PYTHON, (4, 5)),
    "kobo": Twin("kobo", partial(save_csv, delimiter=";", quote_all=True), _KOBO, (2, 3, 4)),
    "kobo workbook": Twin("kobo", partial(save_xlsx, sheet="form", children=_REPEATS), _KOBO, (2, 3, 4)),
    "odk central": Twin("kobo", save_csv, _CENTRAL, (2, 3)),
    "spss": Twin("spss", save_sav, _SPSS, (2, 3, 4)),
    "spss compressed": Twin("spss", partial(save_sav, compress=True), _SPSS, (2, 3, 4)),
}
"""At least one for every platform."""
