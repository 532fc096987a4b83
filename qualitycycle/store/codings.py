"""What people decided on open answers: codes that stay, and quotes whose text can be removed.

Both tables only grow, so that every decision and its reason can be traced; of each coder the last
decision on a comment holds. A comment is known by a keyed hash that says nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa

from qualitycycle import arrow
from qualitycycle.store import delta
from qualitycycle.store.delta import TableSpec
from qualitycycle.store.keyfile import fresh_key, keep_key, read_key

_TEXTS = pa.list_(pa.field("element", pa.string()))
CODES = TableSpec(
    pa.schema(
        [
            ("comment", pa.string()),
            ("item", pa.string()),
            ("collection", pa.string()),
            ("coder", pa.string()),
            ("themes", _TEXTS),
            ("state", pa.string()),
            ("reason", pa.string()),
            ("decided_at", pa.timestamp("us", tz="UTC")),
        ]
    )
)
QUOTES = TableSpec(pa.schema([("comment", pa.string()), ("coder", pa.string()), ("text", pa.string())]))


@dataclass(frozen=True)
class Codings:
    """The tables ``cycle/theme_codes`` and ``cycle/quotes`` under ``root``.

    Every method that reads or writes a table raises Refused when the folder cannot be reached.
    """

    root: Path

    def key(self) -> bytes:
        """The key of the comment ids, made when there is none."""
        path = self.root / "cycle" / ".themes.key"
        while (key := read_key(path)) is None:
            keep_key(path, fresh_key())
        return key

    def comment_id(self, response: str, item: str) -> str:
        """The id of a comment; without the key nobody can find the response."""
        return hmac.new(self.key(), f"{response}\0{item}".encode(), hashlib.sha256).hexdigest()[:12]

    def codes(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Per comment and coder the decision that holds."""
        rows = sorted(self._rows("theme_codes", CODES), key=lambda row: row["decided_at"])
        return {(row["comment"], row["coder"]): row for row in rows}

    def trail(self, comment: str) -> list[dict[str, Any]]:
        """Every decision on a comment, oldest first."""
        rows = (row for row in self._rows("theme_codes", CODES) if row["comment"] == comment)
        return sorted(rows, key=lambda row: row["decided_at"])

    def quotes(self) -> dict[tuple[str, str], str]:
        """Per comment and coder the text that may be quoted."""
        rows = self._rows("quotes", QUOTES)
        return {(row["comment"], row["coder"]): row["text"] for row in rows}

    def add(self, codes: Sequence[Mapping[str, Any]], quotes: Mapping[tuple[str, str], str]) -> None:
        """Store decisions; quotes that were there for the same comments are replaced.

        The text goes first: a decision is visible only when its text is.
        """
        where, touched = self._place("quotes"), {str(row["comment"]) for row in codes}
        others = {key: text for key, text in self.quotes().items() if key[0] in touched}
        coders = {(str(row["comment"]), str(row["coder"])) for row in codes}
        kept = {**{key: text for key, text in others.items() if key not in coders}, **quotes}
        texts = [{"comment": key[0], "coder": key[1], "text": text} for key, text in kept.items()]
        now = datetime.now(UTC)
        with delta.reachable(str(self.root)):
            delta.delete(where, "comment", sorted(touched))
            if texts:
                delta.append(where, QUOTES, arrow.from_rows(texts, QUOTES.schema), uuid4().hex)
            rows = arrow.from_rows([{**row, "decided_at": now} for row in codes], CODES.schema)
            delta.append(self._place("theme_codes"), CODES, rows, uuid4().hex)

    def forget_texts(self, comments: Sequence[str]) -> None:
        """Remove the texts of comments whose answers are gone; their codes stay."""
        with delta.reachable(str(self.root)):
            delta.delete(self._place("quotes"), "comment", comments)

    def _rows(self, name: str, spec: TableSpec) -> list[dict[str, Any]]:
        with delta.reachable(str(self.root)):
            table = delta.open_table(self._place(name))
            rows: list[dict[str, Any]] = (
                [] if table is None else delta.read(table, spec.schema.names).to_pylist()
            )
        return rows

    def _place(self, name: str) -> str:
        return delta.place(self.root, "cycle", name)
