"""Answers that a scale does not know: which nearly are one of its labels, and which nobody knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from qualitycycle.checking.coded import Scored
from qualitycycle.checking.export import Export, ItemColumn
from qualitycycle.checking.scoring import score_column
from qualitycycle.checking.similarity import nearly_label
from qualitycycle.instrument import Scale
from qualitycycle.labels import normalise_label
from qualitycycle.mapping import SurveyMapping
from qualitycycle.vocabulary import AnswerState

DISTINCT = 200
"""So many different answers say enough about a column."""

WORDS = 60
"""Answers longer than so many letters on average are text, whatever the scale."""


@dataclass(frozen=True)
class LabelAlias:
    """An answer that nearly is a label: ``label`` in the file stands for ``known`` on the scale.

    ``scale`` is the key under ``[labels]``: the scale's id, or the item's where the item has
    labels of its own. ``target`` is the score, or the option's wording.
    """

    scale: str
    label: str
    known: str
    target: float | str
    count: int


@dataclass(frozen=True)
class StrangeLabel:
    """An answer that nobody knows, with how often it stands in which column first."""

    scale: str
    label: str
    header: str
    count: int


def label_fit(cells: Sequence[Any], scale: Scale) -> float | None:
    """The share of the answers (0-1) that a scale accepts; None where answers say nothing.

    >>> agree = Scale(kind="ordinal", points=2, favourable=(2,), labels={"en": ["no", "yes"]})
    >>> label_fit(["Yes", "no", "perhaps", None], agree)
    0.6666666666666666
    """
    counts = _given(cells)
    if not counts:
        return None
    if scale.kind == "open":
        mean = sum(len(text) * n for text, n in counts.items()) / counts.total()
        return None if mean >= WORDS or len(counts) > counts.total() / 2 else 0.5
    scored = _scored(list(counts), scale)
    said = [(n, one) for n, one in zip(counts.values(), scored, strict=True) if _says_something(one)]
    return sum(n for n, one in said if not one.problem) / sum(n for n, _ in said) if said else None


def strange_labels(
    export: Export,
    columns: Iterable[ItemColumn],
    mapping: SurveyMapping | None = None,
    rows: int | None = None,
) -> tuple[list[LabelAlias], list[StrangeLabel]]:
    """The answers in closed columns that their scale does not know: near ones and strange ones.

    ``rows`` looks at so many rows only.
    """
    near: dict[tuple[str, str], LabelAlias] = {}
    strange: dict[tuple[str, str], StrangeLabel] = {}
    for column in columns:
        if column.scale.kind in ("open", "multi"):
            continue
        key = column.item.id if column.item.labels else column.item.scale
        for label, count in _unknown(export.columns[column.index][:rows], column, mapping).items():
            place = (key, normalise_label(label))
            known = nearly_label(label, _known(column.scale))
            if known is not None:
                seen = near.get(place)
                total = count + (seen.count if seen else 0)
                near[place] = LabelAlias(key, label, known, _target(column.scale, known), total)
            else:
                first = strange.get(place, StrangeLabel(key, label, column.header, 0))
                strange[place] = StrangeLabel(key, first.label, first.header, first.count + count)
    return list(near.values()), list(strange.values())


def _unknown(cells: Sequence[Any], column: ItemColumn, mapping: SurveyMapping | None) -> dict[str, int]:
    counts = _given(cells, None)
    scored = _scored(list(counts), column.scale, column.item.id, column.item.scale, mapping)
    return {
        text: n
        for (text, n), one in zip(counts.items(), scored, strict=True)
        if one.problem == "checking.unknown_label"
    }


def _given(cells: Sequence[Any], limit: int | None = DISTINCT) -> Counter[str]:
    counts = Counter(text for cell in cells if cell is not None and (text := _text(cell)))
    return Counter(dict(counts.most_common(limit)))


def _text(cell: Any) -> str:
    whole = isinstance(cell, float) and cell.is_integer()
    return str(int(cell)) if whole else " ".join(str(cell).split())


def _scored(
    texts: Sequence[str],
    scale: Scale,
    item: str = "",
    scale_id: str = "",
    mapping: SurveyMapping | None = None,
) -> Sequence[Scored]:
    scored, _ = score_column(
        texts,
        range(len(texts)),
        item=item,
        scale=scale,
        scale_id=scale_id,
        mapping=mapping,
        file="",
        header="",
        language="en",
    )
    return scored


def _says_something(one: Scored) -> bool:
    return one.state is AnswerState.ANSWERED or one.problem is not None


def _known(scale: Scale) -> list[str]:
    return [label for labels in scale.labels.values() for label in labels]


def _target(scale: Scale, known: str) -> float | str:
    for labels in scale.labels.values():
        if known in labels and scale.is_scored:
            return labels.index(known) + 1
    return known
