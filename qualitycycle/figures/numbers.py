"""Numbers and dates as a reader expects them: one decimal, a decimal comma in Dutch."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from qualitycycle import wording
from qualitycycle.figures.values import Estimate, Measure

SMALLEST = 0.001

WIDEST_SHARE = 0.6
"""An interval of a share that is wider than this says nothing."""


def decimal(value: float, language: str, digits: int = 1) -> str:
    """A number with a fixed number of decimals.

    >>> decimal(8.14, "nl"), decimal(-1234.5, "en")
    ('8,1', '−1,234.5')
    """
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return _minus(format_decimal(value, format=pattern, locale=language))


def whole(count: int | None, language: str) -> str:
    """A count, or the words for a hidden one.

    >>> whole(1128, "nl"), whole(None, "nl")
    ('1.128', 'niet getoond')
    """
    return wording.text("figures.hidden", language) if count is None else decimal(count, language, 0)


def percent(share: float, language: str, digits: int = 0) -> str:
    """A fraction as a percentage.

    >>> percent(0.324, "nl", 1), percent(0.53, "en")
    ('32,4%', '53%')
    """
    pattern = "#,##0." + "0" * digits + "%" if digits else "#,##0%"
    return _minus(format_percent(share, format=pattern, locale=language))


def amount(value: float, measure: Measure, language: str, digits: int | None = None) -> str:
    """A mean with one decimal, or a share as a percentage.

    >>> amount(8.1, "mean", "nl"), amount(0.78, "favourable", "nl")
    ('8,1', '78%')
    """
    if measure == "mean":
        return decimal(value, language, 1 if digits is None else digits)
    return percent(value, language, digits or 0)


def difference(value: float, measure: Measure, language: str) -> str:
    """The size of a difference in words, without its direction.

    >>> difference(-0.7, "mean", "nl"), difference(0.124, "favourable", "nl")
    ('0,7\\xa0punt', '12\\xa0procentpunt')
    """
    size = abs(value)
    if measure == "mean":
        return wording.text("figures.points", language, value=decimal(size, language))
    return wording.text("figures.percentage_points", language, value=decimal(size * 100, language, 0))


def signed(estimate: Estimate | None, measure: Measure, language: str) -> str:
    """A difference with its sign, unit and interval, or a dash when there is none.

    >>> signed(Estimate(-0.7, -1.1, -0.3), "mean", "nl")
    '−0,7 (−1,1\\xa0tot\\xa0−0,3) punt'
    """
    if estimate is None:
        return "–"
    factor, digits = (1, 1) if measure == "mean" else (100, 0)
    value = decimal(estimate.value * factor, language, digits)
    if estimate.low is not None and estimate.high is not None:
        low, high = (decimal(end * factor, language, digits) for end in (estimate.low, estimate.high))
        value = wording.text("figures.interval", language, value=value, low=low, high=high)
    return wording.text(f"figures.unit.{measure}", language, value=value)


def with_interval(
    estimate: Estimate | None, measure: Measure, language: str, digits: int | None = None
) -> str:
    """An estimate followed by its interval, or the words for a hidden one.

    >>> with_interval(Estimate(8.1, 7.9, 8.3), "mean", "nl")
    '8,1 (7,9\\xa0tot\\xa08,3)'
    >>> with_interval(Estimate(0.324, 0.2638, 0.383), "favourable", "en", digits=1)
    '32.4% (26.4%\\xa0to\\xa038.3%)'
    """
    if estimate is None:
        return wording.text("figures.hidden", language)
    value = amount(estimate.value, measure, language, digits)
    if estimate.low is None or estimate.high is None:
        return value
    low, high = (amount(end, measure, language, digits) for end in (estimate.low, estimate.high))
    return wording.text("figures.interval", language, value=value, low=low, high=high)


def too_uncertain(estimate: Estimate | None, measure: Measure) -> bool:
    """Whether the interval of a share is too wide to say anything.

    >>> [too_uncertain(Estimate(0.42, *ends), "favourable") for ends in ((0.0, 1.0), (0.3, 0.5))]
    [True, False]
    """
    if estimate is None or estimate.low is None or estimate.high is None or measure == "mean":
        return False
    return estimate.high - estimate.low > WIDEST_SHARE


def if_certain(estimate: Estimate | None, measure: Measure, sessions: int | None, language: str) -> str:
    """``with_interval``, or only that it is too uncertain, with the sessions it rests on if known.

    >>> if_certain(Estimate(0.42, 0.0, 1.0), "favourable", 2, "nl")
    'te onzeker om te tonen (2 sessies)'
    """
    if not too_uncertain(estimate, measure):
        return with_interval(estimate, measure, language)
    if sessions is None:
        return wording.text("figures.uncertain", language)
    return wording.plural("figures.too_uncertain", sessions, language)


def day(value: date | None, language: str) -> str:
    """A date in words; an unknown one gets a dash.

    >>> day(date(2026, 7, 4), "nl")
    '4 juli 2026'
    """
    return "–" if value is None else str(format_date(value, "d MMMM y", locale=language))


def month(value: date, language: str) -> str:
    """A month with its year, short enough for an axis.

    >>> month(date(2026, 3, 1), "nl")
    'mrt 2026'
    """
    return str(format_date(value, "MMM y", locale=language)).replace(".", "")


def probability(value: float, language: str) -> str:
    """A p-value with three decimals, never zero.

    >>> probability(0.0214, "nl"), probability(0.00002, "nl")
    ('0,021', 'kleiner dan 0,001')
    """
    if value < SMALLEST:
        return wording.text("figures.less_than", language, value=decimal(SMALLEST, language, 3))
    return decimal(value, language, 3)


def _minus(text: str) -> str:
    """A typographic minus; none before a zero."""
    if not any(character in "123456789" for character in text):
        return text.replace("-", "")
    return text.replace("-", "\N{MINUS SIGN}")
