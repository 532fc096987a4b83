"""Two versions with every kind of bridge: which answers are taken together, and what readers are told."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qualitycycle.counts import counts
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.workspace import Workspace, open_workspace
from qualitycycle.workspace.view import take_view
from tests.two_versions import (
    CYCLES,
    KINDS,
    NEW,
    OLD,
    SESSIONS,
    Filled,
    bridge,
    export,
    filled,
    second_version,
    tally,
    workspace_of,
)

LOCAL = """
[[items]]
id = "DUIN1"
text = { nl = "Was de koffie goed?", en = "Was the coffee good?" }
scale = "E5"
dimension = "vorm"
moments = ["post"]

[[local_blocks]]
partnership = "DUIN"
items = ["DUIN1"]
"""
LEFT_OUT = {
    "nl": "tellen de antwoorden op nl-mentor-1.0 niet mee",
    "en": "answers to nl-mentor-1.0 do not count",
}
ALONG = {"nl": "horen de antwoorden op nl-mentor-1.0 en", "en": "answers to nl-mentor-1.0 and"}
WHY = {"nl": "Nu gaat het over de training", "en": "It is about the training now"}
LANGUAGES = ("nl", "en")


def forms() -> list[Filled]:
    """With an own question of DUIN, on the new version, also answered once in another's session."""
    found, strayed = [], False
    for form in filled():
        place = form.session.partnership
        if form.version == NEW and (place == "DUIN" or not strayed):
            strayed |= place != "DUIN"
            form = form._replace(scores={**form.scores, "DUIN1": 1 + len(found) % 5})
        elif form.version == NEW and form.session.id == "MEER-2025-0":
            form = form._replace(scores={**form.scores, "DUIN1": None})  # type: ignore[dict-item]
        found.append(form)
    return found


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return workspace_of(tmp_path_factory.mktemp("versions") / "w", forms(), extra={NEW: LOCAL})


@pytest.fixture(params=LANGUAGES)
def spoken(workspace: Workspace, request: pytest.FixtureRequest) -> Workspace:
    return replace(workspace, language=request.param)


def in_all(notes: list[str], words: dict[str, str], workspace: Workspace) -> bool:
    return any(words[workspace.language] in note for note in notes)


def pooled(workspace: Workspace, item: str) -> dict[int, int]:
    view = take_view(workspace)
    frame = counts(view.snapshot, view.sessions, item=item)
    frame = frame[frame["state"] == "answered"]
    return {int(score): int(n) for score, n in frame.groupby("score")["n"].sum().items()}


@pytest.mark.parametrize("item", KINDS)
def test_pooled_answers_stop_at_a_broken_bridge(workspace: Workspace, item: str) -> None:
    version = NEW if KINDS[item] == "broken" else None
    assert pooled(workspace, item) == tally(forms(), item, version)


def test_a_score_leaves_out_whole_forms_of_another_wording(workspace: Workspace) -> None:
    sums = take_view(workspace).score_sums("ZEL")
    new = [form for form in forms() if form.version == NEW]
    total = sum(sum(form.scores[f"ZEL{n}"] for n in range(1, 5)) / 4 for form in new)
    assert int(sums["n"].sum()) == len(new)
    assert float(sums["total"].sum()) == pytest.approx(total)
    products = take_view(workspace).score_products("ZEL")
    assert sum(one.n for one in products.values()) == len(new)


def test_compare_uses_the_newest_side_and_says_why(spoken: Workspace) -> None:
    found = spoken.compare("partnership", item=["TRN1", "INH3"])
    rows = found.table.set_index("measure")
    size = {
        place: sum(form.session.partnership == place for form in forms() if form.version == NEW)
        for place in ("DUIN", "MEER")
    }
    broken, along = rows.loc["TRN1"], rows.loc["INH3"]
    assert (broken["n_arm"], broken["n_reference"]) == (size["MEER"], size["DUIN"])
    assert (along["n_arm"], along["n_reference"]) == (2 * size["MEER"], 2 * size["DUIN"])
    notes = found.sentences()
    assert in_all(notes, LEFT_OUT, spoken) and in_all(notes, WHY, spoken) and in_all(notes, ALONG, spoken)


