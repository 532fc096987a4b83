"""``reliability`` through the front door: the numbers of the answers, and nothing of a small group."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import qualitycycle as qc
from qualitycycle.analysis.agreement import r_wg_j
from qualitycycle.analysis.omega import mcdonald_omega
from qualitycycle.analysis.reliability import alpha_over_groups, cronbach_alpha, cross_products
from qualitycycle.cli.app import app
from qualitycycle.errors import UsageProblem
from qualitycycle.register.workbook import write_workbook
from qualitycycle.workspace import Workspace, init_workspace
from tests.test_privacy import in_span

ZEL = ["ZEL1", "ZEL2", "ZEL3", "ZEL4"]
STU = ["STU1", "STU2", "STU3", "STU4"]
CYCLES = {"2024-2025": date(2024, 9, 16), "2025-2026": date(2025, 9, 15)}
PARTNERSHIPS = (None, "DUIN", "VELD", "MEER")


@cache
def answers(items: tuple[str, ...], n: int, complete: int, seed: int) -> pd.DataFrame:
    """Forms with one thing in common; only the first ``complete`` answered every item."""
    rng = np.random.default_rng(seed)
    scores = 3.4 + 0.3 * rng.normal() + 0.8 * rng.normal(size=(n, 1)) + 0.6 * rng.normal(size=(n, len(items)))
    frame = pd.DataFrame(np.clip(np.round(scores), 1, 5), columns=list(items))
    frame.iloc[complete:, seed % len(items)] = np.nan
    return frame


class Region:
    """Sessions and surveys with their forms, put in a workspace and kept beside it."""

    def __init__(self, root: Path) -> None:
        self.workspace = init_workspace(root)
        self.sessions: dict[str, tuple[str, str, str, pd.DataFrame]] = {}
        self.surveys: dict[str, tuple[str, str, pd.DataFrame]] = {}

    def session(self, lead: str, cycle: str, trainers: str, n: int, complete: int | None = None) -> None:
        number = len(self.sessions)
        frame = answers(tuple(ZEL), n, n if complete is None else complete, number)
        self.sessions[f"S-{number}"] = (lead, cycle, trainers, frame)

    def survey(self, owner: str, cycle: str, n: int) -> None:
        number = len(self.surveys)
        self.surveys[f"E-{number}"] = (owner, cycle, answers(tuple(STU), n, n, 100 + number))

    def land(self) -> Workspace:
        trainers = sorted({t for _, _, names, _ in self.sessions.values() for t in names.split("+")})
        records: dict[str, list[dict[str, Any]]] = {
            "trainers": [{"id": t, "name": f"Trainer {t}", "affiliation": "school"} for t in trainers],
            "sessions": [
                {"id": id, "kind": "basic", "lead": lead} for id, (lead, *_) in self.sessions.items()
            ],
            "meetings": [
                {"session": id, "date": CYCLES[cycle]} for id, (_, cycle, *_) in self.sessions.items()
            ],
            "session_trainers": [
                {"session": id, "trainer": t}
                for id, (_, _, names, _) in self.sessions.items()
                for t in names.split("+")
            ],
            "surveys": [
                {"id": id, "partnership": owner, "cycle": cycle}
                for id, (owner, cycle, _) in self.surveys.items()
            ],
        }
        book = self.workspace.root / "register.xlsx"
        write_workbook(book, records, self.workspace.config.organisations, "nl")  # type: ignore[arg-type]
        assert self.workspace.import_register(book).status == "imported"
        for id, (*_, frame) in self.sessions.items():
            self._import(id, frame, "post")
        for id, (*_, frame) in self.surveys.items():
            self._import(id, frame, "student")
        return self.workspace

    def _import(self, id: str, frame: pd.DataFrame, moment: str) -> None:
        export = self.workspace.root / f"{id}.csv"
        scale = self.workspace.config.scale_of(frame.columns[0])
        labels = dict(enumerate(scale.labels["nl"], 1))
        frame.replace(labels).to_csv(export, sep=";", index=False)
        assert self.workspace.import_evaluations([export], session=id, moment=moment).exit_code == 0

    def holds(self, partnership: str | None, cycle: str | None) -> dict[str, pd.DataFrame]:
        """The complete forms of every session of a group."""
        return {
            id: frame.dropna()
            for id, (lead, year, _, frame) in self.sessions.items()
            if partnership in (None, lead) and cycle in (None, year)
        }


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """DUIN and VELD large; in MEER many came, but only four answered every item."""
    made = Region(tmp_path_factory.mktemp("reliability") / "ws")
    for number in range(6):
        made.session("DUIN", "2024-2025" if number < 3 else "2025-2026", f"D{number}", 18)
        made.session("VELD", "2025-2026", f"V{number}", 14, 13)
    made.session("MEER", "2025-2026", "M1+M2", 12, 2)
    made.session("MEER", "2025-2026", "M3+M4", 12, 2)
    made.survey("DUIN", "2025-2026", 60)
    made.survey("VELD", "2025-2026", 3)
    made.survey("MEER", "2024-2025", 55)
    made.land()
    return made


def score(region: Region, name: str = "ZEL", **choices: Any) -> dict[str, Any]:
    (found,) = region.workspace.reliability(name, **choices).payload["scores"]
    assert isinstance(found, dict)
    return found


def numbers(value: Any) -> Iterator[float]:
    """Every number in nested values."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from numbers(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from numbers(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield value


