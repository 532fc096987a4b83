"""LimeSurvey's responses: three kinds of headers, two of answers, and the questionnaire beside them."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualitycycle.readers import RawExport, read
from tests.readers.conftest import Refusal, Workbook, Write
from tests.readers.questionnaires import CHOICES, SURVEY, archive, lsr, lss, tsv

OWN = [
    "id",
    "submitdate",
    "lastpage",
    "startlanguage",
    "seed",
    "startdate",
    "datestamp",
    "ipaddr",
    "refurl",
    "token",
]
TIMES = ("2026-05-04 10:00:00", "2026-05-04 10:01:30")
FIRST = ["1", TIMES[1], "3", "nl", "11", *TIMES, "192.0.2.1", "http://x", "tok1"]
SECOND = ["2", "", "1", "de-informal", "12", TIMES[0], TIMES[0], "", "", ""]
THIRD = ["4", "1980-01-01 00:00:00", "3", "", "13", "1980-01-01 00:00:00", "1980-01-01 00:00:00", "", "", ""]
CODES = ["P1", "P1[other]", "likert[SQ001]", "seen[1]", "seen[2]", "seen[other]", "again", "rank[1]", "mark"]
ANSWERS = [
    ["A1", "", "1", "Y", "", "", "Y", "y", "7.5"],
    ["A2", "", "3", "", "Y", "een boek", "N", "", ""],
    ["-oth-", "Fries", "", "", "", "", "", "x", "5.0000000000"],
]


def quoted(rows: list[list[str]]) -> str:
    """As LimeSurvey writes it: a mark, every cell quoted, a blank record at the end."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return f"\ufeff{buffer.getvalue()}\r\n"


def responses(headers: list[str] = CODES, answers: list[list[str]] = ANSWERS) -> str:
    own = (FIRST, SECOND, THIRD)
    return quoted([OWN + headers, *(mine + theirs for mine, theirs in zip(own, answers, strict=True))])


def cells(export: RawExport) -> dict[str, list[Any]]:
    return dict(zip(export.headers, export.columns, strict=True))


def titles(export: RawExport) -> dict[str, str]:
    return dict(zip(export.headers, export.titles, strict=True))


def codes(export: RawExport) -> list[str]:
    return [found.code for found in export.findings]


def test_the_own_columns(write: Write) -> None:
    export = read(write(responses()))
    assert export.format == "limesurvey"
    assert export.response_ids == ["1", "2", "4"]
    assert export.submitted == [date(2026, 5, 4), None, None]
    assert export.completed == [True, False, True]
    assert export.seconds == [90, 0, None]
    assert export.languages == ["nl", "de", None]
    assert {"token", "ipaddr"} <= set(export.dropped)
    assert not {"lastpage", "seed", "refurl", "startdate"} & set(export.headers)
    assert "tok1" not in repr(export) and "192.0.2.1" not in repr(export)
    incomplete = next(found for found in export.findings if found.code == "platforms.incomplete")
    assert incomplete.count == 1


def test_headers_in_words_of_the_own_columns(write: Write) -> None:
    named = ["Response ID", "Date submitted", "Last page", "Start language", "Seed"]
    for headers in (named, [f"{code}. {text}" for code, text in zip(OWN, named, strict=False)]):
        rows = [[*headers, "Hoe was het?"], ["7", TIMES[1], "2", "nl", "9", "goed"]]
        export = read(write(quoted(rows)))
        assert (export.format, export.headers, export.response_ids) == (
            "limesurvey",
            ("Hoe was het?",),
            ["7"],
        )
        assert (export.submitted, export.languages) == ([date(2026, 5, 4)], ["nl"])


@pytest.mark.parametrize("kept", ["survey.lss", "structure.txt", "archive.lsa", "renamed.csv"])
def test_codes_get_the_texts_of_the_questionnaire_beside_them(
    write: Write, tmp_path: Path, kept: str
) -> None:
    if kept.endswith(".lsa"):
        archive(tmp_path / kept, lss=lss(), lsr=lsr([{"id": "1"}]))
    elif kept == "structure.txt":
        write(tsv(), kept)
    else:
        write(lss(480), kept)
    known = CODES[:6] + CODES[6:7] if kept == "structure.txt" else CODES
    export = read(write(responses(known, [row[: len(known)] for row in ANSWERS])))
    found = cells(export)
    assert found["P1"] == ["Nederlands", "Deutsch", "Anders"]  # in the language of the row, else any
    assert found["P1[other]"] == [None, None, "Fries"]
    assert found["likert[SQ001]"] == ["0 - nee", "2 - ja", None]
    assert found["seen"] == ["Filmpjes", "Folien; und mehr; een boek", None]
    assert found["again"] == ["Ja", "Nein", None]
    assert titles(export)["likert[SQ001]"] == "De trainer was [helder]"
    assert titles(export)["seen"] == "Wat zag je?"
    used = next(one for one in export.findings if one.code == "platforms.structure_used")
    assert used.details["structure"] == kept
    assert "platforms.unknown_code" not in codes(export)


