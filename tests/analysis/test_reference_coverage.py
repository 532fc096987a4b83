"""Every reference case of R is either tested here, or named with the reason why not.

``TESTS`` says which test holds a case; ``PARTLY`` what of it is left out, and why;
``NOT_COVERED`` the cases whose method we do not have. A case in none of them fails.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
PLAIN, ORDINAL = "plain/test_{}.py", "ordinal/test_{}_against_r.py"
LINEAR = "linear/test_against_r.py"
CHARTS = "charts/test_limits_against_r.py"

TESTS: dict[tuple[str, str], tuple[str, ...]] = {
    (PLAIN.format("agreement"), "test_agreement_of_wine_judges_equals_r"): ("agreement_wine",),
    (PLAIN.format("agreement"), "test_icc_of_wine_judges_equals_psych"): ("icc_wine_judges",),
    (PLAIN.format("agreement"), "test_r_wg_of_swmd"): ("rwg_swmd_class",),
    (PLAIN.format("contingency"), "test_chi_square_of_housing_equals_r"): ("chisq_housing",),
    (PLAIN.format("contingency"), "test_chi_square_of_lectures_equals_r"): ("chisq_cmh_insteval_dept5",),
    (PLAIN.format("effects"), "test_brunner_munzel_and_intervals_equal_r"): (
        "brunner_munzel_wine_contact",
        "brunner_munzel_wine_temp",
    ),
    (PLAIN.format("effects"), "test_cliffs_delta_equals_r"): ("cliff_delta_wine_temp",),
    (PLAIN.format("effects"), "test_clustered_rank_insteval"): ("clustered_rank_insteval_dept7",),
    (PLAIN.format("effects"), "test_clustered_rank_swmd"): ("clustered_rank_swmd_class",),
    (PLAIN.format("effects"), "test_clustered_rank_wine"): ("clustered_rank_wine_judge",),
    (PLAIN.format("effects"), "test_two_departments_equal_r"): (
        "two_sample_insteval_dept2_service",
        "two_sample_insteval_dept5_service",
    ),
    (PLAIN.format("funnels"), "test_overdispersion_and_who_lies_outside_equal_r"): (
        "funnel_insteval_dept12",
        "funnel_insteval_dept5",
        "funnel_nhs_accidents",
    ),
    (PLAIN.format("kept_libraries"), "test_cluster_robust_regression_equals_clubsandwich"): (
        "clubsandwich_insteval_dept7",
    ),
    (PLAIN.format("kept_libraries"), "test_gee_of_stacked_thresholds_equals_r"): (
        "gee_cumulative_logit_wine_judge",
    ),
    (PLAIN.format("kept_libraries"), "test_gee_with_independence_equals_r"): (
        "gee_insteval_dept7_binomial",
        "gee_insteval_dept7_gaussian",
    ),
    (PLAIN.format("kept_libraries"), "test_gee_with_one_correlation_equals_r"): ("gee_swmd",),
    (PLAIN.format("kept_libraries"), "test_the_mean_of_a_clustered_survey_equals_r"): ("svy_wine_judge",),
    (PLAIN.format("kept_libraries"), "test_the_means_of_larger_surveys_equal_r"): (
        "svy_insteval_dept7_d",
        "svy_swmd_class",
    ),
    (PLAIN.format("kgroups"), "test_friedman_of_wine_equals_r"): ("kruskal_dunn_wine_judge_friedman",),
    (PLAIN.format("kgroups"), "test_insteval_dept5"): ("kruskal_dunn_jt_insteval_dept5_lectage",),
    (PLAIN.format("kgroups"), "test_insteval_dept7"): ("kruskal_dunn_insteval_dept7_lectage",),
    (PLAIN.format("kgroups"), "test_jonckheere_wine_equals_written_out_and_ksamples"): (
        "jonckheere_ksamples_wine_bottle",
    ),
    (PLAIN.format("marginal_means"), "test_marginal_means_of_wine_equal_emmeans"): ("emmeans_clm_wine",),
    (PLAIN.format("monotone"), "test_chi_square_trend_equals_r"): ("trend_insteval_dept5_lectage",),
    (PLAIN.format("monotone"), "test_mann_kendall_with_ties"): ("mann_kendall_circuit_ties",),
    (PLAIN.format("monotone"), "test_mann_kendall_without_ties"): ("mann_kendall_rqm_type1",),
    (PLAIN.format("multiplicity"), "test_equals_r"): ("p_adjust_vector",),
    (PLAIN.format("omega"), "test_omega_total_equals_lavaan_and_psych"): (
        "omega_bfi_agree",
        "omega_bfi_conscientious",
        "omega_bfi_extraversion",
    ),
    (PLAIN.format("paired"), "test_paired_corpus"): (
        "paired_anorexia_all",
        "paired_anorexia_ft",
        "paired_btheb_2m",
        "paired_gap_advising",
    ),
    (PLAIN.format("paired"), "test_paired_table_gap"): ("paired_table_gap_advising",),
    (PLAIN.format("paired"), "test_paired_wine"): ("paired_table_wine_temp", "paired_wine_temp"),
    (PLAIN.format("reliability"), "test_alpha_of_bfi"): (
        "alpha_bfi_agree",
        "alpha_bfi_conscientious",
        "alpha_bfi_extraversion",
    ),
    (PLAIN.format("reliability"), "test_alpha_of_swmd_and_sasr"): ("alpha_sasr_block", "alpha_swmd"),
    (PLAIN.format("group_means"), "test_icc_of_insteval"): ("icc1_icc2_insteval_dept7_lecturer",),
    (PLAIN.format("group_means"), "test_icc_of_swmd"): ("icc_swmd_class",),
    (PLAIN.format("standardised"), "test_d_and_g_equal_effectsize"): ("effectsize_wine_temp",),
    ("test_clustered.py", "test_the_definition_is_that_of_clubsandwich"): ("clubsandwich_swmd_class",),
    ("test_proportions.py", "test_clopper_pearson_equals_r"): ("proportion_ci_insteval_dept5_lecturer",),
    ("test_ranks.py", "test_coin_has_no_correction_either"): ("coin_exact_wine_temp",),
    ("test_ranks.py", "test_without_correction_equals_r"): ("wilcox_wine_temp",),
    ("charts/test_constants.py", "test_they_equal_r"): ("control_constants",),
    (CHARTS, "test_accidents"): ("p_laney_nhs_accidents",),
    (CHARTS, "test_attendances_and_admissions"): ("xmr_nhs_rules_rqm_type1",),
    (CHARTS, "test_boilers"): ("xmr_boiler_t1_t8",),
    (CHARTS, "test_breaches_of_four_hours"): ("p_laney_rqm_type1",),
    (CHARTS, "test_circuits"): ("c_u_circuit",),
    (CHARTS, "test_infections"): ("u_cdi",),
    (CHARTS, "test_orange_juice"): ("p_np_orangejuice",),
    (CHARTS, "test_other_attendances"): ("xmr_nhs_rules_rqm_other",),
    (CHARTS, "test_piston_rings"): ("xbar_r_s_pistonrings",),
    (LINEAR, "test_course_evaluations_by_teacher"): ("lmer_teachingratings_prof_kr",),
    (LINEAR, "test_a_department_crossed_with_kenward_and_rogers_adjustment"): (
        "lmer_insteval_dept7_satterthwaite_kr",
    ),
    (LINEAR, "test_all_ratings_crossed_at_the_maximum"): ("lmer_insteval_service_crossed_reml_polished",),
    (LINEAR, "test_all_ratings_crossed_where_r_stops"): ("lmer_insteval_service_crossed_reml",),
    (LINEAR, "test_all_ratings_by_maximum_likelihood"): ("lmer_insteval_service_crossed_ml",),
    (LINEAR, "test_multiple_membership"): ("lmer_multimembership_insteval_dept7",),
    (ORDINAL.format("clm"), "test_wine"): (
        "clm_wine_nominal_contact",
        "clm_wine_scale_temp",
        "clm_wine_temp_contact_cloglog",
        "clm_wine_temp_contact_logit",
        "clm_wine_temp_contact_loglog",
        "clm_wine_temp_contact_probit",
        "clm_wine_threshold_equidistant",
        "clm_wine_threshold_symmetric",
    ),
    (ORDINAL.format("clm"), "test_cauchit_differs_from_r_by_its_finite_outer_cuts_only"): (
        "clm_wine_temp_contact_cauchit",
    ),
    (ORDINAL.format("clm"), "test_housing_with_weights"): ("clm_housing_weighted",),
    (ORDINAL.format("clm"), "test_polr_and_vglm"): ("polr_wine", "vglm_wine_parallel"),
    (ORDINAL.format("clm"), "test_insteval_service_and_lectage"): (
        "clm_insteval_service_lectage",
        "polr_insteval_service_lectage",
    ),
    (ORDINAL.format("clm"), "test_insteval_scale_and_nominal"): ("clm_insteval_dept5_scale_nominal",),
    (ORDINAL.format("clmm"), "test_wine_judge"): (
        "clmm_wine_judge_agq10",
        "clmm_wine_judge_agq21",
        "clmm_wine_judge_agq5",
        "clmm_wine_judge_ghq10_nonadaptive",
        "clmm_wine_judge_laplace",
    ),
    (ORDINAL.format("clmm"), "test_wine_judge_probit"): ("clmm_wine_judge_probit",),
    (ORDINAL.format("clmm"), "test_wine_judge_at_the_maximum_of_laplace"): ("laplace_baseR_wine_judge",),
    (ORDINAL.format("clmm"), "test_wine_crossed_with_a_variance_of_zero"): ("clmm_wine_judge_bottle",),
    (ORDINAL.format("clmm"), "test_wine_crossed_intercept_only"): ("clmm_wine_judge_bottle_intercept_only",),
    (ORDINAL.format("clmm"), "test_swmd"): ("clmm_swmd_item1_class",),
    (ORDINAL.format("clmm"), "test_insteval_quadrature"): ("clmm_insteval_dept5_d_agq7",),
    (ORDINAL.format("clmm"), "test_insteval_all_lecturers"): (
        "clmm_insteval_service_d_laplace",
        "clmm_insteval_service_d_laplace_polished",
        "laplace_baseR_insteval_service_d",
    ),
    (ORDINAL.format("clmm"), "test_insteval_crossed"): (
        "clmm_insteval_dept12_crossed_laplace",
        "clmm_insteval_dept12_crossed_laplace_polished",
        "clmm_insteval_dept7_crossed_laplace",
        "clmm_insteval_dept7_crossed_laplace_polished",
    ),
}
COVERED = {case: test for test, cases in TESTS.items() for case in cases}

STOPS_SHORT = "R stops short of the maximum: the polished case is the reference"
ONE_CHANGE = (
    "no exact signed rank test, no shift, and of the standardised changes only the one over the standard "
    "deviation of the differences: a report needs one measure of change"
)
FOUR_RULES = "the four rules of Making Data Count: every further one adds false signals"
FIVE_ITEMS = "no polychoric correlations; omega hierarchical is refused below six items"

PARTLY = {
    "c_u_circuit": FOUR_RULES,
    "control_constants": "from 13 values on R's integrals stopped at 1e-7 of the constants",
    "p_laney_nhs_accidents": FOUR_RULES,
    "p_laney_rqm_type1": FOUR_RULES,
    "p_np_orangejuice": f"{FOUR_RULES}; no chart of numbers of successes, which is the p chart times n",
    "u_cdi": FOUR_RULES,
    "xbar_r_s_pistonrings": FOUR_RULES,
    "xmr_boiler_t1_t8": f"{FOUR_RULES}; no EWMA or CUSUM, which nobody here can explain from the picture",
    "xmr_nhs_rules_rqm_other": FOUR_RULES,
    "xmr_nhs_rules_rqm_type1": f"{FOUR_RULES}; limits from mean moving ranges only, not screened or median",
    "clmm_insteval_dept12_crossed_laplace": STOPS_SHORT,
    "clmm_insteval_dept7_crossed_laplace": STOPS_SHORT,
    "clmm_insteval_service_d_laplace": STOPS_SHORT,
    "clubsandwich_insteval_dept7": (
        "CR0 and CR1S of a regression through statsmodels; CR3 and Wald tests are in no kept library. CR2 "
        "with Satterthwaite is ours for means only (`clustered_means`): regressions are mixed models here"
    ),
    "clubsandwich_swmd_class": "the definition of CR2 and its degrees of freedom; no Wald test of terms",
    "coin_exact_wine_temp": (
        "no exact or stratified rank test of single answers: what is exact here permutes whole teams"
    ),
    "effectsize_wine_temp": "the interval of the rank-biserial is another one: Feng and Cliff's, also in R",
    "emmeans_clm_wine": "estimates and the latent contrast; no delta-method errors of the averages",
    "gee_insteval_dept7_binomial": (
        "independence; statsmodels divides the correlation by the pairs less the coefficients, R does not"
    ),
    "gee_swmd": "Gaussian; of the binomial model the correlation is divided by another number, as above",
    "kruskal_dunn_jt_insteval_dept5_lectage": "no table of pairwise Wilcoxon tests: Dunn's pairs are there",
    "kruskal_dunn_wine_judge_friedman": "no Quade test, which weighs people by their range",
    "lmer_insteval_dept7_satterthwaite_kr": "one combination of coefficients at a time; no F test of several",
    "omega_bfi_agree": FIVE_ITEMS,
    "omega_bfi_conscientious": FIVE_ITEMS,
    "omega_bfi_extraversion": FIVE_ITEMS,
    "paired_anorexia_all": ONE_CHANGE,
    "paired_anorexia_ft": ONE_CHANGE,
    "paired_btheb_2m": ONE_CHANGE,
    "paired_gap_advising": ONE_CHANGE,
    "paired_wine_temp": ONE_CHANGE,
    "svy_insteval_dept7_d": "the mean and its design effect; no survey rank tests, no share by beta or logit",
    "svy_swmd_class": "the mean and its design effect; no survey ordinal regression or rank test",
    "svy_wine_judge": "the mean, its design effect and the linear model; no survey ordinal model or tests",
    "trend_insteval_dept5_lectage": "no Spearman correlation; Kendall's z is that of Jonckheere-Terpstra",
    "two_sample_insteval_dept5_service": "no Kolmogorov-Smirnov or Welch test of single answers",
    "wilcox_wine_temp": "no Hodges-Lehmann shift: on five options it is a whole number or no number",
}

NO_CLUSTERED_ORDINAL = "a sandwich under a model without clusters; ours has the clusters in the model (clmm)"

NOT_COVERED = {
    "lrm_robcov_insteval_d": NO_CLUSTERED_ORDINAL,
    "lrm_robcov_wine_judge": NO_CLUSTERED_ORDINAL,
    "wild_cluster_enumerated_insteval_dept7": (
        "no wild bootstrap in a kept library; with few clusters our exact test permutes blocks of teams"
    ),
}


@cache
def committed() -> dict[str, dict[str, Any]]:
    """Case -> what is committed of it: its R call and numbers."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(HERE.rglob("*.json")):
        cases = json.loads(path.read_text(encoding="utf-8"))
        found |= {case: kept for case, kept in cases.items() if isinstance(kept, dict) and "call" in kept}
    return found


