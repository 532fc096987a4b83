"""Versions of a questionnaire: which of them ask the same question, and what their bridges must say.

Versions of one questionnaire share their id but for the number at its end: ``nl-mentor-1.0`` and
``nl-mentor-2.0`` are of ``nl-mentor``. A question that is put otherwise in a later version needs a
bridge there; the answers to versions on one *side* of a broken bridge may be taken together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qualitycycle.findings import Finding
from qualitycycle.instrument import Bridge, Instrument, Labels, Scale

VERSION = re.compile(r"^(?P<family>.+?)[-_ ]v?(?P<number>\d+(?:\.\d+)*)$")

LOCAL = "local_blocks"
"""Where a questionnaire says which questions are one partnership's."""

LOCAL_ITEMS = 5
"""So many questions a partnership may add for itself."""


@dataclass(frozen=True)
class Wordings:
    """Which answers go together: what every query on the stored answers keeps to.

    ``apart``: item -> the versions that ask it so differently that their answers are left out.
    ``local``: item -> the one partnership whose question it is.
    """

    apart: Mapping[str, frozenset[str]] = field(default_factory=dict)
    local: Mapping[str, str] = field(default_factory=dict)


def family_of(id: str) -> str:
    """The questionnaire a version belongs to.

    >>> family_of("nl-mentor-1.0"), family_of("eigen")
    ('nl-mentor', 'eigen')
    """
    found = VERSION.match(id)
    return found["family"] if found else id


def number_of(id: str) -> tuple[int, ...]:
    """The number of a version, to put versions in order; empty without one.

    >>> number_of("nl-mentor-1.10") > number_of("nl-mentor-1.9")
    True
    """
    found = VERSION.match(id)
    return tuple(int(part) for part in found["number"].split(".")) if found else ()


def in_order(instruments: Iterable[Instrument]) -> list[Instrument]:
    """Questionnaires by name, the versions of each from old to new."""
    return sorted(instruments, key=lambda one: (family_of(one.id), number_of(one.id), one.id))


def newest_first(instruments: Iterable[Instrument], default: str) -> list[Instrument]:
    """The questionnaire of version ``default``, then the others by name; of each the newest first."""
    first = family_of(default)
    newest = reversed(in_order(instruments))
    return sorted(newest, key=lambda one: (family_of(one.id) != first, family_of(one.id)))


def sides(instruments: Iterable[Instrument], item: str) -> dict[str, str]:
    """Version -> the version that began the question as it is asked there.

    Versions with the same value may be taken together. A version goes along with the one its
    bridge names, unless that is broken; without a bridge with an earlier one that puts the
    question the same way, of its own questionnaire first.

    >>> from qualitycycle.config import load_config, shipped
    >>> sides(load_config(shipped("config").parent).instruments.values(), "TRN3")
    {'nl-mentor-1.0': 'nl-mentor-1.0'}
    """
    found: dict[str, str] = {}
    before: list[Instrument] = []
    for one in in_order(instruments):
        if not _asks(one, item):
            continue
        bridge = bridge_of(one, item)
        if bridge is None:
            near = sorted(reversed(before), key=lambda other: family_of(other.id) != family_of(one.id))
            same = next((other for other in near if not differs(other, one, item)), None)
            found[one.id] = found[same.id] if same else one.id
        else:
            found[one.id] = one.id if bridge.kind == "broken" else found.get(bridge.since, one.id)
        before.append(one)
    return found


def wordings(instruments: Iterable[Instrument], default: str = "") -> Wordings:
    """What may be taken together with the newest version of every item, see ``newest_first``."""
    newest = newest_first(instruments, default)
    times = Counter(item for one in newest for item in one.item_ids)
    apart = {}
    for item in (id for id, n in times.items() if n > 1):
        side = sides(newest, item)
        now = next(side[one.id] for one in newest if one.id in side)
        if other := frozenset(id for id, began in side.items() if began != now):
            apart[item] = other
    return Wordings(apart, {item: owner for one in newest for item, owner in one.local_items.items()})


def bridge_of(instrument: Instrument, item: str) -> Bridge | None:
    """What a version says of a question against an earlier version."""
    return next((bridge for bridge in instrument.bridges if bridge.item == item), None)


def differs(one: Instrument, other: Instrument, item: str) -> bool:
    """Whether two versions put a question differently: its words, stem, labels or scale."""
    first, second = one.item(item), other.item(item)
    stems = [each.stems.get(each.item(item).scale, {}) for each in (one, other)]
    return (
        _differ(first.text, second.text)
        or (bool(stems[0]) != bool(stems[1]) or (bool(stems[0]) and _differ(*stems)))
        or shape(one.scale_of(item)) != shape(other.scale_of(item))
        or first.direction != second.direction
        or _differ(one.scale_of(item).labels, other.scale_of(item).labels)
    )


