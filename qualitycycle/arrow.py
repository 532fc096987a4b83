"""Arrow columns from Python values, without pandas.

``pyarrow.array`` and ``pyarrow.scalar`` look for pandas the first time they are used, which
costs a small import more time than everything else it does. The builders of arro3 (part of
``deltalake``) do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any

import arro3.core as arro3
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

EPOCH_DAY = date(1970, 1, 1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

MADE = (pa.Array, pa.ChunkedArray)
"""What is an Arrow column already."""

SIMPLE = {
    pa.string(): arro3.DataType.string(),
    pa.float64(): arro3.DataType.float64(),
    pa.int32(): arro3.DataType.int32(),
    pa.int64(): arro3.DataType.int64(),
    pa.bool_(): arro3.DataType.bool(),
}
"""The types that arro3 builds as they are; dates, times and lists are made from these."""


def column(values: Iterable[Any], kind: pa.DataType) -> pa.Array | pa.ChunkedArray:
    """The values (None for null) as an Arrow array of type ``kind``.

    Text, numbers, truth values, dates (date32), moments (timestamp in microseconds) and
    lists of these; a moment without time zone counts as UTC.

    >>> column(["a", None], pa.string()).to_pylist()
    ['a', None]
    >>> column([date(2026, 1, 31)], pa.date32()).to_pylist()
    [datetime.date(2026, 1, 31)]
    """
    if isinstance(values, MADE):
        return values if values.type == kind else values.cast(kind)
    given = list(values)
    if pa.types.is_list(kind):
        sizes = [len(value) if value is not None else 0 for value in given]
        flat = column([part for value in given for part in value or ()], kind.value_type)
        return pa.ListArray.from_arrays(_simple([0, *accumulate(sizes)], pa.int32()), flat, type=kind)
    if pa.types.is_date32(kind):
        days = [None if value is None else (value - EPOCH_DAY).days for value in given]
        return _simple(days, pa.int32()).view(kind)
    if pa.types.is_timestamp(kind):
        moments = [None if value is None else (_aware(value) - EPOCH) // MICROSECOND for value in given]
        return _simple(moments, pa.int64()).view(kind)
    return _simple(given, kind)


def table(columns: Mapping[str, Iterable[Any]], schema: pa.Schema) -> pa.Table:
    """A table of ``schema``; columns that are not given are null.

    >>> table({"a": ["x"]}, pa.schema([("a", pa.string()), ("b", pa.int32())])).to_pylist()
    [{'a': 'x', 'b': None}]
    """
    given = {name: values if isinstance(values, MADE) else list(values) for name, values in columns.items()}
    size = len(next(iter(given.values()), ()))
    arrays = [
        column(given[field.name], field.type) if field.name in given else pa.nulls(size, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def from_rows(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """A table of ``schema`` from rows; keys that are not there are null.

    >>> from_rows([], pa.schema([("a", pa.string())])).num_rows
    0
    """
    return table({name: [row.get(name) for row in rows] for name in schema.names}, schema)


def taken(distinct: Iterable[Any], at: NDArray[np.intp], kind: pa.DataType) -> pa.Array:
    """The ``distinct`` values at these places, as an Arrow array of type ``kind``.

    >>> taken(["a", None], np.array([0, 1, 0]), pa.string()).to_pylist()
    ['a', None, 'a']
    """
    places = np.ascontiguousarray(at, dtype=np.int64)
    buffers = [None, pa.py_buffer(places)]
    return column(distinct, kind).take(pa.Array.from_buffers(pa.int64(), len(places), buffers))


def repeat(value: Any, kind: pa.DataType, times: int) -> pa.Array:
    """The same value so many times."""
    return taken([value], np.zeros(times, dtype=np.intp), kind)


def equals(values: pa.Array | pa.ChunkedArray, text: str) -> pa.Array | pa.ChunkedArray:
    """Where ``values`` is ``text``; false for null.

    >>> equals(column(["a", None, "b"], pa.string()), "a").to_pylist()
    [True, False, False]
    """
    import pyarrow.compute as pc

    return pc.is_in(values, value_set=column([text], pa.string()))


def _simple(values: list[Any], kind: pa.DataType) -> pa.Array:
    return pa.array(arro3.Array(values, SIMPLE[kind]))


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
