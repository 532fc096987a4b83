"""The key of the link codes: a file of its own, readable by its owner, destroyable."""

from __future__ import annotations

import os
import secrets
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
