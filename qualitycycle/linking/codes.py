"""Link codes: a self-made code pairs somebody's forms without saying who it is.

Only keyed hashes (HMAC-SHA256) are stored: of the code, and of its forms with one
character masked, so that two codes that differ in one substitution can still be
matched. Destroy the key and nothing can be paired or guessed any more.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any

LINK_CODE_LENGTH = 6


def normalise_code(cell: Any) -> str:
    """Lower case, letters and digits only, the first six kept.

    >>> normalise_code(" 12-Ma 07x ")
    '12ma07'
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell if cell is not None else "").casefold()
    if not text.isalnum():
        text = "".join(filter(str.isalnum, text))
    return text[:LINK_CODE_LENGTH]


def hash_code(code: str, key: bytes) -> str:
    """The keyed hash of a normalised code (or of a masked form of one)."""
    return _hash(code, hmac.new(key, digestmod="sha256"))


def hash_codes(cells: Sequence[Any], key: bytes) -> tuple[list[str | None], list[list[str]]]:
    """Per cell the hash of its code (None when blank) and of its masked forms.

    The masked form ``i`` has a ``?`` at position ``i``; codes shorter than six
    characters have fewer.

    >>> codes, masks = hash_codes(["12ma07", None], b"key")
    >>> codes[1] is None, len(masks[0]), masks[1]
    (True, 6, [])
    """
    keyed = hmac.new(key, digestmod="sha256")
    codes = [normalise_code(cell) for cell in cells]
    hashes = [_hash(code, keyed) if code else None for code in codes]
    masks = [[_hash(f"{code[:i]}?{code[i + 1 :]}", keyed) for i in range(len(code))] for code in codes]
    return hashes, masks


def _hash(text: str, keyed: hmac.HMAC) -> str:
    """``keyed`` has taken in the key and nothing else: a copy of it is cheaper than to begin anew."""
    begun = keyed.copy()
    begun.update(text.encode())
    return begun.digest()[:16].hex()
