"""The dossier from a real store: six cycles from what was printed, also when the answers are gone."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from qualitycycle.cli import app
from qualitycycle.errors import UsageProblem
from qualitycycle.report.dossier_model import Dossier, Year
from qualitycycle.report.model_evidence import Evidence
from qualitycycle.store import delta
from qualitycycle.store.kept import KeptStore
from qualitycycle.workspace import Workspace, open_workspace
from qualitycycle.workspace.dossier import write_dossier
from qualitycycle.workspace.gather import gather, gather_evidence
from qualitycycle.workspace.keeping import keep
from qualitycycle.workspace.view import take_view
from tests.report.page import parse, visible_text
from tests.two_versions import NEW, OLD, SESSIONS, Filled, export, filled, workspace_of

OWNER = {"partnership": "DUIN", "owner": "werkgroep DUIN"}
ROUND = (
    (
        "goals",
        {
            "id": "D-DUIN-2025-1",
            "cycle": "2025-2026",
            "indicator": "TRN1",
            "norm": 3.5,
            "guarantee": "W2",
            "agreed_on": "1-7-2025",
            "text": "De training is praktisch.",
            **OWNER,
        },
    ),
    (
        "findings",
        {
            "id": "BEV-DUIN-2025-1",
            "cycle": "2025-2026",
            "goal": "D-DUIN-2025-1",
            "indicator": "INH3",
            "kind": "concern",
            "what": "Mentoren missen de theorie.",
            "found_on": "1-6-2026",
            **OWNER,
        },
    ),
    (
        "sources",
        {"finding": "BEV-DUIN-2025-1", "number": 1, "kind": "panel", "reference": "panel van mei"},
    ),
    (
        "sources",
        {"finding": "BEV-DUIN-2025-1", "number": 2, "kind": "document", "reference": "notulen van juni"},
    ),
    (
        "decisions",
        {
            "id": "BES-DUIN-2025-1",
            "findings": "BEV-DUIN-2025-1",
            "kind": "adapt",
            "what": "Meer theorie in dagdeel twee.",
            "decided_on": "20-6-2026",
            **OWNER,
        },
    ),
)


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two years; the first was reported on the first version of the questionnaire, the second on both."""
    workspace = workspace_of(tmp_path_factory.mktemp("dossier") / "ws", filled())
    root = workspace.root
    newer, aside = root / "config" / "instruments" / f"{NEW}.toml", root / f"{NEW}.toml"
    shutil.move(newer, aside)
    _default(root, NEW, OLD)
    open_workspace(root).report("DUIN", "2024-2025")
    shutil.move(aside, newer)
    _default(root, OLD, NEW)
    workspace = open_workspace(root)
    for table, values in ROUND:
        assert workspace.record(table, values).exit_code == 0
    return reported_again(workspace, "2025-2026")


@pytest.fixture(scope="module")
def dossier(reported: Workspace) -> Dossier:
    return write_dossier(reported, "DUIN").content


def reported_again(workspace: Workspace, cycle: str) -> Workspace:
    """What a report of a cycle would print now, kept; without drawing the report."""
    found = open_workspace(workspace.root)
    keep(found, gather_evidence(found, "DUIN", cycle, {}, date.today()))
    return found


def _default(root: Path, old: str, new: str) -> None:
    settings = root / "config" / "settings.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def copied(workspace: Workspace, root: Path) -> Workspace:
    shutil.copytree(workspace.root, root)
    return open_workspace(root)


def page(workspace: Workspace, language: str = "nl") -> str:
    written = write_dossier(workspace, "DUIN", language=language)
    return visible_text(parse(written.path.read_text(encoding="utf-8"))).replace("\u00a0", " ")


def figures(year: Year) -> dict[tuple[str, str], Evidence]:
    return {
        one.key: replace(one, held="")
        for one in year.evidence
        if one.value is not None and one.key[0] in ("question", "response", "goal")
    }


