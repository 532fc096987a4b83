"""A region as files: in either language, file by file, the same bytes from the same region."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qualitycycle.checking import plan_columns
from qualitycycle.config import load_config
from qualitycycle.exporters import EXPORTS, REGISTER, write_region
from qualitycycle.readers import read
from qualitycycle.register.tables import complete_all
from qualitycycle.register.workbook import read_workbook
from qualitycycle.simulate import scenario_plan, simulate_region

CONFIG = load_config(Path(__file__).parents[2])
PLAN = scenario_plan("tandem", cycles=1)
REGION = simulate_region(1, replace(PLAN, teams=PLAN.teams[:3]))


@pytest.mark.parametrize(("language", "title"), [("nl", "Evaluatie"), ("en", "Mentor training evaluation")])
def test_the_front_door_reads_it_in_either_language(language: str, title: str, tmp_path: Path) -> None:
    *exports, register = write_region(tmp_path, REGION, CONFIG, language)
    assert len(exports) == len(REGION.forms) and all(path.name.startswith(title) for path in exports)
    for path, session in zip(exports, REGION.forms, strict=True):
        assert session.session in path.name
        export = read(path)
        plan = plan_columns(export, CONFIG)
        assert not isinstance(plan, list) and not plan.findings and not plan.unmapped
        assert len(export.rows) == len(session.forms)
    records, findings = read_workbook(register, CONFIG.organisations)
    assert not findings and records == complete_all(REGION.records)


def test_the_same_region_gives_the_same_bytes(tmp_path: Path) -> None:
    one, again = (list(write_region(tmp_path / name, REGION, CONFIG)) for name in ("one", "again"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in again]


def test_a_file_is_announced_when_it_is_there_and_before_the_next(tmp_path: Path) -> None:
    for number, path in enumerate(write_region(tmp_path, REGION, CONFIG), 1):
        assert path.exists()
        assert len(list(tmp_path.rglob("*.xlsx"))) == number
    assert path == tmp_path / REGISTER and (tmp_path / EXPORTS).is_dir()
