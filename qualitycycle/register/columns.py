"""What a column and a table of the register are, and the kinds of column that come back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from qualitycycle.vocabulary import Variant

Kind = Literal["text", "integer", "number", "date", "yes_no", "list", "choice"]
"""``text`` and ``choice`` hold a str, ``list`` a tuple of str, ``yes_no`` a bool; blank is None, or ()."""


@dataclass(frozen=True)
class Column:
    """One column.

    ``choices`` are the values a ``choice`` may have, ``terms`` the key under which the
    catalogues translate them. ``refers_to`` names where the value must exist
    (``trainers.id``, ``boards.code``); several names mean: in one of them. ``minimum``
    is the smallest number that makes sense.
    """

    name: str
    kind: Kind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    terms: str = ""
    refers_to: tuple[str, ...] = ()
    minimum: float | None = None

    @property
    def blank(self) -> Any:
        """The value of a cell that was left empty."""
        return () if self.kind == "list" else None


@dataclass(frozen=True)
class Table:
    """One table: a sheet of the workbook and a Delta table under ``folder``.

    ``key`` identifies a row. Its first column is the owner of the row: the row itself,
    or the session that a meeting or a trainer's part belongs to.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    folder: Literal["register", "cycle"] = "register"

    def column(self, name: str) -> Column:
        """The column with this name (KeyError when there is none)."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def owns_itself(self) -> bool:
        """Whether a row has an id of its own (as against being part of a session)."""
        return self.key == ("id",)


def own_id() -> Column:
    return Column("id", required=True)


def choice(name: str, choices: Iterable[str], terms: str, required: bool = False) -> Column:
    return Column(name, "choice", required, tuple(str(choice) for choice in choices), terms)


def reference(name: str, *refers_to: str, required: bool = False) -> Column:
    return Column(name, required=required, refers_to=refers_to)


def references(name: str, *refers_to: str, required: bool = False) -> Column:
    return Column(name, "list", required, refers_to=refers_to)


def count(name: str) -> Column:
    return Column(name, "integer", minimum=0)


def partnership() -> Column:
    return reference("partnership", "partnerships.code", required=True)


def text(name: str) -> Column:
    return Column(name, required=True)


def day(name: str) -> Column:
    return Column(name, "date", required=True)


VARIANTS = tuple(variant for variant in Variant if variant is not Variant.UNKNOWN)
"""The variants a person can mean; unknown is none of them."""
