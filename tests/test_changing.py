"""``change`` through the front door: files in, paired people first, nothing of a few people out."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import qualitycycle as qc
from qualitycycle.cli.app import app
from qualitycycle.errors import UsageProblem
from qualitycycle.workspace import Workspace
from tests.report.page import parse, visible_text
from tests.twice_asked import ITEMS, Form, Given, people, workspace_of

TANDEMS = [Given(f"DUIN-{i}", "DUIN", (f"s{i}", f"i{i}")) for i in range(5)]
INSTITUTE = [Given(f"MEER-{i}", "MEER", (f"i{10 + i}",)) for i in range(4)]
ALONE = [Given("VELD-1", "VELD", ("s9",))]
FORMS = [*people([*TANDEMS, *INSTITUTE], lost=0.3), *people(ALONE, lost=0.1, seed=2)]


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two partnerships with several trainers and one with a single trainer; 30 % of forms lost."""
    return workspace_of(tmp_path_factory.mktemp("change") / "ws", [*TANDEMS, *INSTITUTE, *ALONE], FORMS)


def run(workspace: Workspace, *arguments: str) -> Result:
    result = CliRunner().invoke(app, ["--workspace", str(workspace.root), *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def answered(workspace: Workspace, *arguments: str) -> Any:
    return json.loads(run(workspace, "change", *arguments, "--json").output)


def pairs_of(forms: Iterable[Form], item: str, start: str, end: str) -> list[tuple[int, int]]:
    """The scores of the people with a form at both moments, from the forms themselves."""
    mine: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for form in forms:
        mine[form.session, form.code][form.moment] = form.scores[item]
    return [(said[start], said[end]) for said in mine.values() if {start, end} <= set(said)]


@pytest.mark.parametrize(("start", "end"), [("pre", "post"), ("post", "follow_up"), ("pre", "follow_up")])
def test_the_numbers_are_those_of_the_forms(region: Workspace, start: str, end: str) -> None:
    (found,) = [
        c for c in answered(region, "--item", "ZEL1")["changes"] if (c["from"], c["to"]) == (start, end)
    ]
    pairs = np.array(pairs_of(FORMS, "ZEL1", start, end))
    at = Counter(form.moment for form in FORMS)
    assert (found["paired"], found["from_n"], found["to_n"]) == (len(pairs), at[start], at[end])
    assert found["match_rate"] == {"from": len(pairs) / at[start], "to": len(pairs) / at[end]}
    moved = np.sign(pairs[:, 1] - pairs[:, 0]).tolist()
    assert (found["improved"], found["same"], found["declined"]) == tuple(moved.count(x) for x in (1, 0, -1))
    change = pairs[:, 1] - pairs[:, 0]
    assert found["mean_change"]["estimate"] == pytest.approx(change.mean())
    assert found["srm"]["estimate"] == pytest.approx(change.mean() / change.std(ddof=1))
    assert found["mean_change"]["low"] < change.mean() < found["mean_change"]["high"]


def test_a_score_is_the_mean_of_its_items_per_person(region: Workspace) -> None:
    (found, *_) = answered(region, "--item", "ZEL")["changes"]
    items = [np.array(pairs_of(FORMS, item, "pre", "post")) for item in ITEMS if item.startswith("ZEL")]
    scores = np.mean(items, axis=0)
    assert found["mean_change"]["estimate"] == pytest.approx((scores[:, 1] - scores[:, 0]).mean())


def test_everybody_says_the_same_when_forms_are_lost_at_random(region: Workspace) -> None:
    found = answered(region, "--item", "ZEL")
    assert all(one["agrees"] for one in found["changes"])
    for one in found["changes"]:
        assert one["everyone"]["low"] < one["everyone"]["estimate"] < one["everyone"]["high"]
    (kept,) = found["retention"]
    assert kept["low"] < 0.6 < kept["high"]
    assert found["retrospective"] == []


def test_who_is_missing_matters_when_they_answer_otherwise(tmp_path: Path) -> None:
    """Everybody who gave no code was much more content afterwards."""
    forms = people(TANDEMS, gain=0.3, lost=0.0, seed=3)
    strangers = [Form(s.id, "post", "", dict.fromkeys(ITEMS, 5)) for s in TANDEMS for _ in range(25)]
    workspace = workspace_of(tmp_path / "ws", TANDEMS, [*forms, *strangers])
    (found,) = [c for c in answered(workspace, "--item", "ZEL1")["changes"] if c["to"] == "post"]
    assert found["agrees"] is False
    assert found["everyone"]["estimate"] > found["mean_change"]["estimate"] + 0.3
    assert "maakt dus uit wie er ontbreekt" in run(workspace, "change", "--item", "ZEL1").output


def test_the_paired_are_printed_before_anything_else(region: Workspace) -> None:
    lines = run(region, "change", "--item", "ZEL1").output.splitlines()
    paired = len(pairs_of(FORMS, "ZEL1", "pre", "post"))
    assert lines[0].startswith(f"Van {paired} mentoren hebben we een meting voor en na de training.")
    assert "van de" in lines[0] and lines[3] == "Alleen voor hen kunnen we groei laten zien."
    assert lines[5].startswith("vraag")
    spoken = "\n".join(lines[9:])
    assert "weten we dus niet" in spoken and "met drie metingen" in spoken


def test_without_choosing_every_repeated_question_and_score_is_there(region: Workspace) -> None:
    found = answered(region)
    assert [one["item"] for one in found["changes"]][:6] == ["INH3", "ZEL1", "ZEL2", "ZEL3", "ZEL4", "ZEL"]
    assert {one["item"] for one in found["retention"]} == {*ITEMS, "ZEL"}


def test_the_same_from_the_library(region: Workspace) -> None:
    result = region.change("ZEL1")
    assert result.name == "change"
    assert result.payload["changes"] == answered(region, "--item", "ZEL1")["changes"]
    assert "ZEL1" in result.summary() and "<table>" in result._repr_html_()
    assert qc.figure(result).layout.title.text == "Verandering van dezelfde mentoren"
    spoken = qc.open_workspace(region.root, "en").change("ZEL1")
    assert "Of " in spoken.sentences()[0]


def test_the_report_tells_it_of_the_partnership(region: Workspace) -> None:
    own = [form for form in FORMS if form.session.startswith("DUIN")]
    page = parse(region.report("DUIN", "2025-2026").path.read_text(encoding="utf-8"))
    text = visible_text(next(e for e in page.all("section") if e.attributes.get("id") == "learning"))
    paired = len(pairs_of(own, "ZEL1", "pre", "post"))
    assert f"Van {paired} mentoren hebben we een meting voor en na de training." in text
    assert "‘Bekwaamheidsgevoel (vier vragen samen)’, voormeting → nameting: Gemiddeld" in text
    assert "mentoren met drie metingen" in text
    applied = text.partition("Toepassing in de praktijk")[2]
    assert "‘Hoe vaak bracht je de training in praktijk?’" in applied and " gunstig" in applied
    alone = parse(region.report("VELD", "2025-2026").path.read_text(encoding="utf-8"))
    text = visible_text(next(e for e in alone.all("section") if e.attributes.get("id") == "learning"))
    assert "minder dan 5 mentoren zijn gekoppeld, of de groep is te klein" in text
    assert "punt hoger" not in text and " gunstig" not in text


# --- codes --------------------------------------------------------------------------


def test_a_code_twice_is_counted_and_pairs_nobody(tmp_path: Path) -> None:
    forms = people(TANDEMS, lost=0.0)
    lent = forms[0].code
    doubled = [Form(f.session, f.moment, lent if f is forms[3] else f.code, f.scores) for f in forms]
    workspace = workspace_of(tmp_path / "ws", TANDEMS, [*doubled, *_strangers("pre"), *_strangers("post")])
    (found, *_) = answered(workspace, "--item", "ZEL1")["changes"]
    assert (found["paired"], found["ambiguous"]) == (50 - 2, 3)
    assert "code die in die sessie vaker voorkomt" in run(workspace, "change", "--item", "ZEL1").output


def _strangers(moment: str) -> list[Form]:
    """People without a code, in every session."""
    return [Form(s.id, moment, "", dict.fromkeys(ITEMS, 3)) for s in TANDEMS for _ in range(2)]


def test_a_look_back_has_its_own_part_and_its_own_sentence(tmp_path: Path) -> None:
    forms = people(TANDEMS, lost=0.0)
    back = [
        Form(f.session, "retro_pre", f.code, {item: max(1, score - 1) for item, score in f.scores.items()})
        for f in forms
        if f.moment == "pre"
    ]
    workspace = workspace_of(tmp_path / "ws", TANDEMS, [*forms, *back])
    found = answered(workspace, "--item", "ZEL1")
    (apart,) = found["retrospective"]
    assert (apart["from"], apart["to"]) == ("retro_pre", "post")
    assert {one["from"] for one in found["changes"]} == {"pre", "post"}
    assert apart["mean_change"]["estimate"] > found["changes"][0]["mean_change"]["estimate"]
    assert apart["everyone"]["estimate"] is None and apart["agrees"] is None
    printed = run(workspace, "change", "--item", "ZEL1").output
    assert "Terugblik achteraf\nvraag" in printed
    assert "de maatlat is verschoven" in printed
    assert workspace.change("ZEL1").table["retrospective"].tolist() == [False] * 3 + [True]


# --- refused ------------------------------------------------------------------------


def test_nothing_measured_twice_is_said(tmp_path: Path) -> None:
    afterwards = [form for form in FORMS if form.moment == "post"]
    workspace = workspace_of(
        tmp_path / "ws", TANDEMS, [f for f in afterwards if f.session.startswith("DUIN")]
    )
    result = run(workspace, "change")
    assert result.exit_code == 0 and "nog geen verandering te laten zien" in result.output
    assert {"changes", "retention", "retrospective"} <= set(answered(workspace))


def test_a_question_of_one_moment_and_a_split_within_a_partnership_are_refused(region: Workspace) -> None:
    for arguments, word in (
        (["--item", "TRN3"], "maar op één moment"),
        (["--by", "variant", "--partnership", "DUIN"], "hele regio"),
        (["--by", "variant", "--cycle", "2025-2026"], "hele regio"),
    ):
        result = run(region, "change", *arguments)
        assert result.exit_code == 2 and word in result.output, arguments
    with pytest.raises(UsageProblem):
        region.change("ZEL1", by="trainer")


def test_one_trainers_people_are_not_shown_nor_what_is_left_without_them(region: Workspace) -> None:
    for place in (["--partnership", "VELD"], ["--partnership", "VELD", "--cycle", "2025-2026"]):
        for one in answered(region, "--item", "ZEL1", *place)["changes"]:
            _has_no_numbers(one)
            assert one["reasons"] == ["small_group"]
    shown = [_paired(region, "--partnership", code) for code in ("DUIN", "MEER")]
    whole = _paired(region)
    assert None in (*shown, whole), "the region less both partnerships is one trainer's session"


def _paired(region: Workspace, *place: str) -> int | None:
    found: int | None = answered(region, "--item", "ZEL1", *place)["changes"][0]["paired"]
    return found


def _has_no_numbers(one: dict[str, Any]) -> None:
    for name in ("paired", "from_n", "to_n", "ambiguous", "improved", "same", "declined", "agrees"):
        assert one[name] is None, name
    for name in ("mean_change", "srm", "everyone"):
        assert set(one[name].values()) == {None}, name
    assert one["verdict"] == "too_few"


def test_four_paired_people_are_no_group(tmp_path: Path) -> None:
    forms = people(TANDEMS, lost=0.0)
    codes = sorted({form.code for form in forms})[:4]
    few = [form for form in forms if form.moment == "pre" or form.code in codes]
    few += [Form(s.id, "post", "", dict.fromkeys(ITEMS, 4)) for s in TANDEMS for _ in range(3)]
    workspace = workspace_of(tmp_path / "ws", TANDEMS, few)
    found = answered(workspace, "--item", "ZEL1")
    for one in found["changes"]:
        _has_no_numbers(one)
    assert found["pairing"][0]["paired"] is None
    assert "Minder dan 5 mentoren zijn gekoppeld" in run(workspace, "change", "--item", "ZEL1").output


def test_when_one_person_is_left_out_the_size_is_not_told(tmp_path: Path) -> None:
    """With the totals of ``counts`` her answer would follow from the mean change."""
    forms = people(TANDEMS, lost=0.0)
    gone = next(form for form in forms if form.moment == "post")
    workspace = workspace_of(tmp_path / "ws", TANDEMS, [form for form in forms if form is not gone])
    before, after = (workspace.counts("ZEL1", moment=moment) for moment in ("pre", "post"))
    assert (int(before["n"].sum()), int(after["n"].sum())) == (50, 49)
    (found, *_) = answered(workspace, "--item", "ZEL1")["changes"]
    assert (found["paired"], found["from_n"], found["to_n"]) == (49, None, 49)
    assert found["improved"] + found["same"] + found["declined"] == 49
    assert found["verdict"] == "better"
    for name in ("mean_change", "srm", "everyone"):
        assert set(found[name].values()) == {None}, name
    assert found["reasons"] == ["few_left_out"]
    printed = run(workspace, "change", "--item", "ZEL1").output
    assert "Gemiddeld hoger" in printed and "Hoeveel precies, tonen we niet" in printed


def test_variants_are_shown_for_the_region_where_they_are_large_enough(tmp_path: Path) -> None:
    sessions = [*TANDEMS, *INSTITUTE]
    workspace = workspace_of(tmp_path / "ws", sessions, people(sessions, lost=0.3))
    found = answered(workspace, "--item", "ZEL1", "--by", "variant")
    assert {one["group"] for one in found["changes"]} == {"tandem", "institute_only"}
    for group, where in (("tandem", "DUIN"), ("institute_only", "MEER")):
        mine = [one for one in found["changes"] if one["group"] == group]
        forms = [form for form in people(sessions, lost=0.3) if form.session.startswith(where)]
        assert mine[0]["paired"] == len(pairs_of(forms, "ZEL1", "pre", "post"))
    assert "tandem: Van" in run(workspace, "change", "--item", "ZEL1", "--by", "variant").output
