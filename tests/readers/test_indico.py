"""Indico: sections in headers, and who sent it in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from qualitycycle.labels import split_options
from qualitycycle.readers import read
from tests.readers.conftest import Write
from tests.readers.twins import TWINS


def test_the_twin(tmp_path: Path) -> None:
    export = read(TWINS["indico"].write(tmp_path / "export.csv"))
    assert dict(zip(export.headers, export.columns, strict=True)) == {
        "Programme: What did you follow?": ["Lectures; Lab (a; b)", "Lab (a; b)", None],
        "Programme: How was it: in one word?": ["good", None, "fine\nthanks"],
        "Any remarks": [None, "none", None],
    }
    assert [export.title(at) for at in range(3)] == [
        "What did you follow?",
        "How was it: in one word?",
        "Any remarks",
    ]
    assert export.submitted == [date(2023, 5, 12), date(2023, 5, 13), date(2023, 5, 14)]
    assert export.response_ids is None
    assert export.dropped == ("Submitter", "Submitter Email", "About you: E-mail address")
    options = ["Lab (a; b)", "Lectures"]
    assert split_options(export.columns[0][0], options) == (options[::-1], [])


def test_an_anonymous_survey_has_no_address(write: Write) -> None:
    export = read(write("Submitter,Submission Date,Cijfer\n,2023-05-12T10:11:12+00:00,8\n"))
    assert (export.format, export.headers, export.findings) == ("indico", ("Cijfer",), ())
