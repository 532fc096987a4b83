"""The chain of the cycle: every object reachable from the one before it, whatever the order of recording."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.errors import UsageProblem
from qualitycycle.register.chain import chain_of
from qualitycycle.register.cycle_tables import LINKS
from qualitycycle.register.tables import TABLES
from qualitycycle.workspace import Workspace
from tests.cycle_workspace import ROUND, copy_of, cycle_workspace, recorded, whole

ORDER = ["D1", "B1", "S1", "A1", "B2", "S2"]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return cycle_workspace(tmp_path_factory.mktemp("tracing") / "ws")


@pytest.fixture(scope="module")
def filled(empty: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = copy_of(empty, tmp_path_factory.mktemp("traced") / "ws")
    assert [one.status for one in recorded(made)] == ["recorded"] * len(ROUND)
    return made


@pytest.mark.parametrize("at", range(len(ORDER)))
def test_every_object_is_reached_from_every_other_of_its_round(filled: Workspace, at: int) -> None:
    found = filled.trace(ORDER[at].lower()).payload
    assert found["id"] == ORDER[at]
    assert [one["id"] for one in found["led_to"]] == ORDER[:at]
    assert [one["id"] for one in found["came_of"]] == ORDER[at + 1 :]


def test_a_finding_comes_with_its_sources_and_what_led_to_it(filled: Workspace) -> None:
    found = filled.trace("B1")
    assert [one["reference"] for one in found.payload["object"]["sources"]] == [
        "Panelgesprek in mei",
        "Notulen van juni",
    ]
    assert found.payload["object"]["led_to"] == ["D1"]
    assert filled.trace("S2").payload["object"]["led_to"] == ["B2", "A1"]
    heads, rows, _ = found.shown()
    assert heads == ["plaats", "datum", "soort", "code", "wat er staat"]
    assert [row[0] for row in rows] == ["ervoor", "dit", "erna", "erna", "erna", "erna"]
    assert rows[0][1:4] == ["3-7-2025", "doel", "D1"]
    assert "B1" in found.summary() and "B1" in found._repr_html_()


def test_an_action_comes_with_the_sessions_it_applies_to(filled: Workspace) -> None:
    assert filled.trace("A1").payload["object"]["applies_to"] == ["DUIN-3", "DUIN-4"]


def test_an_id_nobody_has(filled: Workspace, empty: Workspace) -> None:
    with pytest.raises(UsageProblem) as problem:
        filled.trace("B9")
    assert problem.value.findings[0].code == "cycle.unknown_id"
    with pytest.raises(UsageProblem) as problem:
        empty.trace("B9")
    assert problem.value.findings[0].code == "cycle.nothing_yet"


def test_the_objects_as_a_table(filled: Workspace, empty: Workspace) -> None:
    assert list(filled.cycle("findings", cycle="2026-2027").table["id"]) == ["B2"]
    assert list(filled.cycle("decisions", cycle="2025-2026").table["id"]) == ["S1"]
    assert list(filled.cycle("sources", cycle="2025-2026").table["number"]) == [1, 2]
    assert filled.cycle("actions", partnership="MEER").table.empty
    assert list(filled.cycle("goals").table.columns) == list(TABLES["goals"].names)
    assert empty.cycle("goals").sentences() == ["Er zijn nog geen doelen."]
    for wrong in ({"what": "sessions"}, {"partnership": "DUYN"}):
        with pytest.raises(UsageProblem):
            filled.cycle(**wrong)


def test_a_name_that_came_later_is_not_shown(filled: Workspace, tmp_path: Path) -> None:
    made = copy_of(filled, tmp_path / "ws")
    made.records.update(
        lambda now: {
            "sources": [{**row, "said": "Jochem Wouterlood zei het"} for row in now["sources"]],
            "mentors": [{"id": "M1", "name": "Jochem Wouterlood"}],
        }
    )
    for shown in (made.trace("B1").payload, made.cycle("sources").payload, made.trace("S2").payload):
        assert "Wouterlood" not in str(shown) and "Jochem" not in str(shown)


# whatever the order


@given(st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_chain_is_the_same_in_any_order_of_rows(shuffled: random.Random) -> None:
    records = rows_of_round()
    plain = chain_of(records)
    mixed = {name: shuffled.sample(rows, len(rows)) for name, rows in records.items()}
    other = chain_of(dict(shuffled.sample(list(mixed.items()), len(mixed))))
    for id in plain.nodes:
        assert [one.id for one in other.led_to(id)] == [one.id for one in plain.led_to(id)]
        assert [one.id for one in other.came_of(id)] == [one.id for one in plain.came_of(id)]


def rows_of_round() -> dict[str, list[dict[str, object]]]:
    from qualitycycle.register.entry import read_values

    found: dict[str, list[dict[str, object]]] = {}
    for table, values in ROUND:
        found.setdefault(table, []).append(dict(read_values(TABLES[table], whole(table, values))[0]))
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_the_chain_is_the_same_in_any_order_of_recording(
    empty: Workspace, filled: Workspace, tmp_path: Path, seed: int
) -> None:
    made = copy_of(empty, tmp_path / "ws")
    steps = any_order(random.Random(seed))
    assert steps != list(ROUND)
    assert {one.status for one in recorded(made, steps)} == {"recorded"}
    for id in ORDER:
        ours, theirs = made.trace(id).payload, filled.trace(id).payload
        assert [one["id"] for one in ours["led_to"]] == [one["id"] for one in theirs["led_to"]]
        assert [one["id"] for one in ours["came_of"]] == [one["id"] for one in theirs["came_of"]]


def any_order(chance: random.Random) -> list[tuple[str, object]]:
    """The steps in an order of chance in which nothing refers to what is not there yet."""
    waiting, done, known = list(ROUND), [], set()
    refers = {name for _, name, _ in LINKS} | {"finding"}
    while waiting:
        ready = [one for one in waiting if {str(v) for k, v in one[1].items() if k in refers} <= known]
        chosen = chance.choice(ready)
        waiting.remove(chosen)
        done.append(chosen)
        known.add(str(chosen[1].get("id")))
    return done


def test_a_circle_ends_where_it_began() -> None:
    records = {
        "findings": [{"id": "B", "action": "A"}],
        "decisions": [{"id": "S", "findings": ("B",)}],
        "actions": [{"id": "A", "decision": "S"}],
    }
    chain = chain_of(records)
    assert {one.id for one in chain.led_to("B")} == {one.id for one in chain.came_of("B")} == {"S", "A"}


def test_the_links_follow_from_the_references_of_the_objects() -> None:
    """Sources and reuses are parts of an object, and a training or a trainer is none."""
    assert set(LINKS) == {
        ("findings", "goal", "goals"),
        ("findings", "action", "actions"),
        ("decisions", "findings", "findings"),
        ("decisions", "action", "actions"),
        ("actions", "decision", "decisions"),
        ("actions", "goal", "goals"),
        ("practices", "action", "actions"),
        ("replies", "finding", "findings"),
        ("replies", "action", "actions"),
    }
