"""From a cell to one of the four states of an answer, and a score, option or text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from qualitycycle import wording
from qualitycycle.checking.coded import Coded, Scored, coded
from qualitycycle.findings import Finding, Level
from qualitycycle.instrument import Scale, in_language
from qualitycycle.labels import normalise_label, split_options
from qualitycycle.mapping import SurveyMapping
from qualitycycle.vocabulary import DECIMAL_SIGN, OPTION_PREFIX, AnswerState

NOT_ANSWERED = frozenset({"", "na", "n/a", "-", "--"})
NOT_APPLICABLE = frozenset(
    {
        "nvt",
        "n.v.t.",
        "n.v.t",
        "niet van toepassing",
        "niet van toepassing / weet ik niet",
        "weet ik niet",
        "weet niet",
        "not applicable",
        "not applicable / don't know",
        "don't know",
        "i don't know",
    }
)
LEADING_NUMBER = re.compile(r"^\s*(-?\d+(?:[.,]\d+)?)\s*(?:[-–—:(=]\s*([^\W\d].*))?$", re.DOTALL)
OWN_NUMBER = re.compile(rf"^\s*(\d+){DECIMAL_SIGN}(\d+)\s*$")
OWN_OPTION = re.compile(rf"{OPTION_PREFIX}\d+")
AMBIGUOUS = "?"
"""Stands for a label that means two different answers: an error, never a guess."""
MASK = "•••"


BLANK = Scored(AnswerState.NOT_ANSWERED)
INAPPLICABLE = Scored(AnswerState.NOT_APPLICABLE)


def score_column(
    values: Sequence[Any],
    rows: Sequence[int],
    *,
    item: str,
    scale: Scale,
    scale_id: str,
    mapping: SurveyMapping | None,
    file: str,
    header: str,
    language: str,
) -> tuple[Coded, list[Finding]]:
    """Score every cell of one column; each distinct value is worked out once.

    Returns the scored column and the findings (unknown labels, scores out of
    scale), each with its row as the spreadsheet numbers it. A label the mapping lets
    pass as missing is reported as a warning.
    """
    reader = _reader(item, scale, scale_id, mapping)
    lenient = mapping is not None and mapping.policy(item) == "missing"
    scored = coded(values, reader)
    findings = []
    for position in np.flatnonzero(scored.where(lambda cell: cell.problem is not None)).tolist():
        code, value, row = scored[position].problem or "", values[position], rows[position]
        findings.append(_problem(code, value, row, file, header, scale, language, lenient))
    return scored, findings


def _problem(
    code: str, value: Any, row: int, file: str, header: str, scale: Scale, language: str, lenient: bool
) -> Finding:
    level = Level.WARNING if lenient or code == "checking.other_option" else Level.ERROR
    if lenient and code != "checking.other_option":
        code = "checking.label_as_missing"
    shown = MASK if code == "checking.other_option" else str(value).strip()
    return Finding(
        code,
        level,
        file=file,
        row=row,
        column=header,
        value=shown,
        details={"expected": expected_values(scale, language)},
    )


def expected_values(scale: Scale, language: str) -> str:
    """The values a scale accepts, for a reader."""
    if scale.kind == "mark":
        from babel.numbers import format_decimal

        numbers = {"low": scale.minimum, "high": scale.maximum, "step": scale.step}
        shown = {name: format_decimal(number, locale=language) for name, number in numbers.items()}
        return wording.text("checking.expected_mark", language, **shown)
    if not scale.labels:
        return ", ".join(f"{score:g}" for score in scale.scores())
    labels = in_language(scale.labels, language)
    return "; ".join(f"{i} = {label}" if scale.is_scored else label for i, label in enumerate(labels, 1))


def _reader(item: str, scale: Scale, scale_id: str, mapping: SurveyMapping | None) -> Callable[[Any], Scored]:
    blanks = NOT_ANSWERED | {normalise_label(t) for t in (mapping.missing if mapping else ())}
    inapplicable = NOT_APPLICABLE | {normalise_label(t) for t in (mapping.not_applicable if mapping else ())}
    aliases: dict[str, float | str] = {}
    if mapping is not None:
        aliases = {**mapping.labels.get(scale_id, {}), **mapping.labels.get(item, {})}
    labels = _label_table(scale, aliases)
    contents: dict[str, Callable[[str], Scored]] = {
        "open": _open_text,
        "multi": lambda cell: _multi(cell, scale, labels),
        "single": lambda cell: _single(cell, labels),
    }

    def content(cell: str) -> Scored:
        found = contents.get(scale.kind)
        return found(cell) if found is not None else _score(cell, scale, labels)

    longest = max(map(len, blanks))

    def read(cell: Any) -> Scored:
        plain = _plain(cell)
        if scale.kind == "open" and len(plain) > 2 * longest:
            return content(plain)
        normal = normalise_label(plain)
        if normal in labels and scale.kind not in ("open", "multi"):
            return content(plain)
        if normal in blanks:
            return BLANK
        if normal in inapplicable and scale.kind != "open":
            return INAPPLICABLE
        return content(plain)

    return read


def _plain(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\xa0", " ").strip()


def _label_table(scale: Scale, aliases: Mapping[str, float | str]) -> dict[str, float | str]:
    """Normalised label -> score, or option code for a choice; ``AMBIGUOUS`` when it is said of two.

    The codes of options on a form we made (``opt1``) are labels too.
    """
    table: dict[str, float | str] = {}
    for labels in scale.labels.values():
        for position, label in enumerate(labels, 1):
            target: float | str = float(position) if scale.is_scored else str(position)
            known = table.setdefault(normalise_label(label), target)
            if known != target:
                table[normalise_label(label)] = AMBIGUOUS
    for position in range(1, 1 + max(map(len, scale.labels.values()), default=0)):
        target = float(position) if scale.is_scored else str(position)
        table.setdefault(f"{OPTION_PREFIX}{position}", target)
    for alias, target in aliases.items():
        if isinstance(target, str):
            target = table.get(normalise_label(target), target)
        plain = target == AMBIGUOUS or not scale.is_scored
        table[normalise_label(alias)] = target if plain else float(target)
    return table


def _open_text(cell: str) -> Scored:
    return Scored(AnswerState.ANSWERED, text=cell) if cell else BLANK


def _score(cell: str, scale: Scale, labels: Mapping[str, float | str]) -> Scored:
    """A label of the scale, else the number a cell is or begins with; never one against the other."""
    target = labels.get(normalise_label(cell))
    if target is None:
        number, label = _number(cell)
        target = number if label is None or labels.get(label, number) == number else AMBIGUOUS
    if target is None:
        return Scored(AnswerState.NOT_ANSWERED, problem="checking.unknown_label")
    if target == AMBIGUOUS:
        return Scored(AnswerState.NOT_ANSWERED, problem="instrument_out.ambiguous_answer")
    if float(target) not in scale.scores():
        return Scored(AnswerState.NOT_ANSWERED, problem="checking.out_of_scale")
    return Scored(AnswerState.ANSWERED, score=float(target))


def _number(cell: str) -> tuple[float | None, str | None]:
    """The number a cell is or begins with, and the label that follows it."""
    own = OWN_NUMBER.match(cell)
    if own is not None:
        return float(".".join(own.groups())), None
    match = LEADING_NUMBER.match(cell)
    if match is None:
        return None, None
    label = normalise_label(match.group(2).removesuffix(")")) if match.group(2) else None
    return float(match.group(1).replace(",", ".")), label


def _single(cell: str, labels: Mapping[str, float | str]) -> Scored:
    target = labels.get(normalise_label(cell))
    if target is None:
        return Scored(AnswerState.NOT_ANSWERED, problem="checking.unknown_label")
    if target == AMBIGUOUS:
        return Scored(AnswerState.NOT_ANSWERED, problem="instrument_out.ambiguous_answer")
    return Scored(AnswerState.ANSWERED, options=(str(target),))


def _listed_codes(cell: str, labels: Mapping[str, float | str]) -> tuple[list[str], list[str]] | None:
    """The options of a cell that holds nothing but codes of a form we made, apart by ``;`` or blanks."""
    parts = cell.replace(";", " ").split()
    codes = all(OWN_OPTION.fullmatch(part.casefold()) and normalise_label(part) in labels for part in parts)
    return (parts, []) if parts and codes else None


def _multi(cell: str, scale: Scale, labels: Mapping[str, float | str]) -> Scored:
    known = [label for language in scale.labels.values() for label in language]
    chosen, others = _listed_codes(cell, labels) or split_options(cell, known)
    codes = list(dict.fromkeys(str(labels[normalise_label(option)]) for option in chosen))
    if AMBIGUOUS in codes:
        return Scored(AnswerState.NOT_ANSWERED, problem="instrument_out.ambiguous_answer")
    if others:
        codes.append("other")
    if not codes:
        return BLANK
    return Scored(
        AnswerState.ANSWERED,
        options=tuple(codes),
        text="; ".join(others) or None,
        problem="checking.other_option" if others else None,
    )
