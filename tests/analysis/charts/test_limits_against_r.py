"""Limits and signals equal those of R on published series."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from qualitycycle.analysis.charts.constants import d2
from qualitycycle.analysis.charts.limits import (
    ROUNDED,
    Limits,
    c_chart,
    p_chart,
    range_chart,
    sd_chart,
    u_chart,
    xbar_chart,
    xmr,
)
from qualitycycle.analysis.charts.runchart import run_chart
from tests.analysis.charts.data import result, same, same_signals, table

pytestmark = pytest.mark.corpus
SHARE = (0.0, 1.0)
RATE = (0.0, np.inf)
AS_PRINTED = d2(2) / 1.128
"""The reference divides by the rounded constant that Laney printed, we by the constant itself."""


def same_chart(plain: Limits, laney: Limits, theirs: Any, ends: tuple[float, float]) -> None:
    """An attribute chart as R gives it: cut off limits, and Laney's."""
    same(plain.centre, theirs["centre"][0])
    same(plain.sigma, theirs["sigma"])
    low, high = plain.within(*ends)
    same(low, theirs["lower"])
    same(high, theirs["upper"])
    assert laney.sigma_z is not None
    same(laney.sigma_z * AS_PRINTED, theirs["laney_sigma_z"])
    same(np.maximum(laney.centre - 3 * laney.sigma * AS_PRINTED, ends[0]), theirs["laney_lower"])
    same(laney.centre + 3 * laney.sigma * AS_PRINTED, theirs["laney_upper"])
    same_signals(plain, theirs["rules_upper_lower_untruncated"])


def by_month(corpus: Path, kind: str) -> pd.DataFrame:
    frame = table(corpus, "ae_attendances_rqm")
    chosen = frame["type"] == "1" if kind == "1" else frame["type"] != "1"
    return frame[chosen].sort_values("period")


def test_accidents(corpus: Path) -> None:
    frame = table(corpus, "qic_nhs_accidents")
    r, n = frame["r"], frame["n"]
    same_chart(p_chart(r, n), p_chart(r, n, laney=True), result("p_laney_nhs_accidents"), SHARE)


def test_breaches_of_four_hours(corpus: Path) -> None:
    frame = by_month(corpus, "1")
    r, n = frame["breaches"], frame["attendances"]
    same_chart(p_chart(r, n), p_chart(r, n, laney=True), result("p_laney_rqm_type1"), SHARE)


def test_orange_juice(corpus: Path) -> None:
    frame = table(corpus, "qcc_orangejuice")
    theirs, trial = result("p_np_orangejuice"), frame["trial"].to_numpy()
    first = frame[trial]
    charts = [p_chart(first["D"], first["size"], laney=laney) for laney in (False, True)]
    same_chart(*charts, theirs["trial"], SHARE)
    charts = [p_chart(frame["D"], frame["size"], trial, laney=laney) for laney in (False, True)]
    same_chart(*charts, theirs["all_with_trial_limits"], SHARE)


def test_circuits(corpus: Path) -> None:
    frame = table(corpus, "qcc_circuit")
    theirs, trial = result("c_u_circuit"), frame["trial"].to_numpy()
    counts = [c_chart(frame["x"], trial, laney=laney) for laney in (False, True)]
    same_chart(*counts, theirs["c"], RATE)
    rates = [u_chart(frame["x"], frame["size"], trial, laney=laney) for laney in (False, True)]
    same_chart(*rates, theirs["u"], RATE)


def test_infections(corpus: Path) -> None:
    frame = table(corpus, "qic_cdi")
    for name, part in (("all", frame), *frame.groupby("period")):
        charts = [u_chart(part["n"], part["days"], laney=laney) for laney in (False, True)]
        same_chart(*charts, result("u_cdi")[name], RATE)


def test_piston_rings(corpus: Path) -> None:
    frame = table(corpus, "qcc_pistonrings")
    theirs, first = result("xbar_r_s_pistonrings"), range(25)
    groups = np.array([part["diameter"] for _, part in frame.groupby("sample")])
    for by, name in (("range", "Rbar"), ("sd", "Sbar"), ("pooled", "pooled_rms")):
        chart = xbar_chart(groups, first, by=by)  # type: ignore[arg-type]
        expected = theirs[f"xbar_from_{name}"]
        same(chart.centre, theirs["centre"])
        same(chart.sigma[0] * np.sqrt(theirs["n"]), expected["sigma"])
        same((chart.lower[0], chart.upper[0]), (expected["lower"], expected["upper"]))
    same_signals(xbar_chart(groups[:25]), theirs["rules_baseline"])
    same_signals(xbar_chart(groups, first), theirs["rules_all"])
    for chart, expected in (
        (range_chart(groups, first), theirs["R"]),
        (sd_chart(groups, first), theirs["S"]),
    ):
        low, high = chart.within(*RATE)
        same((chart.centre, low[0], high[0]), (expected["centre"], expected["lower"], expected["upper"]))


def same_individuals(values: Any, theirs: Any) -> None:
    exact, handbook = xmr(values), xmr(values, factor=ROUNDED)
    same((exact.centre, exact.moving_range), (theirs["mean"], theirs["mean_moving_range"]))
    same(exact.sigma[0], theirs["sigma_d2_exact"])
    for chart, name in ((exact, "limits_exact_d2"), (handbook, "limits_2.66_nhs")):
        same((chart.lower[0], chart.upper[0]), (theirs[name]["lower"], theirs[name]["upper"]))
    same_signals(handbook, theirs["rules_limits_2.66"])


def test_boilers(corpus: Path) -> None:
    for name in ("t1", "t8"):
        same_individuals(table(corpus, "qcc_boiler")[name], result("xmr_boiler_t1_t8")[name])


def test_attendances_and_admissions(corpus: Path) -> None:
    theirs, frame = result("xmr_nhs_rules_rqm_type1"), by_month(corpus, "1")
    for name in ("attendances", "admissions"):
        same_individuals(frame[name], theirs[name])
    rate = frame["breaches"] / frame["attendances"]
    same_individuals(rate, theirs["breach_rate"])
    first = xmr(rate, range(12), factor=ROUNDED)
    expected = theirs["breach_rate_baseline12"]
    same((first.centre, first.lower[0], first.upper[0]), [expected[k] for k in ("mean", "lower", "upper")])
    same_signals(first, expected["rules"])


def test_other_attendances(corpus: Path) -> None:
    same_individuals(
        by_month(corpus, "other")["attendances"], result("xmr_nhs_rules_rqm_other")["attendances"]
    )


def test_run_charts(corpus: Path) -> None:
    circuit, infections = table(corpus, "qcc_circuit"), table(corpus, "qic_cdi")
    attendances = by_month(corpus, "1")["attendances"]
    cases = [
        (circuit["x"], result("c_u_circuit")["run_chart"]),
        (infections["n"] / infections["days"], result("u_cdi")["run_chart"]),
        (attendances, result("xmr_nhs_rules_rqm_type1")["attendances"]["run_chart"]),
        *((table(corpus, "qcc_boiler")[t], result("xmr_boiler_t1_t8")[t]["run_chart"]) for t in ("t1", "t8")),
    ]
    for values, theirs in cases:
        found = run_chart(values)
        same(found.median, theirs["median"])
        assert found.signal is theirs["runs_signal"]
        names = {"useful": "n_useful", "longest_run": "longest_run", "crossings": "crossings"}
        names |= {"longest_run_max": "longest_run_max", "crossings_min": "crossings_min"}
        assert {n: getattr(found, n) for n in names} == {n: theirs[t] for n, t in names.items()}
