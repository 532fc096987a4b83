"""To which session or survey the rows of a file belong.

In this order: the id the importer gives; a session id in the file name (a whole token);
a column or a template over columns in the mapping. Nothing is guessed: when nothing is
found, the finding lists the likely candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from qualitycycle.findings import Finding
from qualitycycle.mapping import CollectionRule


@dataclass(frozen=True)
class Candidate:
    """A session or survey that answers may belong to; ``day`` is its last meeting."""

    id: str
    day: date | None = None
    evaluated: bool = False
    cancelled: bool = False


def find_collections(
    candidates: Sequence[Candidate],
    *,
    file: str,
    rows: Sequence[int],
    given: str | None = None,
    rule: CollectionRule | None = None,
    columns: Mapping[str, Sequence[Any]] | None = None,
    submitted: Sequence[date | None] | None = None,
) -> tuple[list[str], list[Finding]]:
    """The collection of every row, or the findings that prevent it.

    ``columns`` holds the cells of the columns that ``rule`` names; ``submitted`` helps to
    suggest candidates when nothing is found.
    """
    known = {candidate.id.casefold(): candidate.id for candidate in candidates}
    if given is not None:
        if given.casefold() in known:
            return [known[given.casefold()]] * len(rows), []
        expected = suggest(given, candidates, submitted)
        return [], [
            Finding("linking.unknown_session", file=file, value=given, details={"expected": expected})
        ]
    if rule is not None and rule.id is None:
        return _by_rule(rule, known, candidates, file, rows, columns or {})
    in_name = session_in_name(file, list(known.values()))
    if len(in_name) > 1:
        return [], [Finding("linking.two_sessions", file=file, value=", ".join(in_name), count=len(in_name))]
    if in_name:
        return [in_name[0]] * len(rows), []
    if rule is not None and rule.id is not None:
        return find_collections(candidates, file=file, rows=rows, given=rule.id, submitted=submitted)
    return [], [
        Finding("linking.no_session", file=file, details={"expected": suggest("", candidates, submitted)})
    ]


def cancelled_sessions(
    collections: Sequence[str], candidates: Sequence[Candidate], *, file: str
) -> list[Finding]:
    """That sessions are evaluated which were cancelled: the register or the session is wrong."""
    cancelled = sorted({candidate.id for candidate in candidates if candidate.cancelled} & set(collections))
    value = ", ".join(cancelled)
    return [Finding("linking.cancelled", file=file, value=value, count=len(cancelled))] if cancelled else []


def session_in_name(name: str, ids: Iterable[str]) -> list[str]:
    """The ids that stand in a file name as a whole token, the longest where they overlap.

    >>> session_in_name("Evaluatie DUIN-24-03(1-12).xlsx", ["DUIN-24-03", "DUIN-24", "24-0"])
    ['DUIN-24-03']
    """
    text = name.casefold()
    spans: list[tuple[int, int, str]] = []
    for id in ids:
        if id.casefold() not in text:
            continue
        pattern = rf"(?<![^\W_]){re.escape(id.casefold())}(?![^\W_])"
        spans += [(match.start(), match.end(), id) for match in re.finditer(pattern, text)]
    longest = [
        id
        for start, end, id in spans
        if not any(s <= start and end <= e and (s, e) != (start, end) for s, e, _ in spans)
    ]
    return list(dict.fromkeys(longest))


def suggest(given: str, candidates: Sequence[Candidate], submitted: Sequence[date | None] | None) -> str:
    """The likeliest collections: nearly the same id, else near the day the forms came in."""
    candidates = [candidate for candidate in candidates if not candidate.cancelled]
    if given and candidates:
        from rapidfuzz import process

        near = process.extract(given, [c.id for c in candidates], limit=3, score_cutoff=70)
        if near:
            return ", ".join(match[0] for match in near)
    days = sorted(day for day in submitted or () if day is not None)
    dated = [c for c in candidates if c.day is not None]
    if days:
        middle = days[len(days) // 2]
        dated.sort(key=lambda c: (c.evaluated, abs((c.day - middle).days) if c.day else 0, c.id))
    else:
        dated.sort(key=lambda c: (c.evaluated, -(c.day.toordinal() if c.day else 0), c.id))
    listed = [f"{c.id} ({c.day:%d-%m-%Y})" for c in dated[:5] if c.day] or [c.id for c in candidates[:5]]
    return ", ".join(listed) or "-"


def _by_rule(
    rule: CollectionRule,
    known: Mapping[str, str],
    candidates: Sequence[Candidate],
    file: str,
    rows: Sequence[int],
    columns: Mapping[str, Sequence[Any]],
) -> tuple[list[str], list[Finding]]:
    sent = {key.strip().casefold(): target for key, target in rule.values.items()}
    wanted = _rule_values(rule, columns, len(rows))
    found = {value: known.get(sent.get(value.casefold(), value).casefold()) for value in set(wanted)}
    unknown = {
        value: _unknown(rule, value, file, candidates)
        for value, collection in found.items()
        if collection is None
    }
    if unknown:
        at = zip(wanted, rows, strict=True)
        return [], [replace(unknown[value], row=row) for value, row in at if value in unknown]
    return [found[value] or "" for value in wanted], []


def _rule_values(rule: CollectionRule, columns: Mapping[str, Sequence[Any]], size: int) -> list[str]:
    texts = {name: [_text(cell) for cell in cells] for name, cells in columns.items()}
    if rule.column is not None:
        return texts[rule.column]
    template = rule.template or ""
    return [template.format(**{name: cells[i] for name, cells in texts.items()}) for i in range(size)]


def _unknown(rule: CollectionRule, value: str, file: str, candidates: Sequence[Candidate]) -> Finding:
    code = "linking.unknown_session_in_column" if value else "linking.blank_session_in_column"
    return Finding(
        code,
        file=file,
        column=rule.column or rule.template,
        value=value,
        details={"expected": suggest(value, candidates, None)},
    )


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\xa0", " ").strip()
