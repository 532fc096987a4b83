"""Small twins of real exports, made in code, and what a refusal must look like."""

from __future__ import annotations

import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualitycycle import readers, wording
from qualitycycle.errors import Refused
from qualitycycle.findings import Finding
from tests.readers.files import Rows, save_ods, save_xlsx

Write = Callable[..., Path]
Workbook = Callable[..., Path]
Refusal = Callable[..., list[Finding]]


def unfilled(found: Finding, language: str) -> set[str]:
    """The places in a finding's sentence that stay empty, or hold a stand-in."""
    template = wording.text(found.code, language)
    places = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    own = {"file": found.file, "row": found.row, "column": found.column, "value": found.value}
    values = {**own, "count": found.count, **found.details}
    return {name for name in places if values.get(name) in (None, "", "?", "-", "None")}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write text or bytes under a name; text as UTF-8 without touching its line ends."""

    def _write(content: str | bytes, name: str = "export.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _write


@pytest.fixture
def workbook(tmp_path: Path) -> Workbook:
    """Write an XLSX with these rows on ``Sheet1``, and perhaps other sheets."""

    def _workbook(rows: Rows, name: str = "export.xlsx", sheet: str = "Sheet1", **others: Rows) -> Path:
        save_xlsx(rows, tmp_path / name, sheet=sheet, **others)
        return tmp_path / name

    return _workbook


@pytest.fixture
def open_document(tmp_path: Path) -> Workbook:
    """Write an ODS with these rows, by hand: numbers as numbers, the rest as text."""

    def _open_document(rows: Rows, name: str = "export.ods", encrypted: bool = False) -> Path:
        save_ods(rows, tmp_path / name, encrypted=encrypted)
        return tmp_path / name

    return _open_document


@pytest.fixture
def refusal() -> Refusal:
    """Read a file that must be refused; every finding names the file and reads in both languages."""

    def _refusal(path: Path, **options: Any) -> list[Finding]:
        with pytest.raises(Refused) as refused:
            readers.read(path, **options)
        for found in refused.value.findings:
            assert found.file == path.name
            for language in wording.languages():
                sentence = wording.message(found, language)
                assert sentence != found.code
                assert len(sentence.split()) > 8  # what is wrong and what to do
                assert unfilled(found, language) == set()
        return refused.value.findings

    return _refusal