def two(value: float | None) -> float:
    assert value is not None
    return round(value, 2)


def test_the_numbers_are_those_of_the_answers(region: Region) -> None:
    found = score(region, partnership="DUIN")
    forms = pd.concat(region.holds("DUIN", None).values())
    alpha = cronbach_alpha(forms)
    assert found["n"] == len(forms) == 108
    assert found["items"] == ZEL
    assert found["alpha"]["estimate"] == two(alpha.alpha)
    assert (found["alpha"]["low"], found["alpha"]["high"]) == (two(alpha.low), two(alpha.high))
    assert found["alpha"]["duhachek"] == {"low": two(alpha.duhachek_low), "high": two(alpha.duhachek_high)}
    assert found["item_rest"] == {item.item: two(item.item_rest) for item in alpha.items}
    assert found["alpha_if_dropped"] == {item.item: two(item.alpha_if_dropped) for item in alpha.items}
    assert found["omega_total"] == two(mcdonald_omega(forms).total)
    over = alpha_over_groups([cross_products(frame) for frame in region.holds("DUIN", None).values()])
    assert found["alpha"]["over_sessions"] == {"low": two(over.low), "high": two(over.high)}
    groups = [id for id, frame in region.holds("DUIN", None).items() for _ in range(len(frame))]
    agreed = [one.value for one in r_wg_j(forms, groups, options=5)]
    assert found["rwg"] == {"median": two(float(np.median(agreed))), "sessions": 6}  # type: ignore[arg-type]
    assert found["omega_hierarchical"] is None
    assert found["reasons"] == ["omega_hierarchical_not_identified"]


def test_below_fifty_complete_answers_there_is_a_reason_and_no_number(region: Region) -> None:
    for choices in ({"partnership": "MEER"}, {"moment": "pre"}, {"kind": "refresher"}):
        found = score(region, **choices)
        assert list(numbers(found)) == []
        assert found["reasons"] == ["too_few_respondents"]
        assert found["items"] == ZEL
    result = region.workspace.reliability("ZEL", partnership="MEER")
    assert result.table["n"].isna().all() and result.table["alpha"].isna().all()
    assert any("50 mensen" in line for line in result.sentences())
    assert any("alle schooljaren" in line for line in result.sentences())


def test_subtracting_shown_groups_never_leaves_a_small_one(region: Region) -> None:
    """Everything can be asked; region less DUIN less VELD would be the four people of MEER."""
    asked = {
        (partnership, cycle): score(region, partnership=partnership, cycle=cycle)
        for partnership, cycle in product(PARTNERSHIPS, (None, *CYCLES))
    }
    shown = {frozenset(region.holds(*place)) for place, found in asked.items() if found["n"] is not None}
    assert frozenset(region.holds("DUIN", None)) in shown
    hidden = [found for found in asked.values() if "hidden" in found["reasons"]]
    assert hidden and not [number for found in hidden for number in numbers(found)]
    meer = frozenset(region.holds("MEER", None))
    assert sum(len(frame) for frame in region.holds("MEER", None).values()) == 4
    for small in (meer, *(frozenset([id]) for id in region.sessions)):
        assert not in_span(small, shown, list(region.sessions)), small


def test_a_large_session_of_one_trainer_is_not_shown(tmp_path: Path) -> None:
    made = Region(tmp_path / "ws")
    made.session("MEER", "2025-2026", "M1", 90)
    for number in range(6):
        made.session("DUIN", "2025-2026", f"D{number}", 20)
    made.land()
    alone = score(made, partnership="MEER")
    assert (alone["n"], alone["reasons"], list(numbers(alone))) == (None, ["hidden"], [])
    others = [score(made, **choices)["n"] for choices in ({}, {"partnership": "DUIN"})]
    assert others.count(None) == 1, "the region less DUIN is that one session"


def guesses(everybody: pd.DataFrame, n: int, alpha: float, rounded: float) -> list[tuple[int, ...]]:
    """The answers of one person with a gap that fit: they must make a sum of squares a whole number."""
    sums, squares = everybody.sum().to_numpy(), (everybody**2).sum().to_numpy()
    found = []
    for guess in product(range(1, 6), repeat=3):
        s, q = sums - [*guess, 0], squares - [*np.square(guess), 0]
        trace = float((q - s**2 / n).sum())
        ends = [trace / (1 - 0.75 * value) + s.sum() ** 2 / n for value in (alpha - rounded, alpha + rounded)]
        if np.floor(ends[1] + 1e-6) >= np.ceil(ends[0] - 1e-6):
            found.append(guess)
    return found


