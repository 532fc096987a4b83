"""Results as tables for a reader, in words: the same on a terminal and in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from qualitycycle import wording
from qualitycycle.analysis.shown_cycle import cycle_table, trace_table

if TYPE_CHECKING:
    from qualitycycle.analysis.result import Result

Shown = tuple[list[str], list[list[str]], list[int]]
"""Column headings, rows of text, and the positions of the columns that hold numbers."""

HIDDEN = "·"
"""What stands where a number is below the floor."""


def table_of(result: Result, language: str) -> Shown:
    """The reader's table of a result; a result without one of its own shows its columns as they are."""
    return TABLES.get(result.name, plain_table)(result, language)


def plain_table(result: Result, language: str) -> Shown:
    """Every column as it is."""
    names = [str(name) for name in result.table.columns]
    rows = [[HIDDEN if _absent(value) else str(value) for value in row] for row in result.table.to_numpy()]
    return names, rows, []


def coverage_lines(result: Result, language: str) -> list[str]:
    """The sentences of ``status``: every denominator named."""
    said = result.payload
    rate = said["response"]
    known = rate["attended"] is not None
    lines = [
        wording.text("terms.status.title", language, scope=said["scope"]),
        f"  {said['sessions']['held']} {_status('held', language, as_of=said['as_of'])}",
        f"  {said['sessions']['evaluated']} {_status('evaluated', language)}",
        f"  {number(said['completed'])} {_status('responses', language)}",
    ]
    lines += [f"  {line}" for line in denominator_lines(said["denominators"], language)]
    soon = said["due"]["within_90"]
    if any(soon.values()):
        lines.append("  " + wording.text("register.due_line", language, **soon))
    if not known:
        return [*lines, f"  {_status('rate_unknown', language)}"]
    shown = percent(said["response_rate"])
    rate_line = _status(
        "rate", language, completed=number(rate["completed"]), attended=rate["attended"], rate=shown
    )
    return [*lines, f"  {rate_line}"]


def _status(name: str, language: str, **values: Any) -> str:
    return wording.text(f"terms.status.{name}", language, **values)


def denominator_lines(said: Mapping[str, Any], language: str) -> list[str]:
    """From invitation to form, and of how many sessions the register does not say enough."""
    people = {name: _or_unknown(said[name], language) for name in ("invited", "attended")}
    forms = {name: number(said[name]) for name in ("started", "completed")}
    lines = [wording.text("quality.denominators", language, **people, **forms)]
    if said["invited_unknown"] or said["attended_unknown"]:
        missing = {name: said[f"{name}_unknown"] for name in ("invited", "attended")}
        lines.append(wording.text("quality.denominators_unknown", language, **missing))
    return lines


def _or_unknown(count: int | None, language: str) -> str:
    return wording.text("quality.unknown", language) if count is None else number(count)


def session_table(result: Result, language: str) -> Shown:
    """The four denominators of every session held."""
    names = ("invited", "attended", "started", "completed")
    heads = [wording.text(f"quality.column.{name}", language) for name in ("session", *names)]
    rows = [
        [
            one["session"],
            *(_or_unknown(one[name], language) for name in names[:2]),
            *(number(one[name]) for name in names[2:]),
        ]
        for one in result.payload["denominators"]["by_session"]
    ]
    return heads, rows, [1, 2, 3, 4]


def status_table(result: Result, language: str) -> Shown:
    """Coverage per variant."""
    heads = [
        _status(name, language) for name in ("variant", "column_held", "column_evaluated", "column_responses")
    ]
    rows = [
        [
            wording.text(f"terms.variant.{row.variant}", language),
            number(row.held),
            number(row.evaluated),
            number(row.responses),
        ]
        for row in result.table.itertuples()
    ]
    return heads, rows, [1, 2, 3]


