"""A survey of which only the counts per option are known.

Every question must add up to the same number of people; answers are never cross-tabulated,
since nobody knows which of them belong together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from qualitycycle.checking.assemble import ID_LENGTH, SHARED, Checked, Columns, digest
from qualitycycle.checking.columns import Export
from qualitycycle.findings import Finding
from qualitycycle.instrument import Instrument, Item, in_language
from qualitycycle.labels import normalise_header, normalise_label
from qualitycycle.vocabulary import AnswerState, Moment

Counted = dict[tuple[str, str], int]
"""(item id, option code) -> how many people chose it."""


def option_counts(
    export: Export, instrument: Instrument, *, collection: str, moment: Moment, language: str
) -> Checked:
    """One response with weight ``n`` and one answer per option, or every finding.

    ``export`` has the columns item, option and count.
    """
    counted, findings = _count(export, instrument, language)
    totals = _totals(counted)
    if len(set(totals.values())) > 1:
        shown = ", ".join(f"{item}: {total}" for item, total in totals.items())
        findings.append(Finding("checking.uneven_counts", file=export.path.name, details={"totals": shown}))
    if findings:
        return Checked({}, {}, "", findings)
    content = digest([f"{item}\x1f{option}\x1f{n}" for (item, option), n in sorted(counted.items())])
    responses = _response(collection, moment, instrument, content, max(totals.values(), default=0))
    answers = _answers(responses, counted)
    return Checked(responses, answers, digest([instrument.id, str(moment), content]))


def _count(export: Export, instrument: Instrument, language: str) -> tuple[Counted, list[Finding]]:
    counted: Counted = {}
    findings: list[Finding] = []
    items = {
        normalise_header(text): item for item in instrument.items for text in (item.id, *item.text.values())
    }
    for *cells, row in zip(*export.columns, export.rows, strict=True):
        found = _read(cells, items, instrument, language)
        if isinstance(found, Finding):
            findings.append(_placed(found, export.path.name, row))
            continue
        item, option, n = found
        counted[item, option] = counted.get((item, option), 0) + n
    return counted, findings


def _placed(found: Finding, file: str, row: int) -> Finding:
    return Finding(
        found.code, file=file, row=row, column=found.column, value=found.value, details=found.details
    )


def _read(
    cells: Iterable[Any], items: Mapping[str, Item], instrument: Instrument, language: str
) -> tuple[str, str, int] | Finding:
    """One row: item id, option code and count, or what is wrong with it."""
    item_cell, option_cell, count_cell = cells
    item = items.get(normalise_header(str(item_cell)))
    if item is None:
        expected = ", ".join(known.id for known in instrument.items)
        return Finding(
            "checking.unknown_item", column="item", value=str(item_cell), details={"expected": expected}
        )
    option = _option_code(instrument, item.id, option_cell)
    if option is None:
        labels = "; ".join(in_language(instrument.scale_of(item.id).labels, language))
        return Finding(
            "checking.unknown_label", column="option", value=str(option_cell), details={"expected": labels}
        )
    n = _whole(count_cell)
    if n is None:
        return Finding("checking.not_a_count", column="count", value=str(count_cell))
    return item.id, option, n


def _option_code(instrument: Instrument, item: str, cell: Any) -> str | None:
    wanted = normalise_label(str(cell))
    for labels in instrument.scale_of(item).labels.values():
        for position, label in enumerate(labels, 1):
            if wanted in (normalise_label(label), str(position)):
                return str(position)
    return None


def _whole(cell: Any) -> int | None:
    try:
        number = float(str(cell).replace(",", "."))
    except ValueError:
        return None
    return int(number) if number >= 0 and number.is_integer() else None


def _totals(counted: Counted) -> Counter[str]:
    totals: Counter[str] = Counter()
    for (item, _), n in counted.items():
        totals[item] += n
    return totals


def _response(collection: str, moment: Moment, instrument: Instrument, content: str, base: int) -> Columns:
    return {
        "response_id": [digest([collection, str(moment), "option_counts"])[:ID_LENGTH]],
        "collection": [collection],
        "moment": [str(moment)],
        "instrument": [instrument.id],
        "row_hash": [content],
        "submitted_on": [None],
        "completed": [True],
        "n": [base],
        "language": [None],
        "link_code": [None],
        "link_masks": [[]],
        "flags": [[]],
    }


def _answers(responses: Columns, counted: Counted) -> Columns:
    size = len(counted)
    return {
        **{name: responses[name] * size for name in SHARED},
        "item": [item for item, _ in counted],
        "state": [str(AnswerState.ANSWERED)] * size,
        "score": [None] * size,
        "option": [option for _, option in counted],
        "text": [None] * size,
        "n": list(counted.values()),
    }
