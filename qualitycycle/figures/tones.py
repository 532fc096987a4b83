"""Colour and pattern of answer categories: blue for favourable, hatched orange for not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from qualitycycle.figures import style
from qualitycycle.figures.values import Category, ItemResult

Tone = tuple[str, str]
"""A colour and a plotly pattern shape."""

MarkTone = Literal["insufficient", "between", "favourable"]

STRONGLY_FAVOURABLE: Tone = (style.ACCENT, "")
FAVOURABLE: Tone = (style.ACCENT_LIGHT, "")
MIDDLE: Tone = (style.NEUTRAL, "")
UNFAVOURABLE: Tone = (style.CONTRAST_LIGHT, "/")
STRONGLY_UNFAVOURABLE: Tone = ("#dc8a3e", "/")

MARK_TONES: dict[MarkTone, Tone] = {
    "insufficient": STRONGLY_UNFAVOURABLE,
    "between": MIDDLE,
    "favourable": STRONGLY_FAVOURABLE,
}


def tones(categories: Sequence[Category], kind: str) -> list[Tone]:
    """One tone per category, from which side of the scale it is on.

    Options without order get one and the same tone. On a balanced scale the best is in
    the middle and the two sides differ in the direction of their hatching.

    >>> agreement = [Category(str(i), 1, favourable=i > 3) for i in range(1, 6)]
    >>> [shape for _, shape in tones(agreement, "ordinal")]
    ['/', '/', '', '', '']
    """
    best = [position for position, category in enumerate(categories) if category.favourable]
    if not best:
        return [FAVOURABLE] * len(categories)
    if kind == "balanced":
        return [_balanced(position, best) for position in range(len(categories))]
    return [_ordinal(position, categories) for position in range(len(categories))]


def mark_tone(item: ItemResult, category: Category) -> MarkTone:
    """Whether a mark is favourable, below the pass mark, or between."""
    if category.favourable:
        return "favourable"
    below, score = item.insufficient_below, category.score
    return "insufficient" if below is not None and score is not None and score < below else "between"


def marker(tone: Sequence[Tone] | Tone) -> dict[str, object]:
    """A plotly bar marker for one tone, or for one tone per bar."""
    many = not isinstance(tone[0], str)
    colours = [pair[0] for pair in tone] if many else tone[0]
    shapes = [pair[1] for pair in tone] if many else tone[1]
    return {
        "color": colours,
        "line": {"color": style.OUTLINE, "width": 0.8},
        "pattern": {
            "shape": shapes,
            "fillmode": "overlay",
            "bgcolor": colours,
            "fgcolor": style.INK,
            "size": 7,
            "solidity": 0.14,
        },
    }


def text_colour(tone: Tone) -> str:
    """The ink that is readable on a tone."""
    return "#ffffff" if tone[0] == style.ACCENT else style.INK


def _balanced(position: int, best: Sequence[int]) -> Tone:
    if position in best:
        return STRONGLY_FAVOURABLE
    return (style.CONTRAST_LIGHT, "/" if position < best[0] else "\\")


def _ordinal(position: int, categories: Sequence[Category]) -> Tone:
    at_end = position in (0, len(categories) - 1)
    if categories[position].favourable:
        return STRONGLY_FAVOURABLE if at_end else FAVOURABLE
    if len(categories) % 2 and position == len(categories) // 2:
        return MIDDLE
    return STRONGLY_UNFAVOURABLE if at_end else UNFAVOURABLE