def shape(scale: Scale) -> tuple[Any, ...]:
    """The kind of a scale and the answers it allows, whatever they are called.

    >>> shape(Scale(kind="mark", minimum=1, maximum=3, favourable_from=2))
    ('mark', 1.0, 2.0, 3.0)
    """
    if scale.kind == "mark":
        return "mark", *scale.scores()
    return scale.kind, scale.points or len(next(iter(scale.labels.values()), ()))


def _differ(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether the words differ in a language that both have; one more language is nothing new."""
    shared = set(one) & set(other)
    if not shared:
        return bool(one or other)
    return any(_plain(one[language]) != _plain(other[language]) for language in shared)


def _plain(words: str | Sequence[str]) -> list[str]:
    return " ".join([words] if isinstance(words, str) else words).split()


def version_problems(
    instruments: Mapping[str, Instrument], broken: Collection[str] = ()
) -> Iterator[Finding]:
    """What is wrong with the bridges and local blocks of questionnaires; ``broken`` could not be read."""
    ordered = in_order(instruments.values())
    for at, one in enumerate(ordered):
        family = [other for other in ordered[:at] if family_of(other.id) == family_of(one.id)]
        if not {id for id in broken if family_of(id) == family_of(one.id)}:
            yield from _bridge_problems(one, {other.id: other for other in family})
            yield from _missing_bridges(one, family)
        yield from _local_problems(one, ordered)


def _bridge_problems(one: Instrument, earlier: Mapping[str, Instrument]) -> Iterator[Finding]:
    seen: set[str] = set()
    for bridge in one.bridges:
        details = {"expected": ", ".join(earlier) or "-", "since": bridge.since, "kind": bridge.kind}
        other = earlier.get(bridge.since)
        if bridge.item in seen:
            yield _problem("versions.bridge_twice", one, bridge.item, details)
        elif other is None:
            yield _problem("versions.unknown_version", one, bridge.item, details)
        elif not _asks(other, bridge.item):
            yield _problem("versions.not_in_version", one, bridge.item, details)
        elif bridge.kind != "broken" and _is_other_scale(other, one, bridge):
            yield _problem("versions.other_scale", one, bridge.item, details)
        seen.add(bridge.item)


def _is_other_scale(one: Instrument, other: Instrument, bridge: Bridge) -> bool:
    """Whether a score of one version means something else in the other, whatever a bridge says.

    Another scale by name with the same words is no other scale; with other words it may be
    comparable, and is never identical.
    """
    first, second = one.item(bridge.item), other.item(bridge.item)
    scales = one.scale_of(bridge.item), other.scale_of(bridge.item)
    words = scales[0].labels, scales[1].labels
    renamed = first.scale != second.scale and _differ(*words)
    return (
        shape(scales[0]) != shape(scales[1])
        or first.direction != second.direction
        or _moved(*words)
        or (bridge.kind == "identical" and renamed)
    )


def _moved(one: Labels, other: Labels) -> bool:
    """Whether a label stands at another point in the other version."""
    return any(
        label in other[language] and other[language].index(label) != at
        for language in set(one) & set(other)
        for at, label in enumerate(one[language])
    )


def _missing_bridges(one: Instrument, earlier: Sequence[Instrument]) -> Iterator[Finding]:
    """The questions that are put otherwise than in the version before, without a word about it."""
    for item in one.items:
        before = next((other for other in reversed(earlier) if _asks(other, item.id)), None)
        if before is not None and bridge_of(one, item.id) is None and differs(before, one, item.id):
            yield _problem("versions.no_bridge", one, item.id, {"since": before.id})


def _local_problems(one: Instrument, every: Iterable[Instrument]) -> Iterator[Finding]:
    sizes = Counter(block.partnership for block in one.local_blocks for _ in block.items)
    for partnership, n in sizes.items():
        if n > LOCAL_ITEMS:
            yield _problem("versions.local_too_many", one, partnership, {"n": n, "most": LOCAL_ITEMS}, LOCAL)
    for item, n in Counter(item for block in one.local_blocks for item in block.items).items():
        owner = one.local_items[item]
        used = [name for name, score in one.scores.items() if item in score.items]
        if n > 1:
            yield _problem("versions.local_twice", one, item, {}, LOCAL)
        if used:
            yield _problem("versions.local_in_score", one, item, {"scores": ", ".join(used)}, LOCAL)
        if one.primary == item:
            yield _problem("versions.local_primary", one, item, {}, LOCAL)
        for other in every:
            if _asks(other, item) and other.local_items.get(item) != owner:
                yield _problem("versions.local_clash", one, item, {"other": other.id, "owner": owner}, LOCAL)


def _problem(
    code: str, instrument: Instrument, value: str, details: Mapping[str, Any], place: str = "bridges"
) -> Finding:
    file = f"config/instruments/{instrument.id}.toml"
    return Finding(code, file=file, column=place, value=value, details=details)


def _asks(instrument: Instrument, item: str) -> bool:
    return item in instrument.item_ids