def counts_table(result: Result, language: str) -> Shown:
    """Counts and shares per answer."""
    extra = [name for name in result.settings["by"] if name in result.table.columns]
    heads = [
        wording.text("terms.counts.item", language),
        *extra,
        *(wording.text(f"terms.counts.{name}", language) for name in ("answer", "n", "share")),
    ]
    rows: list[list[str]] = []
    for key, part in result.table.groupby(["item", *extra], sort=False, dropna=False):
        named = [
            str(key[0]),
            *(_word(name, text, language) for name, text in zip(extra, key[1:], strict=True)),
        ]
        if part["n"].isna().all():
            rows.append([*named, wording.text("terms.counts.hidden", language), HIDDEN, HIDDEN])
            continue
        columns = (part[name].tolist() for name in ("label", "n", "share"))
        rows += [
            [*named, str(label), number(n), percent(share)] for label, n, share in zip(*columns, strict=True)
        ]
    return heads, rows, [len(heads) - 2, len(heads) - 1]


def _word(name: str, value: Any, language: str) -> str:
    key = f"terms.{name}.{value}"
    return wording.text(key, language) if wording.has(key, language) else str(value)


def compare_table(result: Result, language: str) -> Shown:
    """One row per measure and arm: what it rests on, the difference, the verdict."""
    names = ("measure", "arm", "against", "n", "sessions", "trainers", "difference", "verdict", "scope")
    heads = [wording.text(f"terms.compare.{name}", language) for name in names]
    rows = [
        [
            str(row["measure"]),
            str(row["arm_title"]),
            str(row["reference_title"]),
            _pair(row["n_arm"], row["n_reference"]),
            _pair(row["sessions_arm"], row["sessions_reference"]),
            _pair(row["trainers_arm"], row["trainers_reference"]),
            _difference(row, language),
            wording.text(f"terms.verdict.{row['verdict']}", language),
            str(row["scope_title"]),
        ]
        for _, row in result.table.iterrows()
    ]
    return heads, rows, [3, 4, 5, 6]


def reliability_table(result: Result, language: str) -> Shown:
    """A row per score, and under it one per question."""
    names = ("measure", "n", "alpha", "omega", "item_rest", "without", "usable")
    heads = [wording.text(f"reliability.column.{name}", language) for name in names]
    rows = []
    for row in result.table.to_dict("records"):
        if not _absent(row["item"]):
            fits = [plain_decimal(row[name], language) for name in ("item_rest", "alpha_if_dropped")]
            rows.append([f"  {row['item']}", "", "", "", *fits, ""])
            continue
        word = row["reasons"][0] if _absent(row["usable"]) else row["usable"]
        numbers = [number(row["n"]), _within(row, language), plain_decimal(row["omega_total"], language)]
        rows.append([row["score"], *numbers, "", "", wording.text(f"reliability.word.{word}", language)])
    return heads, rows, [1, 2, 3, 4, 5]


def change_table(result: Result, language: str) -> Shown:
    """One row per measure and step: who was paired, the change, and what everybody says."""
    split = bool(result.settings["by"])
    names = ["measure", *["group"] * split, "step", "paired", "of", "change", "srm", "moved"]
    heads = [wording.text(f"change.column.{name}", language) for name in (*names, "everyone", "verdict")]
    rows = []
    for _, row in result.table.iterrows():
        shares = row["deciding"] == "favourable"
        step = " → ".join(wording.text(f"terms.moment.{row[end]}", language) for end in ("from", "to"))
        rows.append(
            [
                str(row["measure"]),
                *[str(row["group_title"])] * split,
                step,
                number(row["paired"]),
                _pair(row["from_n"], row["to_n"]),
                _with_ends(row, ("change", "low", "high"), shares, language),
                _with_ends(row, ("srm", "srm_low", "srm_high"), False, language),
                " / ".join(number(row[name]) for name in ("improved", "same", "declined")),
                _with_ends(row, ("everyone", "everyone_low", "everyone_high"), shares, language),
                wording.text(f"change.verdict.{row['verdict']}", language),
            ]
        )
    return heads, rows, list(range(2 + split, len(heads) - 1))


