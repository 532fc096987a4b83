"""A first look at a file: what it is by its content, whatever its name says."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from qualitycycle.errors import Refused
from qualitycycle.findings import Finding
from qualitycycle.readers import delimited, spreadsheet
from qualitycycle.readers.grid import Grid, Records, Table, tabulate

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_EXCEL = tuple(name.encode("utf-16-le") for name in ("Workbook\0", "Book\0"))
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_NOT_A_TABLE = {
    b"%PDF": "PDF",
    b"{\\rtf": "RTF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"SQLite format 3": "SQLite",
    b"$FL2": "SPSS",
    b"$FL3": "SPSS",
    b"<?xml": "XML",
}
_MARKED = {"SPSS": "sav", "XML": "xml"}
"""The kinds that are no table of text but that some reader knows."""

_JSON = re.compile(rb"\{\s*(\"|\})|\[\s*[\[{\"\]]")
_PACKAGES = {
    "word/document.xml": "Word",
    "ppt/presentation.xml": "PowerPoint",
    "xl/workbook.bin": "XLSB",
    "Index/Document.iwa": "Numbers",
}


@dataclass(frozen=True)
class Peek:
    """The bytes of a file with what can be learned from them.

    ``kind`` is ``csv`` (any text), ``xlsx``, ``ods``, ``sav`` (SPSS), ``xml``, ``lsa``
    (LimeSurvey's archive), or "" for anything else. ``table`` holds its records, ``grid``
    the same under one header, ``sheets`` those of every sheet of a workbook; asking for them
    raises Refused when there are none.
    """

    path: Path
    data: bytes
    sheet: str | None = None

    def on(self, sheet: str | None) -> Peek:
        """The same file, to be read on this sheet of it."""
        return self if sheet == self.sheet else Peek(self.path, self.data, sheet)

    @property
    def file(self) -> str:
        """The name by which findings call the file."""
        return self.path.name

    @cached_property
    def sha256(self) -> str:
        """Of the bytes, as hexadecimal text."""
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def kind(self) -> str:
        """What the content is."""
        if self.data.startswith(_ZIP):
            return _package(self.data)
        if self._other is None:
            return "csv"
        return _MARKED.get(str(self._other.details.get("kind", "")), "")

    @cached_property
    def problem(self) -> str | None:
        """The code of what forbids opening it as a workbook."""
        return spreadsheet.inspect(self.data) if self.kind in ("xlsx", "ods") else None

    @cached_property
    def sheets(self) -> dict[str, Records]:
        """The records of every sheet with data of a workbook."""
        if self.problem is not None:
            raise Refused(Finding(self.problem, file=self.file))
        return spreadsheet.sheets(self.data, self.file)

    @cached_property
    def table(self) -> Table:
        """The records in the file; Refused when it is not a table or cannot be read."""
        if self.kind in ("xlsx", "ods"):
            return spreadsheet.table(self.sheets, self.file, self.sheet)
        if self.kind == "csv":
            return delimited.table(self.data, self.file)
        raise Refused(self._other or _not_a_workbook(self.data, self.file))

    @cached_property
    def grid(self) -> Grid:
        """The table under one header record; Refused when it has no such header."""
        found = self.table
        return tabulate(self.file, self.kind, found.records, found.findings, found.day_first)

    @cached_property
    def _other(self) -> Finding | None:
        """Why these bytes are neither text nor a zipped workbook: no table of theirs can be read as it is."""
        if self.data.startswith(_OLE):
            old = _ENCRYPTED not in self.data and any(name in self.data for name in _OLD_EXCEL)
            return Finding("reading.old_excel" if old else "reading.password", file=self.file)
        start = self.data.removeprefix(b"\xef\xbb\xbf").lstrip()[:2000]
        if _is_web_page(start):
            return Finding("reading.web_page", file=self.file)
        for mark, kind in _NOT_A_TABLE.items():
            if start.startswith(mark):
                return Finding("reading.wrong_kind", file=self.file, details={"kind": kind})
        if _JSON.match(start):
            return Finding("reading.wrong_kind", file=self.file, details={"kind": "JSON"})
        return None


def peek(path: Path, sheet: str | None = None) -> Peek:
    """Open a file; Refused when it is not there, a folder, empty or not to be read."""
    if not path.exists():
        raise Refused(_absent("reading.no_file", path))
    if path.is_dir():
        raise Refused(_absent("reading.directory", path))
    try:
        data = path.read_bytes()
    except OSError as problem:
        details = {"problem": problem.strerror or str(problem)}
        raise Refused(Finding("reading.unreadable", file=path.name, details=details)) from None
    if not data:
        raise Refused(Finding("reading.empty_file", file=path.name))
    return Peek(path, data, sheet)


def _absent(code: str, path: Path) -> Finding:
    """What is said of a path without a file; the path itself when it says more than the name."""
    name = path.name or path.absolute().name
    return Finding(code, file=name, value=None if str(path) == name else str(path))


def _is_web_page(start: bytes) -> bool:
    return start.startswith(b"<") and any(
        mark in start.lower() for mark in (b"<!doctype html", b"<html", b"<table")
    )


def _package(data: bytes) -> str:
    """``xlsx``, ``ods`` or ``lsa`` when the zipped parts say so; a broken zip counts as a workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
            mimetype = package.read("mimetype") if "mimetype" in names else b""
    except spreadsheet.BROKEN_ZIP:
        return "xlsx"
    if b"opendocument.spreadsheet" in mimetype:
        return "ods"
    if any(name.casefold().endswith(".lss") for name in names):
        return "lsa"
    return "xlsx" if "xl/workbook.xml" in names else ""


def _not_a_workbook(data: bytes, file: str) -> Finding:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = set(package.namelist())
    kind = next((kind for name, kind in _PACKAGES.items() if name in names), None)
    if kind is not None:
        return Finding("reading.wrong_kind", file=file, details={"kind": kind})
    return Finding("reading.zip_archive", file=file)
