"""Formulas in the notation of lme4: a fixed part, and random terms ``(1 | ...)``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding

RANDOM = re.compile(r"\(\s*1\s*\|(?P<group>[^()|]*(?:\([^()]*\))?[^()|]*)\)")
MEMBERSHIP = re.compile(r"mm\((?P<columns>[^()]*)\)")
COLUMN = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Term:
    """A random intercept: per level of one column, of columns crossed, or of multiple membership."""

    name: str
    columns: tuple[str, ...]
    membership: bool = False


@dataclass(frozen=True)
class Formula:
    """``response ~ fixed`` (in patsy's notation) and the random terms."""

    response: str
    fixed: str
    terms: tuple[Term, ...]


def parse(text: str) -> Formula:
    """A formula taken apart.

    ``(1 | a)`` a random intercept per level of a; ``(1 | a:b)`` per combination;
    ``(1 | a/b)`` is ``(1 | a) + (1 | b:a)``; ``(1 | mm(a, b))`` multiple membership. A term
    that is written twice counts once.
    Raises UsageProblem when it cannot be read.

    >>> found = parse("score ~ variant + (1 | session) + (1 | mm(t1, t2))")
    >>> found.response, found.fixed, [term.name for term in found.terms]
    ('score', 'variant', ['session', 'mm(t1, t2)'])
    """
    response, tilde, right = text.partition("~")
    if not tilde or not COLUMN.fullmatch(response.strip()):
        raise _unreadable(text)
    terms: list[Term] = []
    for found in RANDOM.finditer(right):
        terms += _terms(found["group"].strip(), text)
    fixed = _without_random(right)
    if "|" in fixed:
        raise _unreadable(text)
    return Formula(response.strip(), fixed, tuple(dict.fromkeys(terms)))


def _without_random(right: str) -> str:
    """The fixed part, with the plus signs beside removed terms tidied; ``1`` when nothing is left."""
    bare = RANDOM.sub("", right)
    parts = [part.strip() for part in re.split(r"\+(?![^()]*\))", bare)]
    return " + ".join(part for part in parts if part) or "1"


def _terms(group: str, text: str) -> list[Term]:
    shared = MEMBERSHIP.fullmatch(group)
    if shared:
        columns = _columns(shared["columns"], ",", text)
        return [Term(f"mm({', '.join(columns)})", columns, membership=True)]
    if "/" in group:
        nested = _columns(group, "/", text)
        return [Term(":".join(nested[i::-1]), nested[i::-1]) for i in range(len(nested))]
    columns = _columns(group, ":", text)
    return [Term(":".join(columns), columns)]


def _columns(text: str, mark: str, formula: str) -> tuple[str, ...]:
    columns = tuple(part.strip() for part in text.split(mark))
    if not all(COLUMN.fullmatch(column) for column in columns):
        raise _unreadable(formula)
    return columns


def _unreadable(text: str) -> UsageProblem:
    return UsageProblem(Finding("ordinal.bad_formula", value=text))