def spread_table(result: Result, language: str) -> Shown:
    """One row per band of answers and level: how many units, and whether they lie within the limits."""
    heads = ("answers", "level", "margin", f"units.{result.settings['of']}", "limits")
    shares = result.payload["deciding"] != "mean"
    rows = []
    names = ["first", "n_band", "estimate", "low", "high", "inside_95", "inside_998"]
    for _, part in result.table.groupby(names, sort=False):
        row = part.iloc[0]
        level, low, high = (_level(row[name], shares, language) for name in ("estimate", "low", "high"))
        place = "inside" if row["inside_95"] else "outside_95" if row["inside_998"] else "outside_998"
        margin = wording.text("spread.between", language, low=low, high=high)
        limits = wording.text(f"spread.limits.{place}", language)
        rows.append([str(row["n_band"]).replace("-", "–"), level, margin, str(len(part)), limits])
    return [wording.text(f"spread.column.{name}", language) for name in heads], rows, [0, 1, 2, 3]


def trend_table(result: Result, language: str) -> Shown:
    """One row per point: its period, answers, value, the limits there and its signals."""
    shares = {one["item"]: one["deciding"] != "mean" for one in result.payload["series"]}
    named = ["item", "where"] if len(result.payload["series"]) > 1 else []
    heads = [*named, "place", "period", "n", "value", "limits", "signal"]
    rows = []
    for row in result.table.to_dict("records"):
        levels = [_level(row[name], shares[row["item"]], language) for name in ("value", "lower", "upper")]
        limits = wording.text("trend.between", language, low=levels[1], high=levels[2])
        rules = [wording.text(f"trend.rule.{one}", language) for one in row["signals"].split(",") if one]
        period = f"{row['date']:%m-%Y} – {row['until']:%m-%Y}"
        known = limits if not _absent(row["lower"]) else HIDDEN
        own = [str(row[name]) for name in named]
        rows.append([*own, str(row["session"]), period, str(row["n"]), levels[0], known, ", ".join(rules)])
    at = [heads.index(name) for name in ("place", "n", "value", "limits")]
    return [wording.text(f"trend.column.{name}", language) for name in heads], rows, at


def themes_table(result: Result, language: str) -> Shown:
    """One row per theme, and per group where there are groups."""
    by = result.settings.get("by")
    names = ("theme", "n", "written", "share")
    heads = [wording.text(f"themes.column.{name}", language) for name in (*(["group"] if by else []), *names)]
    rows = []
    for row in result.payload["themes"]:
        group = [_word(by, row["group"], language)] if by else []
        if row["theme"] is None:
            rows.append([*group, wording.text("themes.hidden", language), HIDDEN, HIDDEN, HIDDEN])
            continue
        parts = {name: percent(row[name]) for name in ("share", "low", "high")}
        share = wording.text("themes.share", language, **parts)
        rows.append([*group, row["title"], number(row["n"]), number(row["written"]), share])
    return heads, rows, [len(heads) - 3, len(heads) - 2]


def calendar_table(result: Result, language: str) -> Shown:
    """What is due when: the day, what to do, of what, and how it stands."""
    from babel.dates import format_date

    heads = [wording.text(f"calendar.column.{name}", language) for name in result.table.columns]
    rows = [
        [
            str(format_date(date.fromisoformat(on), "EEE d MMM y", locale=language)),
            what,
            about,
            wording.text(f"calendar.state.{state}", language),
        ]
        for on, what, about, state in result.table.to_numpy().tolist()
    ]
    return heads, rows, []


def practices_table(result: Result, language: str) -> Shown:
    """Good practices: whose, on what, how strong the evidence is, and who used them since."""
    heads = [wording.text(f"practice.column.{name}", language) for name in result.table.columns]
    rows = [
        [
            row["id"],
            wording.text("practice.own", language) if row["whose"] == "own" else row["whose"],
            row["title"],
            row["indicator"],
            wording.text(f"practice.grade.{row['grade']}", language),
            str(row["reused"]),
            wording.text(f"practice.status.{row['status']}", language),
        ]
        for row in result.payload["practices"]
    ]
    return heads, rows, [5]


def candidates_table(result: Result, language: str) -> Shown:
    """Where a good practice may be found: on what, whom to ask, and in which cycles."""
    heads = [wording.text(f"practice.column.{name}", language) for name in result.table.columns]
    rows = [
        [f"{row['indicator']} {row['indicator_title']}", row["ask"], ", ".join(row["cycles"])]
        for row in result.payload["candidates"]
    ]
    return heads, rows, []


