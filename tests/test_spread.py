"""``spread`` through the front door: the split in words, points without a name, nothing to subtract."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import qualitycycle as qc
from qualitycycle.analysis.spread import spread
from qualitycycle.cli.app import app
from qualitycycle.counts import counts
from qualitycycle.errors import UsageProblem
from qualitycycle.workspace import Workspace, init_workspace
from qualitycycle.workspace.view import take_view

KEYS = {
    *(
        "item",
        "of",
        "units",
        "shown",
        "split",
        "icc1",
        "icc2",
        "needed_for_0_7",
        "points",
        "left_out",
        "notes",
    )
}
POINT = {"n_band", "estimate", "low", "high", "inside_95", "inside_998"}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two cycles of a region in which trainers and sessions differ and variants do not."""
    return qc.simulate_workspace(tmp_path_factory.mktemp("spread") / "ws", "null", seed=1).workspace


def payload(workspace: Workspace, item: str | None = "TRN3", **choices: Any) -> dict[str, Any]:
    found = workspace.spread(item, **choices).payload
    return dict(found)


def known_sessions(workspace: Workspace, item: str) -> pd.DataFrame:
    """Everything about every session: what an attacker may know at most."""
    view = take_view(workspace)
    frame = counts(view.snapshot, view.sessions, item=item)
    frame = frame[(frame["state"] == "answered") & frame["score"].notna()]
    frame = frame.assign(total=frame["n"] * frame["score"], total_sq=frame["n"] * frame["score"] ** 2)
    keys = {"collection": "session", "lead": "partnership"}
    grouped = frame.groupby(["collection", "variant", "cycle", "lead", "team"])
    return grouped[["n", "total", "total_sq"]].sum().reset_index().rename(columns=keys)


def test_the_numbers_are_those_of_the_model(workspace: Workspace) -> None:
    sums = known_sessions(workspace, "TRN3")
    model = spread(sums)
    assert model is not None and model.reliability is not None
    found = payload(workspace)
    assert set(found) >= KEYS
    assert (found["item"], found["of"], found["units"], found["sessions"]) == (
        "TRN3",
        "session",
        48,
        len(sums),
    )
    split = found["split"]
    assert split["answers"]["estimate"] == round(model.split.of("answers"), 2)
    assert split["sessions"]["high"] == round(model.split.shares["session"].high or 0, 2)
    assert split["teams"] is None and "teams" in found["left_out"]
    assert found["needed_for_0_7"] == model.reliability.needed
    assert (found["icc1"], found["icc2"]) == (
        round(model.reliability.icc1, 2),
        round(model.reliability.icc2, 2),
    )
    levels = sorted(round(unit.level, 1) for unit in model.units if unit.n >= 5 and unit.reliability >= 0.4)
    assert sorted(point["estimate"] for point in found["points"]) == levels
    assert found["shown"] == len(found["points"]) > 30
    assert all(set(point) == POINT for point in found["points"])


def test_the_truth_lies_in_the_intervals(workspace: Workspace) -> None:
    """Shares on the latent scale (a logistic answer has variance pi squared / 3), item by item."""
    truth = json.loads((workspace.root / "truth.json").read_text(encoding="utf-8"))
    arms = [
        one
        for one in truth["items"]
        if one["arm"] == "institute_only"
        and one["mean_difference"] is not None
        and one["session_sd"] is not None
    ]
    held = []
    for one in arms:
        parts = {"sessions": one["session_sd"] ** 2, "trainers": 0.6 * one["trainer_sd"] ** 2}
        split = payload(workspace, one["item"])["split"]
        for name, variance in parts.items():
            share = variance / (sum(parts.values()) + np.pi**2 / 3)
            held.append(split[name]["low"] - 0.01 <= share <= split[name]["high"] + 0.01)
    assert len(held) >= 12
    assert np.mean(held) >= 0.85


def test_words_for_the_reader_in_both_languages(workspace: Workspace) -> None:
    for language in ("nl", "en"):
        told = qc.open_workspace(workspace.root, language)
        for of, item in product(("session", "trainer", "team"), ("TRN3", "TRN2", "VRM2", "ZEL")):
            result = told.spread(item, of=of)
            said = " ".join(result.sentences())
            assert "spread." not in said + result.summary() and "{" not in said
            words = set(re.findall(r"[a-zA-Zα-ω]+", said.lower()))
            assert not words & {"icc", "p", "sd", "blup", "variantie", "variance", "σ", "τ", "λ"}
    said = workspace.spread("TRN3").sentences()
    assert any(
        line.startswith("Van de verschillen tussen antwoorden zit ongeveer 12% tussen") for line in said
    )
    assert any("vanaf ongeveer 17 antwoorden (waarschijnlijk tussen" in line for line in said)
    normal = "De schommeling tussen de trainingen is normaal. Er is geen reden om op één enkele training"
    assert f"{normal} te sturen." in said


def test_the_tandem_is_a_unit(workspace: Workspace) -> None:
    """An item asked of tandems only has no variant to take off, and pairs are one whole."""
    found = payload(workspace, "TRN2", of="team")
    assert found["adjusted_for"] == ["cycle", "partnership"]
    assert found["split"]["trainers"] is None and found["split"]["teams"]["high"] > 0
    assert any("Een team telt daarom als één geheel" in line for line in found["notes"])
    nobody = payload(workspace, "TRN2", of="trainer")
    assert (nobody["points"], nobody["icc1"], nobody["reason"]) == ([], None, "inseparable")


