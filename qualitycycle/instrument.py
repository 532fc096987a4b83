"""Questionnaires: versions, items, scales, declared scores and bridges between versions.

An instrument is a TOML file in ``config/instruments``; an item keeps its id for ever.
Everything an analysis must know of an item (which direction is good, what counts as
favourable, whether a mean makes sense, what difference matters) is stated here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from qualitycycle.vocabulary import Guarantee, Moment, Variant

Text = Annotated[dict[str, str], Field(min_length=1)]
"""A sentence per language code."""

Labels = dict[str, list[str]]
"""The labels of the points of a scale, low to high, per language code."""


class Frozen(BaseModel):
    """Immutable, and refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Scale(Frozen):
    """How answers are scored and read.

    ``kind``: ``ordinal`` (points 1..k), ``balanced`` (points 1..k, best in the middle),
    ``mark`` (a number from ``minimum`` to ``maximum`` in steps of ``step``), ``single``
    and ``multi`` (options without order), ``open`` (text).
    ``favourable`` lists the favourable points, or for a mark gives the lowest
    favourable number in ``favourable_from``; ``insufficient_below`` is the pass mark.
    ``uses_mean`` decides the measure that decides a comparison: the mean, else the
    share of favourable answers. ``relevant_mean`` and ``relevant_share`` (a fraction)
    are the differences that matter in practice.
    """

    kind: Literal["ordinal", "balanced", "mark", "single", "multi", "open"]
    points: int | None = Field(default=None, ge=2)
    labels: Labels = {}
    favourable: tuple[float, ...] = ()
    favourable_from: float | None = None
    insufficient_below: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    step: float = 1.0
    uses_mean: bool = False
    relevant_mean: float | None = None
    relevant_share: float | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind in ("ordinal", "balanced"):
            if self.points is None:
                raise ValueError("an ordinal or balanced scale needs 'points'")
            for language, labels in self.labels.items():
                if len(labels) != self.points:
                    raise ValueError(f"labels.{language} needs {self.points} labels, found {len(labels)}")
        if self.kind == "mark" and (self.minimum is None or self.maximum is None):
            raise ValueError("a mark needs 'minimum' and 'maximum'")
        if self.is_scored and not self.favourable and self.favourable_from is None:
            raise ValueError("a scored scale needs 'favourable' or 'favourable_from'")
        return self

    @property
    def is_scored(self) -> bool:
        """Whether answers are numbers on a scale (as against options or text)."""
        return self.kind in ("ordinal", "balanced", "mark")

    @property
    def decides_on(self) -> Literal["mean", "favourable"]:
        """The measure that decides a comparison on this scale."""
        return "mean" if self.uses_mean else "favourable"

    def scores(self) -> list[float]:
        """Every score the scale allows, low to high.

        >>> Scale(kind="mark", minimum=1, maximum=2, step=0.5, favourable_from=2).scores()
        [1.0, 1.5, 2.0]
        """
        if self.kind == "mark":
            assert self.minimum is not None and self.maximum is not None
            steps = round((self.maximum - self.minimum) / self.step)
            return [self.minimum + self.step * i for i in range(steps + 1)]
        return [float(point) for point in range(1, (self.points or 0) + 1)]

    def is_favourable(self, score: float) -> bool:
        """Whether ``score`` counts as favourable."""
        if self.favourable_from is not None:
            return score >= self.favourable_from
        return score in self.favourable


class Item(Frozen):
    """One question. ``labels`` are the anchors at the item, or the options of a choice.

    Of a choice, ``outside`` lists the options (1 = first) of people the question does not
    really concern ("not taken"): shares are then also given of everyone else, so that a
    reader never mistakes one denominator for the other. ``highlight`` is the option whose
    shares are told in a sentence.
    """

    id: str
    text: Text
    scale: str
    dimension: str = ""
    kirkpatrick: int | None = Field(default=None, ge=1, le=4)
    guarantees: tuple[Guarantee, ...] = ()
    moments: tuple[Moment, ...] = (Moment.POST,)
    variants: tuple[Variant, ...] = ()
    direction: Literal["higher", "lower"] = "higher"
    labels: Labels = {}
    aliases: tuple[str, ...] = ()
    optional: bool = False
    background: bool = False
    outside: tuple[int, ...] = ()
    highlight: int | None = None


class Score(Frozen):
    """A declared score: the mean of items that share one scale and are asked of everyone."""

    title: Text
    items: tuple[str, ...] = Field(min_length=2)
    min_answered: float = Field(default=2 / 3, gt=0, le=1)


class Bridge(Frozen):
    """What an item's new wording means for its trend, against an earlier version.

    ``identical``: answers count as answers to the same question; ``comparable``: they are taken
    together too, and readers are told; ``broken``: they are never taken together. ``note`` says
    why, for a reader.
    """

    item: str
    since: str
    kind: Literal["identical", "comparable", "broken"]
    note: Text | None = None


