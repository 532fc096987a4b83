"""Analyses: values in, a Result out; no disk, no drawing, no printing.

The plain functions work on lists, frames and counts, and can be used by themselves:

>>> from qualitycycle.analysis import wilson
>>> round(wilson(74, 231).low, 3)
0.264
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_PUBLIC = {
    "adjusted": "multiplicity",
    "alpha_over_groups": "reliability",
    "association": "contingency",
    "average_deviation": "agreement",
    "brunner_munzel": "effects",
    "c_chart": "charts.limits",
    "chi_square_trend": "monotone",
    "cliffs_delta": "effects",
    "clopper_pearson": "proportions",
    "clustered_rank_test": "effects",
    "clustered_superiority": "effects",
    "cohens_d": "standardised",
    "cohens_kappa": "agreement",
    "cronbach_alpha": "reliability",
    "cross_products": "reliability",
    "fisher_exact": "contingency",
    "fleiss_kappa": "agreement",
    "friedman": "kgroups",
    "funnel": "funnels",
    "icc": "group_means",
    "icc_from_sums": "group_means",
    "jonckheere_terpstra": "kgroups",
    "krippendorff_alpha": "agreement",
    "kruskal_wallis": "kgroups",
    "linear_by_linear": "monotone",
    "mann_kendall": "monotone",
    "mann_whitney_from_counts": "ranks",
    "marginal_homogeneity": "paired",
    "mcdonald_omega": "omega",
    "mean_chart": "charts.limits",
    "mean_reliability": "group_means",
    "p_chart": "charts.limits",
    "paired_change": "paired",
    "permutation_test": "permutation",
    "r_wg": "agreement",
    "r_wg_j": "agreement",
    "rater_icc": "agreement",
    "responses_needed": "group_means",
    "run_chart": "charts.runchart",
    "signals": "charts.signals",
    "signed_rank": "paired",
    "stratified_association": "contingency",
    "superiority": "effects",
    "superiority_from_counts": "effects",
    "u_chart": "charts.limits",
    "wilson": "proportions",
    "xbar_chart": "charts.limits",
    "xmr": "charts.limits",
}
"""Plain function -> its module; loaded on first use, so that importing the package stays cheap."""

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'qualitycycle.analysis' has no attribute '{name}'")
    return getattr(import_module(f"qualitycycle.analysis.{_PUBLIC[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__]
