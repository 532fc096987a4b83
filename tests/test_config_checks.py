from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qualitycycle import wording
from qualitycycle.config import load_config, shipped
from qualitycycle.errors import Refused
from qualitycycle.findings import Finding

GOOD = 'instrument = "nl-mentor-1.0"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(shipped("config"), tmp_path / "config")
    return tmp_path


def mapping(root: Path, text: str, name: str = "m") -> None:
    (root / "config/mappings" / f"{name}.toml").write_text(text, encoding="utf-8")


def refused(root: Path) -> list[Finding]:
    with pytest.raises(Refused) as caught:
        load_config(root)
    for found in caught.value.findings:
        for language in ("nl", "en"):
            assert wording.message(found, language) != found.code
    return caught.value.findings


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ('[columns]\n"A" = "TRN9"', "config.unknown_item", "columns.A"),
        ('not_asked = ["X"]\n[columns]\n"A" = "TRN3"', "config.unknown_item", "not_asked"),
        ('[columns]\n"A" = "TRN3"\n[unknown]\nX = "missing"', "config.unknown_item", "unknown.X"),
        ('[columns]\n"A" = "TRN3"\n[doubtful]\n"B" = "X"', "config.unknown_item", "doubtful.B"),
        ('[columns]\n"A" = "TRN3"\n[labels.E9]\n"x" = 1', "config.unknown_scale", "labels.E9"),
        ('[columns]\n"A" = "INH1"\n[labels.E5]\n"x" = 6', "config.wrong_target", "labels.E5.x"),
        ('[columns]\n"A" = "INH1"\n[labels.E5]\n"x" = "soep"', "config.wrong_target", "labels.E5.x"),
        ('[columns]\n"A" = "STAGE"\n[labels.STAGE]\n"x" = "soep"', "config.wrong_target", "labels.STAGE.x"),
        ('ignore = ["a "]\n[columns]\n"A" = "TRN3"', "config.column_twice", "ignore.a "),
        ('[columns]\n"A" = "TRN3"\n"B" = "TRN3"', "config.item_twice", "columns.B"),
        ('[columns]\n"A" = "TRN3"\n[titles]\n"B" = "x"', "config.unknown_header", "titles.B"),
        ('structure = "weg.lss"\n[columns]\n"A" = "TRN3"', "config.no_structure", "structure"),
    ],
)
def test_one_wrong_name_is_one_finding(root: Path, text: str, code: str, column: str) -> None:
    mapping(root, GOOD + text + "\n")
    [found] = refused(root)
    assert (found.code, found.file, found.column) == (code, "config/mappings/m.toml", column)


@pytest.mark.parametrize("target", ["5", '"mee eens"', '"agree"'])
def test_a_point_or_a_label_of_the_scale_is_right(root: Path, target: str) -> None:
    mapping(root, GOOD + f'[columns]\n"A" = "INH1"\n[labels.E5]\n"top" = {target}\n')
    assert load_config(root).mappings["m"].labels["E5"].keys() == {"top"}


def test_every_problem_of_every_file_is_named_at_once(root: Path) -> None:
    mapping(root, GOOD + '[columns]\n"A" = "TRN9"\n')
    mapping(root, 'instrument = "weg"\n[columns]\n"A" = "TRN3"\n', "n")
    mapping(root, "[columns", "o")
    (root / "config/settings.toml").write_text('langage = "nl"\n', encoding="utf-8")
    copied = root / "config/instruments/copy.toml"
    shutil.copyfile(root / "config/instruments/nl-mentor-1.0.toml", copied)
    codes = {(found.code, found.file) for found in refused(root)}
    assert codes == {
        ("config.unknown_item", "config/mappings/m.toml"),
        ("config.unknown_instrument", "config/mappings/n.toml"),
        ("config.not_toml", "config/mappings/o.toml"),
        ("config.unknown_key", "config/settings.toml"),
        ("config.same_id", "config/instruments/nl-mentor-1.0.toml"),
    }


def test_of_a_broken_questionnaire_nothing_else_is_said(root: Path) -> None:
    mapping(root, GOOD + '[columns]\n"A" = "TRN9"\n')
    path = root / "config/instruments/nl-mentor-1.0.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('scale = "A5"', 'scale = "A9"', 1), encoding="utf-8"
    )
    assert [found.file for found in refused(root)] == ["config/instruments/nl-mentor-1.0.toml"]
