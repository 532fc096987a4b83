"""The visible answers and responses as tables to write expressions on, and which of them count.

Written in Ibis, so that the same expression runs on another engine. What comes out is
internal: it is personal data until it has been through the gate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from glob import escape
from typing import TYPE_CHECKING, Any, TypedDict

import pyarrow as pa

from qualitycycle.store.schemas import ANSWERS, RESPONSES
from qualitycycle.vocabulary import Moment, TrainingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from qualitycycle.register.derive import SessionFacts, SurveyFacts
    from qualitycycle.store.snapshot import Snapshot
    from qualitycycle.versions import Wordings

Choice = str | Sequence[str] | None
"""One value, several of which one must hold, or None for no filter."""

Sessions = Mapping[str, "SessionFacts"] | Iterable["SessionFacts"]
Surveys = Mapping[str, "SurveyFacts"] | Iterable["SurveyFacts"]

FACTS = pa.schema(
    [
        ("collection", pa.string()),
        ("training", pa.string()),
        ("kind", pa.string()),
        ("series", pa.string()),
        ("variant", pa.string()),
        ("cycle", pa.string()),
        ("lead", pa.string()),
        ("shared_with", pa.string()),
        ("format", pa.string()),
        ("team", pa.string()),
        ("first_date", pa.date32()),
    ]
)
"""What every count is joined with. ``shared_with`` holds codes joined by ``;``, ``team`` the
trainers as ``t1|t2``; a survey has only ``cycle`` and, unless it is the region's, ``lead``."""


class Filters(TypedDict, total=False):
    """Filters combine with AND, several values of one with OR; None switches one off.

    ``moment`` is ``post`` and ``kind`` is ``basic`` unless given. ``partnership`` finds
    the sessions it leads or shares; each is still counted once. ``kind`` concerns
    sessions only: a survey has none.
    """

    moment: Choice
    kind: Choice
    cycle: Choice
    partnership: Choice
    variant: Choice
    format: Choice
    collection: Choice
    instrument: Choice


@dataclass(frozen=True)
class Tables:
    """The visible rows of a snapshot as Ibis tables, and what runs an expression on them."""

    answers: Any
    responses: Any
    run: Callable[[Any], pd.DataFrame]
    wordings: Wordings


@contextmanager
def opened(snapshot: Snapshot, engine: str) -> Iterator[Tables]:
    """The visible rows of ``snapshot`` on an engine of ``ENGINES``, until the block is left."""
    import ibis

    connection, read = ENGINES[engine]()
    try:
        visible = ibis.memtable(pa.table({"import_id": pa.array(snapshot.visible, pa.string())}))
        pairs = sorted(snapshot.superseded)
        superseded = ibis.memtable(
            pa.table(
                {
                    "response_id": pa.array([pair[0] for pair in pairs], pa.string()),
                    "import_id": pa.array([pair[1] for pair in pairs], pa.string()),
                }
            )
        )

        def rows(uris: Sequence[str], schema: pa.Schema) -> Any:
            if not uris:
                return ibis.memtable(schema.empty_table())
            table = read(list(uris))
            if not snapshot.exact:
                table = table.semi_join(visible, "import_id")
            return table.anti_join(superseded, ["response_id", "import_id"]) if pairs else table

        answers, responses = rows(snapshot.answers, ANSWERS), rows(snapshot.responses, RESPONSES)
        yield Tables(answers, responses, connection.execute, snapshot.wordings)
    finally:
        connection.disconnect()


def _duckdb() -> tuple[Any, Callable[[list[str]], Any]]:
    import ibis

    connection = ibis.duckdb.connect()
    return connection, lambda uris: connection.read_parquet([escape(uri) for uri in uris])


ENGINES: Mapping[str, Callable[[], tuple[Any, Callable[[list[str]], Any]]]] = {"duckdb": _duckdb}
"""Engine name -> a connection and how it reads a list of Parquet files."""


def chosen_filters(filters: Filters) -> dict[str, tuple[str, ...] | None]:
    """Every filter as a tuple of texts or None, with the defaults filled in."""
    given: Mapping[str, Any] = {"moment": Moment.POST, "kind": TrainingKind.BASIC, **filters}
    unknown = set(given) - set(Filters.__annotations__)
    if unknown:
        raise TypeError(f"unknown filter: {', '.join(sorted(unknown))}")
    return {name: _values(given.get(name)) for name in Filters.__annotations__}


def _values(choice: Choice) -> tuple[str, ...] | None:
    if choice is None:
        return None
    return (str(choice),) if isinstance(choice, str) else tuple(str(value) for value in choice)


