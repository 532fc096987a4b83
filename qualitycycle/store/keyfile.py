"""The key of the link codes: a file of its own, readable by its owner, destroyable.

To destroy it is to remove the file. Codes that came in before stay paired with each other and can
no longer be guessed or found; later codes get a new key and cannot be paired with them. The day on
which a key took the place of a destroyed one is kept beside it, since readers must know.
"""

from __future__ import annotations

import os
import secrets
from datetime import date
from pathlib import Path

KEY_BYTES = 32


def read_key(path: Path) -> bytes | None:
    """The key, or None when there is none (yet, or any more)."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def fresh_key() -> bytes:
    """A new key, not stored yet."""
    return secrets.token_bytes(KEY_BYTES)


def keep_key(path: Path, key: bytes) -> bool:
    """Store a new key with mode 600; False when somebody else stored one first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            handle.write(key)
        os.link(fresh, path)
    except FileExistsError:
        return path.read_bytes() == key
    finally:
        fresh.unlink(missing_ok=True)
    return True


def note_renewal(path: Path, day: date) -> None:
    """Keep the day on which the key at ``path`` took the place of a destroyed one."""
    with _renewals_file(path).open("a", encoding="utf-8") as handle:
        handle.write(f"{day.isoformat()}\n")


def renewals(path: Path) -> list[date]:
    """The days on which the key took the place of a destroyed one."""
    try:
        lines = _renewals_file(path).read_text(encoding="utf-8").split()
    except FileNotFoundError:
        return []
    return sorted({date.fromisoformat(line) for line in lines})


def _renewals_file(path: Path) -> Path:
    return path.with_suffix(".renewed")
