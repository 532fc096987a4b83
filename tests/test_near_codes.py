"""Codes that differ in one character: who may be taken for one person, and how often that is wrong."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualitycycle.cli.app import app
from qualitycycle.linking import LinkCodes
from qualitycycle.pairs import PATTERN, form_patterns, item_patterns, score_patterns, split
from qualitycycle.simulate.invented import LETTERS
from qualitycycle.store.evaluations import EvaluationStore
from qualitycycle.workspace import Workspace
from tests.store.building import batch
from tests.test_counts import SESSIONS
from tests.test_pairs import Filled, _put, found_in
from tests.twice_asked import Form, Given, people, workspace_of

KEY = b"key"


def store_of(folder: Path, forms: Iterable[Filled]) -> EvaluationStore:
    """As in ``test_pairs``, with the codes hashed as an import hashes them."""
    store = EvaluationStore(folder)
    places: defaultdict[tuple[str, str], list[Filled]] = defaultdict(list)
    for form in forms:
        places[form.session, form.moment].append(form)
    for (session, moment), filled in places.items():
        file = batch({str(i): form.answers for i, form in enumerate(filled)}, session, moment)
        codes, masks = LinkCodes.of([form.code for form in filled], KEY).hashed()
        responses = _put(_put(file.responses, "link_code", codes), "link_masks", masks)
        responses = _put(responses, "completed", [form.completed for form in filled])
        assert store.write(replace(file, responses=responses)).status == "imported"
    return store


def distance(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True)) if len(one) == len(other) else 99


def moments_of(forms: Iterable[Filled]) -> Counter[tuple[str, frozenset[str]]]:
    """The moments of each person of each session, by plain matching with nearly equal codes."""
    done = [form for form in forms if form.completed]
    found: Counter[tuple[str, frozenset[str]]] = Counter()
    for session in {form.session for form in done}:
        mine = [form for form in done if form.session == session]
        times = Counter((form.code, form.moment) for form in mine if form.code)
        codes = {code: {m for c, m in times if c == code} for code, _ in times}
        twice = {code for (code, _), n in times.items() if n > 1}
        near = {
            code: [
                other
                for other in codes
                if len(code) == 6 and distance(code, other) == 1 and not codes[code] & codes[other]
            ]
            for code in codes
        }
        partner = {
            code: others[0]
            for code, others in near.items()
            if len(others) == 1 and len(near[others[0]]) == 1 and not {code, others[0]} & twice
        }
        for code, moments in codes.items():
            if code not in twice and code <= partner.get(code, code):
                found[session, frozenset(moments | codes.get(partner.get(code, code), set()))] += 1
        for form in mine:
            if not form.code or form.code in twice:
                found[session, frozenset([form.moment])] += 1
    return found


def seen(frame: pd.DataFrame) -> Counter[tuple[str, frozenset[str]]]:
    found: Counter[tuple[str, frozenset[str]]] = Counter()
    for row in frame[["collection", *PATTERN, "n"]].to_dict(orient="records"):
        found[row["collection"], frozenset(m for m in PATTERN if not np.isnan(row[m]))] += row["n"]
    return found


FORMS = st.lists(
    st.builds(
        Filled,
        st.sampled_from(["S1", "S2"]),
        st.sampled_from(PATTERN[:3]),
        st.sampled_from([None, "ab12c", "ab12d", *("".join(x) for x in product("ab", "ab", ["1234"]))]),
        st.fixed_dictionaries({"Q1": st.none() | st.integers(1, 5).map(float), "Q2": st.just(3.0)}),
        st.sampled_from([True, True, True, False]),
    ),
    max_size=14,
)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(forms=FORMS)
def test_random_codes_are_paired_as_plain_python_pairs_them(
    forms: list[Filled], tmp_path_factory: pytest.TempPathFactory
) -> None:
    snapshot = store_of(tmp_path_factory.mktemp("near"), forms).snapshot()
    assert seen(form_patterns(snapshot, SESSIONS, near=True)) == moments_of(forms)
    for found in (
        lambda near: form_patterns(snapshot, SESSIONS, near=near),
        lambda near: item_patterns(snapshot, SESSIONS, items="Q1", near=near),
        lambda near: score_patterns(snapshot, SESSIONS, items=["Q1", "Q2"], min_answered=0.5, near=near),
    ):
        assert found_in(split(found(True))) == found_in(found(False))


def answered(code: str, moment: str, session: str = "S1", score: float = 3.0) -> Filled:
    return Filled(session, moment, code, {"Q1": score})


@pytest.mark.parametrize(
    ("forms", "paired"),
    [
        ([answered("12ma07", "pre"), answered("12na07", "post")], 1),
        ([answered("12ma07", "pre"), answered("12nb07", "post")], 0),
        ([answered("12ma07", "pre"), answered("12na07", "post", "S2")], 0),
        ([answered("12ma07", "pre"), answered("12na07", "pre"), answered("12oa07", "post")], 0),
        ([answered("12ma07", "pre"), answered("12na07", "post"), answered("12oa07", "post")], 0),
        ([answered("12ma07", "pre"), answered("12ma07", "pre"), answered("12na07", "post")], 0),
        ([answered("12ma07", "pre"), answered("12ma07", "post"), answered("12na07", "post")], 1),
        ([answered("12ma0", "pre"), answered("12na0", "post")], 0),
    ],
    ids=[
        "one character",
        "two characters",
        "another session",
        "two candidates before",
        "two candidates after",
        "a code that occurs twice",
        "an equal code comes first",
        "a short code",
    ],
)
def test_who_is_taken_for_whom(forms: Sequence[Filled], paired: int, tmp_path: Path) -> None:
    frame = form_patterns(store_of(tmp_path, forms).snapshot(), SESSIONS, near=True)
    assert int(frame.loc[frame["pre"].notna() & frame["post"].notna(), "n"].sum()) == paired


PEOPLE, TYPO, COME_BACK = 500, 0.10, 0.75


def drawn_code(rng: np.random.Generator) -> str:
    letters = "".join(LETTERS[int(i)] for i in rng.integers(len(LETTERS), size=2))
    return f"{int(rng.integers(1, 100)):02d}{letters}{int(rng.integers(1, 32)):02d}"


def mistyped(rng: np.random.Generator, code: str) -> str:
    at = int(rng.integers(6))
    other = str(rng.choice([sign for sign in "abcdefghijklmnopqrstuvwxyz0123456789" if sign != code[at]]))
    return code[:at] + other + code[at + 1 :]


def chance_of_one() -> float:
    """The chance that the codes of two people differ in exactly one character, from the code space."""
    house = [f"{number:02d}" for number in range(1, 100)]
    day = [f"{number:02d}" for number in range(1, 32)]
    same = 1 / len(LETTERS)

    def shares(texts: list[str]) -> list[float]:
        apart = Counter(distance(a, b) for a, b in product(texts, texts))
        return [apart[d] / len(texts) ** 2 for d in (0, 1)]

    (h0, h1), (d0, d1) = shares(house), shares(day)
    l0, l1 = same**2, 2 * same * (1 - same)
    return h1 * l0 * d0 + h0 * l1 * d0 + h0 * l0 * d1


def test_typos_are_found_and_strangers_are_not(tmp_path: Path) -> None:
    """One session of 500 people (far more than any), 10 % typos, a quarter replaced by others.

    With the code of the forms two strangers differ in one character once in 25,000; so among
    some 175 codes before and as many after that pair with nobody, 1.2 wrong pairs are expected
    at most. What is paired wrongly stays under that, within chance.
    """
    wrong, right, typos, expected = 0, 0, 0, 0.0
    for seed in range(3):
        rng = np.random.default_rng(seed)
        codes = [drawn_code(rng) for _ in range(PEOPLE)]
        after = []
        for code in codes:
            stays, slips = rng.random() < COME_BACK, rng.random() < TYPO
            after.append(mistyped(rng, code) if stays and slips else code if stays else drawn_code(rng))
        truth = {(a, b) for a, b in zip(codes, after, strict=True) if distance(a, b) == 1}
        forms = [
            answered(code, moment, score=float(rng.random()))
            for moment, given in (("pre", codes), ("post", after))
            for code in given
        ]
        store = store_of(tmp_path / str(seed), forms)
        near, exact = (form_patterns(store.snapshot(), SESSIONS, near=on) for on in (True, False))
        added = sum(
            int(f.loc[f["pre"].notna() & f["post"].notna(), "n"].sum()) * sign
            for f, sign in ((near, 1), (exact, -1))
        )
        alone = [len(set(one) - set(other)) for one, other in ((codes, after), (after, codes))]
        expected += alone[0] * alone[1] * chance_of_one()
        found = pairs_by_hand(codes, after)
        assert added == len(found)
        right += len(found & truth)
        wrong += len(found - truth)
        typos += len(truth)
    assert 1 / chance_of_one() == pytest.approx(25_000, rel=0.1)
    assert expected == pytest.approx(3 * 1.2, rel=0.15)
    assert wrong <= expected + 3 * np.sqrt(expected)
    assert right >= 0.9 * typos


def pairs_by_hand(before: Sequence[str], after: Sequence[str]) -> set[tuple[str, str]]:
    """The pairs of codes that differ in one character and have no other candidate."""
    times = Counter(before), Counter(after)
    near = [
        (a, b) for a, b in product(set(before) - set(after), set(after) - set(before)) if distance(a, b) == 1
    ]
    often = Counter(code for pair in near for code in pair)
    single = [pair for pair in near if often[pair[0]] == often[pair[1]] == 1]
    return {(a, b) for a, b in single if times[0][a] == 1 == times[1][b]}


TANDEMS = [Given(f"DUIN-{i}", "DUIN", (f"s{i}", f"i{i}")) for i in range(6)]


def with_typos(forms: Sequence[Form], every: int) -> list[Form]:
    """Every so many-th form afterwards with another character in its code."""
    after = [form for form in forms if form.moment == "post"]
    slipped = {id(form) for form in after[::every]}
    return [
        form._replace(
            code=f"{form.code[:3]}#{form.code[4:]}".replace("#", "z" if form.code[3] != "z" else "y")
        )
        if id(form) in slipped
        else form
        for form in forms
    ]


def run(workspace: Workspace, *arguments: str) -> Any:
    result = CliRunner().invoke(app, ["--workspace", str(workspace.root), "change", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


@pytest.fixture(scope="module", params=[4, 40], ids=["many typos", "few typos"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    forms = people(TANDEMS, size=14, lost=0.2, seed=4)
    root = tmp_path_factory.mktemp("typos") / "ws"
    workspace = workspace_of(root, TANDEMS, with_typos(forms, request.param))
    return (
        request.param,
        workspace,
        run(workspace, "--item", "ZEL1"),
        run(workspace, "--item", "ZEL1", "--near"),
    )


def test_both_match_rates_are_told_whether_asked_or_not(told: Any) -> None:
    _, workspace, plain, near = told
    assert plain["pairing"] == near["pairing"]
    step = plain["pairing"][0]
    assert step["near"]["paired"] > step["paired"]
    assert step["near"]["match_rate"]["to"] > step["match_rate"]["to"]
    shown = CliRunner().invoke(app, ["--workspace", str(workspace.root), "change", "--item", "ZEL1"]).output
    assert shown.index("in één teken verschillen") < shown.index("ZEL1")


def test_a_change_with_near_codes_only_where_it_is_about_enough_people(told: Any) -> None:
    every, _, plain, near = told
    exact, wide = plain["changes"][0], near["changes"][0]
    added = wide["paired"] - exact["paired"]
    if every == 4:
        assert added >= 5 and "without_near" not in wide["reasons"]
        assert wide["mean_change"]["estimate"] != exact["mean_change"]["estimate"]
    else:
        assert 0 < near["pairing"][0]["near"]["paired"] - near["pairing"][0]["paired"] < 5
        assert wide["reasons"] == ["without_near"]
        assert {**wide, "reasons": []} == exact
