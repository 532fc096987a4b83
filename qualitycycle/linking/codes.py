"""Link codes: a self-made code pairs somebody's forms without saying who it is.

Only keyed hashes (HMAC-SHA256) are stored: of the code, and of its forms with one
character masked, so that two codes that differ in one substitution can still be
matched. Destroy the key and nothing can be paired or guessed any more.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class LinkCodes:
    """The normalised codes of a column, "" where there is none, and the key that hashes them.

    The masked form ``i`` of a code has a ``?`` at position ``i``; codes shorter than six
    characters have fewer.

    >>> codes, masks = LinkCodes.of(["12ma07", None], b"key").hashed()
    >>> codes[1] is None, len(masks[0]), masks[1]
    (True, 6, [])
    """

    codes: list[str]
    key: bytes

    @classmethod
    def of(cls, cells: Sequence[Any], key: bytes) -> LinkCodes:
        """The codes in these cells."""
        return cls([normalise_code(cell) for cell in cells], key)

    @property
    def given(self) -> list[bool]:
        """Which forms carry a code."""
        return [bool(code) for code in self.codes]

    def hashed(self) -> tuple[list[str | None], list[list[str]]]:
        """Per code its hash (None where there is none) and those of its masked forms."""
        keyed = hmac.new(self.key, digestmod="sha256")
        hashes = [_hash(code, keyed) if code else None for code in self.codes]
        masks = [
            [_hash(f"{code[:i]}?{code[i + 1 :]}", keyed) for i in range(len(code))] for code in self.codes
        ]
        return hashes, masks


def _hash(text: str, keyed: hmac.HMAC) -> str:
    """``keyed`` has taken in the key and nothing else: a copy of it is cheaper than to begin anew."""
    begun = keyed.copy()
    begun.update(text.encode())
    return begun.digest()[:16].hex()
