from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qualitycycle import wording
from qualitycycle.config import Floors, load_config, shipped
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.findings import Finding


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(shipped("config"), tmp_path / "config")
    return tmp_path


def refused(root: Path) -> list[Finding]:
    with pytest.raises(Refused) as caught:
        load_config(root)
    for found in caught.value.findings:
        assert wording.message(found, "nl") != found.code
    return caught.value.findings


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / "config" / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_shipped_config_is_sound(root: Path) -> None:
    config = load_config(root)
    assert len([item for item in config.instrument.items if not item.background]) == 24
    assert set(config.instrument.scores) == {"ZEL", "STU"}
    assert all({"nl", "en"} <= set(item.text) for item in config.instrument.items)


def test_a_wrong_key_is_refused_with_file_key_and_nearest(root: Path) -> None:
    edit(root, "settings.toml", "language =", "langage =")
    [found] = refused(root)
    assert (found.code, found.file, found.column) == ("config.unknown_key", "config/settings.toml", "langage")
    assert "language" in found.details["expected"]


def test_a_board_without_definition_is_refused(root: Path) -> None:
    edit(root, "organisations.toml", '"DUIN-B"]', '"DUIN-X"]')
    [found] = refused(root)
    assert found.file == "config/organisations.toml"
    assert "DUIN-X" in found.details["expected"]


def test_an_item_without_scale_is_refused(root: Path) -> None:
    edit(root, "instruments/nl-mentor-1.0.toml", 'scale = "A5"', 'scale = "A9"')
    [found] = refused(root)
    assert found.file == "config/instruments/nl-mentor-1.0.toml"
    assert "VRM2" in found.details["expected"] and "A9" in found.details["expected"]


def test_problems_of_all_files_come_at_once(root: Path) -> None:
    edit(root, "settings.toml", 'engine = "duckdb"', 'engine = "abacus"')
    (root / "config" / "organisations.toml").write_text("[partnerships\n")
    (root / "config" / "mappings" / "x.toml").write_text('instrument = "nl-mentor-1.0"\n')
    found = refused(root)
    assert {finding.file for finding in found} == {
        "config/settings.toml",
        "config/organisations.toml",
        "config/mappings/x.toml",
    }


def test_missing_files_are_named(tmp_path: Path) -> None:
    assert {f.code for f in refused(tmp_path)} == {"config.no_file"}


def test_a_mapping_to_an_unknown_item_is_refused(root: Path) -> None:
    (root / "config" / "mappings" / "x.toml").write_text(
        'instrument = "nl-mentor-1.0"\n[columns]\n"Mark" = "TRN33"\n'
    )
    [found] = refused(root)
    assert (found.code, found.value) == ("config.unknown_item", "TRN33")
    assert "TRN3" in found.details["expected"]


def test_lowering_a_floor_needs_a_signed_reason(root: Path) -> None:
    edit(root, "settings.toml", "scores = 5 ", "scores = 3 ")
    [found] = refused(root)
    assert found.column == "floors"
    assert "signed_by" in found.details["expected"]
    assert Floors(scores=3, reason="pilot", signed_by="A. Voorbeeld").lowered == ("scores",)
    assert Floors(scores=8).lowered == ()


def test_relevance_in_settings_overrides_the_scale(root: Path) -> None:
    edit(root, "settings.toml", "# [relevance.E5]", "[relevance.C10]\nmean = 0.7\n")
    config = load_config(root)
    assert config.scale_of("TRN3").relevant_mean == 0.7
    assert config.scale_of("INH1").relevant_mean == 0.3


def test_an_unknown_measure_names_the_nearest(root: Path) -> None:
    with pytest.raises(UsageProblem) as caught:
        load_config(root).instrument_of("TRN8")
    assert "TRN" in caught.value.findings[0].details["expected"]
