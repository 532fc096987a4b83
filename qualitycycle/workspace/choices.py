"""Choices a user makes by name, checked before any work starts."""

from __future__ import annotations

from collections.abc import Iterable

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
