"""What a reader must know of questions that were put differently in another version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from qualitycycle import counts, wording
from qualitycycle.instrument import in_language
from qualitycycle.versions import bridge_of, sides
from qualitycycle.workspace.view import View

STOPPED, APART = "versions.stopped", "versions.apart"
"""That answers are left out, or that they stand apart and are not to be added."""


def wording_sentences(
    view: View, measures: Iterable[str], language: str, *, key: str | None = STOPPED, **filters: Any
) -> list[str]:
    """Per item of the measures whose answers are of several versions: what was not taken together
    and why (nothing without ``key``), and what was taken together though the words differ.
    ``filters`` are those of ``counts``."""
    asked = _versions_of(view, measures)
    if not asked:
        return []
    frame = counts.counts(view.snapshot, view.sessions, view.surveys, item=list(asked), apart=True, **filters)
    pairs = frame[["item", "instrument"]].drop_duplicates()
    answered: dict[str, set[str]] = {item: set() for item in asked}
    for item, instrument in zip(pairs["item"], pairs["instrument"], strict=True):
        answered[str(item)].add(str(instrument))
    return [line for item in asked for line in _of_item(view, item, answered[item], key, language)]


def wording_notes(
    view: View, measures: Iterable[str], language: str, **choices: Any
) -> list[tuple[str, dict[str, Any]]]:
    """The same, as notes of a Result."""
    lines = wording_sentences(view, measures, language, **choices)
    return [("versions.said", {"sentence": line}) for line in lines]


def _versions_of(view: View, measures: Iterable[str]) -> list[str]:
    """The items of the measures that have a bridge, or versions that are left out."""
    config = view.config
    bridged = {bridge.item for one in config.instruments.values() for bridge in one.bridges}
    found: list[str] = []
    for measure in measures:
        score = config.instrument_of(measure).scores.get(measure)
        found += score.items if score else [measure]
    return [item for item in dict.fromkeys(found) if item in bridged | set(config.wordings.apart)]


def _of_item(view: View, item: str, answered: set[str], key: str | None, language: str) -> Iterator[str]:
    apart = view.config.wordings.apart.get(item, frozenset())
    title = view.config.instrument_of(item).title_of(item, language)
    old = sorted(answered & apart)
    if old and key is not None:
        side = sides(view.config.instruments.values(), item)
        since = side[view.config.items[item][1].id]
        yield _said(view, key, item, title, old, since, language)
    together = [one for one in view.config.defining if one.id in answered - apart]
    for one in together:
        bridge, others = bridge_of(one, item), [other.id for other in together if other is not one]
        if bridge is not None and bridge.kind == "comparable" and others:
            yield _said(view, "versions.comparable", item, title, others, one.id, language)


def _said(
    view: View, key: str, item: str, title: str, versions: Sequence[str], since: str, language: str
) -> str:
    text = wording.text(key, language, title=title, versions=", ".join(versions), since=since)
    return f"{text} {_note(view, item, since, language)}".strip()


def reason(view: View, item: str, since: str, language: str) -> str:
    """The version that puts a question differently, and why."""
    note = _note(view, item, since, language).rstrip(".")
    return f"{since}: {note}" if note else since


def _note(view: View, item: str, since: str, language: str) -> str:
    instrument = view.config.instruments.get(since)
    bridge = instrument and bridge_of(instrument, item)
    return str(in_language(bridge.note, language)) if bridge and bridge.note else ""
