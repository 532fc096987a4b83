"""Forms of students belong to a survey: they rate a mentor, and not a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qualitycycle.findings import Finding
from qualitycycle.vocabulary import Moment


def students_in_sessions(
    collections: Sequence[str],
    moments: Sequence[Moment],
    surveys: Mapping[str, Sequence[str]],
    *,
    file: str,
    rows: Sequence[int],
) -> list[Finding]:
    """An error per session that student forms are put with, naming where they do belong.

    ``surveys`` holds, for every session among ``collections``, the surveys of its partnership
    and school year.

    >>> found = students_in_sessions(["S1"], [Moment.STUDENT], {"S1": ["ST-2526"]}, file="x", rows=[2])
    >>> found[0].code, found[0].details["expected"]
    ('linking.student_in_session', 'ST-2526')
    """
    placed = zip(collections, moments, rows, strict=True)
    wrong = [(at, row) for at, moment, row in placed if moment is Moment.STUDENT and at in surveys]
    findings = []
    for session in dict.fromkeys(at for at, _ in wrong):
        mine = [row for at, row in wrong if at == session]
        code = "linking.student_in_session" if surveys[session] else "linking.student_without_survey"
        expected = {"expected": ", ".join(surveys[session])}
        findings.append(
            Finding(code, file=file, row=mine[0], value=session, count=len(mine), details=expected)
        )
    return findings
