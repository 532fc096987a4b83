"""From a frame to counts: rows with the same design, groups and category become one, with a weight."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import patsy  # type: ignore[import-untyped]
from numpy.typing import NDArray

from qualitycycle.analysis.ordinal.formula import Formula, Term
from qualitycycle.analysis.ordinal.links import Floats
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.findings import Finding, Level

Codes = NDArray[np.int64]
TOKEN = re.compile(r"[^\W\d]\w*")
LEVEL = re.compile(r"\[(?:T\.)?([^\]]*)\]")
MOST_KEYS = 2**62
SAME = 1e-9


@dataclass(frozen=True)
class Grouping:
    """One random term per row: ``members`` are positions in ``levels`` with membership ``share``."""

    term: Term
    levels: tuple[Any, ...]
    members: Codes
    share: Floats


@dataclass(frozen=True)
class Counts:
    """The collapsed rows, sorted by group: ``cell`` of each in ``frame``, ``category`` and ``weights``.

    ``frame`` holds the columns of the fixed part, a row per distinct design.
    """

    frame: pd.DataFrame
    cell: Codes
    category: Codes
    categories: tuple[str, ...]
    weights: Floats
    groupings: tuple[Grouping, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Matrix:
    """A model matrix with R's column names, and patsy's recipe to build it again."""

    recipe: Any
    names: tuple[str, ...]
    kept: Codes
    levels: dict[str, tuple[str, ...]]
    values: Floats = field(repr=False)


@dataclass(frozen=True)
class Kept:
    """The rows of a frame that a model can use: ``keep`` marks them, ``weights`` are of all rows.

    ``used``: the columns of the fixed part; ``codes``: per random term the members of each row.
    """

    frame: pd.DataFrame
    terms: tuple[Term, ...]
    used: tuple[str, ...]
    weights: Floats
    keep: NDArray[np.bool_]
    codes: tuple[tuple[Codes, tuple[Any, ...]], ...]
    findings: tuple[Finding, ...]

    def distinct(self, *beside: Codes) -> tuple[Codes, Codes]:
        """One kept row per distinct design, groups and ``beside`` (kept rows), and where each row went."""
        columns = [codes[self.keep][:, i] for codes, _ in self.codes for i in range(codes.shape[1])]
        columns += [_codes_of(self.frame[name])[0][self.keep] for name in self.used]
        return _unique([*columns, *beside], int(self.keep.sum()))

    def groupings(self, chosen: Codes) -> tuple[Grouping, ...]:
        """The random terms of the ``chosen`` rows."""
        return tuple(
            _grouping(term, codes[chosen], names)
            for term, (codes, names) in zip(self.terms, self.codes, strict=True)
        )


def kept(
    formula: Formula,
    frame: pd.DataFrame,
    weights: str | None,
    responses: Sequence[str],
    others: Sequence[str],
) -> Kept:
    """The rows that can be used; what is left out is said.

    Left out are rows with a missing value in a column that is used (those of ``responses``
    and of the formulas ``others`` too), with weight 0, or without any member of a multiple
    membership. Raises UsageProblem for a missing column, Refused for weights that are no counts.
    """
    used = _used(formula, frame, others)
    _need(frame, [*responses, *used, *(c for term in formula.terms for c in term.columns)])
    weight = _weights(frame, weights)
    present = frame[[*used, *responses]].notna().all(axis=1).to_numpy()
    groups = tuple(_codes(frame, term) for term in formula.terms)
    for codes, _ in groups:
        present = present & (codes[:, 0] >= 0)
    findings = tuple(_missing(int((~present & (weight > 0)).sum())))
    return Kept(frame, formula.terms, tuple(used), weight, present & (weight > 0), groups, findings)


def collapse(formula: Formula, frame: pd.DataFrame, weights: str | None, others: Sequence[str]) -> Counts:
    """Rows with the same values in every column the model uses, as one row with their weight.

    ``others``: the nominal and scale formulas, of which the columns are used too. Raises as
    ``kept``, and Refused for no rows and fewer than two categories.
    """
    rows = kept(formula, frame, weights, [formula.response], others)
    category, levels = _answers(frame[formula.response])
    order, inverse = rows.distinct(category[rows.keep])
    chosen = np.flatnonzero(rows.keep)[order]
    category, seen = _observed(category[chosen], levels, formula.response)
    labels, empty = _categories(frame[formula.response], levels, seen)
    used = frame[list(rows.used)].iloc[chosen]
    designs, cell = _unique([_codes_of(used[name])[0] for name in rows.used], len(used))
    return Counts(
        frame=used.iloc[designs].reset_index(drop=True),
        cell=cell,
        category=category,
        categories=labels,
        weights=np.bincount(inverse, rows.weights[rows.keep], len(order)).astype(float),
        groupings=rows.groupings(chosen),
        findings=(*rows.findings, *empty),
    )


def members(term: Term, frame: pd.DataFrame, levels: Sequence[Any]) -> tuple[Codes, Floats]:
    """The positions in ``levels`` and shares of each row's members; a level not in there has share 0."""
    _need(frame, term.columns)
    codes, names = _codes(frame, term)
    position = {name: i for i, name in enumerate(levels)}
    lookup = np.array([position.get(name, -1) for name in names] + [-1], dtype=np.int64)
    share = _share(codes)
    found = lookup[codes]
    return np.maximum(found, 0), np.where(found >= 0, share, 0.0)


