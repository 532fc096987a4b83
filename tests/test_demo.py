"""The demo: every verdict occurs, the three reports decide differently; with another seed too."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from qualitycycle.cli.app import app
from qualitycycle.demo import Demo, build_demo, demo_steps
from qualitycycle.errors import Refused
from qualitycycle.exporters.examples import write_examples
from qualitycycle.vocabulary import Verdict

OTHER_SEED = 7


@pytest.fixture(scope="module", params=["bundled", OTHER_SEED])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    examples = None
    if request.param != "bundled":
        examples = folder / "examples"
        write_examples(examples, seed=request.param)
    steps: list[str] = []
    built = build_demo(folder / "ws", examples=examples, progress=steps.append)
    assert len(steps) == demo_steps(examples)
    return built


def test_every_verdict_occurs_in_the_region(demo: Demo) -> None:
    assert set(demo.verdicts) == {str(verdict) for verdict in Verdict}
    assert all(count > 0 for count in demo.verdicts.values()), demo.verdicts


def test_the_three_reports_lead_to_different_decisions(demo: Demo) -> None:
    first = {report.partnership: report.proposals[0].kind for report in demo.reports}
    assert first == {"DUIN": "adapt", "MEER": "adopt", "VELD": "investigate"}


def test_the_founding_figures_come_out_exactly(demo: Demo) -> None:
    table = demo.workspace.options("BASIS", collection="startenquete").table
    shown = [
        (row.n, row.denominator, *(round(100 * x, 1) for x in (row.share, row.low, row.high)))
        for row in table.itertuples()
    ]
    assert shown == [
        (74, 231, 32.0, 26.4, 38.3),
        (66, 231, 28.6, 23.1, 34.7),
        (35, 231, 15.2, 11.1, 20.3),
        (56, 231, 24.2, 19.2, 30.2),
    ]
    after = demo.workspace.options("NASCHOLING", collection="startenquete").table.set_index("option")
    assert after["n"].to_dict() == {"ja": 35, "nee": 196}
    assert [round(100 * after.at["ja", name], 1) for name in ("share", "low", "high")] == [15.2, 11.1, 20.3]


def test_a_quarter_of_all_is_over_a_third_of_the_trained(demo: Demo) -> None:
    page = demo.reports[0].path.read_text(encoding="utf-8")
    assert "24,2%" in page and "35,7%" in page
    assert "231" in page and "157" in page


def test_every_report_has_its_manifest_and_at_least_three_figures(demo: Demo) -> None:
    for report in demo.reports:
        manifest = json.loads(report.manifest.read_text(encoding="utf-8"))
        assert manifest["snapshot"]["evaluations"]["versions"]
        assert manifest["inputs"] and manifest["packages"]["qualitycycle"]
        assert report.path.read_text(encoding="utf-8").count("<figure") >= 3


def test_importing_the_demo_again_changes_nothing(demo: Demo) -> None:
    exports = sorted((demo.workspace.root / "evaluations" / "examples" / "exports").glob("*.xlsx"))[:5]
    again = demo.workspace.import_evaluations(exports)
    assert {one.status for one in again.files} == {"already_imported"}


def test_no_trainer_or_mentor_is_named_where_answers_are(demo: Demo) -> None:
    """The attacker decodes every table of answers and reads every report."""
    records = demo.workspace.records.load()
    names = {row["name"] for table in ("trainers", "mentors") for row in records[table] if row["name"]}
    assert len(names) > 20
    root = demo.workspace.root
    assert spoken(root / "register") >= names, "the attack finds names where they are"
    assert not names & spoken(root / "evaluations")
    for report in demo.reports:
        page = report.path.read_text(encoding="utf-8") + report.manifest.read_text(encoding="utf-8")
        assert not {name for name in names if name in page}


def spoken(folder: Path) -> set[str]:
    """Every text in every table under a folder."""
    found: set[str] = set()
    for path in folder.rglob("*.parquet"):
        for column in pq.read_table(path).columns:
            found |= {str(value) for value in column.to_pylist() if isinstance(value, str)}
    return found


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Refused):
        build_demo(tmp_path)
    result = CliRunner().invoke(app, ["demo", str(tmp_path)])
    assert result.exit_code == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt"]
