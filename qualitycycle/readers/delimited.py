"""Text files with one record per line: CSV and TSV as survey tools and spreadsheets write them.

Any of four delimiters, found on the header outside quotes; UTF-8, UTF-16 (with its
mark) or windows-1252; quoted cells may hold line breaks. Every cell stays text: "7,5"
becomes a number where the item says it is a mark.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from qualitycycle.errors import Refused
from qualitycycle.findings import Finding, Level
from qualitycycle.readers.grid import DELIMITERS, Records, Table, is_blank
from qualitycycle.readers.raw import Options, RawExport, assemble

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_SEPARATOR_LINE = re.compile(r'"?sep=([^\w\r\n "]|\t)"?\r?\n', re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_DECIMAL_COMMA = re.compile(r"\s*[-+]?\d+,\d+\s*")
_RECORDS_TRIED = 200
_CHARACTERS_TRIED = 1_000_000
_MOST_CONTROL = 0.01


def recognises(peek: Peek) -> bool:
    """Whether the file is plain text."""
    return peek.kind == "csv"


def read(peek: Peek, options: Options) -> RawExport:
    """The text file as a plain table of answers; a tool's own columns are known by their names."""
    return assemble(peek, "csv", options)


def table(data: bytes, file: str) -> Table:
    """The records of a text file.

    Raises Refused when it is not text, or a quoted cell is never closed.

    >>> table(b"Cijfer;Waarom\\r\\n7,5;sfeer\\r\\n", "a.csv").records
    [['Cijfer', 'Waarom'], ['7,5', 'sfeer']]
    """
    text, findings = decode(data, file)
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    announced = _SEPARATOR_LINE.match(text)
    if announced:
        text = text[announced.end() :]
    delimiter = announced.group(1) if announced else sniff(text)
    records = _records(text, delimiter, file)
    return Table(records, tuple(findings), delimiter == ";" and _has_decimal_comma(records))


def _has_decimal_comma(records: Records) -> bool:
    """Whether a cell is a number with a comma: written in a country where the day comes first."""
    return any(cell and _DECIMAL_COMMA.fullmatch(cell) for record in records for cell in record)


def decode(data: bytes, file: str) -> tuple[str, list[Finding]]:
    """The text, and a finding when its encoding had to be assumed; Refused when it is no text.

    >>> decode("één".encode("windows-1252"), "a.csv")[0]
    'één'
    """
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)
    if encoding is None and b"\x00" in data:
        every_other = max(data[0::2].count(0), data[1::2].count(0)) > len(data) // 4
        raise Refused(Finding("reading.unmarked_utf16" if every_other else "reading.binary", file=file))
    findings = []
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding is not None:
            raise Refused(Finding("reading.binary", file=file)) from None
        text = data.decode("windows-1252", errors="replace")
        findings.append(Finding("reading.assumed_encoding", Level.INFO, file))
    controls = len(_CONTROL.findall(text)) + (text.count("\ufffd") if findings else 0)
    if controls > max(2, _MOST_CONTROL * len(text)):
        raise Refused(Finding("reading.binary", file=file))
    return text, findings


def sniff(text: str) -> str:
    """The delimiter of a text file.

    It stands in the header outside quotes. Of several such marks the one wins by which
    the records are as wide as the header; then the one that is not followed by a blank
    as in a sentence; then the one that is rarest in a sentence.

    >>> sniff("Wat viel op, en waarom;Cijfer\\nde sfeer, echt;7,5\\n")
    ';'
    """
    shapes = {mark: _shape(text[:_CHARACTERS_TRIED], mark) for mark in DELIMITERS}
    nothing_left = [mark for mark in DELIMITERS if not shapes[mark].header]
    if nothing_left:
        return nothing_left[0]
    in_header = [mark for mark in DELIMITERS if len(shapes[mark].header) > 1]
    if in_header:
        return max(in_header, key=lambda mark: shapes[mark].fits)
    in_body = [mark for mark in DELIMITERS if shapes[mark].wider_than_header]
    return in_body[0] if in_body else ","


@dataclass(frozen=True)
class _Shape:
    """What a text looks like when split by one delimiter; ``sound`` when every quote fits."""

    sound: bool
    header: list[str]
    widths: list[int]

    @property
    def fits(self) -> tuple[bool, bool, int]:
        agreeing = sum(width == len(self.header) for width in self.widths)
        tight = sum(not cell.startswith(" ") for cell in self.header[1:])
        return self.sound, 2 * agreeing >= len(self.widths), tight

    @property
    def wider_than_header(self) -> bool:
        usual = max(set(self.widths), key=self.widths.count, default=0)
        return usual > len(self.header) and len(self.widths) > 1


def _shape(text: str, delimiter: str) -> _Shape:
    for strict in (True, False):
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
        try:
            records = [record for record in islice(lines, _RECORDS_TRIED) if not is_blank(record)]
        except csv.Error:
            continue
        if records:
            return _Shape(strict, records[0], [len(record) for record in records[1:]])
    return _Shape(False, [], [])


def _records(text: str, delimiter: str, file: str) -> list[list[str]]:
    records: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            records.append(record)
    except csv.Error:
        raise Refused(Finding("reading.broken_quotes", file=file, row=len(records) + 1)) from None
    return records
