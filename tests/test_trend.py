"""``trend`` through the front door: numbers of the sessions themselves, points nobody can name."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import qualitycycle as qc
from qualitycycle import wording
from qualitycycle.analysis.charts.constants import d2
from qualitycycle.cli.app import app
from qualitycycle.errors import UsageProblem
from qualitycycle.register.workbook import write_workbook
from qualitycycle.workspace import Workspace, init_workspace, open_workspace
from qualitycycle.workspace.view import take_view

KEYS = {"item", "points", "centre", "lower", "upper", "trial_limits", "breaks", "verdict"}
POINT = {"session", "date", "n", "value", "signals"}
TEAMS = ("a", "b", "c", "d", "e", "f")
DROP = 14
"""From this session on people are less content."""


def region(
    root: Path,
    marks: Mapping[str, Sequence[Sequence[int]]],
    teams: Sequence[str] = TEAMS,
    every: int = 12,
    until: int | None = None,
    series: Mapping[str, str] | None = None,
    **more: Sequence[Mapping[str, Any]],
) -> Workspace:
    """A workspace: partnership -> per session the marks people gave; a session every so many days.

    All files are written, those before ``until`` imported.
    """
    made = init_workspace(root)
    ids = [(f"{lead}-{i:02d}", lead, i) for lead, sessions in marks.items() for i in range(len(sessions))]
    records: dict[str, list[Mapping[str, Any]]] = {
        "trainers": [
            {"id": f"{lead}{t}", "name": f"Trainer {t}", "affiliation": "school", "board": "DUIN-A"}
            for lead in marks
            for t in sorted(set(teams))
        ],
        "sessions": [
            {"id": id, "kind": "basic", "lead": lead, "series": (series or {}).get(lead, "Basis 2025-2026")}
            for id, lead, _ in ids
        ],
        "meetings": [{"session": id, "date": date(2025, 9, 1) + timedelta(every * i)} for id, _, i in ids],
        "session_trainers": [
            {"session": id, "trainer": f"{lead}{teams[i % len(teams)]}"} for id, lead, i in ids
        ],
        **{name: list(rows) for name, rows in more.items()},
    }
    book = root / "register.xlsx"
    write_workbook(book, records, made.config.organisations, "nl")  # type: ignore[arg-type]
    assert made.import_register(book).status == "imported"
    exports = []
    for id, lead, i in ids:
        exports.append(root / f"{id}.csv")
        exports[-1].write_text(
            "\n".join(["TRN3;INH1", *(f"{mark};mee eens" for mark in marks[lead][i])]) + "\n"
        )
    assert made.import_evaluations(exports[:until], moment="post").exit_code == 0
    return made


def drawn(sessions: int, seed: int, drop: int | None = None, n: int = 8) -> list[list[int]]:
    """Marks around 8, and around 5.5 from session ``drop`` on."""
    rng = np.random.default_rng(seed)
    levels = [5.5 if drop is not None and i >= drop else 8.0 for i in range(sessions)]
    return [np.clip(np.round(rng.normal(level, 1.0, n)), 1, 10).astype(int).tolist() for level in levels]


GOAL = {
    "id": "G1",
    "partnership": "DUIN",
    "cycle": "2025-2026",
    "indicator": "TRN3",
    "norm": 4.0,
    "owner": "programmaleider",
}
ACTION = {
    "id": "A1",
    "partnership": "DUIN",
    "what": "Samen voorbereiden.",
    "owner": "programmaleider",
    "due": date(2026, 2, 1),
    "indicator": "TRN3",
    "status": "done",
    "closed_on": date(2026, 1, 15),
    "result": "Twee middagen gehouden.",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """DUIN drops after session 14 of 22; MEER is steady; in VELD one person gives everything."""
    marks = {"DUIN": drawn(22, 1, DROP), "MEER": drawn(9, 2), "VELD": [[8] * 8, [8] * 7 + [9]]}
    return region(tmp_path_factory.mktemp("trend") / "ws", marks, goals=[GOAL], actions=[ACTION])


def series(workspace: Workspace, item: str = "TRN3", **choices: Any) -> dict[str, Any]:
    (found,) = workspace.trend(item, **choices).payload["series"]
    return dict(found)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_numbers_are_those_of_the_sessions(workspace: Workspace) -> None:
    found = series(workspace, partnership="DUIN")
    values = [np.mean(marks) for marks in drawn(22, 1, DROP)]
    sigma = np.abs(np.diff(values[:12])).mean() / d2(2)
    centre = np.mean(values[:12])
    expected = [centre, centre - 3 * sigma, min(centre + 3 * sigma, 10)]
    assert [found["centre"], found["lower"], found["upper"]] == pytest.approx(expected, abs=0.026)
    assert set(found) >= KEYS and all(set(point) >= POINT for point in found["points"])
    shown = sorted(point["value"] for point in found["points"])
    assert shown == pytest.approx(sorted(np.round(values, 1)), abs=0.051)
    assert [point["session"] for point in found["points"]] == list(range(1, 23))
    assert {point["n"] for point in found["points"]} == {8}


def test_a_drop_is_a_concern_and_the_norm_another_matter(workspace: Workspace) -> None:
    found = series(workspace, partnership="DUIN")
    assert found["verdict"] == "concern" and not found["trial_limits"]
    assert {one["rule"] for one in found["signals"]} >= {"beyond", "shift"}
    assert {one["means"] for one in found["signals"]} == {"concern"}
    assert (found["norm"], found["assurance"]) == (4.0, "always")
    assert series(workspace, partnership="DUIN", norm=9.9)["assurance"] == "never"
    assert series(workspace, partnership="DUIN", norm=8.0)["assurance"] == "sometimes"
    assert found["false_signal_rate"] == pytest.approx(0.27, abs=0.03)
    assert found["actions"] == [
        {"id": "A1", "date": "2026-01-15", "until": None, "done": True, "what": "Samen voorbereiden."}
    ]


def test_few_sessions_have_provisional_limits(workspace: Workspace) -> None:
    found = series(workspace, partnership="MEER")
    assert found["trial_limits"] and found["stage"] == "trial" and found["verdict"] == "ordinary"
    assert any("voorlopig" in line for line in found["notes"])


def test_a_partnership_of_few_trainers_is_hidden(workspace: Workspace) -> None:
    found = series(workspace, partnership="VELD")
    assert (found["verdict"], found["points"], found["centre"], found["lower"]) == ("hidden", [], None, None)
    by = workspace.trend("TRN3", by="partnership").payload["series"]
    assert [one["verdict"] for one in by] == ["concern", "ordinary", "hidden"]


def test_nothing_names_a_point(workspace: Workspace) -> None:
    """No id, trainer or day of a session, and no exact mean."""
    view = take_view(workspace)
    result = workspace.trend("TRN3", partnership="DUIN")
    dumped = json.dumps(result.payload, default=str) + result.summary() + result.table.to_csv()
    dumped += str(qc.figure(result)) + result._repr_html_()
    for facts in view.sessions.values():
        assert facts.id not in dumped
        assert not any(re.search(rf"\b{trainer}\b", dumped) for trainer in facts.trainers)
    dates = {point[end] for point in result.payload["series"][0]["points"] for end in ("date", "until")}
    assert all(day.endswith("-01") for day in dates)


def test_the_order_within_a_period_follows_from_what_is_shown(workspace: Workspace, tmp_path: Path) -> None:
    """Two regions that differ only in which session of a period had which marks show the same."""
    first = drawn(8, 3)
    swapped = [first[i] for i in (2, 0, 1, 4, 3, 5, 7, 6)]
    shown = []
    for name, marks in (("one", first), ("other", swapped)):
        made = region(tmp_path / name, {"DUIN": marks}, TEAMS[:4], every=3)
        points = series(made, partnership="DUIN")["points"]
        by_period: dict[str, list[float]] = {}
        for point in points:
            by_period.setdefault(f"{point['date']} {point['until']}", []).append(point["value"])
        shown.append(by_period)
    assert len(shown[0]) == 1 and shown[0] == shown[1]


def test_sessions_below_the_floor_are_no_points(tmp_path: Path) -> None:
    marks = [*drawn(6, 4), [8] * 4, *drawn(6, 5), [2]]
    made = region(tmp_path / "ws", {"DUIN": marks})
    found = series(made, partnership="DUIN")
    assert found["sessions"] == len(found["points"]) == 12
    assert found["left_out"] == {"too_few_answers": 2, "not_a_point": 0}
    shares = series(made, "INH1", partnership="DUIN")
    assert shares["deciding"] == "mean" and shares["verdict"] == "no_variation"
    assert any("allemaal op 4,0 uit" in line for line in shares["notes"])
    qc.figure(made.trend("INH1", partnership="DUIN"))


def decided(workspace: Workspace, root: Path, day: date, partnership: str = "DUIN") -> Workspace:
    """A copy of the workspace in which a decision to begin anew was recorded."""
    shutil.copytree(workspace.root, root)
    made = open_workspace(root)
    own = {"partnership": partnership, "owner": "stuurgroep"}
    seen = {**own, "cycle": "2025-2026", "kind": "unclear", "what": "Een andere opzet", "found_on": day}
    finding = made.record("findings", seen)
    decision = {"findings": finding.id, "kind": "rebase", "what": "Nieuwe opzet", "decided_on": day}
    outcome = made.record("decisions", {**own, **decision, "indicator": "TRN3", "holds_from": day})
    assert (finding.status, outcome.status) == ("recorded", "recorded"), outcome.findings
    return made


def test_only_a_recorded_decision_begins_anew_with_the_next_whole_period(
    workspace: Workspace, tmp_path: Path
) -> None:
    plain = series(workspace, partnership="DUIN")
    periods = sorted({point["date"] for point in plain["points"]})
    made = decided(workspace, tmp_path / "ws", date.fromisoformat(periods[3]) - timedelta(20))
    found = series(made, partnership="DUIN")
    (broken,) = found["breaks"]
    assert (broken["cause"], broken["why"][:12]) == ("decision", "Nieuwe opzet")
    assert "BES-DUIN-2025-1" in broken["why"]
    assert [one["sessions"] for one in found["segments"]] == [
        sum(point["segment"] == at for point in found["points"]) for at in (0, 1)
    ]
    assert sum(one["sessions"] for one in found["segments"]) == 22
    for at in (0, 1):
        own = {point["date"] for point in found["points"] if point["segment"] == at}
        assert not own & {point["date"] for point in found["points"] if point["segment"] != at}
    assert found["centre"] != plain["centre"]
    assert series(made, "INH1", partnership="DUIN")["breaks"] == []
    assert series(made)["breaks"] == series(made, partnership="MEER")["breaks"] == []
    with pytest.raises(TypeError, match="rebased"):
        made.trend("TRN3", rebased=[(date(2026, 1, 1), "zomaar")])


def test_a_decision_after_the_last_session_breaks_nothing(workspace: Workspace, tmp_path: Path) -> None:
    plain = series(workspace, partnership="DUIN")
    never = series(decided(workspace, tmp_path / "ws", date(2030, 1, 1)), partnership="DUIN")
    assert never["breaks"] == [] and never["centre"] == plain["centre"]


def test_another_question_begins_a_new_trend(tmp_path: Path) -> None:
    """From session 12 on TRN3 is put differently; INH1 is the same question still."""
    marks = drawn(24, 6, 12)
    made = region(tmp_path / "ws", {"DUIN": marks}, until=12)
    folder = made.root / "config"
    old = (folder / "instruments" / "nl-mentor-1.0.toml").read_text(encoding="utf-8")
    new = old.replace("nl-mentor-1.0", "nl-mentor-2.0")
    new += '\n[[bridges]]\nitem = "TRN3"\nsince = "nl-mentor-1.0"\nkind = "broken"\n'
    (folder / "instruments" / "nl-mentor-2.0.toml").write_text(new, encoding="utf-8")
    settings = folder / "settings.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("nl-mentor-1.0", "nl-mentor-2.0"))
    made = qc.open_workspace(made.root)
    later = [made.root / f"DUIN-{i:02d}.csv" for i in range(12, 24)]
    assert made.import_evaluations(later, moment="post").exit_code == 0
    found = series(made, partnership="DUIN")
    assert [one["cause"] for one in found["breaks"]] == ["questionnaire"]
    assert [one["sessions"] for one in found["segments"]] == [12, 12]
    assert found["verdict"] == "ordinary" and found["centre"] < 6.5 < found["segments"][0]["centre"]
    assert {point["segment"] for point in found["points"]} == {0, 1}
    assert any("anders gesteld" in line for line in found["notes"])
    assert series(made, "INH1", partnership="DUIN")["breaks"] == []
    assert "hier opnieuw begonnen" in str(qc.figure(made.trend("TRN3", partnership="DUIN")).layout)


def test_words_for_the_reader_in_both_languages(workspace: Workspace) -> None:
    for language in ("nl", "en"):
        told = qc.open_workspace(workspace.root, language)
        for choices in ({"partnership": "DUIN"}, {"partnership": "MEER"}, {"by": "partnership"}, {}):
            result = told.trend("TRN3", **choices)
            said = " ".join(result.sentences())
            assert "trend." not in said + result.summary() and "{" not in said
            words = set(re.findall(r"[a-zA-Zα-ω]+", said.lower()))
            assert not words & {"xmr", "sigma", "p", "laney", "shewhart", "ucl", "lcl", "baseline"}
    said = workspace.trend("TRN3", partnership="DUIN").sentences()
    assert any(line.startswith("Bijzonder signaal, een zorg: ") for line in said)
    assert any("van de 100 gevallen minstens één signaal" in line for line in said)


def test_items_scores_and_dimensions(workspace: Workspace) -> None:
    dimension = take_view(workspace).config.instrument.item("INH1").dimension
    found = workspace.trend([dimension, "TRN3"]).payload["series"]
    assert {"INH1", "TRN3"} <= {one["item"] for one in found}
    assert workspace.trend().payload["series"][0]["item"] == "TRN3"
    with pytest.raises(UsageProblem):
        workspace.trend("nonsense")
    with pytest.raises(UsageProblem):
        workspace.trend("TRN3", by="trainer")
    with pytest.raises(UsageProblem):
        workspace.trend("TRN3", series="nonsense")


def test_a_series_is_named_without_its_year(workspace: Workspace) -> None:
    whole = series(workspace, partnership="DUIN")
    for name in ("Basis", "Basis 2025-2026"):
        assert series(workspace, partnership="DUIN", series=name)["points"] == whole["points"]
    (only,) = workspace.trend("TRN3", by="series").payload["series"]
    assert "Basis" in only["where"]


def test_a_scale_at_its_ceiling_is_read_by_its_best_answers(tmp_path: Path) -> None:
    """Most people give a ten: what counts is how many; a norm for the mean has nothing to say."""
    tens = [9, 7, 8, 6, 9, 8, 7, 9, 6, 8, 7, 9, 8]
    marks = [[10] * k + [8] * (10 - k) for k in tens]
    found = series(region(tmp_path / "ws", {"DUIN": marks}, goals=[GOAL]), partnership="DUIN")
    assert (found["deciding"], found["norm"], found["verdict"]) == ("top", None, "ordinary")
    assert found["centre"] == pytest.approx(np.mean(tens[:12]) / 10, abs=0.013)
    assert 0 <= found["lower"] < 0.5 and found["upper"] == 1.0
    assert any("hoogste antwoord" in line for line in found["notes"])


def test_from_cycle_to_cycle_is_what_compare_says(tmp_path: Path) -> None:
    """Two school years, the second one two and a half points lower."""
    marks = drawn(22, 8, 12)
    made = region(tmp_path / "ws", {"DUIN": marks}, every=30)
    (change,) = series(made, partnership="DUIN")["cycle_over_cycle"]
    assert (change["before"], change["cycle"], change["verdict"]) == ("2025-2026", "2026-2027", "worse")
    compared = made.compare("cycle", item="TRN3", partnership="DUIN", reference="2025-2026").payload
    (theirs,) = compared["comparisons"]
    assert change["difference"] == pytest.approx(theirs["mean_difference"], abs=1e-6)
    assert change["verdict"] == theirs["verdict"]
    assert change["who_answered"]["novices"] == {}
    assert series(made, partnership="DUIN", cycle="2025-2026")["cycle_over_cycle"] == []
    (of_series,) = series(made, partnership="DUIN", series="Basis")["cycle_over_cycle"]
    assert of_series["difference"] == pytest.approx(change["difference"])
    one_year = series(made, partnership="DUIN", cycle="2026-2027")
    assert one_year["sessions"] == 10 and one_year["trial_limits"]


def test_of_one_series_beside_others_no_level_is_told(tmp_path: Path) -> None:
    """Two series: the difference of one, without means and without who answered."""
    marks = {"DUIN": drawn(22, 8, 12), "MEER": drawn(22, 9)}
    made = region(tmp_path / "ws", marks, every=30, series={"MEER": "Opfris"})
    (whole,) = series(made)["cycle_over_cycle"]
    (part,) = series(made, series="Basis")["cycle_over_cycle"]
    assert whole["who_answered"]["response"] and not part["who_answered"]["response"]
    assert part["difference"]["estimate"] < whole["difference"]["estimate"] < 0
    notes = {name: series(made, series=name)["notes"][-1] for name in ("Basis", "Opfris")}
    assert not any("het gemiddelde" in line for line in notes.values())
    assert len(made.trend("TRN3", by="series").payload["series"]) == 2


def test_the_command(workspace: Workspace) -> None:
    place = ["--workspace", str(workspace.root)]
    one = json.loads(run(*place, "trend", "TRN3", "--partnership", "DUIN", "--json").output)
    other = json.loads(run(*place, "--json", "trend", "--item", "TRN3", "--partnership", "DUIN").output)
    assert one == other and set(one["series"][0]) >= KEYS
    shown = run(*place, "trend", "TRN3", "--partnership", "DUIN").output
    assert "Bijzonder signaal" in shown and "gewone schommeling" in shown
    explained = run(*place, "trend", "--explain").output
    assert "2,6587" in explained and "Making Data Count" in explained
    assert run(*place, "trend", "nonsense").exit_code == 2
    assert run(*place, "trend", "TRN3", "--by", "trainer").exit_code == 2


def test_the_figure_of_a_result(workspace: Workspace) -> None:
    made = qc.figure(workspace.trend("TRN3", partnership="DUIN"))
    assert "22 sessies" in made.layout.meta["alt"]
    assert {trace.marker.symbol for trace in made.data if trace.mode == "markers"} >= {"circle", "x"}
    assert any("actie A1" in (note.text or "") for note in made.layout.annotations)
    qc.figure(workspace.trend("TRN3", partnership="VELD"))
    with pytest.raises(UsageProblem):
        qc.figure(workspace.trend("TRN3", by="partnership"))


def test_an_empty_workspace(tmp_path: Path) -> None:
    made = init_workspace(tmp_path / "ws")
    found = series(made)
    assert (found["verdict"], found["points"]) == ("hidden", [])
    assert isinstance(made.trend().table, pd.DataFrame)


def test_the_response_of_every_session(tmp_path: Path) -> None:
    """Known numbers: 12 people present; 9 answer, from the sixth session on 4; one session nobody asked."""
    marks = {"DUIN": [[8] * (9 if i < 5 else 4) for i in range(10)]}
    made = region(tmp_path / "ws", marks, until=9)
    present = [{**row, "attended": 12} for row in made.records.load()["sessions"]]
    made.records.update(lambda current: {"sessions": present})
    [series] = made.trend("response_rate", partnership="DUIN").payload["series"]
    shown = Counter(point["value"] for point in series["points"])
    assert shown == {0.75: 5, 0.35: 4, 0.0: 1}, "9 of 12, 4 of 12 in steps of 5 points, and nobody"
    assert series["deciding"] == "response_rate" and series["stage"] is not None
    assert all(point["n"] == 12 for point in series["points"])
    said = " ".join(series["notes"])
    assert wording.text("trend.share.response_rate", "nl") in said
    [covered] = made.trend("coverage", partnership="DUIN").payload["series"]
    assert Counter(point["value"] for point in covered["points"]) == {1.0: 9, 0.0: 1}
    assert (covered["centre"], covered["lower"], covered["signals"]) == (0.9, None, [])
    assert "90%" in " ".join(covered["notes"])


@pytest.mark.parametrize("name", ["basic", "Further"])
def test_a_figure_per_year_has_no_course(workspace: Workspace, name: str) -> None:
    with pytest.raises(UsageProblem) as problem:
        workspace.trend(name)
    assert problem.value.findings[0].code == "trend.yearly"
