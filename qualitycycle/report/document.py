"""A report as a document of blocks; only the last step turns it into a file format.

All text is plain and ready to read, in the language of the document. Blocks are frozen
values: a section function returns them, a renderer turns each kind into HTML (or,
later, into another format).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import plotly.graph_objects as go

from qualitycycle.figures.values import Column, DataTable

__all__ = [
    "ActionItem",
    "ActionList",
    "Block",
    "Bullets",
    "Callout",
    "Column",
    "DataTable",
    "Details",
    "Document",
    "Figure",
    "KeyFigure",
    "KeyFigures",
    "Link",
    "Panel",
    "Panels",
    "Paragraph",
    "Section",
    "Subsection",
    "anchor",
]


def anchor(id: str) -> str:
    """The place of an object with this id in a document; also for ids with blanks or accents.

    >>> anchor("A-DUIN-2025-1"), anchor("actie é")
    ('id-A-DUIN-2025-1', 'id-actie_20_e9')
    """
    return "id-" + "".join(
        one if one.isascii() and (one.isalnum() or one in "-.") else f"_{ord(one):x}" for one in id
    )


@dataclass(frozen=True)
class Paragraph:
    """Running text; ``lead`` opens a section, ``label`` heads the next, ``note`` is small."""

    text: str
    style: Literal["body", "lead", "label", "note"] = "body"


@dataclass(frozen=True)
class Bullets:
    """A list of sentences, numbered when their order matters."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Callout:
    """A remark that must not be missed; ``kind`` also gives it a word, never only a colour."""

    title: str
    text: str
    kind: Literal["note", "warning"] = "note"


@dataclass(frozen=True)
class KeyFigure:
    """One number with what it counts, and below it out of what."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True)
class KeyFigures:
    """A row of key figures."""

    items: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Figure:
    """A figure with its text alternative and the table behind it."""

    caption: str
    alt: str
    figure: go.Figure
    table: DataTable


@dataclass(frozen=True)
class Link:
    """A word that leads to another place in the document; without ``target`` it is only the word."""

    text: str
    target: str = ""


@dataclass(frozen=True)
class ActionItem:
    """Something agreed or proposed: what, then facts as (name, value), then a mark in words.

    ``urgent`` sets the mark apart; the mark says in words what the setting apart means. ``id`` is
    shown with it and is where links to it arrive (see ``anchor``). ``lines`` are told one by one;
    ``trail`` says where it came from and what came of it, as (name, links).
    """

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    text: str = ""
    mark: str = ""
    urgent: bool = False
    id: str = ""
    lines: tuple[str, ...] = ()
    trail: tuple[tuple[str, tuple[Link, ...]], ...] = ()


@dataclass(frozen=True)
class ActionList:
    """Actions, or decisions that are asked for."""

    items: tuple[ActionItem, ...]


@dataclass(frozen=True)
class Details:
    """Figures behind a sentence, folded away; not printed."""

    summary: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Panel:
    """One of several things that stand beside each other."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Panels:
    """Panels beside each other, under each other on a small screen."""

    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Subsection:
    """A part of a section with its own heading."""

    heading: str
    blocks: tuple[Block, ...]


Block = (
    Paragraph
    | Bullets
    | Callout
    | KeyFigures
    | DataTable
    | Figure
    | ActionList
    | Details
    | Panels
    | Subsection
)


@dataclass(frozen=True)
class Section:
    """A chapter; ``id`` is its anchor."""

    id: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """A whole report. ``meta`` are the lines under the title, as (name, value)."""

    title: str
    subtitle: str
    language: str
    sections: tuple[Section, ...]
    meta: tuple[tuple[str, str], ...] = ()
    manifest: Mapping[str, object] = field(default_factory=dict)
