"""Odd responses, flagged and kept, never deleted.

A rule takes the responses of a file and says which of them it flags. To add one: a function
in ``careless`` or ``misplaced``, a line in ``RULES`` and two sentences in the catalogues:
``quality.flag_<name>`` (at import) and ``quality.flagged.<name>`` (in a list).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from qualitycycle.checking.careless import reversed_scales, straight_lines, test_rows, too_fast, two_languages
from qualitycycle.checking.misplaced import (
    duplicate_codes,
    more_than_attended,
    other_partnership,
    outside_dates,
    wrong_variant,
)
from qualitycycle.checking.odd import Odd, Responses
from qualitycycle.findings import Finding, Level

RULES: dict[str, Callable[[Responses], Odd]] = {
    "test_row": test_rows,
    "straight_line": straight_lines,
    "reversed_scale": reversed_scales,
    "too_fast": too_fast,
    "duplicate_code": duplicate_codes,
    "outside_dates": outside_dates,
    "more_than_attended": more_than_attended,
    "wrong_variant": wrong_variant,
    "other_partnership": other_partnership,
    "two_languages": two_languages,
}


def flag(responses: Responses, rows: Sequence[int], file: str) -> tuple[list[list[str]], list[Finding]]:
    """The flags of every response, and a finding per rule that flagged any; ``rows`` number them."""
    flags: list[list[str]] = [[] for _ in range(responses.size)]
    findings = []
    for name, rule in RULES.items():
        odd = rule(responses)
        for position in odd.positions:
            flags[position].append(name)
        if odd.positions:
            findings.append(
                Finding(
                    f"quality.flag_{name}",
                    Level.WARNING,
                    file=file,
                    row=rows[odd.positions[0]],
                    count=len(odd.positions),
                    details=odd.details,
                )
            )
    return flags, findings


def mixed_languages(languages: Sequence[str | None], file: str) -> list[Finding]:
    """That people answered in different languages: no fault, but good to know; said once.

    >>> mixed_languages(["nl", "nl", None, "en"], "x.csv")[0].details["languages"]
    'nl 2, en 1'
    """
    spoken = Counter(language for language in languages if language)
    if len(spoken) < 2:
        return []
    told = ", ".join(f"{language} {n}" for language, n in spoken.most_common())
    return [Finding("quality.languages", Level.INFO, file=file, details={"languages": told})]
