"""Arms against their reference: one interval per verdict, beside what matters in practice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import plotly.graph_objects as go

from qualitycycle import wording
from qualitycycle.figures import intervals, numbers, style
from qualitycycle.figures.values import Comparison, DataTable

WIDEST = 4.0
"""Half the width of the axis at most, in differences that matter in practice."""

BESIDE = 1.12
"""Room for the arrowhead of an interval beside the outermost difference itself."""

TRACK = 16
"""Height of one interval, in pixels."""

_TRACKS = {"own": intervals.FIRST, "region": intervals.SECOND}


def difference_figure(comparisons: Sequence[Comparison], language: str) -> go.Figure:
    """Draw differences with their 95 % intervals, one block per measure, one line per arm.

    All measures share one axis: the difference divided by the difference that matters in
    practice. The band is where a difference does not matter. Every difference is on the
    axis; an interval that runs off it ends in an arrowhead. A verdict of the region stands
    under the partnership's own, with a marker of another shape; a verdict without a
    difference stays in words.
    """
    lines = _lines(comparisons, language)
    tops = style.stack([line.height for line in lines], gap=0)
    total = tops[-1] + lines[-1].height + 4 if lines else 40
    tracks = _present(comparisons)
    names = [wording.text(f"figures.scope.{track}", language) for track in tracks]
    top = style.legend_height(names)
    figure = style.blank(language, total, _alt(comparisons, language), top=top, bottom=34)
    limit = _limit(comparisons)
    intervals.add_band(figure)
    for line, start in zip(lines, tops, strict=True):
        base = start + line.space + style.lines(line.label) * style.LINE
        style.row_label(figure, line.label, base, background=None)
        for position, comparison in enumerate(line.drawn):
            _add_interval(figure, comparison, base + 10 + TRACK * position, limit, language)
    for track, name in zip(tracks, names, strict=True):
        intervals.add_key(figure, _TRACKS[track], name)
    _set_axes(figure, total, limit, language)
    figure.update_layout(showlegend=True)
    return figure


def difference_caption(comparisons: Sequence[Comparison], language: str) -> str:
    """What the figure shows; names the reference when there is only one."""
    references = {comparison.reference.name for comparison in comparisons}
    if len(references) > 1:
        return wording.text("figures.caption.differences", language)
    reference = arm_name(references.pop(), language) if references else ""
    return wording.text("figures.caption.difference", language, reference=reference)


def difference_table(comparisons: Sequence[Comparison], language: str) -> DataTable:
    """The numbers behind ``difference_figure``."""
    columns = (
        style.column("question", language),
        style.column("comparison", language),
        style.column("answers", language, "right"),
        style.column("sessions", language, "right"),
        style.column("trainers", language, "right"),
        style.column("difference", language, "right"),
        style.column("verdict", language),
    )
    rows = tuple(
        (
            comparison.title,
            _pair(comparison, language),
            _sides(comparison.arm.n, comparison.reference.n, language),
            _sides(comparison.arm.sessions, comparison.reference.sessions, language),
            _sides(comparison.arm.trainers, comparison.reference.trainers, language),
            difference_text(comparison, language),
            wording.text(f"terms.verdict.{comparison.verdict}", language),
        )
        for comparison in comparisons
    )
    note = wording.text("figures.note.differences", language)
    return DataTable(difference_caption(comparisons, language), columns, rows, note)


def difference_text(comparison: Comparison, language: str) -> str:
    """The difference with its sign, unit and interval, or a dash when there is none."""
    return numbers.signed(comparison.difference, comparison.deciding, language)


@dataclass(frozen=True)
class Line:
    """One line of the figure: its label, white space above it, and the intervals under it."""

    label: str
    space: int
    drawn: tuple[Comparison, ...]

    @property
    def height(self) -> int:
        """In pixels, with the space above."""
        return self.space + style.lines(self.label) * style.LINE + TRACK * len(self.drawn) + 4


def _lines(comparisons: Sequence[Comparison], language: str) -> list[Line]:
    """A heading per measure, then a line per arm with the partnership before the region."""
    one_reference = len({comparison.reference.name for comparison in comparisons}) == 1
    one_scope = len({comparison.regional for comparison in comparisons}) == 1
    lines: list[Line] = []
    last = ""
    for row in _rows(comparisons):
        label = style.wrapped(_words(row, one_reference, one_scope, language))
        measure, space = row[0].measure, 5
        if measure != last:
            label = f"<b>{style.wrapped(row[0].title, style.BOLD_WIDTH)}</b><br>{label}"
            space = 14 if lines else 0
        last = measure
        lines.append(Line(label, space, tuple(c for c in row if _drawable(c))))
    return lines


def _rows(comparisons: Sequence[Comparison]) -> list[tuple[Comparison, ...]]:
    def key(comparison: Comparison) -> tuple[str, str, str]:
        return comparison.measure, comparison.arm.name, comparison.reference.name

    measures = list(dict.fromkeys(comparison.measure for comparison in comparisons))
    order = list(dict.fromkeys(key(comparison) for comparison in comparisons))
    ranked = sorted(
        comparisons,
        key=lambda c: (measures.index(c.measure), order.index(key(c)), c.regional),
    )
    return [tuple(row) for _, row in groupby(ranked, key=key)]


def _words(row: Sequence[Comparison], one_reference: bool, one_scope: bool, language: str) -> str:
    """The arm with its verdicts in words; the region is named only beside a partnership."""
    words = [
        wording.text(
            f"figures.said.{'own' if one_scope else _track(comparison)}",
            language,
            verdict=wording.text(f"terms.verdict.{comparison.verdict}", language),
        )
        for comparison in row
    ]
    pair = arm_name(row[0].arm.name, language) if one_reference else _arms(row[0], language)
    return wording.text("figures.said", language, arm=pair, verdicts=" · ".join(words))


def _present(comparisons: Sequence[Comparison]) -> list[str]:
    tracks = {_track(comparison) for comparison in comparisons if _drawable(comparison)}
    return [track for track in _TRACKS if track in tracks]


def _track(comparison: Comparison) -> str:
    return "region" if comparison.regional else "own"


def _drawable(comparison: Comparison) -> bool:
    return comparison.difference is not None and bool(comparison.relevant)


def _limit(comparisons: Sequence[Comparison]) -> float:
    """Half the axis: as wide as the intervals up to ``WIDEST``, and wider for a difference itself."""
    drawn = [ends for one in comparisons if (ends := _scaled(one))]
    reaches = [abs(end) for ends in drawn for end in ends]
    differences = [BESIDE * abs(value) for value, *_ in drawn]
    return max(min(max([*reaches, intervals.NARROWEST]), WIDEST), *differences, intervals.NARROWEST)


def _scaled(comparison: Comparison) -> tuple[float, float, float] | None:
    """Value, low and high in differences that matter; None when it cannot be drawn."""
    return intervals.scaled(comparison.difference, comparison.relevant)


def _add_interval(figure: go.Figure, comparison: Comparison, y: float, limit: float, language: str) -> None:
    if drawn := _scaled(comparison):
        value, low, high = drawn
        hover = f"{difference_text(comparison, language)}<extra></extra>"
        ends = (max(-limit, min(limit, low)), max(-limit, min(limit, high)))
        bars = [_end(low, -limit, "triangle-left"), _end(high, limit, "triangle-right")]
        intervals.add_interval(figure, y, value, ends, _TRACKS[_track(comparison)], hover, bars)


def _set_axes(figure: go.Figure, total: float, limit: float, language: str) -> None:
    worse, same, better = (
        wording.text(f"figures.axis.{word}", language) for word in ("worse", "same", "better")
    )
    intervals.set_axes(figure, total, limit, (worse, same, better))


def _end(end: float, limit: float, arrow: str) -> str:
    return arrow if abs(end) > abs(limit) else intervals.BAR


def _arms(comparison: Comparison, language: str) -> str:
    arm, reference = (arm_name(name, language) for name in (comparison.arm.name, comparison.reference.name))
    return wording.text("figures.versus", language, arm=arm, reference=reference)


def _pair(comparison: Comparison, language: str) -> str:
    scope = wording.text(f"figures.scope.{comparison.scope}", language)
    return wording.text("figures.pair", language, pair=_arms(comparison, language), scope=scope)


def arm_name(name: str, language: str) -> str:
    """A variant or format in the reader's words; the code of any other grouping as it is.

    >>> arm_name("institute_only", "nl"), arm_name("blended", "nl"), arm_name("2025-2026", "nl")
    ('alleen opleiding', 'deels online', '2025-2026')
    """
    keys = (f"terms.{kind}.{name}" for kind in ("variant", "format"))
    return next((wording.text(key, language) for key in keys if wording.has(key, language)), name)


def _sides(arm: int | None, reference: int | None, language: str) -> str:
    return wording.text(
        "figures.sides",
        language,
        arm=numbers.whole(arm, language),
        reference=numbers.whole(reference, language),
    )


def _alt(comparisons: Sequence[Comparison], language: str) -> str:
    rows = [
        wording.text(
            "figures.alt.comparison",
            language,
            title=comparison.title,
            pair=_pair(comparison, language),
            verdict=wording.text(f"terms.verdict.{comparison.verdict}", language),
        )
        for comparison in comparisons
    ]
    return " ".join([wording.text("figures.alt.differences", language), *rows])
