"""Sets of answers that everybody knows, in order: agreement, satisfaction, how often, and so on.

A set may be used with fewer or more points (``shapes``). Only words in such a set give a
drafted question an order; other words never do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from qualitycycle.checking.similarity import nearly_label
from qualitycycle.instrument import Labels, Scale
from qualitycycle.labels import normalise_label

Words = Mapping[str, Sequence[str]]
"""Per language the words of every place, low to high; the spellings of one place parted by ``|``."""


@dataclass(frozen=True)
class Family:
    """One set of answers. ``shapes``: the places that together are a scale, the likeliest first."""

    name: str
    kind: Literal["ordinal", "balanced", "single"]
    words: Words
    shapes: tuple[tuple[int, ...], ...]
    alone: bool = False
    """Whether one answer by itself already tells the set."""

    def place(self, label: str) -> int | None:
        """The place of an answer, also when it is misspelt; None when it is not of this set."""
        known = self._spelled.get(normalise_label(label))
        if known is None:
            near = nearly_label(label, list(self._spelled))
            known = self._spelled[near] if near is not None else None
        return known

    def is_spelled(self, label: str) -> bool:
        """Whether an answer is a spelling of this set, not a misspelling."""
        return normalise_label(label) in self._spelled

    def language(self, label: str) -> str | None:
        """The language in which an answer is a word of this set."""
        wanted = normalise_label(label)
        for language, places in self.words.items():
            if any(wanted in place.split("|") for place in places):
                return language
        return None

    @cached_property
    def _spelled(self) -> dict[str, int]:
        return {
            normalise_label(spelling): at
            for places in self.words.values()
            for at, place in enumerate(places)
            for spelling in place.split("|")
        }


SEVEN = ((0, 1, 3, 5, 6), (0, 1, 5, 6), (0, 1, 2, 3, 4, 5, 6), (0, 1, 2, 4, 5, 6), (1, 3, 5))

FAMILIES: tuple[Family, ...] = (
    Family(
        "agree",
        "ordinal",
        {
            "nl": [
                "helemaal mee oneens|helemaal oneens|zeer mee oneens|zeer oneens|sterk mee oneens"
                "|volledig mee oneens|volledig oneens|helemaal niet mee eens",
                "mee oneens|oneens|niet mee eens",
                "enigszins mee oneens|enigszins oneens|een beetje mee oneens|een beetje oneens",
                "neutraal|niet mee eens, niet mee oneens|noch mee eens, noch mee oneens"
                "|niet eens, niet oneens|niet eens/niet oneens|noch eens, noch oneens",
                "enigszins mee eens|enigszins eens|een beetje mee eens|een beetje eens",
                "mee eens|eens",
                "helemaal mee eens|helemaal eens|zeer mee eens|zeer eens|sterk mee eens"
                "|volledig mee eens|volledig eens",
            ],
            "en": [
                "strongly disagree|totally disagree|completely disagree|fully disagree",
                "disagree",
                "somewhat disagree|slightly disagree",
                "neutral|neither agree nor disagree|neither agree or disagree|undecided",
                "somewhat agree|slightly agree",
                "agree",
                "strongly agree|totally agree|completely agree|fully agree",
            ],
        },
        SEVEN,
        alone=True,
    ),
    Family(
        "satisfied",
        "ordinal",
        {
            "nl": [
                "zeer ontevreden|heel ontevreden|erg ontevreden",
                "ontevreden",
                "enigszins ontevreden|een beetje ontevreden",
                "neutraal|niet tevreden, niet ontevreden|niet tevreden/niet ontevreden",
                "enigszins tevreden|een beetje tevreden",
                "tevreden",
                "zeer tevreden|heel tevreden|erg tevreden",
            ],
            "en": [
                "very dissatisfied|very unsatisfied|extremely dissatisfied|highly dissatisfied",
                "dissatisfied|unsatisfied",
                "somewhat dissatisfied|slightly dissatisfied|somewhat unsatisfied",
                "neutral|neither satisfied nor dissatisfied|neither satisfied or dissatisfied",
                "somewhat satisfied|slightly satisfied",
                "satisfied",
                "very satisfied|extremely satisfied|highly satisfied",
            ],
        },
        SEVEN,
        alone=True,
    ),
    Family(
        "often",
        "ordinal",
        {
            "nl": ["nooit", "zelden|bijna nooit", "soms|af en toe", "vaak|regelmatig", "altijd"],
            "en": [
                "never|none of the time",
                "rarely|seldom|almost never",
                "sometimes|occasionally|some of the time",
                "often|frequently|usually|most of the time",
                "always|all of the time",
            ],
        },
        ((0, 1, 2, 3, 4), (0, 2, 3, 4)),
    ),
    Family(
        "amount",
        "ordinal",
        {
            "nl": ["niets|niets ervan", "een deel", "ongeveer de helft", "het meeste", "alles"],
            "en": ["none of it", "some of it", "about half of it", "most of it", "all of it"],
        },
        ((0, 1, 2, 3, 4),),
    ),
    Family(
        "quality",
        "ordinal",
        {
            "nl": ["zeer slecht|heel slecht", "slecht", "matig|redelijk", "goed", "zeer goed", "uitstekend"],
            "en": ["very poor|very bad", "poor|bad", "fair|average", "good", "very good", "excellent"],
        },
        ((1, 2, 3, 4, 5), (0, 1, 2, 3, 4), (0, 1, 2, 3, 5), (1, 2, 3, 5), (1, 2, 3, 4)),
    ),
    Family(
        "sufficient",
        "ordinal",
        {
            "nl": ["onvoldoende", "matig", "voldoende", "ruim voldoende", "goed"],
            "en": ["insufficient", "mediocre", "sufficient", "more than sufficient", "good"],
        },
        ((0, 1, 2, 3, 4), (0, 2, 4), (0, 2, 3, 4), (0, 1, 2, 4)),
    ),
    Family(
        "important",
        "ordinal",
        {
            "nl": [
                "helemaal niet belangrijk|zeer onbelangrijk",
                "niet belangrijk|onbelangrijk",
                "neutraal|een beetje belangrijk",
                "belangrijk",
                "zeer belangrijk|heel belangrijk",
            ],
            "en": [
                "not at all important|very unimportant",
                "not important|unimportant",
                "neutral|somewhat important|moderately important",
                "important",
                "very important|extremely important",
            ],
        },
        ((0, 1, 2, 3, 4), (0, 1, 3, 4)),
    ),
    Family(
        "likely",
        "ordinal",
        {
            "nl": [
                "zeer onwaarschijnlijk",
                "onwaarschijnlijk",
                "neutraal",
                "waarschijnlijk",
                "zeer waarschijnlijk",
            ],
            "en": [
                "very unlikely|extremely unlikely",
                "unlikely",
                "neutral",
                "likely",
                "very likely|extremely likely",
            ],
        },
        ((0, 1, 2, 3, 4), (0, 1, 3, 4)),
    ),
    Family(
        "pace",
        "balanced",
        {
            "nl": [
                "te langzaam",
                "iets te langzaam|een beetje langzaam",
                "precies goed",
                "iets te snel",
                "te snel",
            ],
            "en": [
                "too slow",
                "slightly slow|slightly too slow|a bit slow|a bit too slow",
                "just right|about right",
                "slightly fast|slightly too fast|a bit fast|a bit too fast",
                "too fast",
            ],
        },
        ((0, 1, 2, 3, 4), (0, 2, 4)),
    ),
    Family(
        "length",
        "balanced",
        {
            "nl": ["te kort", "iets te kort", "precies goed", "iets te lang", "te lang"],
            "en": [
                "too short",
                "slightly too short",
                "just right|about right",
                "slightly too long",
                "too long",
            ],
        },
        ((0, 1, 2, 3, 4), (0, 2, 4)),
    ),
    Family("yes_no", "single", {"nl": ["ja", "nee"], "en": ["yes", "no"]}, ((0, 1),), alone=True),
    Family(
        "true_false", "single", {"nl": ["waar", "onwaar"], "en": ["true", "false"]}, ((0, 1),), alone=True
    ),
)
"""The known sets. A new one is one entry here."""


MOST_LABELS = 14
"""A column with more different answers is on no known set, in whatever spellings."""


@dataclass(frozen=True)
class Found:
    """A set that holds all answers of a column, with the shape those answers make likely."""

    family: Family
    shape: tuple[int, ...]
    labels: tuple[str, ...]

    @property
    def key(self) -> str:
        """A name for the scale: the set and its number of points."""
        single = self.family.kind == "single"
        return self.family.name if single else f"{self.family.name}{len(self.shape)}"

    def scale_labels(self, observed: Iterable[str]) -> Labels:
        """The labels of the shape in every language, spelled as ``observed`` where that is a spelling."""
        labels = {
            language: [places[at].partition("|")[0] for at in self.shape]
            for language, places in self.family.words.items()
        }
        seen = list(observed)
        for language, words in labels.items():
            own = [label for label in seen if self.family.language(label) == language]
            if own and all(label[:1].isupper() for label in own):
                labels[language] = [word[:1].upper() + word[1:] for word in words]
        for label in reversed(seen):
            spoken, place = self.family.language(label), self.family.place(label)
            if spoken is not None and place in self.shape:
                labels[spoken][self.shape.index(place)] = " ".join(label.split())
        return labels

    def aliases(self, observed: Iterable[str], labels: Labels) -> dict[str, float | str]:
        """The observed answers that are none of ``labels``, with what they stand for."""
        known = {normalise_label(label) for words in labels.values() for label in words}
        others = {}
        for label in observed:
            place = self.family.place(label)
            if normalise_label(label) not in known and place in self.shape:
                point = self.shape.index(place)
                others[label] = labels["en"][point] if self.family.kind == "single" else float(point + 1)
        return others

    def scale(self, labels: Labels) -> Scale:
        """The scale: of an ordinal one the highest two (of three: one) are favourable, else the middle."""
        points = len(self.shape)
        if self.family.kind == "single":
            return Scale(kind="single")
        if self.family.kind == "balanced":
            middle = (float((points + 1) // 2),)
            return Scale(kind="balanced", points=points, favourable=middle, labels=labels)
        top = tuple(float(point) for point in range(points if points < 4 else points - 1, points + 1))
        return Scale(kind="ordinal", points=points, favourable=top, uses_mean=points > 4, labels=labels)


def family_of(labels: Sequence[str]) -> Found | None:
    """The known set to which all ``labels`` belong, with its likeliest shape; None when there is none.

    >>> found = family_of(["Strongly agree", "Agree", "Disagree"])
    >>> found.key, found.scale_labels(["Agree"])["en"][2:]
    ('agree5', ['Neutral', 'Agree', 'Strongly agree'])
    >>> family_of(["Easy", "Neutral", "Difficult"]) is None
    True
    """
    if len(labels) > MOST_LABELS:
        return None
    for family in FAMILIES:
        spelled = sum(family.is_spelled(label) for label in labels)
        places = {family.place(label) for label in labels} if spelled * 2 >= len(labels) else {None}
        telling = (
            family.alone and sum(other.is_spelled(label) for other in FAMILIES for label in labels[:1]) == 1
        )
        if None in places or not (len(places) > 1 or telling):
            continue
        shape = _shape(family, {place for place in places if place is not None})
        if shape is not None:
            return Found(family, shape, tuple(labels))
    return None


def _shape(family: Family, places: set[int]) -> tuple[int, ...] | None:
    exact = next((shape for shape in family.shapes if set(shape) == places and len(shape) > 3), None)
    return exact or next((shape for shape in family.shapes if places <= set(shape)), None)