def shares(term: Term, frame: pd.DataFrame) -> Floats:
    """The membership shares per row, also of members that were not in the data."""
    return _share(_codes(frame, term)[0])


def matrix(text: str, frame: pd.DataFrame, *, beside: Floats | None = None) -> tuple[Matrix, list[Finding]]:
    """The model matrix of the right side ``text``, always with an intercept.

    ``beside``: columns that come first (those of ``nominal``): what they or earlier columns
    already say is left out, as R does, and said.
    """
    levels = _levels_of(frame)
    data = _plain(frame, levels)
    names = patsy.EvalEnvironment([{"factor": FACTOR, "np": np}])
    try:
        with np.errstate(all="ignore"):
            made = patsy.dmatrix(_described(text), data, names, NA_action="raise")
    except patsy.PatsyError as error:
        raise UsageProblem(Finding("ordinal.bad_formula", value=text)) from error
    recipe, values = made.design_info, np.asarray(made, dtype=float)
    if not np.isfinite(values).all():
        raise UsageProblem(Finding("ordinal.bad_formula", value=text))
    columns = [_r_name(name) for name in recipe.column_names]
    start = np.empty((len(frame), 0)) if beside is None else beside
    free = [i for i in range(len(columns)) if beside is None or columns[i] != "(Intercept)"]
    kept = _independent(start, values, free)
    dropped = [columns[i] for i in free if i not in kept]
    findings = [Finding("ordinal.aliased", Level.WARNING, value=", ".join(dropped))] if dropped else []
    chosen = np.array(kept, dtype=np.int64)
    return Matrix(recipe, tuple(columns[i] for i in kept), chosen, levels, values[:, chosen]), findings


def rebuild(made: Matrix, frame: pd.DataFrame) -> Floats:
    """The same model matrix for other rows; UsageProblem for a level that was not in the data."""
    read = {token for factor in made.recipe.factor_infos for token in TOKEN.findall(factor.name())}
    _need(frame, [name for name in made.levels if name in read])
    try:
        data = _plain(frame, made.levels)
        values = patsy.build_design_matrices([made.recipe], data, NA_action="raise")[0]
    except patsy.PatsyError as error:
        raise UsageProblem(Finding("ordinal.unknown_level", value=str(error).splitlines()[0])) from error
    values = np.asarray(values, dtype=float)
    if len(values) == 1 and len(frame) != 1:
        values = np.repeat(values, len(frame), axis=0)
    chosen: Floats = values[:, made.kept]
    return chosen


def _described(text: str) -> Any:
    described = patsy.ModelDesc.from_formula("~ " + text.strip().removeprefix("~"))
    described.rhs_termlist = [term for term in described.rhs_termlist if term != patsy.INTERCEPT]
    described.rhs_termlist.insert(0, patsy.INTERCEPT)
    return described


