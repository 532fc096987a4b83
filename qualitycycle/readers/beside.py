"""The questionnaire that lies beside an export and says what its codes mean.

It is found by content: of the questionnaires in the same folder the one that knows most of
the export's columns, and nearly all of them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from qualitycycle.errors import Refused
from qualitycycle.findings import Finding, Level
from qualitycycle.readers.multiple import Column
from qualitycycle.readers.structure import Structure, read_structure

Explained: TypeAlias = tuple[list[Column], list[Finding]]
"""Columns in the words of a questionnaire, and the answers it does not know as findings."""

_HEAD = 4096
_LARGEST = 50_000_000
_ENOUGH = 0.8
_SHEETS_NAMED = ("xl/workbook.xml", "content.xml")


@dataclass(frozen=True)
class Beside:
    """A questionnaire and the name of the file it came from."""

    file: str
    structure: Structure


def beside(
    path: Path, tool: str, known: Callable[[Structure], float], stated: Path | None = None
) -> list[Beside]:
    """The questionnaires in the folder of ``path`` that fit it best: none, one, or several equals.

    ``known`` says which share of the export's columns a questionnaire knows. ``stated`` is the
    one that somebody says it is: no other is looked at. Raises Refused when that is none.
    """
    if stated is not None:
        structure = read_structure(stated)
        if structure is None or structure.tool != tool:
            raise Refused(Finding("platforms.no_structure", file=path.name, value=stated.name))
        return [Beside(stated.name, structure)]
    fits = [(known(found.structure), found) for found in _questionnaires(path, tool)]
    best = max((share for share, _ in fits), default=0.0)
    return [found for share, found in fits if share == best] if best >= _ENOUGH else []


def settle(file: str, fitting: Sequence[Beside], explain: Callable[[Beside], Explained]) -> Explained:
    """The columns of ``file`` in the texts of the questionnaire that fits, and what to say of that.

    Of several that know the columns equally well those count that know the answers best. Any
    of these will do as long as all say the same; else a finding asks which one is meant.
    """
    made = [(one.file, *explain(one)) for one in fitting]
    fewest = min(len(findings) for _, _, findings in made)
    best = [one for one in made if len(one[2]) == fewest]
    name, columns, findings = best[0]
    if any(others != columns for _, others, _ in best[1:]):
        details = {"structures": ", ".join(other for other, _, _ in best)}
        return columns, [Finding("platforms.which_structure", file=file, details=details)]
    if name == file:
        return columns, findings
    used = Finding("platforms.structure_used", Level.INFO, file, details={"structure": name})
    return columns, [used, *findings]


def _questionnaires(path: Path, tool: str) -> Iterator[Beside]:
    for other in _siblings(path):
        try:
            structure = read_structure(other) if _may_be(other, tool) else None
        except (Refused, OSError):
            continue
        if structure is not None and structure.tool == tool:
            yield Beside(other.name, structure)


def _siblings(path: Path) -> Sequence[Path]:
    try:
        return sorted(other for other in path.parent.iterdir() if other.is_file() and other.name != path.name)
    except OSError:
        return []


def _may_be(path: Path, tool: str) -> bool:
    """A look at the first bytes: a folder may hold hundreds of exports."""
    if path.stat().st_size > _LARGEST:
        return False
    with path.open("rb") as opened:
        head = opened.read(_HEAD)
    if head.startswith(b"PK"):
        return _packed(path, tool)
    marks = (b"LimeSurveyDocType", b"type/scale") if tool == "limesurvey" else ()
    return any(mark in head.replace(b"\x00", b"") for mark in marks)


def _packed(path: Path, tool: str) -> bool:
    """Whether a zipped file has the parts, or a workbook the sheet, that such a questionnaire has."""
    try:
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
            if tool == "limesurvey":
                return any(name.casefold().endswith(".lss") for name in names)
            inside = [package.read(name) for name in _SHEETS_NAMED if name in names]
    except (zipfile.BadZipFile, ValueError, RuntimeError):
        return False
    return any(b'"survey"' in part.lower() for part in inside)
