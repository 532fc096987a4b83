"""Comparisons from counts: by hand, degenerate input, and laws they must obey."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from qualitycycle.analysis.compare import (
    Compared,
    Options,
    adjusted,
    choose_reference,
    compare_all,
    compare_measure,
    compare_score,
)
from qualitycycle.analysis.comparison import Comparison
from qualitycycle.analysis.measure import Measure
from qualitycycle.analysis.permutation import permutation_test
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.verdict import Minimum
from qualitycycle.vocabulary import Verdict
from tests.analysis.frames import A4, A5, C10, E5, arm_counts, counts, spread

REFERENCE = Path(__file__).parent / "reference"


def both(tandem: pd.DataFrame, institute: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([tandem, institute], ignore_index=True)


def one(frame: pd.DataFrame, measure: Measure, **options: Any) -> Comparison:
    [found] = compare_measure(frame, measure=measure, options=Options(**options))
    return found


def walk(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in walk(part)]
    return [leaf for part in value for leaf in walk(part)] if isinstance(value, list) else [value]


CLEAR = both(spread("tandem", 8.0, 8), spread("institute_only", 6.0, 8))


def test_by_hand() -> None:
    frame = both(
        counts(
            [
                ("T1", "tandem", "A|P", 8.0, 3),
                ("T1", "tandem", "A|P", 6.0, 1),
                ("T2", "tandem", "B|Q", 9.0, 2),
            ]
        ),
        arm_counts("institute_only", [{7.0: 2}, {6.0: 5}, {8.0: 1, 5.0: 1}]),
    )
    found = one(frame, Measure("TRN3", C10))
    assert (found.arm, found.reference) == ("institute_only", "tandem")
    assert found.responses == {"institute_only": 9, "tandem": 6}
    assert found.sessions == {"institute_only": 3, "tandem": 2}
    assert found.trainers == {"institute_only": 3, "tandem": 4}
    assert found.teams == {"institute_only": 3, "tandem": 2}
    assert found.means is not None and found.mean_difference is not None
    a, b = (found.means[arm].estimate or 0 for arm in ("institute_only", "tandem"))
    assert 6 < a < 7 and 7.5 < b < 9
    assert found.mean_difference.estimate == pytest.approx(a - b)
    assert found.verdict is Verdict.TOO_FEW
    assert found.reasons == ("few_sessions", "few_teams")
    assert (found.p_value, found.naive_p, found.needed) == (None, None, None)


def test_with_as_many_answers_in_sessions_of_single_trainers_it_is_the_t_test_of_session_means() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.choice(np.arange(5, 9, 1.0), 7), rng.choice(np.arange(4, 8, 1.0), 5)
    frame = both(
        arm_counts("tandem", [{score + 1: 3, score - 1: 3} for score in a]),
        arm_counts("institute_only", [{score + 1: 3, score - 1: 3} for score in b]),
    )
    found = one(frame, Measure("TRN3", C10))
    expected = stats.ttest_ind(b, a)
    low, high = expected.confidence_interval(0.95)
    assert found.mean_difference is not None
    assert found.mean_difference.estimate == pytest.approx(b.mean() - a.mean())
    assert (found.mean_difference.low, found.mean_difference.high) == (
        pytest.approx(low, abs=1e-3),
        pytest.approx(high, abs=1e-3),
    )
    assert found.df == pytest.approx(10, abs=0.05)
    teams = pd.DataFrame(
        {"arm": ["t"] * 7 + ["i"] * 5, "team": [f"x{i}" for i in range(12)], "mean": [*a, *b]}
    )
    assert found.p_value == pytest.approx(permutation_test(teams, arm="i", reference="t").p)
    assert found.p_value_method == "block permutation (exact)"
    assert found.p_floor == 1 / math.comb(12, 5)
    written = [np.concatenate([np.repeat(x + 1, 3), np.repeat(x - 1, 3)]) for x in (a, b)]
    assert found.naive_p == pytest.approx(stats.mannwhitneyu(*written, method="asymptotic").pvalue)


def test_the_five_verdicts() -> None:
    measure = Measure("TRN3", C10)
    assert one(CLEAR, measure).verdict is Verdict.WORSE
    assert one(CLEAR, measure, reference="institute_only").verdict is Verdict.BETTER
    same = both(spread("tandem", 8.0, 12, 0.25), spread("institute_only", 8.0, 12, 0.25))
    assert one(same, measure).verdict is Verdict.EQUIVALENT
    wide = both(spread("tandem", 8.0, 4, 1.5), spread("institute_only", 7.5, 4, 1.5))
    unsure = one(wide, measure)
    assert unsure.verdict is Verdict.CANNOT_TELL
    assert unsure.reasons == ("interval_includes_zero",)
    assert unsure.needed is not None
    assert (
        one(both(spread("tandem", 8.0, 2), spread("institute_only", 6.0, 9)), measure).verdict
        is Verdict.TOO_FEW
    )


def test_small_but_demonstrable() -> None:
    frame = both(spread("tandem", 8.0, 14, 0.1), spread("institute_only", 7.8, 14, 0.1))
    found = one(frame, Measure("TRN3", C10))
    assert (found.verdict, found.reasons) == (Verdict.EQUIVALENT, ("demonstrable_but_small",))
    own = one(frame, Measure("TRN3", C10, relevant=0.1))
    assert (own.verdict, own.relevant) == (Verdict.WORSE, 0.1)


def test_lower_is_better_turns_everything_round() -> None:
    higher = one(CLEAR, Measure("X", C10))
    lower = one(CLEAR, Measure("X", C10, "lower"))
    assert higher.mean_difference is not None and lower.mean_difference is not None
    assert lower.mean_difference.estimate == pytest.approx(-(higher.mean_difference.estimate or 0))
    assert lower.mean_difference.low == pytest.approx(-(higher.mean_difference.high or 0))
    assert (higher.verdict, lower.verdict) == (Verdict.WORSE, Verdict.BETTER)
    assert lower.means == higher.means
    assert lower.p_value == higher.p_value
    agree = both(arm_counts("tandem", [{1: 9, 4: 1}] * 3), arm_counts("institute_only", [{5: 8, 2: 2}] * 3))
    asked = one(agree, Measure("X", E5, "lower"))
    assert asked.favourable is not None
    assert asked.favourable["tandem"].estimate == pytest.approx(0.9)
    assert asked.favourable["institute_only"].estimate == pytest.approx(0.2)


def test_swapping_the_reference_mirrors() -> None:
    measure = Measure("TRN3", C10)
    forth, back = one(CLEAR, measure), one(CLEAR, measure, reference="institute_only")
    assert forth.mean_difference is not None and back.mean_difference is not None
    assert forth.mean_difference.low == pytest.approx(-(back.mean_difference.high or 0))
    assert forth.p_value == pytest.approx(back.p_value)
    assert forth.naive_p == pytest.approx(back.naive_p)


def test_balanced_scale_is_judged_on_the_middle() -> None:
    long_and_short = arm_counts(
        "institute_only", [{1: 5, 5: 4, 3: 1}, {2: 4, 4: 5, 3: 1}, {1: 8, 3: 2}, {5: 7, 3: 3}]
    )
    fine = arm_counts("tandem", [{3: 9, 1: 1}, {3: 8, 5: 2}, {3: 10}, {3: 9, 2: 1}])
    found = one(both(fine, long_and_short), Measure("VRM2", A5))
    assert found.deciding == "favourable"
    assert (found.means, found.mean_difference, found.scale_top) == (None, None, None)
    assert found.favourable_difference is not None
    assert found.favourable_difference.estimate == pytest.approx((0.1 + 0.1 + 0.2 + 0.3) / 4 - 0.9, abs=0.001)
    assert found.relevant == 0.10
    assert found.naive_p is not None and found.naive_p < 1e-6


def test_anchored_scale_has_no_mean() -> None:
    frame = both(arm_counts("tandem", [{4: 6, 1: 2}] * 3), arm_counts("institute_only", [{2: 6, 3: 2}] * 3))
    found = one(frame, Measure("INH2", A4))
    assert (found.deciding, found.means) == ("favourable", None)
    assert found.favourable is not None
    assert found.favourable["tandem"].estimate == pytest.approx(0.75)
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.reasons == ("p_floor_too_high",)


def test_everyone_gives_the_same_answer() -> None:
    frame = both(arm_counts("tandem", [{5: 7}] * 5), arm_counts("institute_only", [{5: 9}] * 4))
    found = one(frame, Measure("VRM1", E5))
    assert (found.verdict, found.reasons) == (Verdict.CANNOT_TELL, ("no_variation",))
    assert found.mean_difference == Interval(0.0)
    assert (found.p_value, found.p_floor, found.needed) == (None, None, None)
    assert all(not isinstance(leaf, float) or math.isfinite(leaf) for leaf in walk(found.as_json()))


def test_a_trainer_with_several_teams_of_one_arm_widens() -> None:
    tandem = spread("tandem", 8.0, 8)
    alone = [f"institute_only{i}" for i in range(6)]
    plain = spread("institute_only", 7.0, 6)
    shared = plain.assign(
        team=plain["team"].map(dict(zip(alone, ["A", "A", "A", "B", "B", "C"], strict=True)))
    )
    apart, together = (one(both(tandem, frame), Measure("TRN3", C10)) for frame in (plain, shared))
    assert apart.df is not None and together.df is not None
    assert together.trainers["institute_only"] == 3
    assert together.blocks == {"all": 11, "mixed": 0}


@pytest.mark.parametrize("scores", [[7.0, 8.0], [9.5, 10.0, 8.0, 6.5]])
def test_laws(scores: list[float]) -> None:
    rng = np.random.default_rng(len(scores))
    rows = [
        (f"{arm}{i}", arm, f"{arm}{i}", float(score), int(rng.integers(1, 6)))
        for arm in ("tandem", "institute_only")
        for i in range(6)
        for score in scores
    ]
    frame, measure = counts(rows), Measure("TRN3", C10)
    base = one(frame, measure)
    assert one(frame.sample(frac=1, random_state=3), measure) == base
    doubled = one(frame.assign(n=2 * frame["n"]), measure)
    assert doubled.p_value == base.p_value
    assert (doubled.naive_p or 0) < (base.naive_p or 0) or base.naive_p == 1
    split = pd.concat([frame.assign(n=1), frame.assign(n=frame["n"] - 1)])
    assert one(split, measure) == base
    renamed = frame.assign(arm=frame["arm"].map({"tandem": "blue", "institute_only": "red"}))
    other = one(renamed, measure, reference="blue")
    assert other.difference.estimate == pytest.approx(base.difference.estimate)
    assert other.difference.low == pytest.approx(base.difference.low)
    assert (other.p_value, other.verdict, other.naive_p) == (base.p_value, base.verdict, base.naive_p)
    moved = one(frame.assign(score=frame["score"] - 2), measure)
    assert moved.means is not None and base.means is not None
    for arm, interval in moved.means.items():
        assert interval.estimate == pytest.approx((base.means[arm].estimate or 0) - 2)
    assert moved.p_value == base.p_value


def test_score_from_sums() -> None:
    rng = np.random.default_rng(6)
    rows, written = [], {"tandem": [], "institute_only": []}
    for arm, centre in (("tandem", 4.2), ("institute_only", 3.4)):
        for i in range(5):
            answers = np.clip(rng.normal(centre, 0.5, 8), 1, 5)
            written[arm].append(answers)
            rows.append((f"{arm}{i}", arm, f"{arm}{i}", 8, answers.sum(), (answers**2).sum()))
    sums = pd.DataFrame(rows, columns=["session", "arm", "team", "n", "total", "total_sq"])
    [found] = compare_score(sums, measure=Measure("ZEL", E5, kind="score"))
    assert (found.deciding, found.favourable, found.favourable_difference) == ("mean", None, None)
    assert found.mean_difference is not None
    expected = np.mean(written["institute_only"]) - np.mean(written["tandem"])
    assert found.mean_difference.estimate == pytest.approx(expected)
    answers = [np.concatenate(written[arm]) for arm in ("institute_only", "tandem")]
    assert found.naive_p == pytest.approx(stats.ttest_ind(*answers, equal_var=False).pvalue)
    assert found.verdict is Verdict.WORSE


def test_reference_is_tandem_else_the_largest_and_said() -> None:
    assert choose_reference(CLEAR) == "tandem"
    frame = both(spread("school_only", 8.0, 5), spread("institute_only", 7.0, 9)).assign(item="TRN3")
    found = compare_all(frame, None, [Measure("TRN3", C10)])
    assert found.reference == "institute_only"
    assert found.notes == (("compare.note.reference_fallback", {"reference": "institute_only"}),)
    tie = both(spread("school_only", 8.0, 5, n=4), spread("institute_only", 7.0, 5, n=6))
    assert choose_reference(tie) == "institute_only"


def notes_of(frame: pd.DataFrame, measure: Measure, **options: Any) -> Compared:
    return compare_all(frame.assign(item=measure.id), None, [measure], options=Options(**options))


@pytest.mark.parametrize(
    ("frame", "options", "note"),
    [
        (CLEAR.iloc[:0], {}, "compare.note.no_answers"),
        (CLEAR.assign(n=0), {}, "compare.note.no_answers"),
        (spread("tandem", 8.0, 5), {}, "compare.note.one_arm"),
        (CLEAR, {"reference": "school_only"}, "compare.note.reference_absent"),
    ],
)
def test_nothing_to_compare_is_a_note(frame: pd.DataFrame, options: dict[str, Any], note: str) -> None:
    found = notes_of(frame, Measure("TRN3", C10), **options)
    assert found.comparisons == ()
    assert [key for key, _ in found.notes] == [note]
    assert compare_measure(frame, measure=Measure("TRN3", C10), options=Options(**options)) == []


def test_an_arm_without_answers_is_no_arm() -> None:
    frame = pd.concat([CLEAR, spread("school_only", 8.0, 4).assign(n=0)])
    found = notes_of(frame, Measure("TRN3", C10))
    assert [one.arm for one in found.comparisons] == ["institute_only"]


def test_sessions_without_trainers_are_said_and_count_no_trainer() -> None:
    frame = both(spread("tandem", 8.0, 5), spread("institute_only", 6.0, 5).assign(team=""))
    found = notes_of(frame, Measure("TRN3", C10))
    assert ("compare.note.sessions_without_trainers", {"n": 5}) in found.notes
    [comparison] = found.comparisons
    assert comparison.trainers["institute_only"] == 0
    assert comparison.teams["institute_only"] == 5
    assert comparison.verdict is Verdict.TOO_FEW


def test_several_arms_share_one_reference_in_a_fixed_order() -> None:
    frame = pd.concat([CLEAR, spread("school_only", 7.5, 5)])
    found = notes_of(frame, Measure("TRN3", C10))
    assert [(one.arm, one.reference) for one in found.comparisons] == [
        ("school_only", "tandem"),
        ("institute_only", "tandem"),
    ]


def test_holm_equals_r_and_leaves_the_primary_alone() -> None:
    r = json.loads((REFERENCE / "holm.json").read_text())
    template = one(CLEAR, Measure("TRN3", C10))
    family = [Comparison(**{**vars(template), "p_value": p}) for p in r["p"]]
    primary = Comparison(**{**vars(template), "p_value": 0.04, "primary": True})
    untested = Comparison(**{**vars(template), "p_value": None})
    found = adjusted([primary, *family, untested])
    assert [one.p_adjusted for one in found[1:-1]] == pytest.approx(r["holm"], rel=1e-9)
    assert (found[0].p_adjusted, found[-1].p_adjusted) == (0.04, None)


def test_items_and_scores_together() -> None:
    items = pd.concat([CLEAR.assign(item="TRN3"), CLEAR.assign(item="ALG1")])
    sums = pd.DataFrame(
        {
            "item": "ZEL",
            "session": [f"S{i}" for i in range(8)],
            "arm": ["tandem", "institute_only"] * 4,
            "team": [f"T{i}" for i in range(8)],
            "n": 10,
            "total": [40.0, 39.0, 41.0, 38.0, 42.0, 41.0, 40.0, 39.0],
            "total_sq": 170.0,
        }
    )
    measures = [
        Measure("TRN3", C10),
        Measure("ALG1", C10),
        Measure("ZEL", E5, kind="score"),
        Measure("X", E5),
    ]
    found = compare_all(items, sums, measures, primary="TRN3")
    assert [one.item for one in found.comparisons] == ["TRN3", "ALG1", "ZEL"]
    assert [one.primary for one in found.comparisons] == [True, False, False]
    assert [key for key, _ in found.notes] == ["compare.note.no_answers"]
    first, second, third = found.comparisons
    assert first.p_adjusted == first.p_value
    assert (second.p_adjusted or 0) >= (second.p_value or 0)
    assert (third.p_adjusted or 0) >= (third.p_value or 0)


def test_json_is_complete_and_plain() -> None:
    found = notes_of(CLEAR, Measure("TRN3", C10)).comparisons[0].as_json()
    fixed = {"item", "arm", "reference", "responses", "sessions", "trainers", "deciding", "mean_difference"}
    fixed |= {"favourable_difference", "superiority", "odds_ratio", "p_value", "p_value_method", "p_adjusted"}
    assert fixed | {"p_floor", "naive_p", "verdict", "reasons"} <= set(found)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert set(found["mean_difference"]) == {"estimate", "low", "high"}
    assert (found["superiority"], found["odds_ratio"]) == (None, None)
    assert all(type(leaf) in (str, int, float, bool, type(None)) for leaf in walk(found))


def test_minimum_is_passed_on() -> None:
    assert one(CLEAR, Measure("TRN3", C10), minimum=Minimum(teams=9)).verdict is Verdict.TOO_FEW


def test_input_is_not_changed() -> None:
    frame = CLEAR.assign(item="TRN3")
    before = frame.copy(deep=True)
    compare_all(frame, None, [Measure("TRN3", C10)])
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.corpus
def test_insteval_whole(corpus: Path) -> None:
    raw = pd.read_csv(corpus / "reference" / "data" / "insteval.csv", dtype=str)
    arms = {"0": "school_only", "1": "institute_only"}
    frame = raw.assign(
        session=raw["d"] + "-" + raw["service"],
        arm=raw["service"].map(arms),
        team=raw["d"],
        score=raw["y"].astype(float),
    )
    tally = frame.groupby(["session", "arm", "team", "score"]).size().rename("n").reset_index()
    found = one(tally, Measure("Y", E5), reference="school_only")
    means = frame.groupby("arm")["score"].mean()
    assert found.means is not None
    for arm in arms.values():
        assert found.means[arm].estimate == pytest.approx(means[arm], abs=0.1)
    assert found.responses == {"institute_only": 31783, "school_only": 41638}
    assert found.teams == {"institute_only": 759, "school_only": 1031}
    assert found.blocks == {"all": 1128, "mixed": 662}
    assert found.design_effect is not None and found.design_effect > 3
    assert found.naive_p is not None and found.naive_p < 1e-30
    assert found.verdict is Verdict.EQUIVALENT