def _plain(frame: pd.DataFrame, levels: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Columns as patsy reads them: numbers as floats, the rest as categories with ``levels``."""
    data: dict[str, Any] = {}
    for name, known in levels.items():
        if name in frame.columns:
            data[name] = _categorical(frame[name], known) if known else np.asarray(frame[name], dtype=float)
    return pd.DataFrame(data, index=range(len(frame)))


def _levels_of(frame: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """The levels of every column that is not a number, empty for numbers."""
    found = {}
    for name in frame.columns:
        column = frame[name]
        numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        found[str(name)] = () if numeric else _levels(column)
    return found


def _levels(column: pd.Series[Any]) -> tuple[str, ...]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return tuple(_text(v) for v in column.cat.remove_unused_categories().cat.categories)
    found = column.dropna().unique().tolist()
    try:
        return tuple(_text(v) for v in sorted(found))
    except TypeError:
        return tuple(sorted({_text(v) for v in found}))


def _categorical(column: Any, levels: tuple[str, ...]) -> Any:
    texts = [_text(value) for value in column]
    unknown = sorted(set(texts) - set(levels))
    if unknown:
        raise patsy.PatsyError(", ".join(unknown))
    return pd.Categorical(texts, categories=list(levels))


class _Factor:
    """R's ``factor`` in a formula, as the transform that patsy asks for: levels of the data, in order."""

    def __init__(self) -> None:
        self.levels: tuple[str, ...] = ()

    def memorize_chunk(self, column: Any) -> None:
        self.levels = _levels(pd.Series(column))

    def memorize_finish(self) -> None:
        return None

    def transform(self, column: Any) -> Any:
        return _categorical(column, self.levels)


FACTOR = patsy.stateful_transform(_Factor)


def _text(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return str(value).upper()
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _r_name(name: str) -> str:
    return "(Intercept)" if name == "Intercept" else LEVEL.sub(r"\1", name)


def _independent(start: Floats, values: Floats, free: Sequence[int]) -> list[int]:
    """The columns of ``values`` that are not in the span of ``start`` and the columns before."""
    basis = np.linalg.qr(start)[0] if start.shape[1] else np.empty((len(values), 0))
    kept: list[int] = []
    for i in free:
        column = values[:, i]
        rest = column - basis @ (basis.T @ column)
        rest = rest - basis @ (basis.T @ rest)
        size = float(np.linalg.norm(rest))
        if size > SAME * max(float(np.linalg.norm(column)), 1e-300):
            basis = np.column_stack([basis, rest / size])
            kept.append(i)
    return kept


def _used(formula: Formula, frame: pd.DataFrame, others: Sequence[str]) -> list[str]:
    tokens = {token for text in (formula.fixed, *others) for token in TOKEN.findall(text)}
    return [str(name) for name in frame.columns if str(name) in tokens]


def _need(frame: pd.DataFrame, names: Sequence[str]) -> None:
    twice = set(frame.columns[frame.columns.duplicated()])
    absent = [("ordinal.unknown_column", name) for name in names if name not in frame.columns]
    again = [("ordinal.column_twice", name) for name in names if name in twice]
    if absent or again:
        raise UsageProblem([Finding(code, column=name) for code, name in dict.fromkeys([*absent, *again])])


def _weights(frame: pd.DataFrame, name: str | None) -> Floats:
    if name is None:
        return np.ones(len(frame))
    _need(frame, [name])
    found = np.asarray(pd.to_numeric(frame[name], errors="coerce"), dtype=float)
    if not np.isfinite(found).all() or (found < 0).any():
        raise Refused(Finding("ordinal.bad_weights", column=name))
    return found


def _missing(count: int) -> list[Finding]:
    return [Finding("ordinal.missing_rows", Level.INFO, count=count)] if count else []


def _codes_of(column: pd.Series[Any]) -> tuple[Codes, tuple[Any, ...]]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return np.asarray(column.cat.codes, dtype=np.int64), tuple(column.cat.categories)
    codes, levels = pd.factorize(column, sort=True)
    return codes.astype(np.int64), tuple(levels.tolist())


def _answers(column: pd.Series[Any]) -> tuple[Codes, tuple[Any, ...]]:
    """Codes of the answers, with text in the order of its numbers if it holds numbers only."""
    if isinstance(column.dtype, pd.CategoricalDtype) or pd.api.types.is_numeric_dtype(column):
        return _codes_of(column)
    codes, found = pd.factorize(column)
    texts = [_text(value).strip() for value in found.tolist()]
    numbers = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce").to_numpy(dtype=float)
    key = dict(zip(texts, texts if np.isnan(numbers).any() else numbers.tolist(), strict=True))
    levels = sorted(key, key=key.__getitem__)
    place = np.array([*(levels.index(text) for text in texts), -1], dtype=np.int64)
    return place[codes], tuple(levels)


def _codes(frame: pd.DataFrame, term: Term) -> tuple[Codes, tuple[Any, ...]]:
    """Codes of the members per row (rows by members, sorted, -1 behind) and their names."""
    if term.membership:
        return _shared_codes(frame, term)
    if len(term.columns) == 1:
        codes, levels = _codes_of(frame[term.columns[0]])
        return codes[:, None], levels
    parts = [_codes_of(frame[name]) for name in term.columns]
    key = np.zeros(len(frame), dtype=np.int64)
    for codes, levels in parts:
        key = np.where((codes < 0) | (key < 0), -1, key * max(1, len(levels)) + codes)
    uniques, inverse = np.unique(key, return_inverse=True)
    names = [_combined(int(value), [levels for _, levels in parts]) for value in uniques if value >= 0]
    places: Codes = (inverse - int((uniques < 0).any())).astype(np.int64)
    return places[:, None], tuple(names)


def _combined(value: int, levels: Sequence[tuple[Any, ...]]) -> str:
    parts: list[str] = []
    for names in reversed(levels):
        value, place = divmod(value, max(1, len(names)))
        parts.insert(0, _text(names[place]))
    return ":".join(parts)


def _shared_codes(frame: pd.DataFrame, term: Term) -> tuple[Codes, tuple[Any, ...]]:
    """Members of a multiple membership; named twice in a row counts once, empty text is nobody."""
    stacked = pd.concat([frame[name].astype(object) for name in term.columns], ignore_index=True)
    stacked = stacked.mask(stacked.map(lambda value: isinstance(value, str) and not value.strip()))
    codes, levels = pd.factorize(stacked, sort=True)
    table = codes.reshape(len(term.columns), len(frame)).T.astype(np.int64)
    last = np.iinfo(np.int64).max
    table = np.sort(np.where(table < 0, last, table), axis=1)
    twice = np.column_stack([np.zeros(len(table), dtype=bool), table[:, 1:] == table[:, :-1]])
    table = np.sort(np.where(twice, last, table), axis=1)
    return np.where(table == last, -1, table), tuple(levels.tolist())


def _share(codes: Codes) -> Floats:
    there = codes >= 0
    share: Floats = there / np.maximum(1, there.sum(axis=1, keepdims=True))
    return share


def _grouping(term: Term, codes: Codes, names: tuple[Any, ...]) -> Grouping:
    used = np.unique(codes[codes >= 0])
    lookup = np.full(len(names) + 1, -1, dtype=np.int64)
    lookup[used] = np.arange(len(used))
    places = np.where(codes >= 0, lookup[codes], 0)
    return Grouping(term, tuple(names[i] for i in used), places, _share(codes))


def _unique(columns: Sequence[Codes], size: int) -> tuple[Codes, Codes]:
    """One position per distinct row of codes, sorted by the columns in turn, and the place of every row."""
    key = np.zeros(size, dtype=np.int64)
    cells = 1
    for codes in columns:
        levels = int(codes.max(initial=0)) + 2
        if cells > MOST_KEYS // levels:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
            cells = int(key.max(initial=0)) + 1
        key, cells = key * levels + (codes + 1), cells * levels
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    return first.astype(np.int64), inverse.astype(np.int64)


def _observed(category: Codes, levels: tuple[Any, ...], response: str) -> tuple[Codes, Codes]:
    seen, places = np.unique(category, return_inverse=True)
    if len(seen) < 2:
        value = _text(levels[seen[0]]) if len(seen) else ""
        raise Refused(Finding("ordinal.one_category", column=response, value=value))
    return places.astype(np.int64), seen.astype(np.int64)


def _categories(
    column: pd.Series[Any], levels: tuple[Any, ...], seen: Codes
) -> tuple[tuple[str, ...], list[Finding]]:
    """The categories that occur, and a warning for those of the scale that do not."""
    names = [levels[i] for i in seen]
    if isinstance(column.dtype, pd.CategoricalDtype):
        empty = [name for i, name in enumerate(levels) if i not in set(seen.tolist())]
    elif pd.api.types.is_integer_dtype(column):
        empty = [value for value in range(int(names[0]), int(names[-1])) if value not in set(names)]
    else:
        empty = []
    said = ", ".join(_text(value) for value in empty)
    found = [Finding("ordinal.empty_category", Level.WARNING, column=str(column.name), value=said)]
    return tuple(_text(name) for name in names), found if empty else []