def purge(workspace: Workspace, cycle: str) -> Workspace:
    """The answers of a cycle gone from the disk, as a retention term would have it."""
    sessions = [one.id for one in SESSIONS if cycle.startswith(str(one.year))]
    for table in ("responses", "answers"):
        where = delta.place(workspace.evaluations.where, table)
        delta.delete(where, "collection", sessions)
        delta.compact(where)
        delta.vacuum(where, timedelta(0))
    return open_workspace(workspace.root)


def test_a_dossier_tells_the_cycles_that_were_reported(dossier: Dossier) -> None:
    assert [(year.cycle, year.state) for year in dossier.years] == [
        ("2024-2025", "same"),
        ("2025-2026", "same"),
    ]
    assert all(figures(year) for year in dossier.years)


def test_every_figure_was_printed(reported: Workspace, dossier: Dossier) -> None:
    printed = {
        (one.cycle, cell["reference"], cell["value"], cell["n"])
        for one in KeptStore(reported.root).prints("DUIN")
        for cell in one.cells
    }
    told = {
        (year.cycle, one.reference, one.value and one.value.value, one.n)
        for year in dossier.years
        for one in year.evidence
    }
    assert told == printed


def test_a_question_that_was_put_differently_breaks_its_course(reported: Workspace, dossier: Dossier) -> None:
    assert ("TRN1", "2025-2026") in dossier.breaks
    assert ("INH3", "2025-2026") not in dossier.breaks
    assert {year.find(("question", "TRN1")).instrument for year in dossier.years} == {OLD, NEW}  # type: ignore[union-attr]
    text = page(reported)
    assert "vanaf 2025-2026 anders gesteld" in text
    row = next(line for line in text.splitlines() if line.startswith("| De training was praktisch"))
    assert row.endswith("anders gevraagd")


def test_the_chain_is_told_by_id(reported: Workspace) -> None:
    text = page(reported)
    part = text.partition("Wat er is afgesproken, gevonden, besloten en gedaan")[2].partition("Ontbreekt in")[
        0
    ]
    for id in ("D-DUIN-2025-1", "BEV-DUIN-2025-1", "BES-DUIN-2025-1"):
        assert id in part
    assert "besluit: Meer theorie in dagdeel twee." in part


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_dossier_never_judges(reported: Workspace, language: str) -> None:
    text = page(reported, language)
    assert not re.search(
        r"\bvoldoe(t|n)\b|\bvoldaan\b|\bmeets\b|\bcompl(y|ies|iant)\b|\bsatisf", text, re.IGNORECASE
    )
    assert ("ondersteunt" if language == "nl" else "supports") in text


def test_a_dossier_does_not_need_the_answers(reported: Workspace, dossier: Dossier, tmp_path: Path) -> None:
    workspace = purge(copied(reported, tmp_path / "ws"), "2024-2025")
    after = write_dossier(workspace, "DUIN").content
    assert [year.state for year in after.years] == ["gone", "same"]
    assert figures(after.years[0]) == figures(dossier.years[0])
    text = page(workspace)
    assert "2024-2025: de antwoorden zijn niet meer aanwezig" in text
    assert "2024\u20112025 (bewaard)" in text
    reported_again(workspace, "2024-2025")
    again = write_dossier(workspace, "DUIN").content
    assert figures(again.years[0]) == figures(dossier.years[0])


def test_retracted_answers_leave_what_was_printed(
    reported: Workspace, dossier: Dossier, tmp_path: Path
) -> None:
    workspace = copied(reported, tmp_path / "ws")
    for event in workspace.history():
        if event["collections"][0].startswith("DUIN-2024"):
            workspace.retract(event["import_id"])
    workspace = open_workspace(workspace.root)
    after = write_dossier(workspace, "DUIN").content
    assert after.years[0].state == "gone"
    assert figures(after.years[0]) == figures(dossier.years[0])


