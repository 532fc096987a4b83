"""Printing: findings, tables and JSON, in the reader's language."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from qualitycycle import wording
from qualitycycle.config import SETTINGS
from qualitycycle.findings import Finding, Level, fold

if TYPE_CHECKING:
    from qualitycycle.analysis.result import Result
    from qualitycycle.workspace import Workspace

STYLES = {Level.ERROR: "bold red", Level.WARNING: "yellow", Level.INFO: "cyan"}
MARKS = {Level.ERROR: "✗", Level.WARNING: "!", Level.INFO: "·"}


_COUNT = re.compile(r"(\d+ ?%?|·)?")

SHORT = 24
"""Columns with texts up to this length are never broken: codes, dates, numbers."""


def workspace_of(shared: Mapping[str, Any]) -> Workspace:
    """The workspace a command works on: ``--workspace`` or the nearest folder upwards."""
    from qualitycycle.workspace import open_workspace

    return open_workspace(shared.get("workspace") or ".", shared.get("language"))


def language_of(arguments: Sequence[str]) -> str:
    """The reader's language before any command runs: ``--language``, else the workspace's."""
    asked = _argument(arguments, "--language")
    if asked in wording.languages():
        return asked
    return _settings_language(Path(_argument(arguments, "--workspace") or Path.cwd()))


def _argument(arguments: Sequence[str], option: str) -> str:
    """What follows an option on the command line, or nothing."""
    for position, argument in enumerate(arguments):
        if argument == option and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith(f"{option}="):
            return argument.partition("=")[2]
    return ""


def _settings_language(start: Path) -> str:
    for folder in (start.absolute(), *start.absolute().parents):
        if (folder / SETTINGS).is_file():
            try:
                language = tomllib.loads((folder / SETTINGS).read_text(encoding="utf-8")).get("language")
            except (OSError, ValueError):
                return "nl"
            return language if language in wording.languages() else "nl"
    return "nl"


def print_text(line: str = "", *, error: bool = False, style: str | None = None) -> None:
    """One line on the terminal; colours only where there is a terminal."""
    stream = sys.stderr if error else sys.stdout
    if not stream.isatty():
        print(line, file=stream)
        return
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    indent = len(line) - len(line.lstrip())
    text = Text(line.lstrip(), style=style or "")
    Console(stderr=error).print(Padding(text, (0, 0, 0, indent)) if indent else text)


def print_json(payload: Any) -> None:
    """JSON on standard output, one document."""
    print(json.dumps(payload, ensure_ascii=False, indent=2, default=str, allow_nan=False))


def print_findings(findings: Iterable[Finding], shared: Mapping[str, Any], *, typed: bool = False) -> None:
    """Findings that end a command: JSON with ``--json``, else sentences on standard error."""
    language = shared.get("language") or language_of(sys.argv[1:])
    folded = fold(findings)
    if shared.get("as_json"):
        print_json({"findings": [finding_json(found, language) for found in folded]})
        return
    for found in folded:
        print_finding(found, language, error=True, typed=typed)


def print_finding(
    found: Finding, language: str, *, indent: str = "", error: bool = False, typed: bool = False
) -> None:
    """One finding: its level, its place, then what is wrong and what to do.

    What was ``typed`` has no sheet; its columns are options.
    """
    style = STYLES[found.level]
    level = wording.text(f"terms.level.{found.level}", language)
    print_text(
        f"{indent}{MARKS[found.level]} {level}{_place(found, language, typed)}", error=error, style=style
    )
    print_text(f"{indent}  {wording.message(found, language)}", error=error)


def finding_json(found: Finding, language: str) -> dict[str, Any]:
    """A finding with its sentence, for ``--json``."""
    place = {"file": found.file, "sheet": found.details.get("sheet")}
    return {**found.as_dict(), "message": wording.message(found, language), **place}


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[int] = ()
) -> None:
    """A table on the terminal; plain aligned lines in a pipe."""
    rows = list(rows)
    if not sys.stdout.isatty():
        widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
        for row in (columns, *rows):
            cells = (
                cell.rjust(width) if at in numbers else cell.ljust(width)
                for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            print("  ".join(cells).rstrip())
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for position, column in enumerate(columns):
        longest = max((len(row[position]) for row in rows), default=0)
        justify: Literal["left", "right"] = "right" if position in numbers else "left"
        table.add_column(column, justify=justify, no_wrap=longest <= SHORT)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _place(found: Finding, language: str, typed: bool) -> str:
    typed = typed and found.row is None
    sheet = None if typed else found.details.get("sheet")
    parts = [
        found.file,
        wording.text("cli.place.sheet", language, sheet=sheet) if sheet else None,
        wording.text("cli.place.row", language, row=found.row) if found.row is not None else None,
        _column(found.column, language, typed) if found.column else None,
        wording.text("cli.place.value", language, value=found.value) if found.value else None,
        wording.text("cli.place.count", language, count=found.count) if found.count > 1 else None,
    ]
    shown = ", ".join(part for part in parts if part)
    return f": {shown}" if shown else ""


def _column(column: str, language: str, typed: bool) -> str:
    if typed:
        return f"--{column.replace('_', '-')}"
    return wording.text("cli.place.column", language, column=column)


def number_columns(rows: Sequence[Sequence[str]]) -> list[int]:
    """Which columns hold nothing but counts and shares, and so line up on the right.

    >>> number_columns([["DUIN", "7", "50%"], ["MEER", "", "·"]])
    [1, 2]
    """
    columns = zip(*rows, strict=True)
    return [at for at, cells in enumerate(columns) if all(map(_COUNT.fullmatch, cells)) and any(cells)]


def print_result(result: Result, shared: Mapping[str, Any]) -> None:
    """A result as table and sentences, or its JSON."""
    if shared.get("as_json"):
        print_json(dict(result.payload))
        return
    columns, rows, numbers = result.shown()
    sentences = result.sentences()
    if rows:
        print_table(columns, rows, numbers=numbers)
    if rows and sentences:
        print_text()
    for sentence in sentences:
        print_text(sentence)
