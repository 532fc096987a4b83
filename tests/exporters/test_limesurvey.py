from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from qualitycycle.errors import Refused
from qualitycycle.exporters.form import Form, Place, build_form
from qualitycycle.exporters.limesurvey import COLUMNS, answer_code, code_of, limesurvey, structure
from qualitycycle.readers import read
from qualitycycle.readers.structure import read_structure
from qualitycycle.vocabulary import Moment
from tests.exporters.questionnaire import odd_form, odd_instrument
from tests.exporters.test_xlsform import FORMS, changed, named

CORPUS = Path(os.environ.get("QUALITYCYCLE_CORPUS", "/nowhere")) / "exports" / "limesurvey"
EXAMPLES = (
    "softwaresaved__international-survey__questions_to_import.txt",
    "FherStk__teaching-stats-limesurvey__template.txt",
)
CLASSES = ("S", "SL", "G", "Q", "SQ", "A")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines(keepends=True), delimiter="\t"))


WRITTEN = rows(structure(odd_form()))


def of_class(name: str, language: str | None = None) -> list[dict[str, str]]:
    return [row for row in WRITTEN if row["class"] == name and language in (None, row["language"])]


def test_rows_come_in_the_order_that_says_what_belongs_to_what() -> None:
    order = "".join("slgqra"[CLASSES.index(row["class"])] for row in WRITTEN)
    nl, en = order.lstrip("s").lstrip("l").split("g")[1:]
    assert nl == en
    assert [row["text"] for row in of_class("S") if row["name"] in ("language", "additional_languages")] == [
        "nl",
        "en",
    ]


def test_questions_have_the_types_the_codes_and_nothing_mandatory() -> None:
    asked = {row["name"]: row["type/scale"] for row in of_class("Q", "nl")}
    assert asked == {
        "qcinstrument": "*",
        "qcmoment": "*",
        "qcsession": "*",
        "grid1": "F",
        "grid2": "F",
        "WHO": "L",
        "TEMPO": "L",
        "MARK": "!",
        "TOOLS": "M",
        "GROUPS": "L",
        "WHY": "T",
        "LOCAL1": "L",
        "koppelcode": "S",
    }
    assert {row["mandatory"] for row in of_class("Q")} == {"N"}
    assert all(code_of(row["name"]) == row["name"] and len(row["name"]) <= 20 for row in of_class("Q"))
    assert all(len(row["name"]) <= 5 for row in of_class("A"))


def test_answers_have_codes_that_nobody_can_mistake() -> None:
    codes = {
        question.id: [answer_code(question, option) for option in question.options]
        for question in odd_form().questions
    }
    assert codes["AG_1"] == ["opt1", "opt2", "opt3", "opt4", "opt5", "nvt"]
    assert codes["MARK"][-3:] == ["9p5", "10", "nvt"]
    assert codes["GROUPS"] == ["opt1", "opt2", "opt3"]


def test_session_and_instrument_ride_along_in_hidden_equations() -> None:
    hidden = {row["name"]: (row["text"], row["equation"], row["hidden"]) for row in of_class("Q", "nl")[:3]}
    assert hidden["qcsession"] == ("qc_session", "{'DUIN-2526-04'}", "1")
    assert hidden["qcinstrument"] == ("qc_instrument", "{'rond-2.0'}", "1")


def test_an_apostrophe_in_a_session_does_not_break_the_equation() -> None:
    written = rows(structure(odd_form(place=Place("'s-Graveland"))))
    assert next(row["equation"] for row in written if row["name"] == "qcsession") == '{"\'s-Graveland"}'


def test_it_reads_back_as_the_same_questions_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "vragen.txt"
    limesurvey(odd_form(), path)
    found = read_structure(path)
    assert found is not None
    assert found.languages == ("nl", "en")
    for at, block in enumerate(odd_form().blocks, start=1):
        for question in block.questions:
            code = code_of(question.id)
            there = found.questions[f"grid{at}[{code}]" if block.is_grid else code]
            for language in ("nl", "en"):
                assert there.texts[language] == question.text(language)
                shown = {key: texts[language] for key, texts in there.options.items()}
                assert shown == {answer_code(question, o): o.text(language) for o in question.options}


def test_it_is_a_questionnaire_and_not_taken_for_answers(tmp_path: Path) -> None:
    path = tmp_path / "vragen.txt"
    limesurvey(odd_form(), path)
    with pytest.raises(Refused):
        read(path)


def test_texts_are_html_there() -> None:
    asked = next(row for row in of_class("Q", "nl") if row["name"] == "LOCAL1")
    assert asked["text"] == "Was de parkeerplaats &lt; 5 minuten lopen?"


@pytest.mark.parametrize("form", FORMS, ids=named)
def test_every_shipped_form_can_go_there(form: Form, tmp_path: Path) -> None:
    limesurvey(form, tmp_path / "vragen.txt")
    asked = {row["name"] for row in rows((tmp_path / "vragen.txt").read_text("utf-8-sig"))}
    assert {code_of(question.id) for question in form.questions} <= asked


@pytest.mark.parametrize("id", ["1vraag", "een_veel_te_lange_code_voor_daar", "AG2", "koppel_code"])
def test_an_id_that_limesurvey_would_change_is_refused(id: str, tmp_path: Path) -> None:
    path = tmp_path / "vragen.txt"
    with pytest.raises(Refused) as refused:
        limesurvey(build_form(changed(odd_instrument(), id=id), Moment.POST), path)
    assert refused.value.findings[0].code == "instrument_out.bad_id"
    assert not path.exists()


@pytest.mark.corpus
def test_it_has_the_structure_of_real_ones() -> None:
    if not CORPUS.exists():
        pytest.skip("needs QUALITYCYCLE_CORPUS")
    csv.field_size_limit(10_000_000)
    real = [rows((CORPUS / example).read_text(encoding="utf-8")) for example in EXAMPLES]
    for example in real:
        assert [column for column in example[0] if column in COLUMNS] == list(COLUMNS)
    for name in CLASSES:
        used = filled([row for example in real for row in example], name)
        assert filled(WRITTEN, name) - {"validation", "help"} <= used


def filled(written: list[dict[str, str]], name: str) -> set[str]:
    """The columns in which rows of a class hold something."""
    return {column for row in written if row["class"] == name for column, text in row.items() if text}
