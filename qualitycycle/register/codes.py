"""The code on a certificate: short enough to type, and nobody without the key can make one.

Sixteen symbols in four groups. Six stand for the certificate, eight for what it says, two for
typing errors. What it says is who, what, when and of whom; until when that counts is a rule of
the partnership and no part of it. The first two are keyed hashes (HMAC-SHA256): the code says
nothing by itself, and a certificate whose facts were changed afterwards no longer fits its code.
Symbols are those of Crockford's base 32, in which 0 and O, 1, I and L are the same.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from qualitycycle.register.tables import fold_id

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WHICH, SAYS, CHECK = 6, 8, 2
GROUP = 4
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


class Verified(StrEnum):
    """What is found for a code."""

    VALID = "valid"
    CHANGED = "changed"
    UNKNOWN = "unknown"
    MISTYPED = "mistyped"


@dataclass(frozen=True)
class Found:
    """The outcome for a code, and the row of the register it belongs to."""

    outcome: Verified
    certificate: Mapping[str, Any] | None = None


def code_of(certificate: Mapping[str, Any], name: str | None, key: bytes) -> str:
    """The code of a certificate in the name of ``name``.

    >>> row = {"id": "C1", "person": "M1", "kind": "certificate"}
    >>> code_of(row, "Noor Wilg", b"key") == code_of({**row, "id": "c1"}, "noor  wilg", b"key")
    True
    """
    which = _symbols(f"id\x1f{fold_id(certificate.get('id'))}", key, WHICH)
    body = which + _symbols("\x1f".join(_facts(certificate, name)), key, SAYS)
    whole = body + _check(body)
    return "-".join(whole[at : at + GROUP] for at in range(0, len(whole), GROUP))


def verify(
    code: str, certificates: Iterable[Mapping[str, Any]], names: Mapping[str, str], key: bytes | None
) -> Found:
    """Find what a code belongs to; ``names`` gives a person's name by id as compared.

    >>> verify("0000-0000-0000-0001", [], {}, b"key").outcome.value
    'mistyped'
    """
    typed = code.upper().translate(_ALIKE)
    body, check = typed[:-CHECK], typed[-CHECK:]
    if len(typed) != WHICH + SAYS + CHECK or not set(typed) <= set(SYMBOLS) or _check(body) != check:
        return Found(Verified.MISTYPED)
    for row in certificates if key is not None else ():
        made = code_of(row, names.get(fold_id(row.get("person"))), key or b"").replace("-", "")
        if hmac.compare_digest(made[:WHICH], body[:WHICH]):
            same = hmac.compare_digest(made[:-CHECK], body)
            return Found(Verified.VALID if same else Verified.CHANGED, row)
    return Found(Verified.UNKNOWN)


def _facts(certificate: Mapping[str, Any], name: str | None) -> Sequence[str]:
    issuers = sorted(fold_id(one) for one in certificate.get("issuers") or ())
    told = [certificate.get(column) for column in ("person", "kind", "session", "issued_on")]
    return [" ".join((name or "").casefold().split()), *map(fold_id, told), ";".join(issuers)]


def _symbols(text: str, key: bytes, n: int) -> str:
    return _spelled(hmac.digest(key, text.encode(), "sha256"), n)


def _check(body: str) -> str:
    return _spelled(sha256(body.encode()).digest(), CHECK)


def _spelled(digest: bytes, n: int) -> str:
    number = int.from_bytes(digest[:16], "big")
    return "".join(SYMBOLS[(number >> (5 * at)) & 31] for at in range(n))