def effects_table(result: Result, language: str) -> Shown:
    """One row per action: what was predicted, what was measured and on how much, and what it says."""
    from qualitycycle.analysis.effect.sentences import amount, level

    names = ("action", "indicator", "predicted", "before", "after", "effect", "on", "verdict", "proposal")
    heads = [wording.text(f"effect.column.{name}", language) for name in names]
    rows = []
    for row in result.table.to_dict("records"):
        unit = row["unit"]
        ends = [
            HIDDEN if _absent(row[name]) else amount(row[name], unit, language)
            for name in ("predicted", "effect", "low", "high")
        ]
        levels = [
            HIDDEN if _absent(row[name]) else level(row[name], unit, language) for name in ("before", "after")
        ]
        rests = " / ".join(number(row[name]) for name in ("sessions", "trainers", "n"))
        effect = HIDDEN if _absent(row["low"]) else f"{ends[1]} ({ends[2]} … {ends[3]})"
        said = [
            wording.text(f"effect.short.{row['verdict']}", language),
            wording.text(f"effect.proposed.{row['proposal']}", language),
        ]
        rows.append([row["id"], row["title"], ends[0], *levels, effect, rests, *said])
    return heads, rows, [2, 3, 4, 5, 6]


TABLES: dict[str, Callable[[Result, str], Shown]] = {
    "calendar": calendar_table,
    "change": change_table,
    "status": status_table,
    "counts": counts_table,
    "compare": compare_table,
    "cycle": cycle_table,
    "effects": effects_table,
    "practice_candidates": candidates_table,
    "practices": practices_table,
    "reliability": reliability_table,
    "spread": spread_table,
    "themes": themes_table,
    "trace": trace_table,
    "trend": trend_table,
}


def number(value: Any) -> str:
    """A whole number, or the mark of a hidden one."""
    return HIDDEN if _absent(value) else str(int(value))


def percent(value: Any) -> str:
    """A share as a whole percentage, or the mark of a hidden one."""
    return HIDDEN if _absent(value) else f"{round(100 * value)} %"


def plain_decimal(value: Any, language: str) -> str:
    """A number with two decimals and no sign, or the mark of a hidden one."""
    if _absent(value):
        return HIDDEN
    from babel.numbers import format_decimal

    return str(format_decimal(value, "0.00", locale=language))


def _within(row: Any, language: str) -> str:
    """An alpha with the widest of its intervals."""
    alpha, low, high = (plain_decimal(row[name], language) for name in ("alpha", "likely_low", "likely_high"))
    return alpha if _absent(row["likely_low"]) else f"{alpha} ({low} … {high})"


def _pair(arm: Any, reference: Any) -> str:
    return f"{number(arm)} / {number(reference)}"


def _difference(row: Any, language: str) -> str:
    return _with_ends(row, ("difference", "low", "high"), row["deciding"] != "mean", language)


def _with_ends(row: Any, names: Sequence[str], shares: bool, language: str) -> str:
    """A difference with its interval, in points or percentage points."""
    if _absent(row[names[0]]):
        return HIDDEN
    factor, digits = (100, 0) if shares else (1, 2)
    shown = [_decimal(row[name], factor, digits, language) for name in names]
    return f"{shown[0]}{' %' if shares else ''} ({shown[1]} … {shown[2]})"


def _decimal(value: Any, factor: int, digits: int, language: str) -> str:
    if _absent(value):
        return HIDDEN
    from babel.numbers import format_decimal

    pattern = "+0;-0" if digits == 0 else f"+0.{'0' * digits};-0.{'0' * digits}"
    return str(format_decimal(factor * value, pattern, locale=language))


def _level(value: Any, shares: bool, language: str) -> str:
    """A level with one decimal, or a share as a whole percentage."""
    from babel.numbers import format_decimal

    return percent(value) if shares else str(format_decimal(value, "0.0", locale=language))


def _absent(value: Any) -> bool:
    import pandas as pd

    return bool(pd.isna(value))
