"""Link codes: a self-made code pairs somebody's forms without saying who it is.

Only keyed hashes (HMAC-SHA256) are stored: of the code, and of its forms with one
character masked, so that two codes that differ in one substitution can still be
matched. Destroy the key and nothing can be paired or guessed any more.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

LINK_CODE_LENGTH = 6

BLOCK = 64
"""The bytes that SHA-256 takes in at once."""


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
    return hmac.digest(key, code.encode(), "sha256")[:16].hex()


@dataclass(frozen=True)
class LinkCodes:
    """The normalised codes of a column, "" where there is none, and the key that hashes them."""

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
        keyed = _keyed(self.key)
        hashes = [keyed(code) if code else None for code in self.codes]
        masks = [[keyed(f"{code[:i]}?{code[i + 1 :]}") for i in range(len(code))] for code in self.codes]
        return hashes, masks


def hash_codes(cells: Sequence[Any], key: bytes) -> tuple[list[str | None], list[list[str]]]:
    """Per cell the hash of its code (None when blank) and of its masked forms.

    The masked form ``i`` has a ``?`` at position ``i``; codes shorter than six
    characters have fewer.

    >>> codes, masks = hash_codes(["12ma07", None], b"key")
    >>> codes[1] is None, len(masks[0]), masks[1]
    (True, 6, [])
    """
    return LinkCodes.of(cells, key).hashed()


def _keyed(key: bytes) -> Callable[[str], str]:
    """``hash_code`` with this key, for many codes.

    HMAC is the hash of the padded key and of (the hash of the padded key and the text): both
    hashes take in the key once, and a copy of each goes on with every text (RFC 2104, section 4).
    """
    whole = sha256(key).digest() if len(key) > BLOCK else key
    inner = sha256(bytes(byte ^ 0x36 for byte in whole.ljust(BLOCK, b"\0")))
    outer = sha256(bytes(byte ^ 0x5C for byte in whole.ljust(BLOCK, b"\0")))

    def hashed(text: str) -> str:
        inside, outside = inner.copy(), outer.copy()
        inside.update(text.encode())
        outside.update(inside.digest())
        return outside.hexdigest()[:32]

    return hashed
