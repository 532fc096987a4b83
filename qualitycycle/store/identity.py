"""Is this file new, grown, corrected or already here? The decisions of an import, as values."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from qualitycycle import arrow
from qualitycycle.findings import Finding, Level
from qualitycycle.store.pairing import RICH, TELLING, Comparison, Content, Place, Seen, compare

if TYPE_CHECKING:
    import pyarrow as pa

Status = Literal["imported", "already_imported", "rejected", "checked", "retracted", "already_retracted"]

NAMED = 3
"""So many collections are named in a finding; of the others only the number."""


def answered(answers: pa.Table) -> int:
    """How many answers of a table were given."""
    if not answers.num_rows:
        return 0
    import pyarrow.compute as pc

    return int(pc.sum(answers["n"].filter(arrow.equals(answers["state"], "answered"))).as_py() or 0)


@dataclass(frozen=True)
class ImportBatch:
    """One checked file, ready to be stored.

    ``fingerprint`` is over the normalised rows without their collection; ``sha256`` of the
    bytes only informs. ``responses`` and ``answers`` are Arrow tables with the columns of
    ``schemas.RESPONSES`` and ``schemas.ANSWERS`` except ``import_id``; a ``response_id``
    is unique over the store (collection and moment are hashed into it), and a
    ``row_hash`` covers the content of a response and neither its collection nor the tool's
    id. ``keyed``: the ids come from the survey tool, not from the cells of the row.
    ``describe`` makes the columns of responses by which nothing is decided; without it they
    are all in ``responses``.
    """

    file: str
    sha256: str
    fingerprint: str
    format: str
    mapping: str | None
    instrument: str
    moments: tuple[str, ...]
    collections: tuple[str, ...]
    responses: pa.Table
    answers: pa.Table
    keyed: bool = True
    describe: Callable[[], pa.Table] | None = None

    @cached_property
    def seen(self) -> list[Seen]:
        """What identifies each response, in order."""
        names = ("response_id", "row_hash", "collection", "moment")
        columns = [self.responses[name].to_pylist() if self.responses.num_rows else [] for name in names]
        return list(map(Seen, *columns))

    @cached_property
    def weight(self) -> int:
        """How many responses the rows stand for."""
        return sum(self.responses["n"].to_pylist()) if self.responses.num_rows else 0

    @cached_property
    def answered(self) -> int:
        """How many answers were given."""
        return answered(self.answers)

    def whole(self) -> pa.Table:
        """The responses with every column."""
        made = self.responses
        if self.describe is not None:
            rest = self.describe()
            for name in rest.column_names:
                made = made.append_column(rest.schema.field(name), rest[name])
        return made


@dataclass(frozen=True)
class Outcome:
    """What became of an import or a retraction.

    ``responses`` and ``answers`` say what the file holds (sums of the weights, answers
    that were given); ``new_responses``, ``changed_responses`` and ``unchanged_responses``
    how its rows compare with what was visible; ``withdrawn_responses`` how many stored ones
    no longer count, since the file replaces them. ``import_id`` is the import that was made,
    or of a file already here the newest import that holds its responses.
    """

    status: Status
    import_id: str | None = None
    new_responses: int = 0
    changed_responses: int = 0
    unchanged_responses: int = 0
    responses: int = 0
    answers: int = 0
    findings: tuple[Finding, ...] = ()
    withdrawn_responses: int = 0


@dataclass(frozen=True)
class Known:
    """What the store shows that concerns a file.

    ``responses`` are the visible responses that share an id, a row hash or a collection
    with it; ``same_content`` gives, per visible import with the file's fingerprint, that
    import's collections. ``withdrawn`` are the ids of responses that an import withdrew.
    ``given`` is what responses say on the items that file and store share, for the places
    where they share no id; empty when the file is not ``keyed``.
    """

    responses: Sequence[Seen] = ()
    same_content: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    withdrawn: frozenset[str] = frozenset()
    given: Mapping[str, Content] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """What to do with a file; ``new`` and ``changed`` are positions in its responses.

    ``withdrawn`` are stored responses that no longer count; ``returning`` says that a new
    response was withdrawn before.
    """

    status: Literal["imported", "already_imported", "rejected"]
    new: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    unchanged: int = 0
    import_id: str | None = None
    findings: tuple[Finding, ...] = ()
    withdrawn: tuple[Seen, ...] = ()
    returning: bool = False

    @property
    def replaces(self) -> bool:
        """Whether it covers rows of an earlier import."""
        return bool(self.changed or self.withdrawn or self.returning)

    @cached_property
    def to_write(self) -> tuple[int, ...]:
        """The positions of the responses to store, in the order of the file."""
        return tuple(sorted((*self.new, *self.changed)))


def decide(known: Known, batch: ImportBatch, replace: bool = False) -> Decision:
    """What an import of ``batch`` must do, given what is visible.

    Only new responses are written; changed ones need ``replace``. A row whose content is
    stored in its place under another id is that response. When rows are new while stored
    ones are missing, and no id of the tool tells them apart, they may be corrections or
    other people: refused, and with ``replace`` the missing ones are withdrawn. A file that
    only lacks responses withdraws nothing, also with ``replace``: shorter is not corrected.
    Content that already stands under another collection or moment is refused, naming the
    repair.
    """
    rows = batch.seen
    richness = _richness(batch) if known.responses else 0.0
    found = compare(rows, known.responses, keyed=batch.keyed, given=known.given, answers_per_row=richness)
    new, changed, unchanged = found.new, found.changed, len(found.same)
    gone = set(found.doubtful_missing)
    elsewhere = [seen for seen in known.responses if seen not in gone]
    errors = [
        *_impossible(rows),
        *([] if replace else _changed([rows[position] for position in changed])),
        *([] if replace else _doubtful(found, rows)),
        *_copies([rows[position] for position in new], elsewhere, known, batch, richness >= RICH),
    ]
    if errors:
        return Decision("rejected", new, changed, unchanged, None, tuple(errors))
    notes = (*_withdrawn(found.doubtful_missing), *_fewer(rows, found, known))
    if not new and not changed:
        holder = max(seen.import_id for seen in found.same.values())
        return Decision("already_imported", (), (), unchanged, holder, notes)
    returning = any(rows[position].response_id in known.withdrawn for position in new)
    return Decision("imported", new, changed, unchanged, None, notes, found.doubtful_missing, returning)


def _richness(batch: ImportBatch) -> float:
    """How many answers a response has on average."""
    if not batch.responses.num_rows:
        return 0.0
    import pyarrow.compute as pc

    given = pc.sum(arrow.equals(batch.answers["state"], "answered")).as_py() or 0
    return float(given) / len(batch.responses)


def _impossible(rows: Sequence[Seen]) -> list[Finding]:
    if not rows:
        return [Finding("store.nothing_to_import")]
    repeated = sum(n - 1 for n in Counter(row.response_id for row in rows).values())
    return [Finding("store.duplicate_response", count=repeated)] if repeated else []


def _changed(rows: Sequence[Seen]) -> list[Finding]:
    if not rows:
        return []
    where = _names(row.collection for row in rows)
    return [Finding("store.changed_response", count=len(rows), details={"collections": where})]


def _doubtful(found: Comparison, rows: Sequence[Seen]) -> list[Finding]:
    if not found.doubtful_missing:
        return []
    places = [*(rows[position] for position in found.doubtful_new), *found.doubtful_missing]
    return [
        Finding(
            "store.changed_or_other",
            count=len(found.doubtful_new),
            details={
                "new": str(len(found.doubtful_new)),
                "missing": str(len(found.doubtful_missing)),
                "collections": _names(seen.collection for seen in places),
            },
        )
    ]


def _withdrawn(gone: Sequence[Seen]) -> list[Finding]:
    if not gone:
        return []
    where = _names(seen.collection for seen in gone)
    return [Finding("store.withdrawn", Level.INFO, count=len(gone), details={"collections": where})]


def _copies(
    new: Sequence[Seen], elsewhere: Sequence[Seen], known: Known, batch: ImportBatch, rich: bool
) -> list[Finding]:
    """Findings for new responses whose content stands in another place."""
    if not elsewhere:
        return []
    stored: defaultdict[str, list[Seen]] = defaultdict(list)
    for seen in elsewhere:
        stored[seen.row_hash].append(seen)
    by_place: defaultdict[Place, list[Seen]] = defaultdict(list)
    for row in new:
        by_place[row.place].append(row)
    copies = [
        (place, original, matches)
        for place, rows in by_place.items()
        if (found := _original(place, rows, stored, rich)) is not None
        for original, matches in (found,)
    ]
    if not copies:
        return _same_file(new, stored, known, batch) if rich else []
    grouped: defaultdict[tuple[str, str], list[tuple[Place, Seen, int]]] = defaultdict(list)
    for place, original, matches in copies:
        code = "store.other_moment" if original.collection == place[0] else "store.other_collection"
        grouped[code, original.import_id].append((place, original, matches))
    return [
        Finding(
            code,
            value=_names(place[0] for place, _, _ in group),
            count=sum(matches for _, _, matches in group),
            details={
                "collections": _names(original.collection for _, original, _ in group),
                "moments": _names(original.moment for _, original, _ in group),
                "import_id": import_id,
            },
        )
        for (code, import_id), group in grouped.items()
    ]


def _original(
    place: Place, rows: Sequence[Seen], stored: Mapping[str, Sequence[Seen]], rich: bool
) -> tuple[Seen, int] | None:
    """The stored response that shows that ``rows`` copy another place, and how many rows match.

    A short questionnaire gives the same row by chance, so what counts as evidence is a row
    that occurs once here and once in the whole store: a third of the distinct rows must be
    such rows, beside matches for half of them with ``TELLING`` of evidence, or for every row
    when the rows are ``rich``.
    """
    counts = Counter(row.row_hash for row in rows)
    matches: Counter[Place] = Counter()
    telling: defaultdict[Place, list[Seen]] = defaultdict(list)
    for row_hash, n in counts.items():
        others = Counter(seen.place for seen in stored.get(row_hash, ()))
        for other, m in others.items():
            matches[other] += min(n, m)
        if n == 1 and others.total() == 1:
            telling[stored[row_hash][0].place].append(stored[row_hash][0])
    telling.pop(place, None)
    if not telling:
        return None
    other = max(telling, key=lambda candidate: (matches[candidate], candidate))
    found, evidence = matches[other], len(telling[other])
    whole = rich and found == len(rows)
    half = evidence >= TELLING and 2 * found >= len(rows)
    return (telling[other][0], found) if (whole or half) and 3 * evidence >= len(counts) else None


def _same_file(
    new: Sequence[Seen], stored: Mapping[str, Sequence[Seen]], known: Known, batch: ImportBatch
) -> list[Finding]:
    """The whole file under another collection, when its rows occur nowhere else."""
    for import_id, collections in known.same_content.items():
        if not new or set(collections) & set(batch.collections):
            continue
        homes = [{seen.collection for seen in stored.get(row.row_hash, ())} for row in new]
        if any(len(home) == 1 and home <= set(collections) for home in homes):
            moments = _names(batch.moments)
            return [
                Finding(
                    "store.other_collection",
                    value=_names(batch.collections),
                    count=len(new),
                    details={
                        "collections": _names(collections),
                        "moments": moments,
                        "import_id": import_id,
                    },
                )
            ]
    return []


def _fewer(rows: Sequence[Seen], found: Comparison, known: Known) -> list[Finding]:
    """Responses of these places that are stored and not in a file that is another export of them."""
    if known.same_content:
        return []
    gone = set(found.doubtful_missing)
    shared = {rows[position].place for position in (*found.changed, *found.same)}
    missing = [seen for seen in found.missing if seen.place in shared and seen not in gone]
    if not missing:
        return []
    where = _names(seen.collection for seen in missing)
    return [Finding("store.fewer_responses", Level.INFO, count=len(missing), details={"collections": where})]


def _names(names: Iterable[str]) -> str:
    distinct = list(dict.fromkeys(names))
    more = len(distinct) - NAMED
    return ", ".join(distinct[:NAMED]) + (f" (+{more})" if more > 0 else "")
