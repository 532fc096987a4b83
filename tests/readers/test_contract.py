"""What every reader keeps to, whatever the tool: one set of tests over every entry in READERS."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qualitycycle import wording
from qualitycycle.errors import Refused
from qualitycycle.labels import normalise_header
from qualitycycle.readers import READERS, RawExport, read
from tests.readers.conftest import Refusal
from tests.readers.platform_twins import PLATFORM_TWINS
from tests.readers.twins import SECRETS, Twin
from tests.readers.twins import TWINS as FORM_TWINS

TWINS = FORM_TWINS | PLATFORM_TWINS
EVERY = pytest.mark.parametrize("name", [name for name, twin in TWINS.items() if twin.rows])
EXPLAINS = {"dictionary": "reading.dictionary", "structure": "platforms.structure"}
"""Formats of files without answers, and what such a file is refused with."""
PLAIN = {"csv", "xlsx", "ods"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "export.data"


def told(export: RawExport) -> dict[str, Any]:
    """What an export says, apart from the bytes it came from and the order of its columns."""
    return {
        "format": export.format,
        "columns": dict(zip(export.headers, export.columns, strict=True)),
        "titles": dict(zip(export.headers, export.titles, strict=True)) if export.titles else {},
        "rows": export.rows,
        "ids": export.response_ids,
        "submitted": export.submitted,
        "dropped": sorted(export.dropped),
        "completed": export.completed,
        "seconds": export.seconds,
        "languages": export.languages,
    }


def test_every_reader_has_a_twin() -> None:
    assert {twin.format for twin in TWINS.values()} == set(READERS), "a reader without a twin in twins.py"


@EVERY
def test_it_is_known_by_its_content(name: str, path: Path) -> None:
    twin = TWINS[name]
    export = read(twin.write(path))
    assert export.format == twin.format
    for ending in (".csv", ".xlsx", ".sav", ".pdf", ""):
        other = path.with_name(f"anders{ending}")
        other.write_bytes(path.read_bytes())
        assert (read(other).sha256, told(read(other))) == (export.sha256, told(export))


@EVERY
def test_its_lists_are_parallel(name: str, path: Path) -> None:
    export = read(TWINS[name].write(path))
    assert export.rows == TWINS[name].rows
    assert len(export.headers) == len(export.columns) > 0
    per_row = [*export.columns, export.response_ids, export.submitted]
    per_row += [export.completed, export.seconds, export.languages]
    assert all(len(cells) == len(export.rows) for cells in per_row if cells is not None)
    assert len(export.titles) in (0, len(export.headers))


@EVERY
def test_its_headers_are_unique_and_its_cells_plain(name: str, path: Path) -> None:
    export = read(TWINS[name].write(path))
    names = [normalise_header(header) for header in export.headers]
    assert len(set(names)) == len(names)
    for cell in (cell for column in export.columns for cell in column):
        assert cell is None or str(cell).strip()


@EVERY
def test_identities_stay_outside(name: str, path: Path) -> None:
    twin = TWINS[name]
    planted = [secret for secret in SECRETS if secret in repr(twin.records())]
    export = read(twin.write(path))
    assert bool(planted) == bool(export.dropped)
    for secret in planted:
        assert secret not in repr(export)


@EVERY
def test_reading_twice_gives_the_same(name: str, path: Path) -> None:
    before = TWINS[name].write(path).read_bytes()
    assert read(path) == read(path)
    assert path.read_bytes() == before


def orders(twin: Twin) -> Iterable[list[Any]]:
    front, blocks = list(twin.blocks[: twin.fixed]), list(twin.blocks[twin.fixed :])
    yield front + blocks[::-1]
    yield front + blocks[len(blocks) // 2 :] + blocks[: len(blocks) // 2]


@EVERY
def test_columns_in_another_order_change_nothing_but_the_order(name: str, path: Path) -> None:
    twin = TWINS[name]
    export = read(twin.write(path))
    for blocks in orders(twin):
        twin.save(twin.records(blocks), path)
        assert told(read(path)) == told(export)


@EVERY
def test_blank_records_at_the_end_do_not_count(name: str, path: Path) -> None:
    twin = TWINS[name]
    export = read(twin.write(path))
    records = twin.records()
    twin.save([*records, *[[None] * len(records[0])] * 20, [" "] * len(records[0])], path)
    assert replace(read(path), sha256=export.sha256) == export


@EVERY
def test_a_form_nobody_answered(name: str, path: Path, refusal: Refusal) -> None:
    twin = TWINS[name]
    twin.save(twin.records()[: twin.rows[0] - 1], path)
    assert [found.code for found in refusal(path) if found.is_error] == ["reading.no_rows"]


@pytest.mark.parametrize("format", EXPLAINS)
def test_a_file_without_answers_says_what_it_is(format: str, path: Path, refusal: Refusal) -> None:
    twin = TWINS[format]
    for ending in (".csv", ".txt", ".xlsx"):
        other = twin.write(path.with_suffix(ending))
        for asked in (None, format):
            assert [found.code for found in refusal(other, format=asked)] == [EXPLAINS[format]]


@pytest.mark.parametrize("format", READERS)
@pytest.mark.parametrize("name", TWINS)
def test_a_file_of_another_tool_is_refused(name: str, format: str, path: Path, refusal: Refusal) -> None:
    """Every format asked of every other's file; a plain table is no tool's layout and reads."""
    TWINS[name].write(path)
    if TWINS[name].format == format:
        if format not in EXPLAINS:
            assert read(path, format=format).format == format
    elif format in PLAIN:
        return
    else:
        (found,) = refusal(path, format=format)
        assert (found.code, found.value) == ("reading.not_this_format", format)


@EVERY
def test_a_mapping_made_from_an_export_finds_its_columns_again(name: str, path: Path) -> None:
    """A mapping names the headers that were read: reading with them is reading the same."""
    export = read(TWINS[name].write(path))
    assert told(read(path, keep=export.headers)) == told(export)


@EVERY
@pytest.mark.parametrize("part", [0.2, 0.5, 0.8, 0.97])
def test_half_a_file_reads_or_says_why(name: str, part: float, path: Path) -> None:
    whole = TWINS[name].write(path).read_bytes()
    path.write_bytes(whole[: int(part * len(whole))])
    try:
        findings = list(read(path).findings)
    except Refused as refused:
        findings = refused.findings
        assert any(found.is_error for found in findings)
    for found in findings:
        assert all(wording.message(found, language) != found.code for language in wording.languages())
