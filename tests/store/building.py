"""Small files to import, and an independent reading of what the store shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from qualitycycle.store.evaluations import EvaluationStore
from qualitycycle.store.identity import ImportBatch
from qualitycycle.store.schemas import ANSWERS, RESPONSES

Answers = Mapping[str, float | None]
"""The score per item; None is a question that was left open."""


def digest(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:20]


def batch(
    forms: Mapping[str, Answers],
    collection: str = "S1",
    moment: str = "post",
    *,
    collections: Mapping[str, str] | None = None,
    file: str = "export.xlsx",
    texts: Mapping[str, str] | None = None,
    keyed: bool = True,
    keys: str = "",
) -> ImportBatch:
    """A checked file: per respondent the answers. ``collections`` sends respondents elsewhere.

    Without ``keyed`` a response is known by its answers; ``keys`` makes other ids of the same.
    """
    responses, answers = [], []
    for who, given in forms.items():
        where = (collections or {}).get(who, collection)
        content = digest(who, sorted(given.items()))
        shared = {
            "response_id": digest(where, moment, who, *filter(None, (keys, "" if keyed else content))),
            "collection": where,
            "moment": moment,
            "instrument": "test-1.0",
            "n": 1,
        }
        responses.append({**shared, "row_hash": content, "completed": True, "link_masks": [], "flags": []})
        answers += [
            {
                **shared,
                "item": item,
                "state": "answered" if score is not None else "not_answered",
                "score": score,
                "text": (texts or {}).get(who),
            }
            for item, score in given.items()
        ]
    hashes = sorted(row["row_hash"] for row in responses)
    return ImportBatch(
        file=file,
        sha256=digest("bytes", *hashes),
        fingerprint=digest("content", moment, *hashes),
        format="csv",
        mapping=None,
        instrument="test-1.0",
        moments=(moment,),
        collections=tuple(dict.fromkeys(row["collection"] for row in responses)),
        responses=_table(responses, RESPONSES),
        answers=_table(answers, ANSWERS),
        keyed=keyed,
    )


def people(names: Iterable[object], items: int = 4, shift: int = 0) -> dict[str, dict[str, float | None]]:
    """Forms that differ from person to person."""
    return {
        str(name): {f"Q{i}": float(1 + (int(digest(name, i), 16) + shift) % 5) for i in range(items)}
        for name in names
    }


def shown(store: EvaluationStore, at: Any = None) -> dict[str, dict[str, float | None]]:
    """What the store shows: per response id the scores. Fails on a response that counts twice."""
    snapshot = store.snapshot(at)
    counted: dict[str, dict[str, float | None]] = {}
    rows = _visible(snapshot, snapshot.responses)
    assert len(rows) == len({row["response_id"] for row in rows}), "a response is visible twice"
    ids = [row["response_id"] for row in rows if row["n"]]
    for row in _visible(snapshot, snapshot.answers):
        form = counted.setdefault(row["response_id"], {})
        assert row["item"] not in form, "an answer is visible twice"
        form[row["item"]] = row["score"]
    assert set(counted) == set(ids), "responses and answers do not belong together"
    return counted


def expected(*files: ImportBatch) -> dict[str, dict[str, float | None]]:
    """What must be shown when these files have landed, a later one over an earlier one."""
    counted: dict[str, dict[str, float | None]] = {}
    for one in files:
        forms: dict[str, dict[str, float | None]] = {}
        for row in one.answers.to_pylist():
            forms.setdefault(row["response_id"], {})[row["item"]] = row["score"]
        counted.update(forms)
    return counted


def tree(folder: Path) -> dict[str, str]:
    """Every file and folder, with a hash of its bytes."""
    return {
        path.relative_to(folder).as_posix(): "folder"
        if path.is_dir()
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
    }


def _visible(snapshot: Any, uris: Iterable[str]) -> list[dict[str, Any]]:
    rows = [row for uri in uris for row in pq.ParquetFile(uri).read().to_pylist()]
    return [
        row
        for row in rows
        if row["import_id"] in snapshot.visible
        and (row["response_id"], row["import_id"]) not in snapshot.superseded
    ]


def _table(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    kept = pa.schema([field for field in schema if field.name != "import_id"])
    return pa.Table.from_pylist(rows, kept)
