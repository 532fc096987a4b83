"""The figure an action is about, per session: a question, a score, coverage or the response rate.

Everything here is internal: it has not been through the gate.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qualitycycle import counts as query
from qualitycycle import wording
from qualitycycle.analysis.effect.outcome import Unit
from qualitycycle.analysis.measure import Measure
from qualitycycle.analysis.teams import from_counts
from qualitycycle.register.derive import SessionFacts
from qualitycycle.vocabulary import AnswerState, Moment
from qualitycycle.workspace.asked import Question
from qualitycycle.workspace.comparing import measures_asked
from qualitycycle.workspace.trend_cycles import STAGE
from qualitycycle.workspace.view import View

COVERAGE, RESPONSE = "coverage", "response_rate"
RELEVANT_SHARE = 0.10
"""The difference that matters in coverage and response, unless a goal says otherwise."""

COLUMNS = ["session", "team", "partnership", "variant", "n", "total", "total_sq"]


@dataclass(frozen=True)
class Figure:
    """One indicator per session.

    ``sums``: ``COLUMNS``, of figures of which high is good; ``turned``: the sum of the ends of the
    scale when low is good and the figures were turned round; ``answers``: whether n counts answers
    (of people) rather than sessions; ``all``: how many indicators there are to choose from;
    ``alike``: sessions by indicators on the same scale, with the place of this one among them.
    """

    id: str
    unit: Unit
    sums: pd.DataFrame
    relevant: float | None
    answers: bool = True
    turned: float | None = None
    all: int = 1
    alike: pd.DataFrame | None = None

    def shown(self, value: float) -> float:
        """A level as it stands on the scale."""
        return value if self.turned is None else self.turned - value

    def oriented(self, difference: float | None) -> float | None:
        """A difference on the scale as one of which positive is better."""
        return difference if difference is None or self.turned is None else -difference


def figure_of(view: View, indicator: str, held: Mapping[str, SessionFacts], kind: str) -> Figure | None:
    """The indicator over the sessions held; None when it is not asked after trainings."""
    measures = _asked(view, kind)
    many = len(measures) + 2
    if indicator in (COVERAGE, RESPONSE):
        sums = _coverage(view, held) if indicator == COVERAGE else _response(view, held)
        return Figure(indicator, "favourable", sums, RELEVANT_SHARE, indicator == RESPONSE, all=many)
    measure = next((one for one in measures if one.id == indicator), None)
    if measure is None:
        return None
    unit = measure.deciding
    turned = sum(measure.range) if unit == "mean" and measure.sign < 0 else None
    relevant = measure.relevant_for(unit)
    if measure.kind == "score":
        sums = _with_facts(view.score_sums(indicator, moment="post", kind=kind), held)
        return Figure(indicator, unit, sums, relevant, turned=turned, all=many)
    alike = [one for one in measures if _alike(one, measure)]
    sums = _with_facts(_sums(view, measure, kind), held)
    together = pd.DataFrame({one.id: _means(_sums(view, one, kind)) for one in alike})
    return Figure(indicator, unit, sums, relevant, turned=turned, all=many, alike=together)


def title_of(view: View, indicator: str, language: str) -> str:
    """What an indicator is, in words: the question, the score, or the figure; else its id."""
    known = {*view.config.items, *(s for one in view.config.instruments.values() for s in one.scores)}
    if indicator in known:
        return view.config.instrument_of(indicator).title_of(indicator, language)
    key = f"effect.indicator.{indicator}"
    return wording.text(key, language) if wording.has(key, language) else indicator


def _asked(view: View, kind: str) -> list[Measure]:
    """What is asked after trainings of a kind, also of one variant only."""
    return measures_asked(view, Question(by="cycle", moment=str(Moment.POST), kind=kind))


def _alike(one: Measure, other: Measure) -> bool:
    return one.kind == "item" and one.scale == other.scale and one.deciding == other.deciding


def answered(view: View, items: Collection[str], kind: str) -> pd.DataFrame:
    """Every answer to these items after trainings of a kind; of all that is asked, read once."""
    key = ("answers of effects", kind)
    if key not in view.memo:
        wanted = [STAGE, *(one.id for one in _asked(view, kind) if one.kind == "item")]
        frame = query.counts(view.snapshot, view.sessions, item=wanted, moment="post", kind=kind)
        view.memo[key] = frame[frame["state"] == str(AnswerState.ANSWERED)]
    known: pd.DataFrame = view.memo[key]
    return known[known["item"].isin(list(items))]


def _sums(view: View, measure: Measure, kind: str) -> pd.DataFrame:
    """Sums per session of one item; worked out once."""
    key = ("sums of effects", measure.id, kind)
    if key not in view.memo:
        frame = answered(view, [measure.id], kind)
        mine = frame[frame["score"].notna()].rename(columns={"collection": "session"})
        found = from_counts(mine.assign(arm="").fillna({"team": ""}), _value(measure))
        view.memo[key] = found.rename(columns={"session": "collection"})
    known: pd.DataFrame = view.memo[key]
    return known


def _value(measure: Measure) -> Callable[[float], float]:
    """What of a score is averaged, turned so that high is good."""
    turned = measure.deciding == "mean" and measure.sign < 0
    return partial(_turned, sum(measure.range)) if turned else measure.worth


def _turned(ends: float, score: float) -> float:
    return ends - score


def _means(sums: pd.DataFrame) -> pd.Series[float]:
    known = sums.set_index("collection")
    return known["total"] / known["n"]


def _with_facts(sums: pd.DataFrame, held: Mapping[str, SessionFacts]) -> pd.DataFrame:
    """Sums of the sessions held, with who gave them and where they belong."""
    mine = sums[sums["collection"].isin(held)].rename(columns={"collection": "session"})
    return _described(mine[["session", "n", "total", "total_sq"]], held)


def _described(sums: pd.DataFrame, held: Mapping[str, SessionFacts]) -> pd.DataFrame:
    facts = [held[id] for id in sums["session"]]
    described = sums.assign(
        team=[one.team for one in facts],
        partnership=[one.lead or "" for one in facts],
        variant=[str(one.variant) for one in facts],
    )
    return described[COLUMNS].reset_index(drop=True)


def _coverage(view: View, held: Mapping[str, SessionFacts]) -> pd.DataFrame:
    """Per session held whether anybody filled in the form after it."""
    rows = [(id, 1, float(view.forms.get(id, {}).get("started", 0) > 0)) for id in held]
    return _described(_shares(rows), held)


def _response(view: View, held: Mapping[str, SessionFacts]) -> pd.DataFrame:
    """Per session of which it is known how many were there, how many completed the form."""
    rows = [
        (id, one.attended, float(min(one.attended, view.forms.get(id, {}).get("completed", 0))))
        for id, one in held.items()
        if one.attended
    ]
    return _described(_shares(rows), held)


def _shares(rows: list[tuple[str, int, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["session", "n", "total"])
    return frame.assign(total_sq=frame["total"])


def together(figure: Figure, sessions: Collection[str]) -> tuple[NDArray[np.float64], list[str], int] | None:
    """The figures alike in these sessions, which sessions they are, and which column is this one."""
    if figure.alike is None or figure.id not in figure.alike.columns:
        return None
    rows = figure.alike.loc[figure.alike.index.isin(list(sessions))]
    at = int(list(rows.columns).index(figure.id))
    return rows.to_numpy(dtype=np.float64), [str(id) for id in rows.index], at


def with_relevant(figure: Figure, relevant: float | None) -> Figure:
    """With the difference that a goal says matters."""
    return figure if relevant is None else replace(figure, relevant=relevant)
