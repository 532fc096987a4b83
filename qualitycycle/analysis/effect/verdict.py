"""What a measured effect allows us to say, in this order (the first that applies decides):

1. ``worse``: the interval lies below 0.
2. ``effective``: it lies above 0, after the correction for how the action was chosen; or
   ``smaller_than_predicted`` when it also lies below what was predicted (without a prediction:
   below the difference that matters).
3. ``no_relevant_effect``: the 90 % interval lies within plus or minus the relevant difference.
4. ``cannot_tell``.

The 95 % interval is that of ``model.Effect``: its lower end allows for regression to the mean,
its upper end is the ordinary one, as chance that comes back can only raise what is found.
"""

from __future__ import annotations

from enum import StrEnum

from qualitycycle.analysis.effect.model import Effect


class EffectVerdict(StrEnum):
    """What a measured effect allows us to say; the sentences are ``effect.verdict.<verdict>``."""

    EFFECTIVE = "effective"
    SMALLER_THAN_PREDICTED = "smaller_than_predicted"
    NO_RELEVANT_EFFECT = "no_relevant_effect"
    WORSE = "worse"
    CANNOT_TELL = "cannot_tell"
    TOO_FEW = "too_few"
    NOT_YET = "not_yet"


class EffectReason(StrEnum):
    """Why a verdict is what it is; the sentences are ``effect.reason.<reason>``."""

    NO_START = "no_start"
    NO_SESSIONS = "no_sessions"
    KNOWN_BEFORE = "known_before"
    FEW_WITH = "few_with"
    FEW_BEFORE = "few_before"
    FEW_ANSWERS = "few_answers"
    WOULD_ISOLATE = "would_isolate"
    NOT_MEASURED = "not_measured"
    NO_VARIATION = "no_variation"
    INTERVAL_INCLUDES_ZERO = "interval_includes_zero"
    BELOW_PREDICTION = "below_prediction"
    BELOW_RELEVANT = "below_relevant"
    PREDICTION_POSSIBLE = "prediction_possible"
    RELEVANCE_UNPROVEN = "relevance_unproven"
    WITHIN_RELEVANT = "within_relevant"
    BELOW_ZERO = "below_zero"


Judged = tuple[EffectVerdict, tuple[EffectReason, ...]]


def judge(found: Effect | None, *, predicted: float | None, relevant: float | None) -> Judged:
    """The verdict on an effect with its reasons; None is an effect that cannot be estimated.

    ``predicted``: what was expected when the action was agreed, ``relevant``: the difference
    that matters; both in the unit of the effect, None when not known.

    >>> from qualitycycle.analysis.linear import Contrast
    >>> found = Effect(Contrast(0.4, 0.1, 20.0), 0.0, 1)
    >>> judge(found, predicted=0.5, relevant=0.3)[0].value, judge(found, predicted=0.8, relevant=0.3)[0].value
    ('effective', 'smaller_than_predicted')
    """
    if found is None:
        return EffectVerdict.CANNOT_TELL, (EffectReason.NO_VARIATION,)
    outer, inner = found.interval(), found.interval(0.9)
    low, high = outer.low or 0.0, outer.high or 0.0
    if high < 0:
        return EffectVerdict.WORSE, (EffectReason.BELOW_ZERO,)
    if low > 0:
        return _above(low, high, predicted, relevant)
    if relevant is not None and -relevant <= (inner.low or 0.0) and (inner.high or 0.0) <= relevant:
        return EffectVerdict.NO_RELEVANT_EFFECT, (EffectReason.WITHIN_RELEVANT,)
    return EffectVerdict.CANNOT_TELL, (EffectReason.INTERVAL_INCLUDES_ZERO,)


def _above(low: float, high: float, predicted: float | None, relevant: float | None) -> Judged:
    if predicted is not None and high < predicted:
        return EffectVerdict.SMALLER_THAN_PREDICTED, (EffectReason.BELOW_PREDICTION,)
    if predicted is None and relevant is not None and high < relevant:
        return EffectVerdict.SMALLER_THAN_PREDICTED, (EffectReason.BELOW_RELEVANT,)
    unproven = relevant is not None and low < relevant
    reached = (EffectReason.PREDICTION_POSSIBLE,) if predicted is not None else ()
    return EffectVerdict.EFFECTIVE, (*reached, *((EffectReason.RELEVANCE_UNPROVEN,) if unproven else ()))
