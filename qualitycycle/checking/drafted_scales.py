"""Which scale the answers of one column of an unknown questionnaire are on.

Known sets of words and numbers from 1 to 5, 1 to 10 and 0 to 10 have an order; words with
their number have it too. Other words never get one: they are options.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qualitycycle.checking.label_families import Found, family_of
from qualitycycle.checking.scoring import LEADING_NUMBER, NOT_ANSWERED, NOT_APPLICABLE
from qualitycycle.instrument import Labels, Scale
from qualitycycle.labels import normalise_label, split_options

ENOUGH = 5
"""From so many answers on, what people chose says something about the scale."""

OPTIONS = 12
"""A choice has at most so many options when each is chosen twice on average ..."""

MANY_OPTIONS = 20
"""... or so many when each is chosen ``MANY_TIMES`` on average."""

MANY_TIMES = 5
OPTION_LENGTH = 120
"""Longer texts are no options."""

JOINED = 0.2
"""From this share of cells with a separator on, a column holds several options per cell."""

SHORT_PART = 30
"""Of a handful of answers, only parts this short are taken for options."""

FEW_NUMBERS = 3
"""More different numbers than this, on no known scale, are amounts and no options."""

_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
WORD_AND_NUMBER = re.compile(r"^(?P<before>\d+)\s*[-–—:.=)]\s*\D+$|^[^\d(]+\((?P<behind>\d+)\)$")


@dataclass(frozen=True)
class DraftedScale:
    """The scale of one column: ``name`` is equal for columns that share it.

    ``labels`` are the options or anchors of the item itself; ``aliases`` spellings that need
    a line in the mapping. ``known`` is the set of words it was recognised by; ``note`` a code
    for what a person must look at.
    """

    name: str
    scale: Scale
    labels: tuple[str, ...] = ()
    aliases: Mapping[str, float | str] = field(default_factory=dict)
    known: Found | None = None
    note: str | None = None

    @property
    def both_languages(self) -> Labels:
        """The options of a known choice in every language."""
        return self.known.scale_labels(self.known.labels) if self.known else {}


OPEN = DraftedScale("open", Scale(kind="open"))


def answers_of(cells: Sequence[Any]) -> Counter[str]:
    """What was answered, most frequent first: no blanks, no "n.v.t."; the first spelling of each label."""
    counts: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for cell in cells:
        text = _text(cell)
        normal = normalise_label(text)
        if normal and normal not in NOT_ANSWERED and normal not in NOT_APPLICABLE:
            counts[spelled.setdefault(normal, text)] += 1
    return Counter(dict(counts.most_common()))


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def drafted_scale(answers: Counter[str], together: Counter[str] | None = None) -> DraftedScale:
    """The scale of a column with these ``answers``; ``together`` are those of its whole grid.

    >>> drafted_scale(Counter({"Agree": 4, "Strongly agree": 3})).name
    'agree5'
    >>> drafted_scale(Counter({"4": 3, "5": 9})).name, drafted_scale(Counter({"red": 9, "blue": 7})).name
    ('num5', 'single')
    >>> drafted_scale(Counter({"a;b;": 9, "b;": 7, "a;": 5})).labels
    ('a', 'b')
    """
    several = together or answers
    for attempt in (_family, _numbers, _numbered_words):
        found = attempt(several)
        if found is not None:
            return found
    return _joined(answers) or _choice(answers) or OPEN


def _family(answers: Counter[str]) -> DraftedScale | None:
    found = family_of(list(answers))
    if found is None:
        return None
    labels = found.scale_labels(answers)
    aliases = found.aliases(answers, labels)
    kind = found.family.kind
    note = "check_direction" if kind == "ordinal" else None
    options = tuple(labels["en"]) if kind == "single" else ()
    name = "single" if kind == "single" else found.key
    return DraftedScale(name, found.scale(labels), options, aliases, found, note)


def _numbers(answers: Counter[str]) -> DraftedScale | None:
    """Numbers on a scale of five or ten; the highest number must have been given."""
    matches = [LEADING_NUMBER.match(text) for text in answers]
    if answers.total() < ENOUGH or not all(matches):
        return None
    numbers = {float(match.group(1).replace(",", ".")) for match in matches if match}
    halves = any(not number.is_integer() for number in numbers)
    low, high = min(numbers), max(numbers)
    if high == 5 and low >= 1 and not halves:
        labels = [str(point) for point in range(1, 6)]
        scale = Scale(kind="ordinal", points=5, favourable=(4, 5), uses_mean=True, labels={"en": labels})
        return DraftedScale("num5", scale, note="check_direction")
    if high == 10 and low >= 0 and all((number * 2).is_integer() for number in numbers):
        start, step = (0 if low < 1 else 1), (0.5 if halves else 1.0)
        mark = Scale(
            kind="mark",
            minimum=start,
            maximum=10,
            step=step,
            favourable_from=7,
            insufficient_below=5.5 if start else None,
            uses_mean=True,
        )
        return DraftedScale(f"mark{start}_10{'h' if halves else ''}", mark, note="check_direction")
    return None


def _numbered_words(answers: Counter[str]) -> DraftedScale | None:
    """Words that all carry their number, from 1 without a gap: "Good (3)", "2 - soms"."""
    matches = {text: WORD_AND_NUMBER.match(text) for text in answers}
    if len(answers) < 3 or not all(matches.values()):
        return None
    numbered = {int(m["before"] or m["behind"]): text for text, m in matches.items() if m}
    points = len(answers)
    if sorted(numbered) != list(range(1, points + 1)):
        return None
    top = tuple(float(point) for point in range(points if points < 4 else points - 1, points + 1))
    scale = Scale(kind="ordinal", points=points, favourable=top, uses_mean=points > 4)
    labels = tuple(numbered[point] for point in range(1, points + 1))
    return DraftedScale(f"anchored{points}", scale, labels, note="check_direction")


def _joined(answers: Counter[str]) -> DraftedScale | None:
    """Several options in one cell, joined by ";"."""
    parted = {text: split_options(text, [])[1] for text in answers}
    joined = sum(n for text, n in answers.items() if ";" in text)
    if joined < JOINED * answers.total() or max(map(len, parted.values()), default=0) < 2:
        return None
    spelled: dict[str, str] = {}
    parts: Counter[str] = Counter()
    for text, n in answers.items():
        for part in parted[text]:
            parts[spelled.setdefault(normalise_label(part), part)] += n
    options = _options_among(parts)
    return DraftedScale("multi", Scale(kind="multi"), options) if options else None


def _options_among(parts: Counter[str]) -> tuple[str, ...]:
    """The parts that are options: chosen more than once, or few and short; () when it is just text."""
    if parts.total() < 2 * ENOUGH:
        short = all(len(part) <= SHORT_PART for part in parts)
        return _in_order(parts) if short else ()
    often = [part for part, n in parts.items() if n > 1 or len(parts) <= OPTIONS]
    covered = sum(parts[part] for part in often)
    return _in_order(often) if covered >= parts.total() / 2 else ()


def _choice(answers: Counter[str]) -> DraftedScale | None:
    total, distinct = answers.total(), len(answers)
    if total < ENOUGH or any(len(text) > OPTION_LENGTH for text in answers):
        return None
    if distinct > FEW_NUMBERS and all(_NUMBER.fullmatch(text) for text in answers):
        return None
    few = distinct <= OPTIONS and distinct * 2 <= total
    many = distinct <= MANY_OPTIONS and distinct * MANY_TIMES <= total
    if not (few or many):
        return None
    return DraftedScale("single", Scale(kind="single"), _in_order(answers))


def _in_order(options: Iterable[str]) -> tuple[str, ...]:
    """Options by letter, and by number where they hold one; not by how often they were chosen."""
    return tuple(
        sorted(
            options,
            key=lambda text: [
                (0, int(part), "") if part.isdecimal() else (1, 0, part)
                for part in re.split(r"(\d+)", text.casefold())
            ],
        )
    )