def test_one_skipped_question_does_not_tell_the_other_answers(tmp_path: Path) -> None:
    """Counts of everybody, less the sixty who answered all: one person, if alpha were exact."""
    made = Region(tmp_path / "ws")
    for number in range(6):
        made.session("DUIN", "2025-2026", f"D{number}", 10)
    frame = made.sessions["S-5"][3].copy()
    frame.loc[len(frame)] = [2, 5, 3, np.nan]
    made.sessions["S-5"] = (*made.sessions["S-5"][:3], frame)
    made.land()
    everybody = pd.concat([frame for *_, frame in made.sessions.values()])
    shown = score(made)
    assert shown["n"] == 60
    exact = cronbach_alpha(everybody.dropna()).alpha
    assert exact is not None and guesses(everybody, 60, exact, 0.0) == [(2, 5, 3)], "the attack works"
    assert len(guesses(everybody, 60, shown["alpha"]["estimate"], 0.005)) == 125
    assert all(round(number, 2) == number for number in numbers(shown))


def test_agreement_needs_sessions_and_trainers(tmp_path: Path) -> None:
    made = Region(tmp_path / "ws")
    for number in range(12):
        made.session("DUIN", "2025-2026", f"D{number}", 5 if number < 2 else 4)
    for trainers, n in (("V1", 20), ("V2", 20), ("V1+V2", 20), ("V3", 4), ("V4", 4)):
        made.session("VELD", "2025-2026", trainers, n)
    for number in range(3):
        made.session("MEER", "2025-2026", f"M{number}", 20)
    made.land()
    few_sessions, few_trainers = (score(made, partnership=name) for name in ("DUIN", "VELD"))
    assert (few_sessions["n"], few_trainers["n"]) == (50, 68)
    for few in (few_sessions, few_trainers):
        assert few["rwg"] == {"median": None, "sessions": None}
        assert "agreement_too_few_sessions" in few["reasons"]
    sentences = made.workspace.reliability("ZEL", partnership="DUIN").sentences()
    assert any("3 sessies met 5 antwoorden" in line for line in sentences)
    assert score(made, partnership="MEER")["rwg"]["sessions"] == 3


def test_students_are_asked_in_surveys(region: Region) -> None:
    found = score(region, "STU", cycle="2025-2026")
    forms = pd.concat([region.surveys["E-0"][2], region.surveys["E-1"][2]])
    assert (found["moment"], found["n"], found["rwg"]["sessions"]) == ("student", 63, None)
    assert "agreement_too_few_sessions" not in found["reasons"]
    assert found["alpha"]["estimate"] == two(cronbach_alpha(forms).alpha)
    assert score(region, "STU", moment="post")["reasons"] == ["not_asked"]
    duin = score(region, "STU", partnership="DUIN")
    assert (duin["reasons"], list(numbers(duin))) == (["hidden"], []), "it would leave three students"


def test_all_declared_scores_unless_named(region: Region) -> None:
    result = region.workspace.reliability(partnership="DUIN")
    assert [one["score"] for one in result.payload["scores"]] == ["ZEL", "STU"]
    assert [one["n"] for one in result.payload["scores"]] == [108, None]
    named = region.workspace.reliability(["stu", "ZEL"]).payload["scores"]
    assert [one["score"] for one in named] == ["STU", "ZEL"]
    with pytest.raises(UsageProblem) as refused:
        region.workspace.reliability("ZEL1")
    assert refused.value.findings[0].code == "reliability.not_a_score"


def test_sentences_have_no_greek_and_no_raw_key(region: Region) -> None:
    for language in ("nl", "en"):
        workspace = qc.open_workspace(region.workspace.root, language)
        for choices in ({}, {"partnership": "VELD"}, {"partnership": "MEER"}):
            result = workspace.reliability(**choices)
            said = " ".join(result.sentences())
            assert "reliability." not in said and "{" not in said
            assert not any(word in said.lower() for word in ("alpha", "alfa", "omega", "r_wg", "p-waarde"))
            assert "reliability." not in result.summary()


def test_the_result_can_be_drawn(region: Region) -> None:
    result = region.workspace.reliability(partnership="DUIN")
    drawn = qc.figure(result)
    dots = [list(trace.x) for trace in drawn.data if trace.marker.symbol == "circle"]
    assert dots == [[result.payload["scores"][0]["alpha"]["estimate"]]], "the other score stays in words"
    assert qc.figure(region.workspace.reliability("ZEL", partnership="MEER")).data == ()


def run(region: Region, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--workspace", str(region.workspace.root), "reliability", *arguments])


def test_the_command_line_prints_the_same(region: Region) -> None:
    done = run(region, "--score", "ZEL", "--partnership", "DUIN", "--json")
    assert done.exit_code == 0
    assert json.loads(done.output)["scores"] == [score(region, partnership="DUIN")]
    told = run(region, "--partnership", "DUIN")
    assert told.exit_code == 0 and "ZEL" in told.output and "108" in told.output
    refused = run(region, "--score", "ZEL", "--partnership", "MEER")
    assert refused.exit_code == 0 and "te weinig gegevens" in refused.output
    assert run(region, "--score", "TRN3").exit_code == 2
    assert run(region, "--score", "NOPE").exit_code == 2
    assert run(region, "--moment", "NOPE").exit_code == 2
    assert run(region, "--cycle", "1999-2000").exit_code == 2
