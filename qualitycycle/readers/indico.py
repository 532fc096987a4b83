"""Indico: the answers of an event's survey, as CSV or workbook.

Headers are ``Section: question``; the chosen options of a multiple choice are joined
with ``; ``. Who sent the form in stands in front, and stays outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    """The answers of an Indico survey; the title of a column is its question without the section."""
    titles = [header.partition(": ")[2].strip() for header in peek.grid.headers]
    return assemble(
        peek,
        FORMAT,
        options,
        response_id=(),
        submitted=(_SUBMITTED,),
        ignore=(),
        about=About(titles=titles),
    )
