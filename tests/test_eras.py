"""A broken bridge begins a new trend; anything else continues it."""

from __future__ import annotations

from typing import Any

from qualitycycle.instrument import Bridge, Instrument
from qualitycycle.workspace.eras import eras


def version(id: str, *bridges: tuple[str, str, str]) -> Instrument:
    made: Any = Instrument.model_construct(
        id=id,
        bridges=tuple(Bridge(item=item, since=since, kind=kind) for item, since, kind in bridges),  # type: ignore[arg-type]
    )
    return made


def test_an_item_that_keeps_its_id_continues() -> None:
    assert eras([version("1.0"), version("1.1")], "X") == {"1.0": "", "1.1": ""}


def test_a_broken_bridge_breaks_its_own_item_only() -> None:
    versions = [version("1.0"), version("2.0", ("X", "1.0", "broken"), ("Y", "1.0", "comparable"))]
    assert eras(versions, "X") == {"1.0": "", "2.0": "2.0"}
    assert eras(versions, "Y") == {"1.0": "", "2.0": ""}


def test_later_versions_belong_to_the_last_era_or_to_the_one_they_name() -> None:
    versions = [
        version("1.0"),
        version("2.0", ("X", "1.0", "broken")),
        version("2.1", ("X", "2.0", "identical")),
        version("2.2"),
        version("3.0", ("X", "1.0", "identical")),
    ]
    found = eras(versions, "X")
    assert found == {"1.0": "", "2.0": "2.0", "2.1": "2.0", "2.2": "2.0", "3.0": ""}
