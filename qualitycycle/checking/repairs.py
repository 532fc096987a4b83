"""What is wrong with a file's columns as a whole, and what to do: another questionnaire, renamed
columns, half a file, answers in another language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from qualitycycle.checking.export import ColumnPlan, Export, ItemColumn, shortened
from qualitycycle.checking.proposals import DOUBTFUL, Renamed, likely_renamed
from qualitycycle.checking.similarity import header_texts, similarities
from qualitycycle.checking.strange_labels import strange_labels
from qualitycycle.config import Config
from qualitycycle.findings import Finding, Level
from qualitycycle.instrument import Instrument, Item, in_language
from qualitycycle.mapping import SurveyMapping
from qualitycycle.vocabulary import Moment

NEAR = 0.88
"""From this likeness on, an unknown header is taken for a misspelt question, and the file refused."""

NAMED = 5
"""So many missing questions are named."""

HALF = 0.5
"""A file with a smaller share of the questions of its moment is half a file."""

SAMPLE = 200
"""So many rows show whether the answers are in another language."""

STRANGE_LABELS = 2
"""One strange answer is a slip; so many may be another language."""

STRANGE = 0.5
"""From this share of unknown answers on, a whole scale is in other words."""


def nothing_recognised(export: Export, config: Config) -> Finding:
    """No column is a question: another tool's export, or another questionnaire."""
    details = {
        "instruments": ", ".join(config.instruments),
        "headers": "; ".join(shortened(header) for header in export.headers[:NAMED]),
    }
    file, count = export.path.name, len(export.headers)
    return Finding("checking.nothing_recognised", file=file, count=count, details=details)


def renamed_columns(
    export: Export,
    config: Config,
    instrument: Instrument,
    found: Sequence[ItemColumn],
    unmapped: Sequence[int],
) -> list[Finding]:
    """Columns that are probably a question that is missing; nearly the same text refuses the file."""
    known = {column.item.id for column in found}
    missing = [item.id for item in instrument.items if item.id not in known]
    if not unmapped or not missing:
        return []
    proposed = likely_renamed(export, instrument, config, unmapped, missing)
    language = str(config.settings.language)
    return [_renamed(export.path.name, one, instrument.item(one.item), language) for one in proposed]


def _renamed(file: str, one: Renamed, item: Item, language: str) -> Finding:
    near = one.likeness >= NEAR
    return Finding(
        "checking.near_header" if near else "checking.maybe_renamed",
        Level.ERROR if near else Level.WARNING,
        file=file,
        column=one.header,
        details={"item": item.id, "text": in_language(item.text, language)},
    )


def missing_column(export: Export, header: str, name: str, mapping: SurveyMapping) -> Finding:
    """A column the mapping names is not in the file, with the header that looks most like it."""
    named = set(mapping.headers())
    free = [at for at, other in enumerate(export.headers) if other not in named]
    title = mapping.titles.get(header, "")
    texts = [header_texts(export.headers[at], export.title(at)) for at in free]
    alike = similarities([header_texts(header, title)], texts)[0] if free else []
    best = max(range(len(free)), key=lambda at: alike[at], default=None)
    close = best is not None and alike[best] >= DOUBTFUL
    return Finding(
        "checking.mapped_column_missing",
        file=export.path.name,
        column=header,
        details={
            "mapping": name,
            "nearest": export.headers[free[best]] if close and best is not None else "-",
        },
    )


def other_words(export: Export, headers: Iterable[str], name: str) -> list[Finding]:
    """Under a code that the mapping names stands another question in words."""
    return [
        Finding("checking.other_question", file=export.path.name, column=header, details={"mapping": name})
        for header in headers
    ]


def strange_scales(
    export: Export, columns: Sequence[ItemColumn], mapping: SurveyMapping | None
) -> list[Finding]:
    """Scales on which most answers, in the first rows, are words that nobody knows."""
    _, strange = strange_labels(export, columns, mapping, rows=SAMPLE)
    findings = []
    for key in dict.fromkeys(one.scale for one in strange):
        labels = [one.label for one in strange if one.scale == key]
        unknown = sum(one.count for one in strange if one.scale == key)
        given = sum(
            cell is not None
            for column in columns
            if key in (column.item.id, column.item.scale)
            for cell in export.columns[column.index][:SAMPLE]
        )
        if len(labels) >= STRANGE_LABELS and unknown >= STRANGE * given:
            details = {"scale": key, "labels": "; ".join(labels[: 2 * NAMED])}
            findings.append(
                Finding(
                    "checking.strange_scale",
                    Level.WARNING,
                    file=export.path.name,
                    count=len(labels),
                    details=details,
                )
            )
    return findings


def list_unmapped(plan: ColumnPlan, file: str) -> list[Finding]:
    """The columns that are not stored, as one line of information, after the plan's own remarks."""
    if not plan.unmapped:
        return list(plan.findings)
    names = "; ".join(shortened(header) for header in plan.unmapped)
    details = {"columns": names}
    unmapped = Finding(
        "checking.unmapped_columns", Level.INFO, file=file, count=len(plan.unmapped), details=details
    )
    return [*plan.findings, unmapped]


def list_missing(plan: ColumnPlan, moments: Collection[Moment], file: str, language: str) -> list[Finding]:
    """The questions of this moment that are not in the file; a mapping says itself what it has.

    Without a known moment, those of the moment of which the file holds most.
    """
    if plan.mapping is not None:
        return []
    found = {column.item.id for column in plan.items}
    asked = _required(plan.instrument, moments or {_fullest(plan.instrument, found)})
    missing = [item for item in asked if item.id not in found]
    if not missing:
        return []
    titles = "; ".join(shortened(in_language(item.text, language)) for item in missing[:NAMED])
    if len(missing) > NAMED:
        titles += f" (+{len(missing) - NAMED})"
    half = len(asked) - len(missing) < HALF * len(asked)
    return [
        Finding(
            "checking.half_a_file" if half else "checking.items_missing",
            Level.WARNING,
            file=file,
            count=len(missing),
            details={"items": titles, "asked": len(asked)},
        )
    ]


def _required(instrument: Instrument, moments: Collection[Moment]) -> list[Item]:
    return [
        item
        for item in instrument.items
        if set(item.moments) & set(moments)
        and item.id not in instrument.local_items
        and not (item.optional or item.background or item.variants)
    ]


def _fullest(instrument: Instrument, found: Collection[str]) -> Moment:
    """The moment of which the file has most questions; of equals the one with fewest missing."""

    def held(moment: Moment) -> tuple[int, int]:
        asked = [item.id for item in _required(instrument, {moment})]
        there = sum(id in found for id in asked)
        return there, there - len(asked)

    return max(Moment, key=held)