def test_numbers_and_rankings(write: Write) -> None:
    write(lss(), "survey.lss")
    found = cells(read(write(responses())))
    assert found["mark"] == ["7.5", None, "5"]
    assert found["rank[1]"] == ["Tweede", None, "Eerste"]


def test_codes_written_with_underscores(write: Write) -> None:
    write(lss(), "survey.lss")
    headers = ["P1", "P1_other", "likert_SQ001", "seen_1", "seen_2", "seen_other", "again", "rank_1", "mark"]
    export = read(write(responses(headers)))
    assert cells(export)["likert_SQ001"] == ["0 - nee", "2 - ja", None]
    assert titles(export)["likert_SQ001"] == "De trainer was [helder]"


FULL = [
    "Welke taal?",
    "Welke taal? [other]",
    "De trainer was [helder]",
    "Wat zag je? [Filmpjes]",
    "Wat zag je? [Dia's; en meer]",
    "Wat zag je? [Anders]",
    "Weer?",
    "Zet op volgorde [1]",
    "Cijfer",
]
TEXTS = [
    ["Nederlands", "", "1", "Ja", "Nee", "", "Ja", "Tweede", "7.5"],
    ["Duits", "", "2 - ja", "Nee", "Ja", "een boek", "Nee", "", ""],
    ["", "Fries", "", "", "", "", "", "Eerste", "5"],
]


@pytest.mark.parametrize("beside", [False, True])
@pytest.mark.parametrize("both", [False, True])
def test_full_texts_stay_what_they_are(write: Write, beside: bool, both: bool) -> None:
    """An answer ``1`` that is a text is not taken for the code of another answer."""
    if beside:
        write(lss(), "survey.lss")
    headers = [f"{code}. {text}" for code, text in zip(CODES, FULL, strict=True)] if both else FULL
    export = read(write(responses(headers, TEXTS)))
    found = cells(export)
    scale = "likert[SQ001]. De trainer was [helder]" if both else "De trainer was [helder]"
    assert found[scale] == ["1", "2 - ja", None]
    joined = "seen. Wat zag je?" if both else "Wat zag je?"
    assert found[joined] == ["Filmpjes", "Dia's; en meer; een boek", None]
    assert titles(export)[joined] == ("Wat zag je?" if both else "")
    assert titles(export)[scale] == ("De trainer was [helder]" if both else "")
    assert ("platforms.structure_used" in codes(export)) is beside


def test_a_stated_questionnaire_is_used_instead_of_those_beside(
    write: Write, workbook: Workbook, tmp_path: Path, refusal: Refusal
) -> None:
    (tmp_path / "kept").mkdir()
    write(lss().replace("Niederländisch", "Holländisch").replace("Duits", "Hoogduits"), "beside.lss")
    stated = tmp_path / "kept" / "mine.lss"
    stated.write_text(lss(), encoding="utf-8")
    export = read(write(responses()), structure=stated)
    assert cells(export)["P1"] == ["Nederlands", "Deutsch", "Anders"]
    used = next(one for one in export.findings if one.code == "platforms.structure_used")
    assert used.details["structure"] == "mine.lss"
    for other in (write("a;b\n1;2\n", "table.csv"), workbook(SURVEY, sheet="survey", choices=CHOICES)):
        (finding,) = refusal(write(responses()), structure=other)
        assert (finding.code, finding.value) == ("platforms.no_structure", other.name)


def test_an_unknown_code_is_named_and_stays(write: Write) -> None:
    write(lss(), "survey.lss")
    answers = [["A9", *ANSWERS[0][1:]], ANSWERS[1], ["A9", *ANSWERS[2][1:]]]
    export = read(write(responses(answers=answers)))
    (unknown,) = [found for found in export.findings if found.code == "platforms.unknown_code"]
    assert (unknown.row, unknown.column, unknown.value, unknown.count) == (2, "P1", "A9", 2)
    assert cells(export)["P1"] == ["A9", "Deutsch", "A9"]


