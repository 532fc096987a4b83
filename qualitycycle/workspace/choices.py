"""Choices a user makes by name, checked before any work starts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.vocabulary import Moment


def moment_named(moment: str | Moment | None) -> Moment | None:
    """A moment by its name; UsageProblem when there is no such moment."""
    if moment is None:
        return None
    try:
        return Moment(moment)
    except ValueError:
        known = ", ".join(str(known) for known in Moment)
        raise UsageProblem(
            Finding(
                "workspace.unknown_choice", column="moment", value=str(moment), details={"expected": known}
            )
        ) from None


def check_choice(name: str, value: str | None, known: Iterable[str]) -> None:
    """UsageProblem when ``value`` is given and not one of ``known``."""
    choices = [str(choice) for choice in known]
    if value is not None and value not in choices:
        expected = ", ".join(choices) or "-"
        raise UsageProblem(
            Finding("workspace.unknown_choice", column=name, value=value, details={"expected": expected})
        )


def day_of(text: str | date | None) -> date:
    """A day as given, or today; UsageProblem when it is not a date."""
    if text is None:
        return date.today()
    if isinstance(text, date):
        return text
    for pattern in ("%Y-%m-%d", "%d-%m-%Y"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    raise UsageProblem(Finding("workspace.bad_date", value=text))
