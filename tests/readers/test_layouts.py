"""Random tables in each tool's layout, in any delimiter and encoding: what went in comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.labels import normalise_label, split_options
from qualitycycle.readers import read
from tests.readers.files import save_csv, save_xlsx

Cells = list[str | None]
Records = list[list[str | None]]

WORDS = st.text("abcdeéëïü ", min_size=1, max_size=12).filter(lambda text: text.strip())
ANSWERS = st.one_of(
    st.none(),
    st.text("abé \n\"';,|.()-", min_size=1, max_size=12).filter(lambda text: text.strip(" \n\"';,|.()-")),
)
CONTAINERS = st.one_of(
    st.tuples(
        st.sampled_from([",", ";", "\t", "|"]),
        st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "windows-1252"]),
        st.sampled_from(["\n", "\r\n"]),
    ),
    st.just(None),
)


@dataclass(frozen=True)
class Asked:
    """A table of answers: one header and one cell per response for every question."""

    headers: list[str]
    columns: list[Cells]

    @property
    def count(self) -> int:
        return len(self.columns[0])


@st.composite
def tables(draw: st.DrawFn) -> Asked:
    words = draw(st.lists(WORDS, min_size=1, max_size=4))
    headers = [f"Vraag {number} over {word.strip()}" for number, word in enumerate(words)]
    count = draw(st.integers(1, 5))
    columns = [draw(st.lists(ANSWERS, min_size=count, max_size=count)) for _ in headers]
    return Asked(headers, columns)


def moments(count: int, pattern: str) -> Cells:
    """As many moments, of which one shows the order of day and month."""
    first = datetime(2026, 5, 25, 9, 30)
    return [(first + timedelta(hours=number)).strftime(pattern) for number in range(count)]


def by_columns(*columns: tuple[str, Sequence[str | None]]) -> Records:
    headers: list[str | None] = [header for header, _ in columns]
    return [headers, *[list(record) for record in zip(*[cells for _, cells in columns], strict=True)]]


def numbers(count: int) -> Cells:
    return [str(number) for number in range(3, 3 + count)]


def asked_columns(table: Asked) -> list[tuple[str, Cells]]:
    return list(zip(table.headers, table.columns, strict=True))


def ms_forms(table: Asked) -> Records:
    n = table.count
    times = moments(n, "%m/%d/%y %H:%M:%S")
    own = [("ID", numbers(n)), ("Begintijd", times), ("Tijd van voltooien", times)]
    return by_columns(*own, ("E-mail", ["anonymous"] * n), ("Naam", [None] * n), *asked_columns(table))


def google_forms(table: Asked) -> Records:
    times = moments(table.count, "%m/%d/%Y %H:%M:%S")
    return by_columns(("Tijdstempel", times), *asked_columns(table))


def typeform(table: Asked) -> Records:
    n = table.count
    times = moments(n, "%Y-%m-%d %H:%M:%S")
    own = [("Start Date (UTC)", times), ("Submit Date (UTC)", times), ("Network ID", numbers(n))]
    return by_columns(("#", numbers(n)), *asked_columns(table), *own)


def indico(table: Asked) -> Records:
    n = table.count
    times = moments(n, "%Y-%m-%dT%H:%M:%S+00:00")
    own: list[tuple[str, Cells]] = [("Submitter", [None] * n), ("Submission Date", times)]
    return by_columns(*own, *asked_columns(table))


def surveymonkey(table: Asked) -> Records:
    n = table.count
    times = moments(n, "%m/%d/%Y %I:%M:%S %p")
    own = [("Respondent ID", numbers(n)), ("Collector ID", ["9"] * n), ("End Date", times)]
    records = by_columns(*own, *asked_columns(table))
    second = [None] * len(own) + ["Open-Ended Response"] * len(table.headers)
    return [records[0], second, *records[1:]]


LAYOUTS: dict[str, Callable[[Asked], Records]] = {
    "ms_forms": ms_forms,
    "google_forms": google_forms,
    "typeform": typeform,
    "indico": indico,
    "surveymonkey": surveymonkey,
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("layouts") / "export"


def save(records: Records, path: Path, container: tuple[str, str, str] | None) -> None:
    if container is None:
        save_xlsx(records, path)
        return
    delimiter, encoding, line_end = container
    save_csv(records, path, delimiter=delimiter, encoding=encoding, line_end=line_end)


@pytest.mark.parametrize("format", LAYOUTS)
@settings(max_examples=40, deadline=None)
@given(table=tables(), container=CONTAINERS)
def test_what_went_in_comes_out(
    path: Path, format: str, table: Asked, container: tuple[str, str, str] | None
) -> None:
    save(LAYOUTS[format](table), path, container)
    export = read(path)
    assert export.format == format
    assert list(export.headers) == table.headers
    assert list(export.columns) == table.columns
    assert export.submitted is not None and None not in export.submitted
    assert export.response_ids in (None, numbers(table.count))


OPTIONS = st.lists(
    st.text("abcé;,() ", min_size=1, max_size=8).filter(lambda text: text.strip(" ;,()")).map(str.strip),
    min_size=2,
    max_size=5,
    unique_by=normalise_label,
)


@st.composite
def choices(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """The options of a question, and for each response the chosen ones; each option by somebody."""
    options = draw(OPTIONS)
    chosen = draw(st.lists(st.lists(st.sampled_from(options), unique=True), min_size=1, max_size=5))
    return options, [*chosen, options]


def per_option(options: list[str], chosen: list[list[str]]) -> list[tuple[str, Cells]]:
    return [(option, [option if option in own else None for own in chosen]) for option in options]


@settings(max_examples=40, deadline=None)
@given(choices())
def test_the_option_columns_of_typeform(path: Path, drawn: tuple[list[str], list[list[str]]]) -> None:
    options, chosen = drawn
    times = ("Submit Date (UTC)", moments(len(chosen), "%Y-%m-%d %H:%M:%S"))
    save_csv(by_columns(*per_option(options, chosen), times), path, quote_all=True)
    (column,) = read(path).columns
    assert_chosen(column, options, chosen)


@settings(max_examples=40, deadline=None)
@given(choices())
def test_the_option_columns_of_surveymonkey(path: Path, drawn: tuple[list[str], list[list[str]]]) -> None:
    options, chosen = drawn
    n = len(chosen)
    records = by_columns(
        ("Respondent ID", numbers(n)), ("Collector ID", ["9"] * n), *per_option(options, chosen)
    )
    first = ["Respondent ID", "Collector ID", "Wat past bij je?", *[None] * (len(options) - 1)]
    save_csv([first, [None, None, *records[0][2:]], *records[1:]], path, quote_all=True)
    export = read(path)
    assert export.headers == ("Wat past bij je?",)
    assert_chosen(export.columns[0], options, chosen)


def assert_chosen(column: Cells, options: list[str], chosen: list[list[str]]) -> None:
    """Each cell holds the chosen options in the order of the form, and nothing is left over."""
    for cell, own in zip(column, chosen, strict=True):
        in_order = [option for option in options if option in own]
        assert (cell or "") == "; ".join(in_order)
        assert split_options(cell or "", options)[1] == []
