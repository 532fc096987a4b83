"""How much two texts look alike: headers of a file and questions, labels of answers and of a scale."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from qualitycycle.instrument import Instrument, Item
from qualitycycle.labels import normalise_header, normalise_label

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SUBSET = 0.8
"""What one text is worth that holds every word of the other and more, against the same text."""

SUBSET_WORDS = 3
"""From so many words on, being part of the other text says something."""

LONG_WORD = 8
"""A word of so many letters may have two wrong letters and still be that word; a shorter one, one."""

_NUMBER_IN_FRONT = re.compile(r"^(vraag|question|q|v)?\s?\d{1,3}\s?[.):]\s*")


def header_texts(header: str, title: str = "") -> list[str]:
    """The texts, normalised, by which a column may be known.

    The header, its title, both without a number in front, and of ``Question [statement]``,
    ``Question - statement`` and ``Section: question`` the last part.

    >>> header_texts("12. Hoe was het? [De zaal]")
    ['12. hoe was het? [de zaal]', 'hoe was het? [de zaal]', 'de zaal']
    """
    texts: dict[str, None] = {}
    for text in (header, title):
        whole = normalise_header(text)
        plain = without_number(whole)
        texts |= dict.fromkeys(part for part in (whole, plain, *_last_parts(plain)) if part)
    return list(texts)


def without_number(text: str) -> str:
    """A normalised header without the number of the question in front.

    >>> without_number("12. hoe was het tempo?"), without_number("v3: helder"), without_number("360 graden")
    ('hoe was het tempo?', 'helder', '360 graden')
    """
    return _NUMBER_IN_FRONT.sub("", text)


def _last_parts(text: str) -> Iterable[str]:
    if text.endswith("]") and "[" in text:
        yield text[text.rindex("[") + 1 : -1].strip()
    for separator in (" - ", ": "):
        if separator in text:
            yield text.rpartition(separator)[2].strip()


def item_texts(item: Item, instrument: Instrument, earlier: Iterable[str] = ()) -> list[str]:
    """The texts, normalised, by which a question may be known: every language, with and without stem."""
    texts = [*item.text.values(), *item.aliases, *earlier]
    for language, stem in instrument.stems.get(item.scale, {}).items():
        if language in item.text:
            texts.append(f"{stem} {item.text[language]}")
    return list(dict.fromkeys(normalise_header(text) for text in texts))


def similarities(columns: Sequence[Sequence[str]], items: Sequence[Sequence[str]]) -> npt.NDArray[np.float64]:
    """The best similarity (0-1) between any text of each column and any text of each item.

    Letters in order, or the same words in another order, or all words of one within the
    other (worth ``SUBSET``). Shape (columns, items).

    >>> similarities([["hoe was de zaal"]], [["hoe was de zaal"], ["cijfer"]]).round(1).tolist()
    [[1.0, 0.1]]
    """
    import numpy as np
    from rapidfuzz import fuzz, process

    ours, our_starts = _flat(columns)
    theirs, their_starts = _flat(items)
    if not ours or not theirs:
        return np.zeros((len(columns), len(items)))
    letters = process.cdist(ours, theirs, scorer=fuzz.ratio)
    words = process.cdist(ours, theirs, scorer=fuzz.token_sort_ratio)
    within = process.cdist(ours, theirs, scorer=fuzz.token_set_ratio) * SUBSET
    few = np.minimum.outer([len(text.split()) for text in ours], [len(text.split()) for text in theirs])
    within[few < SUBSET_WORDS] = 0.0
    best = np.maximum(np.maximum(letters, words * 0.99), within) / 100
    rows = np.maximum.reduceat(best, our_starts, axis=0)
    return np.asarray(np.maximum.reduceat(rows, their_starts, axis=1), dtype=float)


def _flat(texts: Sequence[Sequence[str]]) -> tuple[list[str], list[int]]:
    """All texts in one row, and where those of each owner start; nobody is left without one."""
    flat: list[str] = []
    starts = []
    for own in texts:
        starts.append(len(flat))
        flat += own or [""]
    return flat, starts


def nearly_label(label: str, known: Sequence[str]) -> str | None:
    """The one known label that this is a misspelling of, or None.

    Word for word: the same first letter and one wrong letter (two in a long word), or the
    same letters with other blanks and hyphens. So a word that turns the meaning round is
    never taken for a slip.

    >>> nearly_label("Veri satisfied", ["Very satisfied", "Satisfied"])
    'Very satisfied'
    >>> nearly_label("SomewhatDisagree", ["Somewhat disagree", "Somewhat agree"])
    'Somewhat disagree'
    >>> [nearly_label(l, ["tevreden", "eens"]) for l in ("ontevreden", "oneens", "niet eens")]
    [None, None, None]
    """
    found = {normalise_label(other): other for other in known if _nearly(label, other)}
    return next(iter(found.values())) if len(found) == 1 else None


def _nearly(label: str, other: str) -> bool:
    ours, theirs = (re.findall(r"\w+", normalise_label(text)) for text in (label, other))
    if "".join(ours) == "".join(theirs):
        return bool(ours)
    return len(ours) == len(theirs) and all(_same_word(a, b) for a, b in zip(ours, theirs, strict=True))


def _same_word(ours: str, theirs: str) -> bool:
    if ours == theirs:
        return True
    if ours[0] != theirs[0] or not (ours + theirs).isalpha() or min(len(ours), len(theirs)) < 4:
        return False
    from rapidfuzz.distance import OSA

    return OSA.distance(ours, theirs) <= (2 if len(theirs) >= LONG_WORD else 1)
