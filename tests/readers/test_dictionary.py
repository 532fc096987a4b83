"""Tables that only explain another file."""

from __future__ import annotations

import pytest

from qualitycycle.readers import read
from tests.readers.conftest import Refusal, Workbook, Write


@pytest.mark.parametrize(
    "text",
    [
        "original_name,short_name\nWhat is your role?,role\n",
        "column,verbatim,short\nrole,Teacher,tch\n",
        "Kolom;Omschrijving\nTRN1;De trainer\n",
        "Variable\tLabel\tType\nQ1\tAge\tnumeric\n",
    ],
)
def test_it_says_what_it_is(write: Write, refusal: Refusal, text: str) -> None:
    (found,) = refusal(write(text))
    assert found.code == "reading.dictionary"
    assert found.details["columns"].replace(", ", "") in text.split("\n")[0].translate(
        {44: None, 59: None, 9: None}
    )


def test_a_mapping_may_call_it_a_table_all_the_same(write: Write) -> None:
    assert read(write("column,label\na,b\n"), format="csv").headers == ("column", "label")


@pytest.mark.parametrize("text", ["code,naam\na,b\n", "vraag,antwoord,cijfer\na,b,7\n", "question\na\n"])
def test_other_small_tables_are_answers(write: Write, text: str) -> None:
    assert read(write(text)).format == "csv"


def test_in_a_workbook(workbook: Workbook, refusal: Refusal) -> None:
    (found,) = refusal(workbook([["Variabele", "Betekenis"], ["TRN1", "De trainer"]]))
    assert found.code == "reading.dictionary"
