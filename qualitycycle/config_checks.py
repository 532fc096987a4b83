"""What must hold between the files of ``config/``: every name that one uses, another defines."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qualitycycle.findings import Finding
from qualitycycle.instrument import Instrument, Item, Scale
from qualitycycle.labels import normalise_header, normalise_label
from qualitycycle.mapping import SurveyMapping
from qualitycycle.versions import version_problems

if TYPE_CHECKING:
    from qualitycycle.config import Organisations, Settings

STRUCTURES = "structures"
"""The folder in ``config`` with the structure files that mappings name."""


def cross_checks(
    folder: Path,
    settings: Settings | None,
    organisations: Organisations | None,
    instruments: Mapping[str, Instrument],
    mappings: Mapping[str, SurveyMapping],
    broken: set[str],
) -> Iterator[Finding]:
    """Every name in ``config/`` that nothing defines; of ``broken`` instruments nothing is said."""
    if settings is not None and settings.instrument not in {*instruments, *broken}:
        yield _unknown_instrument("config/settings.toml", settings.instrument, instruments)
    for name, mapping in mappings.items():
        if mapping.instrument in instruments:
            yield from mapping_problems(name, mapping, instruments[mapping.instrument], folder)
        elif mapping.instrument not in broken:
            yield _unknown_instrument(_file(name), mapping.instrument, instruments)
    yield from version_problems(instruments, broken)
    if organisations is not None:
        for instrument in instruments.values():
            yield from _unknown_partnerships(instrument, list(organisations.partnerships))
    if organisations is not None and settings is not None:
        yield from _unknown_in_holidays(settings, list(organisations.partnerships))


def mapping_problems(
    name: str, mapping: SurveyMapping, instrument: Instrument, folder: Path
) -> Iterator[Finding]:
    """What is wrong with one mapping: unknown items, scales, labels and headers, columns used twice."""
    file = _file(name)
    items = [item.id for item in instrument.items]
    for key, item in _named_items(mapping):
        if item not in items:
            yield _unknown("config.unknown_item", file, key, item, items)
    for key in mapping.labels:
        if key not in {*items, *instrument.scales}:
            yield _unknown("config.unknown_scale", file, f"labels.{key}", key, [*instrument.scales, *items])
    yield from _wrong_targets(file, mapping, instrument)
    yield from _used_twice(file, mapping)
    for header in mapping.titles:
        if header not in {*mapping.columns, *mapping.doubtful}:
            yield _unknown("config.unknown_header", file, f"titles.{header}", header, list(mapping.columns))
    if mapping.structure is not None and not (folder / STRUCTURES / mapping.structure).is_file():
        yield Finding("config.no_structure", file=file, column="structure", value=mapping.structure)


def _named_items(mapping: SurveyMapping) -> Iterator[tuple[str, str]]:
    """Every item id a mapping names, with its key."""
    for table in ("columns", "doubtful"):
        for header, item in getattr(mapping, table).items():
            yield f"{table}.{header}", item
    yield from (("not_asked", item) for item in mapping.not_asked)
    if not isinstance(mapping.unknown, str):
        yield from ((f"unknown.{item}", item) for item in mapping.unknown)


def _wrong_targets(file: str, mapping: SurveyMapping, instrument: Instrument) -> Iterator[Finding]:
    """Labels that stand for a point or option that the scale does not have."""
    for key, labels in mapping.labels.items():
        scales = list(_scales_of(key, mapping, instrument))
        for label, target in labels.items():
            if scales and not any(_stands(target, scale) for scale in scales):
                expected = "; ".join(dict.fromkeys(map(_shown, scales)))
                column = f"labels.{key}.{label}"
                yield Finding(
                    "config.wrong_target",
                    file=file,
                    column=column,
                    value=str(target),
                    details={"expected": expected},
                )


def _scales_of(key: str, mapping: SurveyMapping, instrument: Instrument) -> Iterator[Scale]:
    """The scale of an item, or those of the mapped items on a scale."""
    by_id: dict[str, Item] = {item.id: item for item in instrument.items}
    if key in by_id:
        yield instrument.scale_of(key)
    elif key in instrument.scales:
        mapped = [id for id in mapping.columns.values() if id in by_id and by_id[id].scale == key]
        yield from (instrument.scale_of(id) for id in mapped)


def _stands(target: float | str, scale: Scale) -> bool:
    known = {normalise_label(label) for labels in scale.labels.values() for label in labels}
    if isinstance(target, str) and (normalise_label(target) in known or not scale.is_scored):
        return normalise_label(target) in known or target.isdecimal()
    return not isinstance(target, str) and scale.is_scored and float(target) in scale.scores()


def _shown(scale: Scale) -> str:
    if scale.is_scored:
        scores = scale.scores()
        return f"{scores[0]:g} - {scores[-1]:g}"
    return ", ".join(label for labels in list(scale.labels.values())[:1] for label in labels)


def _used_twice(file: str, mapping: SurveyMapping) -> Iterator[Finding]:
    """A column with two jobs, and an item with two columns."""
    job_of: dict[str, str] = {}
    jobs = [*((header, "columns") for header in mapping.columns)]
    jobs += [(header, "ignore") for header in mapping.ignore]
    jobs += [(header, "doubtful") for header in mapping.doubtful]
    for header, job in jobs:
        first = job_of.setdefault(normalise_header(header), job)
        if first != job or [h for h, _ in jobs].count(header) > 1:
            yield Finding(
                "config.column_twice",
                file=file,
                column=f"{job}.{header}",
                value=header,
                details={"other": first},
            )
    first_header: dict[str, str] = {}
    for header, item in mapping.columns.items():
        other = first_header.setdefault(item, header)
        if other != header:
            yield Finding(
                "config.item_twice",
                file=file,
                column=f"columns.{header}",
                value=item,
                details={"other": other},
            )


def _unknown_partnerships(instrument: Instrument, known: Sequence[str]) -> Iterator[Finding]:
    for block in instrument.local_blocks:
        if block.partnership not in known:
            file = f"config/instruments/{instrument.id}.toml"
            yield _unknown("config.unknown_partnership", file, "local_blocks", block.partnership, known)


def _unknown_in_holidays(settings: Settings, known: Sequence[str]) -> Iterator[Finding]:
    for number, holiday in enumerate(settings.calendar.holidays, 1):
        for partnership in holiday.partnerships:
            if partnership not in known:
                key = f"calendar.holidays.{number}"
                yield _unknown("config.unknown_partnership", "config/settings.toml", key, partnership, known)


def _unknown(code: str, file: str, key: str, value: str, known: Sequence[str]) -> Finding:
    near = difflib.get_close_matches(value, known, n=3, cutoff=0.5) or sorted(set(known))[:12]
    return Finding(code, file=file, column=key, value=value, details={"expected": ", ".join(near) or "-"})


def _unknown_instrument(file: str, value: str, known: Mapping[str, Instrument]) -> Finding:
    details = {"expected": ", ".join(known) or "-"}
    return Finding("config.unknown_instrument", file=file, column="instrument", value=value, details=details)


def _file(name: str) -> str:
    return f"config/mappings/{name}.toml"