def test_cycles_on_two_sides_are_not_compared(workspace: Workspace) -> None:
    found = workspace.compare("cycle", item=["TRN1", "VRM3"])
    assert set(found.table["measure"]) == {"VRM3"}


def test_nothing_is_said_of_an_identical_wording(spoken: Workspace) -> None:
    notes = spoken.compare("partnership", item="VRM3").sentences()
    assert not in_all(notes, LEFT_OUT, spoken) and not in_all(notes, ALONG, spoken)


def test_counts_keep_versions_apart_and_say_so(spoken: Workspace) -> None:
    found = spoken.count("TRN1")
    rows = found.table[found.table["score"].notna()]
    for version in (OLD, NEW):
        shown = rows[rows["instrument"] == version].set_index("score")["n"]
        assert {int(k): int(n) for k, n in shown.items() if n} == tally(forms(), "TRN1", version)
    assert in_all(found.sentences(), WHY, spoken)


def test_a_trend_breaks_and_says_why(spoken: Workspace) -> None:
    (series,) = spoken.trend("TRN1").payload["series"]
    (found,) = series["breaks"]
    assert found["date"] == "2025-09-01" and found["cause"] == "questionnaire"
    assert found["why"] == f"{NEW}: {WHY[spoken.language]}"
    assert in_all(series["notes"], WHY, spoken)
    assert [part["sessions"] for part in series["segments"]] == [8, 8]


def test_a_trend_goes_on_over_a_comparable_wording_with_a_note(spoken: Workspace) -> None:
    found = spoken.trend("INH3")
    (series,) = found.payload["series"]
    assert series["breaks"] == [] and series["sessions"] == 16
    assert in_all(found.sentences(), ALONG, spoken)


@pytest.mark.parametrize("analysis", ["reliability", "spread", "change", "trend"])
def test_every_analysis_of_a_score_says_what_it_leaves_out(spoken: Workspace, analysis: str) -> None:
    assert in_all(getattr(spoken, analysis)("ZEL").sentences(), LEFT_OUT, spoken)


def test_the_report_says_it(spoken: Workspace) -> None:
    page = spoken.report("DUIN", CYCLES[2025]).path.read_text(encoding="utf-8")
    text = re.sub(r"<[^>]+>", "", page)
    assert LEFT_OUT[spoken.language] in text and WHY[spoken.language] in text
    assert ("Was de koffie goed?" if spoken.language == "nl" else "Was the coffee good?") in text


def test_a_local_item_is_not_in_another_report(workspace: Workspace) -> None:
    assert "koffie" not in workspace.report("MEER", CYCLES[2025]).path.read_text(encoding="utf-8")


def test_a_local_item_counts_for_its_own_partnership_only(workspace: Workspace) -> None:
    mine = [form for form in forms() if form.session.partnership == "DUIN" and form.version == NEW]
    shown = workspace.count("DUIN1", partnership="DUIN").table
    rows = shown[shown["score"].notna()].set_index("score")["n"]
    assert {int(k): int(n) for k, n in rows.items() if n} == tally(mine, "DUIN1")
    for place in (None, "MEER"):
        with pytest.raises(UsageProblem):
            workspace.count("DUIN1", partnership=place)
        assert "DUIN1" not in set(workspace.count(partnership=place).table["item"])
    assert "DUIN1" not in set(workspace.count().table["item"])
    assert "DUIN1" not in set(workspace.compare("partnership").table["measure"])