def test_nothing_names_a_point(workspace: Workspace) -> None:
    """No session, trainer, team, variant, partnership, cycle or date stands with the points."""
    view = take_view(workspace)
    names = {*view.sessions, *(trainer for one in view.sessions.values() for trainer in one.trainers)}
    for of in ("session", "trainer", "team"):
        result = workspace.spread("INH1", of=of)
        dumped = (
            json.dumps(result.payload) + result.summary() + result.table.to_csv() + str(qc.figure(result))
        )
        assert not [name for name in names if re.search(rf"\b{re.escape(name)}\b", dumped)]
        points = json.dumps(result.payload["points"])
        assert not re.search("tandem|only|DUIN|MEER|VELD|20[0-9][0-9]", points + result.table.to_csv())


def test_who_knows_every_session_cannot_tell_five_apart(workspace: Workspace) -> None:
    """Numbers of answers, teams and even the raw means are known; a point still fits five sessions."""
    sums = known_sessions(workspace, "TRN3")
    found = payload(workspace)["points"]
    for band, n in Counter(point["n_band"] for point in found).items():
        first, last = map(int, band.split("-"))
        fits = sums[sums["n"].between(first, last)]
        assert len(fits) == n >= 5
        assert len({trainer for team in fits["team"] for trainer in team.split("|")}) >= 3
        widths = {round(p["high"] - p["low"], 6) for p in found if p["n_band"] == band}
        assert len(widths) == 1
    order = [(int(p["n_band"].split("-")[0]), p["estimate"]) for p in found]
    assert order == sorted(order), "the order is that of the numbers themselves"


def test_other_questions_leave_nothing_to_subtract(workspace: Workspace) -> None:
    """Points exist once: for the region over all cycles. A part of it has words and no levels."""
    view = take_view(workspace)
    for of, partnership, cycle in product(
        ("session", "trainer", "team"), (None, "DUIN", "MEER", "VELD"), (None, *view.cycles())
    ):
        if partnership is None and cycle is None:
            continue
        found = payload(workspace, "INH1", of=of, partnership=partnership, cycle=cycle)
        assert (found["points"], found["limits"], found["outside"]) == ([], [], None)
        whole = [value for value in numbers(found) if 1 < value < 5 and value != round(value)]
        assert not whole, "no level of a part"
    assert payload(workspace, "INH1", kind=None)["points"] == []


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from numbers(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from numbers(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


def test_new_names_for_everybody_change_nothing(workspace: Workspace) -> None:
    """Points follow from the answers alone, not from what sessions and trainers are called."""
    sums = known_sessions(workspace, "INH1")
    people = sorted({trainer for team in sums["team"] for trainer in team.split("|")})
    alias = dict(
        zip(
            people,
            np.random.default_rng(1).permutation([f"x{i:02}" for i in range(len(people))]),
            strict=True,
        )
    )
    renamed = sums.assign(
        session=[f"Z{i:03}" for i in np.random.default_rng(2).permutation(len(sums))],
        team=["|".join(sorted(alias[one] for one in team.split("|"))) for team in sums["team"]],
    )
    plain, other = spread(sums), spread(renamed)
    assert plain is not None and other is not None
    a, b = (
        sorted((unit.n, round(unit.level, 4), round(unit.sd, 4)) for unit in one.units)
        for one in (plain, other)
    )
    assert a == b


def test_a_group_that_may_not_be_shown_has_no_number(tmp_path: Path) -> None:
    empty = init_workspace(tmp_path / "ws")
    found = payload(empty)
    assert found["reason"] == "hidden" and list(numbers(found)) == [0, 0]
    assert any("Een groep wordt getoond vanaf" in line for line in found["notes"])


def test_wrong_choices_are_said(workspace: Workspace) -> None:
    for choices in ({"of": "board"}, {"kind": "nope"}, {"partnership": "X"}, {"cycle": "1999-2000"}):
        with pytest.raises(UsageProblem):
            workspace.spread("TRN3", **choices)
    for item in ("NOPE", "OPN1"):
        with pytest.raises(UsageProblem):
            workspace.spread(item)


def test_the_primary_item_unless_named(workspace: Workspace) -> None:
    assert payload(workspace, None)["item"] == workspace.config.instrument.primary == "TRN3"
    assert payload(workspace, "zel")["item"] == "ZEL"


def test_the_result_can_be_drawn(workspace: Workspace) -> None:
    result = workspace.spread("INH1")
    drawn = qc.figure(result)
    dots = [y for trace in drawn.data if trace.mode == "markers" and trace.text for y in trace.y]
    assert sorted(dots) == sorted(result.table["estimate"])
    nothing = qc.figure(workspace.spread("INH1", partnership="DUIN"))
    assert not nothing.data and "geen losse sessies" in nothing.layout.meta["alt"]


def run(workspace: Workspace, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--workspace", str(workspace.root), "spread", *arguments])


def test_the_command_line_prints_the_same(workspace: Workspace) -> None:
    done = run(workspace, "--item", "TRN3", "--json")
    assert done.exit_code == 0
    assert json.loads(done.output) == json.loads(json.dumps(payload(workspace)))
    told = run(workspace, "--item", "TRN3", "--of", "trainer")
    assert told.exit_code == 0 and "Er staan geen losse trainers" in told.output
    shown = run(workspace)
    assert "sessies" in shown.output.splitlines()[0] and "15–24" in shown.output
    assert run(workspace, "--of", "board").exit_code == 2
    assert run(workspace, "--item", "NOPE").exit_code == 2
