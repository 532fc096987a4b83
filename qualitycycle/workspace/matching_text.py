"""A mapping and a drafted questionnaire as TOML that a trainer can read and change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from qualitycycle import wording
from qualitycycle.checking.drafting import Draft
from qualitycycle.checking.proposals import Proposal
from qualitycycle.checking.strange_labels import LabelAlias, StrangeLabel
from qualitycycle.instrument import Item, Scale
from qualitycycle.mapping import SurveyMapping

SEEN_TWICE = 2
"""An answer nobody knows is written into a mapping when so many people gave it, else only shown."""

PLAIN_KEYS = (
    "instrument",
    "format",
    "structure",
    "moment",
    "response_id",
    "link_code",
    "submitted",
    "day_first",
)
SCALE_KEYS = (
    "points",
    "minimum",
    "maximum",
    "step",
    "favourable",
    "favourable_from",
    "insufficient_below",
    "uses_mean",
)


def mapping_text(
    mapping: SurveyMapping,
    file: str,
    language: str,
    *,
    columns: Sequence[Proposal] = (),
    aliases: Iterable[LabelAlias] = (),
    strange: Iterable[StrangeLabel] = (),
    unclear_days: bool = False,
) -> str:
    """A mapping with, behind each line, how sure it is and why.

    ``unclear_days``: the order of day and month is for a person to say.
    """
    lines = [_comment("mapping_head", language, file=_one_line(file)), ""]
    lines += [
        f"{key} = {_value(value)}" for key in PLAIN_KEYS if (value := getattr(mapping, key)) is not None
    ]
    if unclear_days and mapping.day_first is None:
        lines += [f"# day_first = true  {_comment('day_first', language)}"]
    if mapping.ignore:
        lines += [f"ignore = {_value(mapping.ignore)}"]
    by_header = {one.header: one for one in columns}
    lines += ["", f"[columns]  {_comment('columns_head', language)}"]
    for header, item in mapping.columns.items():
        remark = _certainty(by_header[header], language) if header in by_header else ""
        lines.append(f"{_value(header)} = {_value(item)}{remark}")
    if mapping.doubtful:
        lines += ["", f"[doubtful]  {_comment('doubtful_head', language)}"]
        lines += [
            f"{_value(header)} = {_value(item)}{_certainty(by_header[header], language)}"
            for header, item in mapping.doubtful.items()
        ]
    if mapping.titles:
        lines += ["", f"[titles]  {_comment('titles_head', language)}"]
        lines += [f"{_value(header)} = {_value(words)}" for header, words in mapping.titles.items()]
    lines += _label_lines(mapping, list(aliases), list(strange), language)
    if mapping.collection is not None:
        lines += ["", "[collection]", f"column = {_value(mapping.collection.column)}"]
    return "\n".join(lines) + "\n"


def _label_lines(
    mapping: SurveyMapping, aliases: Sequence[LabelAlias], strange: Sequence[StrangeLabel], language: str
) -> Iterator[str]:
    counted = {(one.scale, one.label): one for one in aliases}
    often = [one for one in strange if one.count >= SEEN_TWICE]
    for key in dict.fromkeys([*mapping.labels, *(one.scale for one in often)]):
        own = mapping.labels.get(key, {})
        yield ""
        yield f"{'' if own else '# '}[labels.{_key(key)}]  {_comment('labels_head', language)}"
        for label, target in own.items():
            alias = counted.get((key, label))
            remark = (
                f"  {_comment('alias', language, known=_one_line(alias.known), count=alias.count)}"
                if alias is not None
                else ""
            )
            yield f"{_value(label)} = {_value(target)}{remark}"
        for one in often:
            if one.scale == key:
                yield f"# {_value(one.label)} =   {_comment('strange', language, count=one.count)}"


def _certainty(one: Proposal, language: str) -> str:
    word = wording.text(f"matching.word.{one.word}", language)
    return f"  # {word}: {reasons_of(one, language)}"


def reasons_of(one: Proposal, language: str) -> str:
    """Why a column is what it is proposed to be, as words."""
    return ", ".join(wording.text(f"matching.why.{code}", language) for code in one.reasons)


def instrument_text(draft: Draft, file: str, language: str) -> str:
    """A drafted questionnaire; what a person must look at stands as a comment."""
    made = draft.instrument
    lines = [
        _comment("instrument_head", language, file=_one_line(file)),
        "",
        f"id = {_value(made.id)}",
        "",
        "[title]",
        *_words(made.title),
    ]
    used = {item.scale for item in made.items}
    checked = {item.scale for item in made.items if item.id in draft.notes}
    for name, scale in made.scales.items():
        if name in used:
            lines += ["", *_scale_lines(name, scale, language, check=name in checked)]
    if made.dimensions:
        lines += ["", "[dimensions]"]
        lines += [f"{_key(code)} = {_table(words)}" for code, words in made.dimensions.items()]
    for item in made.items:
        lines += ["", *_item_lines(item)]
    return "\n".join(lines) + "\n"


def _scale_lines(name: str, scale: Scale, language: str, *, check: bool) -> Iterator[str]:
    remark = f"  {_comment('check_direction', language)}" if check else ""
    yield f"[scales.{_key(name)}]{remark}"
    yield f"kind = {_value(scale.kind)}"
    usual = type(scale).model_fields
    for key in SCALE_KEYS:
        value = getattr(scale, key)
        if value != usual[key].default:
            yield f"{key} = {_value(value)}"
    for code, labels in scale.labels.items():
        yield f"labels.{_key(code)} = {_value(labels)}"


def _item_lines(item: Item) -> Iterator[str]:
    yield "[[items]]"
    yield f"id = {_value(item.id)}"
    for code, words in item.text.items():
        yield f"text.{_key(code)} = {_value(words)}"
    yield f"scale = {_value(item.scale)}"
    if item.dimension:
        yield f"dimension = {_value(item.dimension)}"
    yield f"moments = {_value([str(moment) for moment in item.moments])}"
    for code, labels in item.labels.items():
        yield f"labels.{_key(code)} = {_value(labels)}"


def _words(words: Mapping[str, str]) -> list[str]:
    return [f"{_key(code)} = {_value(text)}" for code, text in words.items()]


def _table(words: Mapping[str, str]) -> str:
    return "{ " + ", ".join(_words(words)) + " }"


def _comment(name: str, language: str, **values: Any) -> str:
    text = wording.text(f"matching.toml.{name}", language, **values)
    return "\n".join(f"# {line}".rstrip() for line in text.split("\n"))


def _one_line(text: str) -> str:
    """A text as it may stand in a comment."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else _value(name)


def _value(value: Any) -> str:
    """A value as TOML; a JSON text, number or list is TOML too, but for one letter."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
