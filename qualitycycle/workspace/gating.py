"""A comparison through the gate."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from qualitycycle.analysis.comparison import Comparison
from qualitycycle.analysis.proportions import Interval
from qualitycycle.config import Floors
from qualitycycle.vocabulary import Verdict

FEW_ANSWERS = "few_answers"
FEW_TRAINERS = "few_trainers"


def gated(one: Comparison, floors: Floors, level_shown: Callable[[str], bool]) -> Comparison:
    """A comparison without what may not be shown.

    An arm with too few trainers *is* a person, and one with too few answers is too small:
    its number of answers is gone, and with it the verdict and every difference. The level
    of an arm (its mean, its share favourable) is shown only where ``level_shown`` allows:
    beside other figures it could give a single team away; a difference cannot.
    """
    few_trainers = [arm for arm, n in one.trainers.items() if (n or 0) < floors.arm_trainers]
    few_answers = [arm for arm, n in one.responses.items() if (n or 0) < floors.scores]
    hidden = {*few_trainers, *few_answers}
    if hidden and one.verdict is not Verdict.TOO_FEW:
        reasons = ((few_trainers, FEW_TRAINERS), (few_answers, FEW_ANSWERS))
        one = replace(one, verdict=Verdict.TOO_FEW, reasons=tuple(reason for arms, reason in reasons if arms))
    one = replace(one, responses={arm: None if arm in hidden else n for arm, n in one.responses.items()})
    if one.verdict is Verdict.TOO_FEW:
        return replace(one, means=None, favourable=None, tops=None, **_nothing_found(one))
    closed = {arm for arm in one.responses if not level_shown(arm)}
    small = {arm for arm, n in one.responses.items() if (n or 0) < floors.shares}
    shares = (one.favourable_difference, one.top_difference)
    favourable, top = map(_emptied, shares) if small else shares
    return replace(
        one,
        means=_without(one.means, closed),
        favourable=_without(one.favourable, closed | small),
        tops=_without(one.tops, closed | small),
        favourable_difference=favourable,
        top_difference=top,
    )


def _nothing_found(one: Comparison) -> dict[str, Any]:
    return {
        "mean_difference": _emptied(one.mean_difference),
        "favourable_difference": _emptied(one.favourable_difference),
        "top_difference": _emptied(one.top_difference),
        "odds_ratio": None,
        "superiority": None,
        "design_effect": None,
        "variances": None,
        "within_trainers": None,
        "p_value": None,
        "p_value_method": None,
        "p_adjusted": None,
        "p_floor": None,
        "naive_p": None,
        "df": None,
        "needed": None,
    }


def _emptied(interval: Interval | None) -> Interval | None:
    return None if interval is None else Interval()


def _without(values: Mapping[str, Interval] | None, gone: Collection[str]) -> dict[str, Interval] | None:
    if values is None:
        return None
    return {arm: Interval() if arm in gone else one for arm, one in values.items()}