class LocalBlock(Frozen):
    """Items one partnership adds for itself, at most five; see ``versions.version_problems``."""

    partnership: str
    items: tuple[str, ...] = Field(min_length=1)


class Instrument(Frozen):
    """One version of a questionnaire.

    ``stems`` begin the questions of a scale on a form ("How well do you manage to ...");
    ``stem_titles`` do so where a question stands by itself, if the stem reads badly there.
    """

    id: str
    title: Text
    primary: str | None = None
    stems: dict[str, Text] = {}
    stem_titles: dict[str, Text] = {}
    dimensions: dict[str, Text] = {}
    scales: dict[str, Scale]
    items: tuple[Item, ...] = Field(min_length=1)
    scores: dict[str, Score] = {}
    bridges: tuple[Bridge, ...] = ()
    local_blocks: tuple[LocalBlock, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = [*self._item_problems(), *self._score_problems(), *self._reference_problems()]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _item_problems(self) -> list[str]:
        problems = []
        seen: set[str] = set()
        for item in self.items:
            if item.id.casefold() in seen:
                problems.append(f"item {item.id}: this id occurs twice")
            seen.add(item.id.casefold())
            scale = self.scales.get(item.scale)
            if scale is None:
                known = ", ".join(self.scales)
                problems.append(f"item {item.id}: scale '{item.scale}' does not exist (known: {known})")
            elif scale.kind in ("ordinal", "balanced") and not (item.labels or scale.labels):
                problems.append(f"item {item.id}: no labels, neither at the item nor at scale {item.scale}")
            elif item.labels and scale.points and any(len(v) != scale.points for v in item.labels.values()):
                problems.append(f"item {item.id}: needs {scale.points} labels per language")
            elif scale.kind in ("single", "multi") and not item.labels:
                problems.append(f"item {item.id}: a choice needs its options under 'labels'")
        return problems

    def _score_problems(self) -> list[str]:
        problems = []
        by_id = {item.id: item for item in self.items}
        for name, score in self.scores.items():
            missing = [item for item in score.items if item not in by_id]
            if missing:
                problems.append(f"score {name}: items {', '.join(missing)} do not exist")
                continue
            if len({by_id[item].scale for item in score.items}) > 1:
                problems.append(f"score {name}: its items use different scales")
            elif not self.scales[by_id[score.items[0]].scale].is_scored:
                problems.append(f"score {name}: its items are not scored")
            if any(by_id[item].variants for item in score.items):
                problems.append(f"score {name}: all its items must be asked of every variant")
        return problems

    def _reference_problems(self) -> list[str]:
        known = {item.id for item in self.items}
        problems = [f"bridge: item {b.item} does not exist" for b in self.bridges if b.item not in known]
        for block in self.local_blocks:
            problems += [
                f"local block of {block.partnership}: item {item} does not exist"
                for item in block.items
                if item not in known
            ]
        if self.primary is not None and self.primary not in known | set(self.scores):
            problems.append(f"primary: '{self.primary}' is neither an item nor a score")
        return problems

    @cached_property
    def item_ids(self) -> frozenset[str]:
        """The ids of every item."""
        return frozenset(item.id for item in self.items)

    @cached_property
    def local_items(self) -> dict[str, str]:
        """The items that are asked in one partnership only -> that partnership."""
        return {item: block.partnership for block in self.local_blocks for item in block.items}

    def item(self, id: str) -> Item:
        """The item with this id (KeyError when there is none)."""
        for item in self.items:
            if item.id == id:
                return item
        raise KeyError(id)

    def scale_of(self, id: str) -> Scale:
        """The scale of an item or declared score, with the item's own labels filled in."""
        if id in self.scores:
            id = self.scores[id].items[0]
        item = self.item(id)
        scale = self.scales[item.scale]
        return scale.model_copy(update={"labels": item.labels}) if item.labels else scale

    def asked_at(self, moment: Moment) -> list[Item]:
        """The items asked at ``moment``, in the order of the form."""
        return [item for item in self.items if moment in item.moments]

    def title_of(self, id: str, language: str) -> str:
        """The text of an item or the title of a score, with its stem, for a reader."""
        if id in self.scores:
            return str(in_language(self.scores[id].title, language))
        item = self.item(id)
        stem = self.stems.get(item.scale)
        wording: str = in_language(item.text, language)
        if stem is None:
            return wording
        joined = in_language(self.stem_titles.get(item.scale, stem), language).rstrip(
            " .\N{HORIZONTAL ELLIPSIS}"
        )
        return f"{joined} {wording[0].lower()}{wording[1:]}"


def in_language(texts: Mapping[str, Any], language: str) -> Any:
    """The entry in ``language``, else in English, else the first there is."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()))