def test_without_a_report_there_are_figures_only_where_there_are_answers(
    reported: Workspace, tmp_path: Path
) -> None:
    workspace = copied(reported, tmp_path / "ws")
    shutil.rmtree(workspace.root / "cycle" / "kept")
    after = write_dossier(purge(workspace, "2024-2025"), "DUIN").content
    assert after.years[0] == Year("2024-2025", "missing")
    assert (after.last.state, after.last.taken_on) == ("same", date.today())
    assert [one.cycle for one in KeptStore(workspace.root).prints("DUIN")] == ["2025-2026"]
    assert "2024-2025: er is geen rapport gemaakt en er zijn geen antwoorden." in page(workspace)


def late(workspace: Workspace, extra: dict[str, int]) -> Workspace:
    """More people answered: the grown exports of these sessions, imported again."""
    forms = [one for one in filled() if one.session.id in extra]
    for id, more in extra.items():
        mine = [one for one in forms if one.session.id == id]
        grown = [
            *mine,
            *(Filled(mine[0].session, NEW, dict.fromkeys(mine[0].scores, 1)) for _ in range(more)),
        ]
        path = export(workspace.root, grown)
        found = workspace.import_evaluations([path], session=id, moment="post")
        assert found.exit_code == 0, found.as_json("nl")
    return open_workspace(workspace.root)


def told(workspace: Workspace) -> list[Evidence]:
    """The figures of people that the dossier has of this year, after one more report."""
    year = write_dossier(reported_again(workspace, "2025-2026"), "DUIN").content.last
    return [one for one in year.evidence if one.key[0] in ("question", "response") and one.n is not None]


def test_last_print_and_this_one_give_no_small_group_away(reported: Workspace, tmp_path: Path) -> None:
    workspace = late(copied(reported, tmp_path / "ws"), {"DUIN-2025-0": 2})
    stale = write_dossier(workspace, "DUIN").content.last
    assert (stale.state, {one.n for one in stale.evidence if one.is_question} - {None}) == ("changed", {24})
    for extra in ({}, {"DUIN-2025-0": 9}):
        found = told(late(workspace, extra))
        assert ({one.n for one in found}, {one.held for one in found}) == ({24}, {"few_more"})
    assert "cijfer van" in page(workspace)
    found = told(late(workspace, {"DUIN-2025-1": 5}))
    assert ({one.n for one in found}, {one.held for one in found}) == ({38}, {""})


def test_an_unknown_cycle_or_partnership_is_refused(reported: Workspace) -> None:
    for choice in (("DUIX", None), ("DUIN", "2019-2020")):
        with pytest.raises(UsageProblem):
            write_dossier(reported, *choice)


def test_the_whole_report_keeps_what_its_evidence_alone_keeps(reported: Workspace) -> None:
    before = KeptStore(reported.root).prints("DUIN")
    keep(reported, gather(reported, "DUIN", "2025-2026", {}, date.today()))
    assert KeptStore(reported.root).prints("DUIN") == before


def test_the_stamp_of_the_store_does_not_move(reported: Workspace, dossier: Dossier) -> None:
    before = take_view(reported).stamp
    write_dossier(reported, "DUIN")
    assert take_view(open_workspace(reported.root)).stamp == before


def test_the_command_says_where_the_dossier_is(reported: Workspace) -> None:
    words = ["--workspace", str(reported.root), "report", "--partnership", "DUIN"]
    found = CliRunner().invoke(app, [*words, "--dossier", "--json"])
    assert found.exit_code == 0, found.output
    told = json.loads(found.output)
    assert Path(told["file"]).name == "DUIN-dossier-2025-2026.nl.html"
    assert [one["answers"] for one in told["cycles"]] == ["same", "same"]
    for choices in ([], ["--dossier", "--cycle", "2019-2020"]):
        assert CliRunner().invoke(app, [*words, *choices]).exit_code == 2
