"""Odd responses, flagged and kept, never deleted.

A rule takes the scored columns of a file and returns the positions of the responses it
flags. To add one: a function here, a line in ``RULES`` and a sentence
``checking.flag_<name>`` in the catalogues.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from qualitycycle.checking.columns import ItemColumn
from qualitycycle.checking.scoring import Scored

STRAIGHT_FROM = 6
"""So many answers on one scale, all the same, is straight-lining."""

REVERSED_SHARE = 0.8
REVERSED_MARK = 8.0

Answers = Sequence[tuple[ItemColumn, Sequence[Scored]]]


def test_rows(answers: Answers, size: int) -> list[int]:
    """Responses whose only texts say "test"."""
    texts: dict[int, list[str]] = defaultdict(list)
    for column, scored in answers:
        if column.scale.kind == "open":
            for position, one in enumerate(scored):
                if one.text:
                    texts[position].append(one.text.casefold().strip(" .!"))
    return [position for position, words in texts.items() if set(words) <= {"test", "testing", "tets"}]


def straight_lines(answers: Answers, size: int) -> list[int]:
    """Responses that give one and the same answer to six or more items of one scale."""
    flagged: set[int] = set()
    for columns in _by_scale(answers).values():
        if len(columns) < STRAIGHT_FROM:
            continue
        for position, row in enumerate(zip(*columns, strict=True)):
            given = [one.score for one in row if one.score is not None]
            if len(given) >= STRAIGHT_FROM and len(set(given)) == 1:
                flagged.add(position)
    return sorted(flagged)


def reversed_scales(answers: Answers, size: int) -> list[int]:
    """Responses that disagree with nearly everything and still give a high mark."""
    marks = [scored for column, scored in answers if column.scale.kind == "mark"]
    agreement = [column for columns in _by_scale(answers).values() for column in columns]
    if not marks or len(agreement) < STRAIGHT_FROM:
        return []
    flagged = []
    for position in range(size):
        given = [c[position].score for c in agreement if c[position].score is not None]
        high = [m[position].score for m in marks if m[position].score is not None]
        low = sum(score <= 2 for score in given if score is not None)
        if (
            len(given) >= STRAIGHT_FROM
            and low >= REVERSED_SHARE * len(given)
            and high
            and min(score for score in high if score is not None) >= REVERSED_MARK
        ):
            flagged.append(position)
    return flagged


def _by_scale(answers: Answers) -> dict[str, list[Sequence[Scored]]]:
    columns: dict[str, list[Sequence[Scored]]] = defaultdict(list)
    for column, scored in answers:
        if column.scale.kind == "ordinal" and column.scale.points == 5:
            columns[column.item.scale].append(scored)
    return columns


RULES: dict[str, Callable[[Answers, int], list[int]]] = {
    "test_row": test_rows,
    "straight_line": straight_lines,
    "reversed_scale": reversed_scales,
}
