"""Indico: the answers of an event's survey, as CSV or workbook.

Headers are ``Section: question``; the chosen options of a multiple choice are joined
with ``; ``. Who sent the form in stands in front, and stays outside.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qualitycycle.readers.grid import unique_headers
from qualitycycle.readers.headers import is_identity
from qualitycycle.readers.raw import About, Options, RawExport, assemble

if TYPE_CHECKING:
    from qualitycycle.readers.peek import Peek

FORMAT = "indico"

_SUBMITTED = "submission date"
_SUBMITTER = "submitter"


def recognises(peek: Peek) -> bool:
    """Whether the table has Indico's columns for who sent it in and when."""
    return peek.kind != "" and {_SUBMITTER, _SUBMITTED} <= peek.grid.positions().keys()


def read(peek: Peek, options: Options) -> RawExport:
    """The answers of an Indico survey; the title of a column is its question without the section.

    A question that asks who somebody is goes by its title, so that it is dropped.
    """
    titles = [header.partition(": ")[2].strip() for header in peek.grid.headers]
    headers = [
        title if is_identity(title) else header
        for title, header in zip(titles, peek.grid.headers, strict=True)
    ]
    return assemble(
        peek,
        FORMAT,
        options,
        response_id=(),
        submitted=(_SUBMITTED,),
        ignore=(),
        grid=replace(peek.grid, headers=tuple(unique_headers(headers))),
        about=About(titles=titles),
    )
