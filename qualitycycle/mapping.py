"""How the columns and labels of one survey's export map to items.

Most files need none: headers that are the text of an item map by themselves. A
mapping is a TOML file in ``config/mappings`` for every other questionnaire.
"""

from __future__ import annotations

from string import Formatter
from typing import Literal, Self

from pydantic import Field, model_validator

from qualitycycle.instrument import Frozen
from qualitycycle.vocabulary import Moment


class CollectionRule(Frozen):
    """Where the answers of a row belong, when neither ``--session`` nor the file name says so.

    ``id`` names one collection for the whole file; ``column`` holds the session in a
    column; ``template`` builds it from columns (``"{d}-{service}"``). ``values`` sends a
    value of that column (``""`` for a blank cell) to a named collection: an explicit
    rule, never a guess.
    """

    id: str | None = None
    column: str | None = None
    template: str | None = None
    values: dict[str, str] = {}

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.id, self.column, self.template)) != 1:
            raise ValueError("give exactly one of 'id', 'column' and 'template'")
        if self.values and self.column is None:
            raise ValueError("'values' belongs to a 'column'")
        return self

    def headers(self) -> list[str]:
        """The headers the rule reads."""
        if self.column is not None:
            return [self.column]
        return [field for _, field, _, _ in Formatter().parse(self.template or "") if field]


class SurveyMapping(Frozen):
    """One survey's columns and labels.

    ``columns`` maps a header to an item id. ``labels`` gives, per item id or scale id,
    extra spellings of an answer and the score (or the option's own wording) it stands
    for. ``missing`` lists texts that mean "no answer", ``not_applicable`` those that
    mean "does not apply". ``unknown`` says what to do with a label nobody mapped:
    refuse the file (``error``), or count it as not answered (``missing``), for the
    whole file or per item. ``not_asked`` names items whose blanks mean that the
    question was not on that version of the form. ``titles`` gives the question in words
    where a header is only a code: a file with other words under that code has another
    layout. ``doubtful`` are headers that may be an item: not taken until somebody moves
    them to ``columns``. ``structure`` names the file in ``config/structures`` that explains the codes
    of the answers. ``day_first`` says in which order the tool writes the days of submission
    (``4/5/2026``), for a file whose dates do not show it.
    """

    instrument: str
    format: str | None = None
    moment: Moment | None = None
    moment_column: str | None = None
    moments: dict[str, Moment] = {}
    collection: CollectionRule | None = None
    structure: str | None = None
    columns: dict[str, str] = Field(min_length=1)
    titles: dict[str, str] = {}
    doubtful: dict[str, str] = {}
    labels: dict[str, dict[str, float | str]] = {}
    missing: tuple[str, ...] = ()
    not_applicable: tuple[str, ...] = ()
    unknown: Literal["error", "missing"] | dict[str, Literal["error", "missing"]] = "error"
    not_asked: tuple[str, ...] = ()
    response_id: str | Literal[False] | None = None
    link_code: str | None = None
    submitted: str | None = None
    day_first: bool | None = None
    trainers: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def special_headers(self) -> list[str]:
        """The headers used for something else than an item."""
        named = [self.moment_column, self.link_code, self.submitted, *self.trainers]
        if isinstance(self.response_id, str):
            named.append(self.response_id)
        if self.collection is not None:
            named += self.collection.headers()
        return [header for header in named if header]

    def headers(self) -> list[str]:
        """Every header the mapping names."""
        return [*self.columns, *self.special_headers()]

    def policy(self, item: str) -> Literal["error", "missing"]:
        """What to do with an unknown label of ``item``."""
        return self.unknown if isinstance(self.unknown, str) else self.unknown.get(item, "error")
