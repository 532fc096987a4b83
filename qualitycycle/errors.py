"""What can go wrong, as exceptions.

QualityCycleError
  +-- Refused        the input was read and refused; carries findings; exit code 1
  +-- UsageProblem   the call itself makes no sense; exit code 2

Everything a user can cause ends in one of the two; the command line prints it
without a traceback.
"""

from __future__ import annotations

from collections.abc import Sequence

from qualitycycle.findings import Finding


class QualityCycleError(Exception):
    """Base of every error this package raises on purpose."""

    exit_code = 1

    def __init__(self, findings: Sequence[Finding] | Finding) -> None:
        self.findings: list[Finding] = [findings] if isinstance(findings, Finding) else list(findings)
        super().__init__("; ".join(f"{found.code} {_place(found)}".strip() for found in self.findings))


class Refused(QualityCycleError):
    """The input was refused; ``findings`` says everything that is wrong with it."""


class UsageProblem(QualityCycleError):
    """The question cannot be asked this way (unknown item, unknown partnership, no workspace)."""

    exit_code = 2


def _place(found: Finding) -> str:
    parts = [found.file, found.column, found.value]
    return " ".join(part for part in parts if part)
