"""Typeform: HTML in headers, and option columns that do not say what was asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from qualitycycle.labels import split_options
from qualitycycle.readers import RawExport, read
from tests.readers.conftest import Write
from tests.readers.twins import TWINS


def by_title(export: RawExport) -> dict[str, list[Any]]:
    return {export.title(at): column for at, column in enumerate(export.columns)}


def test_the_twin(tmp_path: Path) -> None:
    export = read(TWINS["typeform"].write(tmp_path / "export.csv"))
    assert by_title(export) == {
        "What is the operating system on your laptop?": ["Linux", None, "Windows"],
        "What is the operating system on your laptop? [Other]": [None, "Haiku", None],
        "I don\u2019t use it / Git / Bazaar / ...": ["Git", "Git; fossil", "I don't use it"],
        "R / C / Go / ...": ["R", None, None],
        "CMake / Make / Other": ["CMake; Make", "Make", "CMake"],
        "PDF / Wiki / Other": ["Wiki", None, "paper"],
        "GitHub / GitLab / Other": [None, "GitHub", "GitHub"],
        "Would you come again ?": ["1", "0", "1"],
        "CMake / Testing": ["CMake", "Testing", "Testing"],
        "Anything else?": [None, None, None],
    }
    assert export.headers[0] == "What is the <strong>operating system</strong> on your laptop?"
    assert export.response_ids == ["odw1", "odw2", "odw3"]
    assert export.submitted == [date(2018, 5, 11), date(2018, 5, 8), date(2018, 5, 8)]
    assert export.seconds == [211.0, 1469.0, 350.0]
    assert export.completed == [True, True, False]
    assert export.dropped == ("First name", "Network ID")


def typeform(*columns: tuple[str, ...]) -> str:
    moments = ("Submit Date (UTC)", *["2026-05-04 10:00:00"] * (len(columns[0]) - 1))
    return "\n".join(",".join(record) for record in zip(*columns, moments, strict=True)) + "\n"


def test_the_reader_says_what_it_joined(write: Write) -> None:
    export = read(write(typeform(("Git", "Git", ""), ("CVS", "", "CVS"), ("Other", "", "rcs"))))
    (found,) = export.findings
    assert (found.code, found.column, found.count) == ("reading.joined_options", "Git / CVS / Other", 3)
    assert found.details["options"] == "Git; CVS; Other"


def test_a_mapping_that_names_an_option_keeps_its_columns(write: Write) -> None:
    text = typeform(
        ("Git", "Git", ""), ("CVS", "", "CVS"), ("Why", "a", "b"), ("R", "R", ""), ("C", "C", "C")
    )
    assert read(write(text), keep=["git"]).headers == ("Git", "CVS", "Why", "R / C")


def test_a_column_with_another_answer_is_no_option(write: Write) -> None:
    export = read(write(typeform(("Git", "Git", ""), ("CVS", "yes", "no"), ("R", "R", ""))))
    assert export.headers == ("Git", "CVS", "R")


def test_what_nobody_chose_belongs_to_its_neighbours(write: Write) -> None:
    between = typeform(("Git", "Git", ""), ("CVS", "", ""), ("R", "", "R"))
    assert read(write(between)).headers == ("Git / CVS / R",)
    closed = typeform(("Git", "Git", ""), ("CVS", "", ""), ("Other", "", ""))
    assert read(write(closed)).headers == ("Git / CVS / Other",)
    at_the_end = typeform(("Git", "Git", ""), ("R", "R", "R"), ("Any remarks", "", ""))
    assert read(write(at_the_end)).headers == ("Git / R", "Any remarks")
    a_question = typeform(("Why?", "", ""), ("Git", "Git", ""), ("R", "R", "R"))
    assert read(write(a_question)).headers == ("Why?", "Git / R")


def test_an_option_that_is_a_word_for_an_address_is_an_option(write: Write) -> None:
    text = typeform(("E-mail", "E-mail", ""), ("Phone", "", "Phone"), ("Email", "a@example.org", ""))
    export = read(write(text))
    assert by_title(export) == {"E-mail / Phone": ["E-mail", "Phone"]}
    assert export.dropped == ("Email",)


def test_joined_options_come_apart_again(write: Write) -> None:
    options = ["None; and I don't want to", "Git"]
    text = typeform((options[0], options[0], options[0]), (options[1], options[1], ""))
    (column,) = read(write(text)).columns
    assert [split_options(cell, options) for cell in column] == [(options, []), (options[:1], [])]


def test_reading_with_the_headers_it_gave_changes_nothing(write: Write) -> None:
    """A mapping made from an export names its headers; the next export must have the same."""
    path = write(
        typeform(
            ("Git", "Git", ""),
            ("CVS", "", "CVS"),
            ("Other", "", "rcs"),
            ("How?", "well", "badly"),
            ("Other", "", "so so"),
        )
    )
    export = read(path)
    assert export.headers == ("Git / CVS / Other", "How?", "Other")
    assert read(path, keep=export.headers) == export
