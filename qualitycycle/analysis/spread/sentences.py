"""What the differences between sessions, trainers or teams say, as sentences (catalogue ``spread``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from babel.numbers import format_decimal
from scipy import stats

from qualitycycle import wording
from qualitycycle.analysis.group_means import responses_needed
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.spread.model import LEAST, LeftOut
from qualitycycle.analysis.spread.reliability import TARGET, MeanReliability
from qualitycycle.analysis.spread.split import ANSWERS
from qualitycycle.analysis.spread.units import Spread

FEASIBLE = 10
"""Answers needed beyond so many times what a unit has are told as: no number will do."""

LITTLE = 0.005


@dataclass(frozen=True)
class Outside:
    """Of ``units`` how many lie outside the inner and outside the outer limits."""

    units: int
    inner: int
    outer: int

    @property
    def expected(self) -> int:
        """So many outside the inner limits are still chance: more happens once in twenty times."""
        return int(stats.binom.ppf(0.95, self.units, 0.05))

    @property
    def normal(self) -> bool:
        """Whether all lie where units lie that differ as the others do.

        >>> Outside(48, 3, 0).normal, Outside(48, 3, 1).normal, Outside(48, 7, 0).normal
        (True, False, False)
        """
        return self.outer == 0 and self.inner <= self.expected


@dataclass(frozen=True)
class Said:
    """What is told beside the numbers of a ``Spread``.

    ``deciding``: ``mean``, ``favourable`` or ``top``. ``shown`` of ``units`` stand as points, or
    none for the ``reason`` given; ``limits``: the numbers that reasons name.
    """

    title: str
    deciding: str
    shown: int = 0
    units: int | None = None
    outside: Outside | None = None
    reason: str | None = None
    excluded: int = 0
    limits: Mapping[str, int] = field(default_factory=dict)


def spread_sentences(found: Spread | None, said: Said, language: str) -> list[str]:
    """The split, how sure it is, what a mean needs, and what the points say."""
    lines = [said.title]
    if found is not None:
        if said.deciding != "mean":
            lines.append(wording.text(f"spread.share.{said.deciding}", language))
        lines += _split(found, language)
        lines += [line for left in found.left_out if (line := _left_out(left, found, language))]
        if found.reliability is not None:
            lines += _needed(found, found.reliability, language)
        lines += _outside(found.of, said.outside, language)
        lines += _points(found.of, said, language)
    elif said.reason == "too_few":
        lines.append(wording.text("spread.nothing.too_few", language, least=LEAST))
    if said.excluded:
        lines.append(wording.plural("spread.excluded", said.excluded, language))
    return lines


def listed(parts: Sequence[str], language: str) -> str:
    """Parts as one enumeration.

    >>> listed(["a", "b", "c"], "nl")
    'a, b en c'
    """
    if len(parts) < 2:
        return "".join(parts)
    return wording.text("spread.and", language, first=", ".join(parts[:-1]), last=parts[-1])


def _split(found: Spread, language: str) -> Iterator[str]:
    shares = found.split.shares
    terms = [term for term in shares if term != ANSWERS]
    parts = [
        wording.text(
            f"spread.part.{_named(term, found)}", language, share=_percent(shares[term].estimate, language)
        )
        for term in terms
    ]
    rest = _percent(shares[ANSWERS].estimate, language)
    yield wording.text("spread.split", language, parts=listed(parts, language), rest=rest)
    ranges = [_ends(f"spread.range.{_named(term, found)}", shares[term], language) for term in terms]
    yield wording.text("spread.unsure", language, ranges=listed(ranges, language))
    if found.adjusted_for:
        what = [wording.text(f"spread.what.{name}", language) for name in found.adjusted_for]
        yield wording.text("spread.adjusted", language, what=listed(what, language))
    if found.split.beside is not None:
        little = (found.split.beside.estimate or 0.0) < LITTLE
        yield _ends(f"spread.beside.{'nothing' if little else 'share'}", found.split.beside, language)


def _named(term: str, found: Spread) -> str:
    """A team beside its trainers is what they do together beyond what they do each."""
    return "beyond" if term == "team" and "trainer" in found.split.shares else term


def _left_out(left: LeftOut, found: Spread, language: str) -> str:
    if left.reason == "spare":
        what = wording.text(f"spread.what.{left.term}", language)
        return wording.text("spread.left_out.spare", language, what=what)
    if left.term == "team" and "trainer" not in found.split.shares:
        return ""
    reason = "thin" if left.reason in ("few", "once", "same") else left.reason
    return wording.text(f"spread.left_out.{left.term}.{reason}", language, least=LEAST)


def _needed(found: Spread, known: MeanReliability, language: str) -> Iterator[str]:
    if known.needed is None or known.needed > FEASIBLE * known.typical:
        yield wording.text(f"spread.alike.{found.of}", language)
        return
    values: dict[str, Any] = {"needed": known.needed, "sessions": known.sessions_needed}
    values["range"] = _range(found, language) if found.of == "session" else ""
    yield wording.text(f"spread.needed.{found.of}", language, **values)
    share = _percent(known.icc2, language)
    yield wording.text(f"spread.typical.{found.of}", language, typical=known.typical, share=share)


def _range(found: Spread, language: str) -> str:
    """Between how many answers the number needed lies, from the interval of what sessions share."""
    answers = found.split.shares[ANSWERS]
    if "partnership" in found.split.shares or answers.low is None or answers.high is None:
        return ""
    low, high = (responses_needed(1 - end, TARGET) for end in (answers.low, answers.high))
    if high is None:
        return wording.text("spread.needed.at_least", language, low=low)
    return wording.text("spread.needed.between", language, low=low, high=high)


def _outside(of: str, outside: Outside | None, language: str) -> Iterator[str]:
    if outside is None:
        return
    if outside.normal:
        yield wording.text(f"spread.normal.{of}", language)
    elif outside.outer:
        yield wording.plural(f"spread.outer.{of}", outside.outer, language)
    else:
        values = {"units": outside.units, "expected": outside.expected}
        yield wording.text(f"spread.inner.{of}", language, n=outside.inner, **values)


def _points(of: str, said: Said, language: str) -> Iterator[str]:
    if said.reason is not None:
        yield wording.text(f"spread.nothing.{said.reason}.{of}", language, **said.limits)
        return
    yield wording.text(f"spread.points.{of}", language, shown=said.shown, units=said.units)
    if said.units is not None and said.shown < said.units:
        yield wording.text("spread.not_shown", language)


def _ends(key: str, one: Interval, language: str) -> str:
    names = {"share": one.estimate, "low": one.low, "high": one.high}
    return wording.text(key, language, **{name: _percent(end, language) for name, end in names.items()})


def _percent(share: float | None, language: str) -> str:
    """A whole percentage; "less than 1" for what is not nothing.

    >>> _percent(0.064, "nl"), _percent(0.002, "nl"), _percent(0.0, "nl")
    ('6', 'minder dan 1', '0')
    """
    value = 100 * (share or 0.0)
    if 0 < value < 0.5:
        return wording.text("spread.below_one", language)
    return str(format_decimal(round(value), "0", locale=language))
