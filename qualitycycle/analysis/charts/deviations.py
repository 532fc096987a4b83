"""Where the charts knowingly differ from handbooks, and why; the words are in the ``trend`` catalogue."""

from __future__ import annotations

from qualitycycle import wording

DEVIATIONS = (
    "points",
    "baseline",
    "constant",
    "shares",
    "means",
    "rules",
    "trainers",
    "rebase",
    "unlabelled",
    "ceiling",
)
"""Every deviation: what we do, what handbooks do, why, and the switch to get theirs.

Handbooks: Montgomery, Introduction to Statistical Quality Control, 7th edition; Wheeler,
Understanding Variation; NHS England, Making Data Count; Nelson, Journal of Quality Technology 16
(1984) 237-239.
"""

PARTS = ("what", "book", "why", "switch")


def deviation_sentences(language: str) -> list[str]:
    """One line per deviation.

    >>> print(deviation_sentences("nl")[0])
    Punten zijn sessies, nooit jaren. Handboek: per week of maand. Waarom anders: een jaar is één \
punt; daaraan is niets te zien. Zo krijg je het handboek: niet te krijgen.
    """
    return [
        wording.text(
            "trend.explain.line",
            language,
            **{part: wording.text(f"trend.deviation.{name}.{part}", language) for part in PARTS},
        )
        for name in DEVIATIONS
    ]