def test_two_questionnaires_that_say_different_things_are_a_question(
    write: Write, refusal: Refusal, tmp_path: Path
) -> None:
    write(lss(), "first.lss")
    write(lss(480), "second.lss")  # the same in another layout: no question
    assert cells(read(write(responses())))["again"] == ["Ja", "Nein", None]
    write(lss().replace("Niederländisch", "Holländisch").replace("Deutsch", "Hochdeutsch"), "third.lss")
    (finding,) = [found for found in refusal(write(responses())) if found.is_error]
    assert finding.code == "platforms.which_structure"
    assert finding.details["structures"] == "first.lss, second.lss, third.lss"


def test_a_questionnaire_of_another_survey_is_not_used(write: Write) -> None:
    write(lss(), "survey.lss")
    rows = [[*OWN, "X1", "X2", "P1"], [*FIRST, "A1", "A2", "A1"]]
    export = read(write(quoted(rows)))
    assert cells(export) == {"X1": ["A1"], "X2": ["A2"], "P1": ["A1"]}
    warned = next(found for found in export.findings if found.code == "platforms.codes_unexplained")
    assert (warned.column, warned.value) == ("X1", "A1")


def test_a_damaged_file_beside_it_does_not_matter(write: Write) -> None:
    write(lss()[:700], "half.lss")
    write("PK\x03\x04 no zip", "half.lsa")
    assert "platforms.codes_unexplained" in codes(read(write(responses())))


def test_options_without_a_questionnaire(write: Write) -> None:
    """Joined when the columns show it: only yes, or every row filled or blank as a whole."""
    headers = ["m[1]", "m[2]", "g[a]", "g[b]", "h[a]", "h[b]"]
    rows = [
        ["Y", "", "Ja", "Nee", "Ja", "Nee"],
        ["Y", "Y", "Nee", "Nee", "Ja", ""],
        ["", "", "", "", "", ""],
    ]
    found = cells(read(write(responses(headers, rows))))
    assert found["m"] == ["1", "1; 2", None]
    assert found["g"] == ["a", None, None]
    assert (found["h[a]"], found["h[b]"]) == (["Ja", "Ja", None], ["Nee", None, None])


def test_a_column_that_a_mapping_names_stays(write: Write) -> None:
    write(lss(), "survey.lss")
    export = read(write(responses()), keep=["seen[1]"])
    assert cells(export)["seen[1]"] == ["Y", None, None]
    assert cells(export)["seen"] == [None, "Folien; und mehr; een boek", None]


def test_a_choice_that_a_mapping_names_is_joined_whatever_the_rows_show(write: Write) -> None:
    headers = ["h[a]", "h[b]", "k[a]", "k[b]"]
    path = write(responses(headers, [["Ja", "Nee", "", ""], ["Ja", "", "", ""], ["", "", "", ""]]))
    assert read(path).headers == tuple(headers)
    assert cells(read(path, keep=["h", "k"])) == {"h": ["a", "a", None], "k": [None, None, None]}


def test_of_two_questionnaires_the_one_that_knows_the_answers(write: Write) -> None:
    write(lss().replace("<code><![CDATA[A1]]>", "<code><![CDATA[Z1]]>"), "other.lss")
    write(lss(), "survey.lss")
    export = read(write(responses()))
    used = next(one for one in export.findings if one.code == "platforms.structure_used")
    assert used.details["structure"] == "survey.lss"


def test_times_per_question_are_left_out(write: Write) -> None:
    rows = [["id", "submitdate", "lastpage", "E1", "interviewtime", "groupTime275", "E1Time"]]
    rows += [["1", TIMES[1], "1", "goed", "63.5", "60", "3.5"]]
    export = read(write(quoted(rows)))
    assert (export.headers, export.seconds) == (("E1",), [63.5])


def test_a_published_file_with_an_index(write: Write) -> None:
    text = (
        ',job. What do you do?,"use[SQ001]. Who uses it? []","l[a]. [Is it [always] clear?]"\n'
        "3,teach,5 - Mostly other people,Often\n7,,4,\n12,study,0 - Mostly me,Never\n"
    )
    export = read(write(text))
    assert (export.format, export.findings, export.response_ids) == ("limesurvey", (), None)
    assert export.titles == ("What do you do?", "Who uses it?", "Is it [always] clear?")
    assert export.columns[1] == ["5 - Mostly other people", "4", "0 - Mostly me"]


def test_a_workbook_of_responses(workbook: Workbook, write: Write) -> None:
    write(lss(), "survey.lss")
    rows = [OWN[:5] + CODES[:3], [1, TIMES[1], 3, "nl", 11, "A1", None, 1]]
    export = read(workbook(rows))
    assert cells(export) == {"P1": ["Nederlands"], "P1[other]": [None], "likert[SQ001]": ["0 - nee"]}