def among(table: Any, **filters: Choice) -> Any:
    """The rows whose columns have one of the chosen values."""
    for name, choice in filters.items():
        values = _values(choice)
        if values is not None:
            table = table.filter(row()[name].isin(values))
    return table


def answers_to(
    tables: Tables,
    items: Choice,
    facts: Any,
    chosen: Mapping[str, tuple[str, ...] | None],
    *,
    jointly: bool = False,
    apart: bool = False,
) -> Any:
    """The answers that count: of the collections in ``facts``, and to one and the same question.

    Answers to a version of an item that its newest wording has broken with are left out; with
    ``jointly`` (the items of a score) all answers of a form that has such an item are. ``apart``
    keeps them, for who holds versions apart. A partnership's own item counts in its sessions
    only, and only when that partnership is asked for.
    """
    answers = among(tables.answers, item=items, moment=chosen["moment"], instrument=chosen["instrument"])
    answers = answers.semi_join(facts, "collection")
    wanted = _values(items)
    broken = {
        item: sorted(versions)
        for item, versions in tables.wordings.apart.items()
        if not apart and (wanted is None or item in wanted)
    }
    if jointly and broken:
        every = {version for versions in broken.values() for version in versions}
        return answers.filter(row().instrument.notin(sorted(every)))
    for item, versions in broken.items():
        answers = answers.filter((row().item != item) | row().instrument.notin(versions))
    return _own(answers, tables.wordings.local, facts, chosen["partnership"])


def _own(answers: Any, local: Mapping[str, str], facts: Any, partnerships: tuple[str, ...] | None) -> Any:
    """Without the items that are another partnership's, or nobody's when none is asked for."""
    for partnership in sorted(set(local.values())):
        items = sorted(item for item, owner in local.items() if owner == partnership)
        if partnerships == (partnership,):
            led = facts.filter(row().lead == partnership).select("collection")
            answers = answers.filter(row().item.notin(items) | row().collection.isin(led.collection))
        else:
            answers = answers.filter(row().item.notin(items))
    return answers


def oriented(mirrored: Mapping[str, float]) -> Any:
    """The score, or for an item of ``mirrored`` that number less the score."""
    import ibis

    if not mirrored:
        return row().score
    cases = [(row().item == item, total - row().score) for item, total in mirrored.items()]
    return ibis.cases(*cases, else_=row().score)


def row() -> Any:
    """The table an expression is about, whichever it turns out to be."""
    import ibis

    return ibis._


def facts_table(sessions: Sessions, surveys: Surveys, chosen: Mapping[str, tuple[str, ...] | None]) -> Any:
    """The collections that pass the filters, with what the register says of them."""
    import ibis

    rows = [_of_session(session) for session in _each(sessions)]
    rows += [_of_survey(survey) for survey in _each(surveys)]
    kept = [row for row in rows if _passes(row, chosen)]
    return ibis.memtable(pa.Table.from_pylist(kept, FACTS))


def _each(facts: Any) -> Iterable[Any]:
    return facts.values() if isinstance(facts, Mapping) else facts


def _of_session(session: SessionFacts) -> dict[str, Any]:
    return {
        "collection": session.id,
        "training": session.training,
        "kind": session.kind and str(session.kind),
        "series": session.series,
        "variant": str(session.variant),
        "cycle": session.cycle,
        "lead": session.lead,
        "shared_with": ";".join(session.shared_with),
        "format": session.format and str(session.format),
        "team": session.team,
        "first_date": session.first_date,
    }


def _of_survey(survey: SurveyFacts) -> dict[str, Any]:
    return {"collection": survey.id, "cycle": survey.cycle, "lead": survey.partnership}


def _passes(row: Mapping[str, Any], chosen: Mapping[str, tuple[str, ...] | None]) -> bool:
    is_survey = "variant" not in row
    for name in ("kind", "cycle", "variant", "format", "collection"):
        values = chosen[name]
        if values is not None and row.get(name) not in values and not (name == "kind" and is_survey):
            return False
    partnerships = chosen["partnership"]
    involved = {row["lead"], *(row.get("shared_with") or "").split(";")}
    return partnerships is None or bool(involved & set(partnerships))


def fetched(
    tables: Tables, counted: Any, facts: Any, keys: Sequence[str], numbers: Sequence[str]
) -> pd.DataFrame:
    """The counts joined with the facts, in a fixed order of rows and columns."""
    names = [name for name in FACTS.names if name != "collection"]
    joined = counted.inner_join(facts, "collection").select(*keys, *numbers, *names)
    frame = tables.run(joined)
    frame["n"] = frame["n"].astype("int64")
    return frame.sort_values(list(keys), na_position="first", ignore_index=True)
