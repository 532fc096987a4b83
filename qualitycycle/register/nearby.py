"""Words that look like one that is not known."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """The known words most like ``word``; else the first few there are.

    >>> nearest("traners", ["trainers", "sessions"])
    ['trainers']
    """
    from rapidfuzz import fuzz, process

    pool = sorted(set(known))
    close = process.extract(
        word, pool, scorer=fuzz.ratio, processor=str.casefold, limit=limit, score_cutoff=60
    )
    return [match for match, _, _ in close] or pool[:8]
