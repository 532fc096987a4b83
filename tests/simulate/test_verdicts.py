"""The demo plan tells its story for any seed: five verdicts, and three different decisions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from qualitycycle.analysis.compare import Options, compare_measure
from qualitycycle.analysis.comparison import Comparison
from qualitycycle.analysis.measure import Measure
from qualitycycle.config import load_config
from qualitycycle.register.derive import SessionFacts, sessions_overview
from qualitycycle.simulate import SEED, SimulatedRegion, simulate_region
from qualitycycle.vocabulary import ARMS, TrainingKind, Variant, Verdict

CONFIG = load_config(Path(__file__).parents[2])
OPTIONS = Options(reference=Variant.TANDEM, permutations=999)
ITEMS = ("VRM2", "VRM3", "INH2", "INH3", "TRN1", "TRN2", "TRN3", "TRF1", "ALG1")


@pytest.fixture(scope="module", params=[SEED, 41])
def region(request: pytest.FixtureRequest) -> SimulatedRegion:
    return simulate_region(request.param)


def counts(
    region: SimulatedRegion, item: str, *, partnership: str | None = None, cycle: str | None = None
) -> pd.DataFrame:
    """Basic trainings given by a known variant: session, arm, team, score, n."""
    facts = sessions_overview(region.records)
    counted: Counter[tuple[str, str, str, float]] = Counter()
    for session in region.forms:
        fact = facts[session.session]
        if _in_scope(fact, partnership, cycle):
            for form in session.forms:
                score = form.answers.get(item)
                if isinstance(score, float):
                    counted[fact.id, str(fact.variant), fact.team, score] += 1
    rows = [(*key, n) for key, n in counted.items()]
    return pd.DataFrame(rows, columns=["session", "arm", "team", "score", "n"])


def _in_scope(fact: SessionFacts, partnership: str | None, cycle: str | None) -> bool:
    return (
        fact.kind == TrainingKind.BASIC
        and fact.variant in ARMS
        and partnership in (None, fact.lead, *fact.shared_with)
        and cycle in (None, fact.cycle)
    )


def compared(region: SimulatedRegion, item: str, **scope: str) -> dict[str, Comparison]:
    measure = Measure(item, CONFIG.scale_of(item))
    found = compare_measure(counts(region, item, **scope), measure=measure, options=OPTIONS)
    return {str(comparison.arm): comparison for comparison in found}


def test_all_five_verdicts_occur_in_the_region(region: SimulatedRegion) -> None:
    verdicts = {c.verdict for item in ITEMS for c in compared(region, item).values()}
    assert verdicts == set(Verdict)


def test_the_region_tells_what_the_plan_put_in(region: SimulatedRegion) -> None:
    institute = {item: compared(region, item)["institute_only"].verdict for item in ("INH3", "TRN3", "ALG1")}
    assert institute == {"INH3": Verdict.BETTER, "TRN3": Verdict.WORSE, "ALG1": Verdict.EQUIVALENT}
    assert compared(region, "TRN3")["school_only"].verdict == Verdict.TOO_FEW


def test_the_question_for_tandems_is_compared_with_nobody(region: SimulatedRegion) -> None:
    assert set(counts(region, "TRN2")["arm"]) == {"tandem"}
    assert compared(region, "TRN2") == {}


@pytest.mark.parametrize("cycle", [None, "2025-2026"])
def test_three_partnerships_three_decisions(region: SimulatedRegion, cycle: str | None) -> None:
    scope = {} if cycle is None else {"cycle": cycle}
    found = {
        code: compared(region, "TRN3", partnership=code, **scope).get("institute_only")
        for code in CONFIG.organisations.partnerships
    }
    verdicts = {code: comparison.verdict if comparison else None for code, comparison in found.items()}
    assert verdicts["DUIN"] == Verdict.WORSE
    assert verdicts["MEER"] == Verdict.EQUIVALENT
    assert verdicts["VELD"] in (Verdict.TOO_FEW, None)
