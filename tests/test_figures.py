"""Figures: what they show, what they hide, and that nothing is said by colour alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from qualitycycle import wording
from qualitycycle.analysis.result import Result
from qualitycycle.errors import UsageProblem
from qualitycycle.figures import (
    FIGURES,
    alt_text,
    coverage_figure,
    coverage_table,
    difference_figure,
    difference_table,
    distribution_figure,
    distribution_groups,
    distribution_table,
    figure,
    figure_table,
    keys,
    options_figure,
    options_table,
)
from qualitycycle.figures.numbers import decimal, difference, percent
from qualitycycle.figures.tones import MARK_TONES, text_colour, tones
from qualitycycle.figures.values import (
    Arm,
    Category,
    Comparison,
    CoverageRow,
    Estimate,
    ItemResult,
)
from tests.report import samples
from tests.report.test_html import contrast

REPORT = samples.rich("nl")


def item(name: str) -> ItemResult:
    found = REPORT.measure(name)
    assert found is not None
    return found


@cache
def drawn() -> dict[str, go.Figure]:
    """One figure of every kind."""
    assert REPORT.founding is not None
    return {
        "stacked": distribution_figure([item("VRM1"), item("VRM3")], "nl"),
        "bars": distribution_figure([item("VRM2")], "nl"),
        "columns": distribution_figure([item("TRN3")], "nl"),
        "differences": difference_figure(REPORT.comparisons, "nl"),
        "coverage": coverage_figure(REPORT.coverage.by_variant, "nl"),
        "options": options_figure(REPORT.founding.questions[0], "nl"),
    }


KINDS = list(drawn())


@pytest.fixture(params=KINDS)
def any_figure(request: pytest.FixtureRequest) -> go.Figure:
    return drawn()[request.param]


def test_every_figure_tells_itself_in_words(any_figure: go.Figure) -> None:
    alt = alt_text(any_figure)
    assert len(alt) > 60
    assert "figures." not in alt
    assert "None" not in alt


def test_no_letter_is_smaller_than_twelve_pixels(any_figure: go.Figure) -> None:
    sizes = [value["size"] for key, value in _walk(any_figure.to_plotly_json()) if _is_font(key, value)]
    assert sizes
    assert min(sizes) >= 12


def test_numbers_are_dutch_and_axes_cannot_be_dragged(any_figure: go.Figure) -> None:
    layout = any_figure.layout
    assert layout.separators == ",."
    assert layout.dragmode is False
    assert layout.xaxis.fixedrange
    assert layout.yaxis.fixedrange


def test_a_figure_is_plain_json_without_missing_numbers(any_figure: go.Figure) -> None:
    text = any_figure.to_json()
    assert "NaN" not in text
    assert json.loads(text)["data"]


def test_colour_is_never_alone(any_figure: go.Figure) -> None:
    entries = keys(any_figure)
    looks = [(key.pattern, key.symbol, key.colour) for key in entries]
    assert len(set(looks)) == len(looks)
    symbols = [key.symbol for key in entries if key.symbol]
    assert len(set(symbols)) == len(symbols)
    for trace in any_figure.data:
        if trace.type == "bar":
            assert trace.marker.line.width > 0


@pytest.mark.parametrize("name", ["VRM1", "VRM2", "INH2", "TRF1", "ZEL1"])
def test_text_in_a_bar_is_readable(name: str) -> None:
    found = item(name)
    for tone in tones(found.categories or (), found.kind):
        assert contrast(text_colour(tone), tone[0]) >= 4.5


def test_light_and_dark_of_one_side_differ_for_who_sees_no_colour() -> None:
    greys = [contrast(colour, "#ffffff") for colour, _ in tones(item("VRM1").categories or (), "ordinal")]
    assert len({round(grey, 1) for grey in greys}) == 5


def test_unused_categories_keep_their_place() -> None:
    agreement = distribution_figure([item("VRM1"), item("VRM3")], "nl")
    assert [trace.name for trace in agreement.data] == [c.label for c in item("VRM3").categories or ()]
    assert agreement.data[0].x[1] == 0
    marks = distribution_figure([item("TRN3")], "nl")
    assert sum(len(trace.x) for trace in marks.data) == 19
    assert [len(trace.x) for trace in marks.data] == [9, 3, 7]
    assert len(MARK_TONES) == 3


def test_every_row_names_its_number_of_answers() -> None:
    made = distribution_figure([item("VRM1"), item("VRM3")], "nl")
    labels = [annotation.text for annotation in made.layout.annotations]
    assert all("82 antwoorden" in label for label in labels)
    assert not any("gunstig" in label for label in labels)


def test_questions_are_grouped_by_their_answers() -> None:
    groups = distribution_groups([*REPORT.items, *REPORT.scores])
    names = [[one.id for one in group] for group in groups]
    assert ["VRM1", "VRM3", "INH1", "INH3", "TRN1", "ZEL5", "TRF2"] in names
    assert ["ZEL1", "ZEL2", "ZEL3", "ZEL4"] in names
    assert ["TRN3"] in names
    assert not any("TRN2" in group or "ZEL" in group for group in names)


def test_below_the_floor_for_shares_counts_are_drawn() -> None:
    few = replace(
        item("VRM1"),
        n=7,
        favourable=None,
        categories=tuple(Category(str(i), i, None, i > 3) for i in range(1, 6)),
    )
    made = distribution_figure([few, few], "nl")
    assert list(made.data[4].x) == [5, 5]
    assert made.data[4].text[0] == "5"
    assert "%" not in json.dumps(made.to_plotly_json()["layout"], default=str)
    assert "%" not in str(distribution_table([few], "nl"))


def test_a_hidden_row_says_so_and_draws_nothing() -> None:
    hidden = replace(item("VRM3"), n=None, favourable=None, categories=None)
    made = distribution_figure([item("VRM1"), hidden], "nl")
    assert all(trace.x[1] == 0 for trace in made.data)
    assert any("niet getoond" in note.text for note in made.layout.annotations)
    assert "niet getoond" in distribution_table([item("VRM1"), hidden], "nl").rows[1]


def test_the_band_is_what_does_not_matter() -> None:
    made = difference_figure(REPORT.comparisons, "nl")
    band = next(shape for shape in made.layout.shapes if shape.type == "rect")
    assert (band.x0, band.x1) == (-1, 1)
    worse = REPORT.comparisons[0]
    interval = next(trace for trace in made.data if trace.mode == "lines+markers" and trace.x[0])
    assert list(interval.x) == pytest.approx([-1.1 / 0.5, -0.3 / 0.5])
    assert worse.relevant == 0.5


def test_an_interval_that_runs_off_the_axis_ends_in_an_arrow() -> None:
    wide = _comparison(Estimate(0.2, -0.5, 9.0))
    made = difference_figure([wide], "nl")
    line = made.data[0]
    assert line.marker.symbol == ("line-ns", "triangle-right")
    assert line.x[1] < 9.0 / 0.5


def test_every_difference_is_on_the_axis() -> None:
    far = _comparison(Estimate(4.0, 3.0, 9.0))
    made = difference_figure([far, _comparison(None)], "nl")
    dot = next(trace for trace in made.data if trace.mode == "markers")
    assert list(dot.x) == [4.0 / 0.5]
    assert dot.x[0] < made.data[0].x[1] < made.layout.xaxis.range[1]


def test_partnership_and_region_have_their_own_symbol() -> None:
    entries = {key.name: key for key in keys(difference_figure(REPORT.comparisons, "nl"))}
    assert entries["dit partnerschap"].symbol == "circle"
    assert entries["hele regio"].symbol == "diamond-open"
    region = [comparison for comparison in REPORT.comparisons if comparison.regional]
    assert [key.name for key in keys(difference_figure(region, "nl"))] == ["hele regio"]


def test_a_verdict_without_difference_stays_in_words() -> None:
    hidden = _comparison(None, verdict="too_few")
    made = difference_figure([hidden], "nl")
    assert not made.data
    assert "te weinig gegevens" in made.layout.annotations[0].text.replace("<br>", " ")
    row = difference_table([hidden], "nl").rows[0]
    assert row[-2:] == ("–", "te weinig gegevens")
    assert "niet getoond" in row[2]


def test_coverage_names_both_numbers() -> None:
    rows = (CoverageRow("tandem", 9, 7, responses=80, completed=None),)
    made = coverage_figure(rows, "nl")
    assert made.layout.annotations[0].text == "tandem: 7 van 9"
    cells = coverage_table(rows, "nl").rows[0]
    assert cells == ("tandem", "9", "7", "onbekend", "niet getoond", "onbekend")


def test_the_founding_survey_comes_out_exactly() -> None:
    # shares and Wilson intervals of the founding report: domain.md a1, S02-S04
    assert REPORT.founding is not None
    first, second = REPORT.founding.questions
    rows = {
        row[0]: [cell.replace("\u00a0", " ") for cell in row[1:]] for row in options_table(first, "nl").rows
    }
    assert rows["niet gevolgd"] == ["74", "32,0% (26,4% tot 38,3%)", "–"]
    assert rows["korter dan 3 jaar geleden"][1] == "28,6% (23,1% tot 34,7%)"
    assert rows["3 tot 5 jaar geleden"][1] == "15,2% (11,1% tot 20,3%)"
    assert rows["langer dan 5 jaar geleden"][1] == "24,2% (19,2% tot 30,2%)"
    assert rows["langer dan 5 jaar geleden"][2].startswith("35,7%")
    assert options_table(second, "nl").rows[0][2].replace("\u00a0", " ") == "15,2% (11,1% tot 20,3%)"
    assert len(options_figure(first, "nl").data[1].x) == 3


# --- results of analyses -----------------------------------------------------------


def compare_result(**changes: Any) -> Result:
    row = {
        "measure": "TRN3",
        "title": "Welk cijfer geef je de trainer(s) samen?",
        "arm": "institute_only",
        "reference": "tandem",
        "n_arm": 36,
        "n_reference": pd.NA,
        "sessions_arm": 4,
        "sessions_reference": 5,
        "trainers_arm": 4,
        "trainers_reference": 6,
        "deciding": "mean",
        "difference": -0.7,
        "low": -1.1,
        "high": -0.3,
        "relevant": 0.5,
        "verdict": "worse",
        "scope": "region",
    }
    hidden = {
        "difference": float("nan"),
        "low": None,
        "high": None,
        "verdict": "too_few",
        "arm": "school_only",
    }
    return Result("compare", pd.DataFrame([row | changes, row | changes | hidden]), language="nl")


def counts_result() -> Result:
    rows = [
        {
            "item": "VRM1",
            "title": "De opzet paste.",
            "kind": "ordinal",
            "variant": variant,
            "state": state,
            "score": score,
            "label": f"antwoord {score:g}" if score else None,
            "favourable": bool(score and score > 3),
            "n": None if variant == "school_only" else 4,
            "share": None if variant == "school_only" else 0.2,
        }
        for variant in ("tandem", "school_only")
        for state, score in [("answered", float(i)) for i in range(1, 6)] + [("not_answered", None)]
    ]
    return Result("counts", pd.DataFrame(rows))


def test_a_comparison_is_drawn_from_its_result() -> None:
    made = figure(compare_result())
    assert "alleen opleiding: minder" in made.layout.annotations[0].text
    assert len([trace for trace in made.data if trace.mode == "markers"]) == 1
    table = figure_table(compare_result())
    assert table.rows[0][2] == "36\u00a0en\u00a0niet getoond"
    assert table.rows[1][-2:] == ("–", "te weinig gegevens")


def test_counts_are_drawn_per_group_and_hidden_groups_say_so() -> None:
    made = figure(counts_result())
    texts = [annotation.text for annotation in made.layout.annotations]
    assert made.layout.title.text == "De opzet paste."
    assert any(text.startswith("tandem<br>20 antwoorden") for text in texts)
    assert any("niet getoond" in text for text in texts)
    assert figure_table(counts_result()).rows[0][1] == "20"


def test_marks_of_groups_are_told_in_short() -> None:
    marks = [
        {"item": "TRN3", "title": "Cijfer?", "kind": "mark", "cycle": cycle, "state": "answered"}
        | {"score": score / 2, "label": str(score / 2), "favourable": score >= 14, "n": 2, "share": 2 / 38}
        for cycle in ("2024-2025", "2025-2026")
        for score in range(2, 21)
    ]
    made = figure(Result("counts", pd.DataFrame(marks)))
    assert [trace.name for trace in made.data] == ["lager dan 7", "7 of hoger"]
    assert list(made.data[1].text) == ["37%", "37%"]
    assert figure_table(Result("counts", pd.DataFrame(marks))).rows[0][0] == "2024-2025"


def test_other_groupings_are_named_by_their_title() -> None:
    titles = {"arm_title": "Duinrand", "reference_title": "De Meren"}
    made = figure(compare_result(arm="DUIN", reference="MEER", **titles), "en")
    assert made.layout.annotations[0].text.endswith("Duinrand: worse")
    assert made.layout.title.text == "Difference from De Meren"


def test_status_is_drawn_with_hidden_responses() -> None:
    table = pd.DataFrame(
        {"variant": ["tandem", "unknown"], "held": [9, 1], "evaluated": [7, 0], "responses": [80, pd.NA]}
    )
    made = figure(Result("status", table), "en")
    assert made.layout.annotations[0].text == "tandem: 7 of 9"
    assert made.layout.title.text == "Sessions and completed forms per variant"


def test_every_result_follows_its_own_language_unless_told_otherwise() -> None:
    assert "minder" in alt_text(figure(compare_result()))
    assert "worse" in alt_text(figure(compare_result(), "en"))


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (Result("register", pd.DataFrame()), "figures.no_figure"),
        (Result("themes", pd.DataFrame()), "figures.nothing_to_draw"),
        (Result("trend", pd.DataFrame()), "figures.nothing_to_draw"),
        (Result("compare", pd.DataFrame()), "figures.nothing_to_draw"),
        (Result("status", pd.DataFrame()), "figures.nothing_to_draw"),
        (Result("counts", pd.DataFrame()), "figures.nothing_to_draw"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_sentence(result: Result, code: str) -> None:
    with pytest.raises(UsageProblem) as refused:
        figure(result)
    assert refused.value.findings[0].code == code
    for language in wording.languages():
        assert "{" not in wording.message(refused.value.findings[0], language)


def test_questions_with_different_answers_are_refused_by_name() -> None:
    other = counts_result().table.assign(item="INH2", label="iets anders")
    both = Result("counts", pd.concat([counts_result().table, other], ignore_index=True))
    with pytest.raises(UsageProblem) as refused:
        figure(both)
    assert refused.value.findings[0].code == "figures.mixed_scales"
    assert "VRM1, INH2" in wording.message(refused.value.findings[0], "nl")


def test_the_table_of_figures_names_its_analyses() -> None:
    drawn = {"change", "compare", "counts", "effects", "reliability", "spread", "status", "themes", "trend"}
    assert set(FIGURES) == drawn


def test_small_numbers_are_never_minus_zero() -> None:
    assert decimal(-0.04, "nl") == "0,0"
    assert decimal(-0.05, "nl") == "0,0"
    assert decimal(-0.06, "nl") == "−0,1"
    assert percent(-0.0001, "nl") == "0%"
    assert difference(-0.1249, "favourable", "nl") == "12\u00a0procentpunt"


def _comparison(estimate: Estimate | None, verdict: str = "cannot_tell") -> Comparison:
    return Comparison(
        measure="TRN3",
        title="Welk cijfer geef je?",
        verdict=verdict,
        scope="partnership-cycle",
        arm=Arm("institute_only", None, None, None),
        reference=Arm("tandem", 31, 5, 6),
        difference=estimate,
        relevant=0.5,
    )


def _walk(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    yield key, value
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _walk(part, name)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _walk(part, key)


def _is_font(key: str, value: Any) -> bool:
    return key.endswith("font") and isinstance(value, dict) and "size" in value
