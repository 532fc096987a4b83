"""What an analysis says, as evidence of a finding: its kind and words, its figures, what it read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from qualitycycle import wording
from qualitycycle.analysis.result import Result
from qualitycycle.config import Config
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.findings import Finding

Kind = Literal["strength", "concern", "unclear"]

LONGEST = 30_000
"""Characters of figures that still fit a cell of the workbook."""

_BETTER: dict[str, Kind] = {"better": "strength", "equivalent": "strength", "worse": "concern"}
_GROWN: dict[str, Kind] = {"better": "strength", "equivalent": "concern", "worse": "concern"}
_TREND: dict[str, Kind] = {"improvement": "strength", "concern": "concern"}
_ASSURED: dict[str, Kind] = {"always": "strength", "never": "concern"}
EFFECT_KINDS: dict[str, Kind] = {
    "effective": "strength",
    "smaller_than_predicted": "strength",
    "no_relevant_effect": "concern",
    "worse": "concern",
}
"""What kind of finding the effect of an action makes; any other verdict is unclear."""


@dataclass(frozen=True)
class Evidence:
    """What an analysis says of one figure.

    ``kind`` and ``what`` are proposals for the finding; ``reference`` is which analysis it was, in
    words; ``figures`` and ``snapshot`` are JSON texts. ``about`` are columns of the finding.
    """

    kind: Kind
    what: str
    reference: str
    source: Literal["analysis", "theme"]
    figures: str
    snapshot: str
    about: Mapping[str, Any]

    def as_source(self, day: date) -> dict[str, Any]:
        """The columns of a source of a finding, noted on ``day``."""
        return {
            "kind": self.source,
            "reference": self.reference,
            "said": self.what,
            "on": day,
            "figures": self.figures,
            "snapshot": self.snapshot,
        }


@dataclass(frozen=True)
class _Read:
    """What one analysis is read as: the verdicts, the sentences that say them, the figures."""

    kinds: Sequence[Kind]
    said: Sequence[str]
    figures: Mapping[str, Any]
    about: Mapping[str, Any]


def evidence_of(result: Result, config: Config, item: str | None = None) -> Evidence:
    """The evidence in a result of compare, trend, change, themes or effects.

    ``item`` chooses among several; of effects it is the action. The result went through the gate
    when it was made: nothing is kept that it does not show. Raises UsageProblem for another
    analysis and for an item that is not in it, Refused when its figures are too many to keep.
    """
    if result.name not in READERS:
        expected = ", ".join(READERS)
        raise UsageProblem(Finding("cycle.no_evidence", value=result.name, details={"expected": expected}))
    read = READERS[result.name](result, config, item)
    figures = json.dumps({"analysis": result.name, **read.figures}, ensure_ascii=False, default=str)
    if len(figures) > LONGEST:
        raise Refused(Finding("cycle.figures_too_long", value=result.name))
    return Evidence(
        _together(read.kinds),
        " ".join(read.said),
        _reference(result, read.about.get("indicator") or item or ""),
        "theme" if result.name == "themes" else "analysis",
        figures,
        json.dumps(kept_stamp(result.snapshot), ensure_ascii=False),
        read.about,
    )


def kept_stamp(stamp: Mapping[str, Any]) -> dict[str, Any]:
    """A snapshot as a source keeps it: the versions and the config, the list of imports as a hash."""
    read = dict(stamp.get("evaluations", {}))
    imports = read.pop("imports", [])
    digest = hashlib.sha256("\n".join(imports).encode()).hexdigest()[:16]
    return {**stamp, "evaluations": {**read, "imports": len(imports), "imports_hash": digest}}


def _together(kinds: Sequence[Kind]) -> Kind:
    """A concern goes before a strength, a strength before what is not clear."""
    order: tuple[Kind, ...] = ("concern", "strength", "unclear")
    return min(kinds, key=order.index, default="unclear")


def _compare(result: Result, config: Config, item: str | None) -> _Read:
    rows, chosen = _rows_of(result, "comparisons", item)
    title = _title(config, chosen, result.language)
    lines = [line for line in result.sentences() if line.startswith(title)]
    verdicts = [str(row["verdict"]) for row in rows]
    said = _decided(verdicts, lines, _BETTER)
    figures = {"by": result.payload.get("by"), "comparisons": rows}
    return _Read([_BETTER.get(one, "unclear") for one in verdicts], said, figures, {"indicator": chosen})


def _change(result: Result, config: Config, item: str | None) -> _Read:
    rows, chosen = _rows_of(result, "changes", item)
    title = _title(config, chosen, result.language)
    lines = result.sentences()
    start = lines.index(title) if title in lines else -1
    verdicts = [str(row["verdict"]) for row in rows]
    said = _decided(verdicts, lines[start + 1 : start + 1 + len(rows)], _GROWN)
    kinds = [_GROWN.get(one, "unclear") for one in verdicts]
    return _Read(kinds, [title, *said], {"changes": rows}, {"indicator": chosen})


def _trend(result: Result, config: Config, item: str | None) -> _Read:
    rows, chosen = _rows_of(result, "series", item)
    kinds = [
        _TREND.get(str(row["verdict"])) or _ASSURED.get(str(row.get("assurance")), "unclear") for row in rows
    ]
    said = [line for row in rows for line in row["notes"][:3]]
    return _Read(kinds, said, {"series": rows}, {"indicator": chosen})


def _themes(result: Result, config: Config, item: str | None) -> _Read:
    rows = sorted(result.payload["themes"], key=lambda row: -(row.get("n") or 0))
    named = [row for row in rows if row.get("theme") and row.get("n")][:3]
    asked = str(result.payload["item"])
    listed = ", ".join(f"{row['title']} ({row['n']})" for row in named)
    key = "cycle.said.themes" if named else "cycle.said.no_themes"
    said = wording.text(key, result.language, item=_title(config, asked, result.language), themes=listed)
    return _Read(["unclear"], [said], {"item": asked, "themes": rows}, {"indicator": asked})


def _effects(result: Result, config: Config, item: str | None) -> _Read:
    rows, chosen = _rows_of(result, "actions", item, key="id")
    own = {name: rows[0][name] for name in ("indicator", "partnership")}
    cycles = (rows[0].get("after") or {}).get("cycles") or []
    about = {"action": chosen, **own, **({"cycle": cycles[-1]} if cycles else {})}
    verdict = wording.text(f"effect.verdict.{rows[0]['verdict']}", result.language)
    said = [*rows[0]["sentences"][:1], verdict]
    return _Read(
        [EFFECT_KINDS.get(str(row["verdict"]), "unclear") for row in rows], said, {"actions": rows}, about
    )


READERS: dict[str, Callable[[Result, Config, str | None], _Read]] = {
    "compare": _compare,
    "trend": _trend,
    "change": _change,
    "themes": _themes,
    "effects": _effects,
}
"""How each analysis is read, by the name of its result."""


def _rows_of(
    result: Result, name: str, item: str | None, key: str = "item"
) -> tuple[list[dict[str, Any]], str]:
    """The rows of one item: the one asked for, else the only one there is."""
    every = [dict(row) for row in result.payload[name]]
    there = list(dict.fromkeys(str(row[key]) for row in every))
    wanted = [one for one in there if item is None or one.casefold() == item.strip().casefold()]
    if len(wanted) != 1:
        code = "cycle.not_in_analysis" if there else "cycle.analysis_empty"
        details = {"expected": ", ".join(there), "analysis": result.name}
        raise UsageProblem(Finding(code, value=item, details=details))
    return [row for row in every if str(row[key]) == wanted[0]], wanted[0]


def _decided(verdicts: Sequence[str], lines: Sequence[str], known: Mapping[str, Kind]) -> list[str]:
    """The sentences of what was decided; when nothing was, the first that says so."""
    pairs = list(zip(verdicts, lines, strict=False))
    return [line for verdict, line in pairs if verdict in known] or [line for _, line in pairs[:1]]


def _title(config: Config, item: str, language: str) -> str:
    return config.instrument_of(item).title_of(item, language)


def _reference(result: Result, about: str) -> str:
    settings = {**result.settings, **{name: result.payload.get(name) for name in ("partnership", "cycle")}}
    where = [settings.get("partnership") or result.settings.get("partnership")]
    where += [settings.get("cycle") or result.settings.get("cycle")]
    scope = ", ".join(str(one) for one in where if one) or wording.text("terms.region", result.language)
    return wording.text(f"cycle.reference.{result.name}", result.language, about=about, scope=scope)
