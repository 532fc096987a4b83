"""The evidence per guarantee: which side, why, and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from qualitycycle.report.evidence import collect, weight
from qualitycycle.report.evidence_lines import line, lines
from qualitycycle.report.model import Coverage, CoverageRow, Estimate, Finding, Goal, ReportInput
from qualitycycle.report.model_evidence import Bearings, Evidence
from tests.report import samples


def found(report: ReportInput, key: tuple[str, str], bearings: Bearings | None = None) -> Evidence:
    told = collect(report, bearings) if bearings else report.evidence
    return next(one for one in told if one.key == key)


def covered(**values: int) -> Coverage:
    return Coverage(CoverageRow("total", **{"held": 10, "evaluated": 10, **values}))


def test_a_score_is_held_against_the_middle_of_its_scale() -> None:
    (score,) = samples.rich().scores
    for low, high, said in ((3.1, 3.9, "supports"), (2.1, 2.9, "nuances"), (2.8, 3.3, "both_sides")):
        assert weight(replace(score, mean=Estimate(3, low, high)), middle=3.0) == said
    assert weight(score) == "too_few"


def test_every_figure_names_what_it_rests_on() -> None:
    for one in samples.rich().evidence:
        assert one.guarantees or one.key[0] in ("question", "goal", "effect", "finding", "action"), one
        if one.is_question and one.value is not None:
            assert None not in (one.n, one.sessions, one.trainers, one.value.low, one.against)
            assert one.cycle == "2025-2026" and one.instrument == "nl-mentor-1.0"
            said = line(one, "nl")
            assert f"{one.n} antwoorden, {one.sessions} trainingen" in said and one.cycle in said


def test_what_is_hidden_has_no_figure() -> None:
    for one in samples.all_hidden().evidence:
        if one.is_question and one.code != "measured":
            assert (one.value, one.n, one.sessions, one.trainers) == (None,) * 4


@pytest.mark.parametrize(("evaluated", "side"), [(10, "supports"), (8, "supports"), (7, "nuances")])
def test_coverage_supports_from_its_norm_on(evaluated: int, side: str) -> None:
    report = replace(samples.empty(), coverage=covered(evaluated=evaluated))
    one = found(report, ("coverage", ""), Bearings())
    assert (one.side, one.count, one.total) == (side, evaluated, 10)
    codes = {one.code for one in collect(report, Bearings())}
    assert ("not_evaluated" in codes) == (evaluated < 10)


def test_nothing_held_is_a_gap_of_every_guarantee() -> None:
    report = replace(samples.empty(), coverage=covered(held=0, evaluated=0))
    assert found(report, ("nothing_held", ""), Bearings()).guarantees == ("W1", "W2", "W3", "W4")


def test_what_the_register_does_not_say_is_a_gap() -> None:
    told = {one.code: one.side for one in samples.empty().evidence}
    for code in ("train_the_trainer_unknown", "mentors_unknown", "variant_unknown", "no_actions", "no_goal"):
        assert told[code] == "gap"


@pytest.mark.parametrize(
    ("met", "side"), [("yes", "supports"), ("no", "nuances"), ("cannot_tell", "gap"), (None, "gap")]
)
def test_a_goal_stands_where_its_outcome_puts_it(met: str | None, side: str) -> None:
    goal = Goal("D9", "Doel", "TRN3", 7.5, value=Estimate(7.9), n=40, met=met, guarantee="W3")  # type: ignore[arg-type]
    one = found(replace(samples.empty(), goals=(goal,)), ("goal", "D9"), Bearings())
    assert (one.side, one.guarantees, one.n) == (side, ("W3",), 40 if met else None)


def test_an_object_without_a_guarantee_takes_that_of_its_indicator() -> None:
    finding = Finding("B9", "strength", "Het werkt", indicator="TRN1")
    report = replace(samples.empty(), findings=(finding,))
    one = found(report, ("finding", "B9"), Bearings(tags={"TRN1": ("W2",)}))
    assert (one.side, one.guarantees) == ("supports", ("W2",))


@pytest.mark.parametrize(
    ("verdict", "side"),
    [
        ("effective", "supports"),
        ("smaller_than_predicted", "supports"),
        ("no_relevant_effect", "nuances"),
        ("worse", "nuances"),
        ("cannot_tell", "gap"),
        ("too_few", "gap"),
    ],
)
def test_an_action_that_was_checked(verdict: str, side: str) -> None:
    full = samples.rich()
    effect = replace(full.effects[0], verdict=verdict)
    assert found(replace(full, effects=(effect,)), ("effect", effect.action), Bearings()).side == side


def test_a_closed_action_that_nobody_checked_is_a_gap() -> None:
    full = replace(samples.rich(), effects=())
    codes = [one.code for one in collect(full, Bearings())]
    assert "no_action_checked" in codes and "action_unchecked" in codes


def test_what_an_earlier_action_did_is_no_check_of_those_of_the_cycle() -> None:
    full = samples.rich()
    earlier = replace(full.effects[0], action="A-VROEGER-1")
    codes = [one.code for one in collect(replace(full, effects=(earlier,)), Bearings())]
    assert full.actions and "no_action_checked" in codes
    assert "no_action_checked" not in [one.code for one in collect(full, Bearings())]


def proposals(evidence: Sequence[Evidence], guarantee: str) -> list[Evidence]:
    return [one for one in evidence if one.proposed and guarantee in one.guarantees]


def test_a_nuance_without_an_action_asks_for_a_point() -> None:
    made = samples.rich().evidence
    asked = proposals(made, "W1")
    nuances = [one.indicator for one in made if one.side == "nuances" and "W1" in one.guarantees]
    taken = [one.indicator for one in made if one.side == "point" and not one.proposed]
    assert 1 <= len(asked) <= 2
    assert all(one.indicator in nuances and one.indicator not in taken for one in asked)
    assert all(line(one, "nl").startswith("Voorstel:") for one in asked)


def test_a_gap_alone_asks_for_a_point_too() -> None:
    told = proposals(samples.empty().evidence, "W3")
    assert [one.code for one in told] == ["propose_goal"] or told[0].code.startswith("propose_")


def test_questions_without_a_figure_are_told_together() -> None:
    few = [Evidence(("W1",), "gap", "few", "2025-2026", id, f"Vraag {id}?") for id in "AB"]
    assert list(lines(few, "nl")) == ["Te weinig antwoorden om te tonen: ‘Vraag A?’; ‘Vraag B?’ (2025-2026)."]
