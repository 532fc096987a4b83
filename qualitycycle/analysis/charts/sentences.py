"""What a series says, as sentences for a reader (catalogue ``trend``).

Ordinary variation and special signals, never a test or a constant; one sentence per thing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from babel.numbers import format_decimal

from qualitycycle import wording
from qualitycycle.analysis.charts.noise import AFTER
from qualitycycle.analysis.charts.process import BASELINE, RUN_CHART, Process
from qualitycycle.analysis.charts.series import Series, meaning

ACTIONS = 5
"""More actions than this are counted, not listed."""


def trend_sentences(series: Series, language: str) -> list[str]:
    """Title, what the sessions can carry, the signals, how often they are false, and the norm."""

    def say(key: str, **values: object) -> str:
        return wording.text(f"trend.{key}", language, **values)

    lines = [say("title", title=series.title, where=series.where)]
    if series.reason is not None or series.last is None:
        return [*lines, say(f"reason.{series.reason or 'nothing'}")]
    if series.deciding != "mean":
        lines.append(say(f"share.{series.deciding}"))
    lines += _stage(series, series.last, language)
    lines += _found(series, series.last, language)
    lines += _assured(series, language)
    lines += _breaks(series, language)
    lines += _left_out(series, language)
    lines += _actions(series, language)
    return lines


def _stage(series: Series, part: Process, language: str) -> Iterator[str]:
    n = len(part.points)
    values = {"n": n, "centre": _level(series, part.centre, language)}
    if part.centre is None:
        yield wording.text("trend.stage.small", language)
        return
    if part.stage == "run":
        key = "trend.stage.each" if part.kind == "each" else f"trend.stage.{'one' if n == 1 else 'run'}"
        yield wording.text(key, language, **values, least=RUN_CHART)
        return
    if part.limits is None:
        yield wording.text("trend.stage.still", language, **values)
        return
    middle = sorted(part.limits.sigma)[n // 2]
    low, high = part.limits.centre - 3 * middle, part.limits.centre + 3 * middle
    ends = {"low": _level(series, low, language), "high": _level(series, high, language)}
    yield wording.text("trend.stage.full", language, **values, **ends)
    if part.stage == "trial":
        yield wording.text("trend.stage.trial", language, n=n, needed=BASELINE)


def _found(series: Series, part: Process, language: str) -> Iterator[str]:
    if part.limits is None:
        return
    if not part.signals:
        yield wording.text("trend.signal.none", language)
    for (rule, side), times in Counter((one.rule, one.side) for one in part.signals).items():
        longest = max(len(one.points) for one in part.signals if (one.rule, one.side) == (rule, side))
        told = wording.plural(f"trend.signal.{rule}.{side}", times, language, longest=longest)
        means = meaning(side, series.higher)
        yield wording.text(f"trend.signal.{means}", language, what=told)
    if part.runs != "plain":
        yield wording.text(f"trend.runs.{part.runs}", language, n=part.in_a_row)
    if series.false_signals is not None:
        rate = round(100 * series.false_signals)
        key = "trend.false.few" if rate < 1 else "trend.false.rate"
        yield wording.text(key, language, n=len(part.points), rate=rate)
    if series.found is not None and series.relevant is not None:
        mean = series.deciding == "mean"
        size = format_decimal(series.relevant if mean else 100 * series.relevant, locale=language)
        step = wording.text(f"trend.step.{'mean' if mean else 'share'}", language, size=size)
        rate = round(100 * series.found)
        yield wording.text("trend.found", language, step=step, within=AFTER, rate=rate)


def _assured(series: Series, language: str) -> Iterator[str]:
    if series.assured is not None:
        norm = _level(series, series.norm, language)
        yield wording.text(f"trend.norm.{series.assured}", language, norm=norm)


def _breaks(series: Series, language: str) -> Iterator[str]:
    for one in series.breaks:
        month = f"{one.day:%m-%Y}"
        yield wording.text(f"trend.break.{one.cause}", language, month=month, why=one.why)
    if len(series.processes) > 1:
        yield wording.text("trend.break.last", language)


def _left_out(series: Series, language: str) -> Iterator[str]:
    if series.small:
        yield wording.plural("trend.left_out.small", series.small, language)
    shown = sum(len(part.points) for part in series.processes) - series.unseen
    if not shown:
        yield wording.text("trend.left_out.all", language)
        return
    if series.unseen:
        yield wording.plural("trend.left_out.unseen", series.unseen, language)
    yield wording.text("trend.points", language)


def _actions(series: Series, language: str) -> Iterator[str]:
    for one in series.actions[:ACTIONS]:
        said = {"id": one.id, "what": one.what, "day": f"{one.day:%d-%m-%Y}"}
        if one.starts and one.until is not None:
            yield wording.text("trend.action.in_force", language, **said, until=f"{one.until:%d-%m-%Y}")
            continue
        key = "since" if one.starts else "done" if one.done else "due"
        yield wording.text(f"trend.action.{key}", language, **said)
    if len(series.actions) > ACTIONS:
        yield wording.text("trend.action.more", language, n=len(series.actions) - ACTIONS)


def _level(series: Series, value: float | None, language: str) -> str:
    """A mean with one decimal or a percentage, within what a share can be."""
    if value is None:
        return "–"
    value = min(max(value, series.ends[0]), series.ends[1])
    if series.deciding == "mean":
        return str(format_decimal(round(value, 1), format="#,##0.0", locale=language))
    return f"{round(100 * value)}%"
