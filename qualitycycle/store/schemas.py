"""The columns of the evaluation tables, as Arrow schemas.

``responses`` has one row per filled-in form, ``answers`` one row per form and item (one
per chosen option of a multiple choice), ``imports`` one row per import or retraction.
``n`` is a weight: every count is a sum of ``n``.
"""

from __future__ import annotations

import pyarrow as pa

from qualitycycle.store.delta import TableSpec


def _texts() -> pa.DataType:
    return pa.list_(pa.field("element", pa.string()))


def without(schema: pa.Schema, *names: str) -> pa.Schema:
    """A schema without these columns."""
    return pa.schema([field for field in schema if field.name not in names])


RESPONSES = pa.schema(
    [
        ("response_id", pa.string()),
        ("collection", pa.string()),
        ("moment", pa.string()),
        ("instrument", pa.string()),
        ("row_hash", pa.string()),
        ("submitted_on", pa.date32()),
        ("completed", pa.bool_()),
        ("n", pa.int32()),
        ("language", pa.string()),
        ("link_code", pa.string()),
        ("link_masks", _texts()),
        ("flags", _texts()),
        ("import_id", pa.string()),
    ]
)
"""``response_id`` is unique over the store: its maker hashes collection and moment into it."""

WITHDRAWN = "withdrawn"
"""The ``row_hash`` of a row that withdraws a response: it has weight 0, no flags and no answers."""

ANSWERS = pa.schema(
    [
        ("response_id", pa.string()),
        ("collection", pa.string()),
        ("moment", pa.string()),
        ("instrument", pa.string()),
        ("item", pa.string()),
        ("state", pa.string()),
        ("score", pa.float64()),
        ("option", pa.string()),
        ("text", pa.string()),
        ("n", pa.int32()),
        ("import_id", pa.string()),
    ]
)

IMPORTS = pa.schema(
    [
        ("import_id", pa.string()),
        ("event", pa.string()),
        ("imported_at", pa.timestamp("us", tz="UTC")),
        ("file", pa.string()),
        ("sha256", pa.string()),
        ("fingerprint", pa.string()),
        ("format", pa.string()),
        ("mapping", pa.string()),
        ("instrument", pa.string()),
        ("moments", _texts()),
        ("collections", _texts()),
        ("responses", pa.int64()),
        ("answers", pa.int64()),
        ("response_rows", pa.int64()),
        ("answer_rows", pa.int64()),
        ("retracts", pa.string()),
        ("replaced", pa.bool_()),
        ("tool_version", pa.string()),
    ]
)
"""``event`` is ``import`` or ``retract``; ``retracts`` names the import a retraction undoes.

``responses`` and ``answers`` are sums of weights that this import added, the ``_rows``
columns the physical rows; ``replaced`` says that it superseded an earlier response.
"""

EVALUATIONS = {
    "responses": TableSpec(RESPONSES, statistics=("import_id", "collection")),
    "answers": TableSpec(ANSWERS, statistics=("import_id", "collection")),
    "imports": TableSpec(IMPORTS, statistics=("import_id",)),
}
"""The evaluation tables. No statistics on other columns: Delta copies the smallest and
largest value of a column into its log, where an open answer would outlive its removal."""