# --- the archive ----------------------------------------------------------------------

STORED = {
    "id": "1",
    "submitdate": "2026-05-04 10:01:30",
    "lastpage": "3",
    "startlanguage": "nl",
    "token": "tok1",
    "_758X275X10": "A2",
    "_758X275X11SQ001": "3",
    "_758X275X121": "Y",
    "_758X275X122": "",
    "_758X275X12other": "een boek",
    "_758X275X151": "y",
    "_758X275X16a-0": "l",
    "_758X275X16a-1": "h",
    "_758X275X14lez": "5.0000000000",
}


def test_an_archive_is_read_with_its_own_questionnaire(tmp_path: Path) -> None:
    path = archive(tmp_path / "survey.lsa", lss=lss(), lsr=lsr([STORED]), lst="<planted>tokens</planted>")
    export = read(path)
    assert export.format == "limesurvey"
    assert cells(export) == {
        "P1": ["Duits"],
        "likert[SQ001]": ["2 - ja"],
        "seen": ["Filmpjes; een boek"],
        "rank[1]": ["Tweede"],
        "dual[a][1]": ["laag"],
        "dual[a][2]": ["hoog"],
        "hours[lez]": ["5"],
    }
    assert (export.response_ids, export.completed, export.dropped) == (["1"], [True], ("token",))
    assert "planted" not in repr(export) and "tok1" not in repr(export)


def test_the_columns_of_a_newer_archive(tmp_path: Path) -> None:
    stored = {"id": "1", "submitdate": "", "lastpage": "1", "Q10": "A1", "Q11_S110": "1", "Q12_S120": "Y"}
    export = read(archive(tmp_path / "survey.lsa", lss=lss(640), lsr=lsr([stored])))
    assert cells(export) == {"P1": ["Nederlands"], "likert[SQ001]": ["0 - nee"], "seen": ["Filmpjes"]}
    assert export.completed == [False]


def test_an_archive_without_answers(tmp_path: Path, refusal: Refusal) -> None:
    (finding,) = refusal(archive(tmp_path / "survey.lsa", lss=lss()))
    assert (finding.code, finding.value) == ("platforms.archive_without", ".lsr")
    (finding,) = refusal(archive(tmp_path / "half.lsa", lss=lss(), lsr=lsr([STORED])[:300]))
    assert finding.code == "platforms.broken_xml"


# --- there and back -------------------------------------------------------------------

LABELS = {"A1": {"nl": "Nederlands", "de": "Niederländisch"}, "A2": {"nl": "Duits", "de": "Deutsch"}, "": {}}
OPEN = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20).map(str.strip)
ROW = st.tuples(
    st.sampled_from(["nl", "de", ""]),
    st.sampled_from(["A1", "A2", ""]),
    st.sets(st.sampled_from(["1", "2"])),
    OPEN,
    st.booleans(),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=8), delimiter=st.sampled_from(",;\t"))
def test_random_answers_come_back_in_the_language_of_the_row(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], delimiter: str
) -> None:
    folder = tmp_path_factory.mktemp("survey")
    (folder / "survey.lss").write_text(lss(), encoding="utf-8")
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(
        ["id", "submitdate", "lastpage", "startlanguage", "seed", "P1", "seen[1]", "seen[2]", "open"]
    )
    for number, (language, answer, seen, text, sent) in enumerate(rows, start=1):
        ticks = ["Y" if option in seen else "" for option in ("1", "2")]
        writer.writerow([number, TIMES[1] if sent else "", 1, language, 9, answer, *ticks, text])
    path = folder / "answers.csv"
    path.write_text(buffer.getvalue(), encoding="utf-8", newline="")
    export = read(path)
    shutil.rmtree(folder)
    found = cells(export)
    spoken = [language or "nl" for language, *_ in rows]
    options = {"nl": ("Filmpjes", "Dia's; en meer"), "de": ("Videos", "Folien; und mehr")}
    if any(answer or seen for _, answer, seen, _, _ in rows):
        assert found["P1"] == [
            LABELS[row[1]].get(language) for row, language in zip(rows, spoken, strict=True)
        ]
    assert found["seen"] == [
        "; ".join(text for key, text in zip("12", options[language], strict=True) if key in row[2]) or None
        for row, language in zip(rows, spoken, strict=True)
    ]
    assert [cell or "" for cell in found["open"]] == [text for *_, text, _ in rows]
    assert export.completed == [sent for *_, sent in rows]
    assert export.languages == [row[0] or None for row in rows]
