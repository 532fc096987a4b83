"""The bundled examples: regenerated they are the same, and the front door takes them all."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from qualitycycle.checking import assemble, plan_columns
from qualitycycle.checking.odd import Session
from qualitycycle.config import load_config, shipped
from qualitycycle.errors import Refused
from qualitycycle.exporters import write_examples
from qualitycycle.exporters.region import export_name
from qualitycycle.linking import find_moments
from qualitycycle.linking.collections import session_in_name
from qualitycycle.readers import read
from qualitycycle.register.tables import complete_all
from qualitycycle.register.workbook import read_workbook
from qualitycycle.simulate import NOT_APPLICABLE, SEED, SimulatedRegion
from qualitycycle.vocabulary import AnswerState, Moment, Variant

CONFIG = load_config(Path(__file__).parents[2])
BUNDLED = shipped("examples")
SIZE_LIMIT = 1_000_000
STORED = ("item", "state", "score", "option", "text")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SimulatedRegion, list[str]]:
    folder = tmp_path_factory.mktemp("examples")
    names: list[str] = []
    return folder, write_examples(folder, SEED, progress=names.append), names


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    workbook = CalamineWorkbook.from_path(str(path))
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_bundled_examples_are_those_of_the_seed(written: tuple[Path, SimulatedRegion, list[str]]) -> None:
    folder, _, _ = written
    assert files_in(folder) == files_in(BUNDLED)
    for name in files_in(folder):
        if name.endswith(".xlsx"):
            assert sheets(folder / name) == sheets(BUNDLED / name), name
        else:
            assert (folder / name).read_bytes() == (BUNDLED / name).read_bytes(), name


def test_every_file_is_announced(written: tuple[Path, SimulatedRegion, list[str]]) -> None:
    folder, _, names = written
    assert sorted(names) == sorted(Path(name).name for name in files_in(folder))


def test_examples_stay_small() -> None:
    assert sum((BUNDLED / name).stat().st_size for name in files_in(BUNDLED)) < SIZE_LIMIT


def test_the_readme_says_it_is_invented_and_names_the_seed() -> None:
    text = (BUNDLED / "README.md").read_text(encoding="utf-8")
    assert "verzonnen" in text and "invented" in text and f"(seed) {SEED}" in text


def test_every_file_names_exactly_its_session(written: tuple[Path, SimulatedRegion, list[str]]) -> None:
    _, region, _ = written
    ids = [row["id"] for row in region.records["sessions"]]
    found = [session_in_name(path.name, ids) for path in sorted((BUNDLED / "exports").iterdir())]
    assert sorted(found) == sorted([session.session] for session in (*region.forms, *region.repeats))


def test_the_front_door_reads_back_every_answer(written: tuple[Path, SimulatedRegion, list[str]]) -> None:
    _, region, _ = written
    for session in (*region.forms, *region.repeats):
        export = read(BUNDLED / "exports" / export_name(session, CONFIG, "nl"))
        assert export.format == "ms_forms"
        assert not export.findings
        plan = plan_columns(export, CONFIG)
        assert not isinstance(plan, list)
        assert not plan.findings and not plan.unmapped and plan.link_code is not None
        items = [column.item for column in plan.items]
        moments, unclear = find_moments(items, plan.instrument, file=export.path.name, rows=export.rows)
        assert not unclear and set(moments) == {session.moment}
        assert [column.item.id == "TRN2" for column in plan.items].count(True) == (
            session.variant is Variant.TANDEM and session.moment is Moment.POST
        )
        size = len(export.rows)
        checked = assemble(
            export,
            plan,
            collections=[session.session] * size,
            moments=moments,
            sessions={session.session: Session(session.variant)},
            language="nl",
        )
        assert {found.code for found in checked.findings} <= {
            "quality.flag_straight_line",
            "quality.flag_too_fast",
        }
        stored = Counter(zip(*(checked.answers[name].to_pylist() for name in STORED), strict=True))
        assert stored == Counter(
            _as_stored(item, answer) for form in session.forms for item, answer in form.answers.items()
        )


def _as_stored(item: str, answer: Any) -> tuple[Any, ...]:
    kind = CONFIG.instrument.scale_of(item).kind
    if answer is None:
        return (item, str(AnswerState.NOT_ANSWERED), None, None, None)
    if kind == "open":
        return (item, str(AnswerState.ANSWERED), None, None, answer.strip())
    if answer == NOT_APPLICABLE:
        return (item, str(AnswerState.NOT_APPLICABLE), None, None, None)
    if kind == "single":
        return (item, str(AnswerState.ANSWERED), None, str(int(answer)), None)
    return (item, str(AnswerState.ANSWERED), answer, None, None)


def test_the_register_workbook_holds_the_records(written: tuple[Path, SimulatedRegion, list[str]]) -> None:
    _, region, _ = written
    records, findings = read_workbook(BUNDLED / "register.xlsx", CONFIG.organisations)
    assert not findings
    assert records == complete_all(region.records)


def test_the_founding_survey_has_its_published_counts() -> None:
    with (BUNDLED / "startenquete.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    counts = {(row["vraag"], row["antwoord"]): int(row["aantal"]) for row in rows}
    basis = {answer: n for (question, answer), n in counts.items() if question == "BASIS"}
    assert basis == {
        "niet gevolgd": 74,
        "korter dan 3 jaar geleden": 66,
        "3 tot 5 jaar geleden": 35,
        "langer dan 5 jaar geleden": 56,
    }
    assert (counts["NASCHOLING", "nee"], counts["NASCHOLING", "ja"]) == (196, 35)
    assert sum(basis.values()) == sum(counts.values()) - sum(basis.values()) == 231
    assert read(BUNDLED / "startenquete.csv").format == "option_counts"


def test_the_founding_survey_is_registered_for_the_region(
    written: tuple[Path, SimulatedRegion, list[str]],
) -> None:
    _, region, _ = written
    (survey,) = region.records["surveys"]
    assert (survey["id"], survey["partnership"], survey["invited"]) == ("startenquete", None, None)
    assert survey["cycle"] == "2023-2024"
    assert session_in_name("startenquete.csv", [survey["id"]]) == ["startenquete"]


def test_another_seed_gives_another_region_in_the_same_shape(tmp_path: Path) -> None:
    region = write_examples(tmp_path, SEED + 1)
    assert len(list((tmp_path / "exports").iterdir())) == len(region.forms) + len(region.repeats)
    names = {row["name"] for row in region.records["trainers"]}
    bundled, _ = read_workbook(BUNDLED / "register.xlsx", CONFIG.organisations)
    assert names != {row["name"] for row in bundled["trainers"]}
    assert (tmp_path / "startenquete.csv").read_bytes() == (BUNDLED / "startenquete.csv").read_bytes()


def test_a_folder_with_other_exports_is_refused_and_left_alone(tmp_path: Path) -> None:
    own = tmp_path / "exports" / "Evaluatie van ons.xlsx"
    own.parent.mkdir()
    own.write_bytes(b"real answers")
    with pytest.raises(Refused) as refused:
        write_examples(tmp_path)
    assert [found.code for found in refused.value.findings] == ["examples.other_files"]
    assert files_in(tmp_path) == {"exports/Evaluatie van ons.xlsx"}
