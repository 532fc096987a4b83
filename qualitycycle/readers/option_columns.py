"""Several columns that are one multiple-choice question, made into the one column they are.

Some tools write a column per option. In such a column every filled cell repeats the
option. Joined, a cell holds the chosen options as every other tool writes them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qualitycycle.labels import normalise_header, normalise_label
from qualitycycle.readers.grid import Grid, unique_headers

JOINER = "; "
"""What stands between the chosen options of a joined column."""

_OTHER = re.compile(
    r"(other|anders|overig|andere|anderen|sonstige|sonstiges|autre|otro|outro)"
    r"(,? (namely|namelijk|nl\.?|please specify))?( ?\(.*\))?(#\d+)?"
)
_NUMBER = re.compile(r"#\d+$")


@dataclass(frozen=True)
class Joining:
    """Columns of a grid, by position and in order, that become one under ``header``."""

    positions: tuple[int, ...]
    header: str


def repeats(column: Iterable[Any], option: str) -> bool:
    """Whether a column holds something, and only its own option.

    >>> repeats(["Git", None, "git "], "Git"), repeats(["yes", "no"], "Git"), repeats([None], "Git")
    (True, False, False)
    """
    filled = {str(cell) for cell in column if cell is not None}
    return {normalise_label(text) for text in filled} == {normalise_label(_NUMBER.sub("", option))}


def is_other(header: str) -> bool:
    """Whether a header is that of a typed answer beside the options.

    >>> [is_other(text) for text in ("Other", "Anders, namelijk", "Other (please specify)", "Others matter")]
    [True, True, True, False]
    """
    return _OTHER.fullmatch(normalise_header(header)) is not None


def join(grid: Grid, joinings: Sequence[Joining]) -> Grid:
    """The grid with each of these groups as one column, in the place of its first.

    Headers that repeat are numbered again, so that an ``Other`` that is joined takes no number.
    """
    names = grid.positions()
    first = {joining.positions[0]: joining for joining in joinings}
    gone = {at for joining in joinings for at in joining.positions[1:]}
    headers, columns = [], []
    for at, header in enumerate(grid.headers):
        if at in gone:
            continue
        joining = first.get(at)
        headers.append(joining.header if joining else _unnumbered(header, names))
        columns.append(_joined(grid, joining.positions) if joining else grid.columns[at])
    return replace(grid, headers=tuple(unique_headers(headers)), columns=tuple(columns))


def _unnumbered(header: str, names: Collection[str]) -> str:
    """The header as the file has it, without the number that only tells it from its like."""
    bare = _NUMBER.sub("", header)
    return bare if normalise_header(bare) in names else header


def _joined(grid: Grid, positions: Sequence[int]) -> list[Any]:
    cells = zip(*(grid.columns[at] for at in positions), strict=True)
    return [JOINER.join(str(cell).strip() for cell in row if cell is not None) or None for row in cells]