@pytest.mark.parametrize("analysis", ["spread", "change", "trend"])
def test_a_local_item_is_refused_beyond_its_partnership(workspace: Workspace, analysis: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        getattr(workspace, analysis)("duin1")
    assert caught.value.findings[0].code == "versions.local_only"
    with pytest.raises(UsageProblem):
        workspace.compare("partnership", item="DUIN1")


def test_a_local_item_of_few_sessions_is_not_shown(tmp_path: Path) -> None:
    few = [
        form._replace(scores={**form.scores, "DUIN1": 4}) if form.session.id == "DUIN-2025-0" else form
        for form in filled()
    ]
    small = workspace_of(tmp_path / "w", few, extra={NEW: LOCAL})
    shown = small.count("DUIN1", partnership="DUIN").table
    assert shown["n"].isna().all()
    assert "koffie" in small.report("DUIN", CYCLES[2025]).path.read_text(encoding="utf-8")


def test_an_answer_to_anothers_local_item_is_flagged(workspace: Workspace) -> None:
    session = SESSIONS[-1]
    given = {"TRN1": 4, "INH3": 3, "DUIN1": 5}
    path = export(workspace.root, [Filled(session, NEW, given), Filled(session, NEW, {**given, "TRN1": 5})])
    done = workspace.import_evaluations([path], session=session.id, moment="post", dry_run=True)
    (found,) = [one for one in done.files[0].findings if one.code == "quality.flag_other_partnership"]
    assert found.level == "warning" and found.count == 2 and found.details["questions"] == "DUIN1"
    own = replace_session(path, workspace.root)
    done = workspace.import_evaluations([own], session="DUIN-2025-0", moment="post", dry_run=True)
    assert not [one for one in done.files[0].findings if one.code == "quality.flag_other_partnership"]


def replace_session(path: Path, root: Path) -> Path:
    own = root / "own.csv"
    shutil.copyfile(path, own)
    return own


def test_the_flag_is_kept_with_the_response(workspace: Workspace) -> None:
    from qualitycycle.counts import flag_counts

    view = take_view(workspace)
    flags = flag_counts(view.snapshot, view.sessions, moment="post")
    assert flags["other_partnership"] == {"MEER-2025-0": 1}


@pytest.fixture
def versions(tmp_path: Path, workspace: Workspace) -> Iterator[Path]:
    shutil.copytree(workspace.root / "config", tmp_path / "config")
    yield tmp_path / "config" / "instruments" / f"{NEW}.toml"


def test_loading_names_every_missing_bridge(versions: Path) -> None:
    first = (versions.parent / f"{OLD}.toml").read_text(encoding="utf-8")
    versions.write_text(second_version(first, bridges=["INH3"]), encoding="utf-8")
    with pytest.raises(Refused) as caught:
        open_workspace(versions.parents[2])
    assert {one.value for one in caught.value.findings} == {"TRN1", "VRM3", "ZEL2"}
    assert {one.code for one in caught.value.findings} == {"versions.no_bridge"}


def test_loading_refuses_an_unknown_version_and_an_unknown_partnership(versions: Path) -> None:
    first = (versions.parent / f"{OLD}.toml").read_text(encoding="utf-8")
    wrong = bridge("TRN3", since="nl-mentor-0.5", kind="identical") + LOCAL.replace('"DUIN"', '"DUNI"')
    versions.write_text(second_version(first, extra=wrong), encoding="utf-8")
    with pytest.raises(Refused) as caught:
        open_workspace(versions.parents[2])
    assert sorted(one.code for one in caught.value.findings) == [
        "config.unknown_partnership",
        "versions.unknown_version",
    ]


def test_show_has_bridges_and_local_questions(workspace: Workspace) -> None:
    from click.testing import CliRunner

    from qualitycycle.cli.app import app

    shown = CliRunner().invoke(app, ["instrument", "show", NEW, "--workspace", str(workspace.root)]).output
    assert "Tegenover eerdere versies" in shown and "niet te vergelijken" in shown
    assert WHY["nl"] in shown
    assert "Eigen vragen van een partnerschap" in shown and "Was de koffie goed?" in shown