@pytest.mark.corpus
def test_no_case_is_forgotten(corpus: Path) -> None:
    cases = {path.stem for path in (corpus / "reference" / "results").glob("*.json")}
    assert cases == COVERED.keys() | NOT_COVERED.keys()


def test_a_case_is_covered_or_not() -> None:
    assert not COVERED.keys() & NOT_COVERED.keys()
    assert PARTLY.keys() <= COVERED.keys()
    assert len(COVERED) == sum(map(len, TESTS.values()))
    assert all(len(reason) > 20 for reason in (*PARTLY.values(), *NOT_COVERED.values()))


@pytest.mark.parametrize("test", TESTS, ids="::".join)
def test_the_tests_named_exist(test: tuple[str, str]) -> None:
    file, name = test
    source = (HERE / file).read_text(encoding="utf-8")
    assert re.search(rf"^def {name}\(", source, re.MULTILINE)


@pytest.mark.parametrize("case", COVERED)
def test_its_numbers_are_committed_with_their_call(case: str) -> None:
    kept = committed()[case]
    assert kept["call"] and kept["result"]


@pytest.mark.corpus
def test_what_is_committed_is_what_r_gave(corpus: Path) -> None:
    results = corpus / "reference" / "results"
    for case, kept in committed().items():
        theirs = json.loads((results / f"{case}.json").read_text(encoding="utf-8"))
        assert kept["call"] == theirs["call"], case
    for folder in ("plain", "linear", "charts"):
        numbers = json.loads((HERE / folder / "reference.json").read_text(encoding="utf-8"))
        for case, kept in numbers.items():
            theirs = json.loads((results / f"{case}.json").read_text(encoding="utf-8"))
            assert within(kept["result"], theirs["result"]), case


def within(kept: Any, theirs: Any) -> bool:
    """Whether what is kept is the same, or the same with some of its names left out."""
    if isinstance(kept, dict) and isinstance(theirs, dict):
        return all(name in theirs and within(value, theirs[name]) for name, value in kept.items())
    return bool(kept == theirs)
