"""What a form asks, before any tool or paper decides how it looks.

``build_form`` takes an instrument and where it will be used and gives one value, ``Form``;
every exporter of the instrument (XLSForm, LimeSurvey, Word, paper, entry workbook) draws
that and nothing else, so that all of them ask the same questions in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from qualitycycle.exporters.ms_forms import LINK_CODE_HEADER, NOT_APPLICABLE_LABEL
from qualitycycle.instrument import Instrument, Item, Scale, in_language
from qualitycycle.vocabulary import (
    INSTRUMENT_COLUMN,
    MOMENT_COLUMN,
    NOT_APPLICABLE_CODE,
    OPTION_PREFIX,
    OWN_COLUMNS,
    SESSION_COLUMN,
    Moment,
    Variant,
)

Texts = Mapping[str, str]
"""A sentence per language code."""

PAIRED = (Moment.PRE, Moment.POST, Moment.FOLLOW_UP)
"""The moments whose forms are paired by a link code."""

LINK_CODE = "koppelcode"
"""The name of the question for the link code in every tool; importing knows it by this name."""

LINK_CODE_PATTERN = "^[0-9]{2}[^0-9 ]{2}[0-9]{2}$"
"""What a link code looks like: two digits, two letters, two digits."""


RESERVED = frozenset({LINK_CODE, *OWN_COLUMNS, "start", "end"})
"""Names that forms use themselves, so that no question can be called so."""


@dataclass(frozen=True)
class Option:
    """One answer to choose: the code a tool stores for it, and its label per language."""

    code: str
    label: Texts

    def text(self, language: str) -> str:
        """The label for a reader."""
        return str(in_language(self.label, language))


@dataclass(frozen=True)
class Question:
    """An item with its scale (the item's own labels filled in) and the options of a closed one.

    ``options`` end with "not applicable" when the question is scored; an open question has none.
    """

    item: Item
    scale: Scale
    options: tuple[Option, ...]

    @property
    def id(self) -> str:
        """The id of the item, which is its name in every tool."""
        return self.item.id

    @property
    def kind(self) -> str:
        """``ordinal``, ``balanced``, ``mark``, ``single``, ``multi`` or ``open``."""
        return self.scale.kind

    def text(self, language: str) -> str:
        """The question without its stem."""
        return str(in_language(self.item.text, language))

    def points(self) -> tuple[Option, ...]:
        """The options without "not applicable"."""
        return tuple(option for option in self.options if option.code != NOT_APPLICABLE_CODE)


@dataclass(frozen=True)
class Block:
    """Questions that stand together: one, or several in a grid under one scale.

    ``stem`` begins every question of the block; None when there is none.
    """

    questions: tuple[Question, ...]
    stem: Texts | None = None

    @property
    def is_grid(self) -> bool:
        """Whether several questions share one row of labels."""
        return len(self.questions) > 1

    @property
    def options(self) -> tuple[Option, ...]:
        """The options the questions share."""
        return self.questions[0].options

    def stem_text(self, language: str) -> str | None:
        """The stem for a reader."""
        return None if self.stem is None else str(in_language(self.stem, language))


@dataclass(frozen=True)
class Place:
    """Where a form will be used; what it may show of that names no trainer.

    ``partnership`` is the code, ``partnership_name`` what a reader sees.
    """

    session: str | None = None
    training: str | None = None
    day: date | None = None
    partnership: str | None = None
    partnership_name: str | None = None
    variant: Variant | None = None


@dataclass(frozen=True)
class Form:
    """What a form asks: see ``build_form``.

    ``languages`` are those of the instrument, the form's own first. ``left_out`` are the
    items of this moment that are not asked in this place.
    """

    instrument: Instrument
    moment: Moment
    languages: tuple[str, ...]
    blocks: tuple[Block, ...]
    place: Place = field(default_factory=Place)
    left_out: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        """The language the form is in, or starts in."""
        return self.languages[0]

    @property
    def asks_link_code(self) -> bool:
        """Whether the form ends with the question for the code that pairs moments."""
        return self.moment in PAIRED

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question in order."""
        return tuple(question for block in self.blocks for question in block.questions)

    def title(self, language: str) -> str:
        """The title of the questionnaire for a reader."""
        return str(in_language(self.instrument.title, language))

    def link_code_text(self, language: str) -> str:
        """The question for the link code."""
        return str(in_language(LINK_CODE_HEADER, language))

    def hidden(self) -> dict[str, str]:
        """The columns that let an export find its place by itself, and what they hold."""
        columns = {INSTRUMENT_COLUMN: self.instrument.id, MOMENT_COLUMN: str(self.moment)}
        if self.place.session is not None:
            columns[SESSION_COLUMN] = self.place.session
        return columns


def build_form(
    instrument: Instrument, moment: Moment, *, language: str = "nl", place: Place | None = None
) -> Form:
    """The form of ``instrument`` at ``moment`` for a place.

    A question for certain variants is asked when the place's variant is one of them, a
    question of a local block when the place's partnership is the block's. Neighbouring
    questions with the same labelled scale form one block. ``language`` comes first among the
    instrument's languages; when the instrument lacks it, its own first language does.

    >>> from qualitycycle.config import load_config, shipped
    >>> instrument = load_config(shipped("config").parent).instrument
    >>> form = build_form(instrument, Moment.PRE)
    >>> [[question.id for question in block.questions] for block in form.blocks][1]
    ['ZEL1', 'ZEL2', 'ZEL3', 'ZEL4']
    >>> form.blocks[1].stem_text("nl"), form.blocks[1].options[3].code, form.languages
    ('Hoe goed lukt het je om ...', '4', ('nl', 'en'))
    >>> build_form(instrument, Moment.POST).left_out
    ('TRN2',)
    """
    place = place or Place()
    asked = instrument.asked_at(moment)
    items = [item for item in asked if _is_asked(item, instrument, place)]
    languages = tuple(sorted(instrument.title, key=lambda known: known != language))
    questions = [_question(instrument, item, languages) for item in items]
    return Form(
        instrument=instrument,
        moment=moment,
        languages=languages,
        blocks=tuple(_blocks(instrument, questions)),
        place=place,
        left_out=tuple(item.id for item in asked if item not in items),
    )


def _is_asked(item: Item, instrument: Instrument, place: Place) -> bool:
    if item.variants and place.variant not in item.variants:
        return False
    owners = {block.partnership for block in instrument.local_blocks if item.id in block.items}
    return not owners or place.partnership in owners


def _question(instrument: Instrument, item: Item, languages: Sequence[str]) -> Question:
    scale = instrument.scale_of(item.id)
    options = list(_options(scale, languages))
    if scale.is_scored:
        options.append(Option(NOT_APPLICABLE_CODE, NOT_APPLICABLE_LABEL))
    return Question(item, scale, tuple(options))


def _options(scale: Scale, languages: Sequence[str]) -> Iterable[Option]:
    """The answers of a scale: of a mark its numbers, else its labels."""
    if scale.kind == "mark":
        for score in scale.scores():
            yield Option(f"{score:g}", {language: _number(score, language) for language in languages})
        return
    prefix = "" if scale.is_scored and not _misleading(scale) else OPTION_PREFIX
    for at in range(len(next(iter(scale.labels.values()), ()))):
        yield Option(f"{prefix}{at + 1}", {language: labels[at] for language, labels in scale.labels.items()})


def _misleading(scale: Scale) -> bool:
    """Whether a label is the number of another point: then a score as code could be taken for it."""
    return any(
        label.strip().isdigit() and int(label) != at
        for labels in scale.labels.values()
        for at, label in enumerate(labels, start=1)
    )


def _number(score: float, language: str) -> str:
    from babel.numbers import format_decimal

    return str(format_decimal(score, locale=language))


def _blocks(instrument: Instrument, questions: Sequence[Question]) -> Iterable[Block]:
    """Neighbours on one scale with shared labels go together."""
    together: list[Question] = []
    for question in questions:
        if together and not _same_grid(together[-1], question):
            yield _block(instrument, together)
            together = []
        together.append(question)
    if together:
        yield _block(instrument, together)


def _same_grid(one: Question, other: Question) -> bool:
    return (
        one.item.scale == other.item.scale
        and one.kind in ("ordinal", "balanced")
        and not (one.item.labels or other.item.labels)
        and one.item.background == other.item.background
    )


def _block(instrument: Instrument, questions: Sequence[Question]) -> Block:
    return Block(tuple(questions), instrument.stems.get(questions[0].item.scale))
