"""What an analysis proposes as a finding: kind, words and figures, from the result as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from qualitycycle import wording
from qualitycycle.analysis.result import Result
from qualitycycle.config import Config, load_config, shipped
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.workspace.evidence import READERS, evidence_of, kept_stamp

TITLE = "Welk cijfer geef je de trainer(s) samen?"
STAMP = {"evaluations": {"versions": {"responses": 2}, "imports": ["a", "b"]}, "config": "f00"}


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(Path(shipped("config")).parent)


def result(name: str, payload: dict[str, Any], *sentences: str) -> Result:
    notes = tuple(("compare.said", {"sentence": one}) for one in sentences)
    return Result(name, pd.DataFrame(), {}, notes, (), STAMP, payload)


def compared(*verdicts: str) -> Result:
    rows = [{"item": "TRN3", "arm": f"arm {at}", "verdict": one} for at, one in enumerate(verdicts)]
    lines = [f"{TITLE} Het is {one}." for one in verdicts]
    payload = {"by": "variant", "partnership": "DUIN", "cycle": "2025-2026", "comparisons": rows}
    return result("compare", payload, *lines, "Wie welke training kreeg, is niet door loting bepaald.")


@pytest.mark.parametrize(
    ("verdicts", "kind", "said"),
    [
        (("too_few", "worse"), "concern", f"{TITLE} Het is worse."),
        (("better", "worse"), "concern", f"{TITLE} Het is better. {TITLE} Het is worse."),
        (("better", "too_few"), "strength", f"{TITLE} Het is better."),
        (("equivalent",), "strength", f"{TITLE} Het is equivalent."),
        (("cannot_tell", "too_few"), "unclear", f"{TITLE} Het is cannot_tell."),
    ],
)
def test_a_comparison(config: Config, verdicts: tuple[str, ...], kind: str, said: str) -> None:
    found = evidence_of(compared(*verdicts), config, "trn3")
    assert (found.kind, found.what, found.about) == (kind, said, {"indicator": "TRN3"})
    assert found.reference == "vergelijking van varianten op TRN3 (DUIN, 2025-2026)"
    assert found.source == "analysis"
    assert [one["verdict"] for one in json.loads(found.figures)["comparisons"]] == list(verdicts)


def test_growth_that_fails_to_appear_is_a_concern(config: Config) -> None:
    title = config.instrument_of("ZEL1").title_of("ZEL1", "nl")
    rows = [{"item": "ZEL1", "from": "pre", "to": "post", "verdict": "equivalent"}]
    found = evidence_of(result("change", {"changes": rows}, "12 paren", title, "Geen groei."), config)
    assert (found.kind, found.what) == ("concern", f"{title} Geen groei.")


@pytest.mark.parametrize(
    ("verdict", "assurance", "kind"),
    [
        ("concern", "always", "concern"),
        ("improvement", "never", "strength"),
        ("ordinary", "always", "strength"),
        ("ordinary", "never", "concern"),
        ("ordinary", "sometimes", "unclear"),
        ("hidden", None, "unclear"),
    ],
)
def test_a_chart(config: Config, verdict: str, assurance: str | None, kind: str) -> None:
    row = {
        "item": "TRN3",
        "verdict": verdict,
        "assurance": assurance,
        "notes": ["Titel", "Stand", "Signaal", "Meer"],
    }
    found = evidence_of(result("trend", {"series": [row]}), config)
    assert (found.kind, found.what) == (kind, "Titel Stand Signaal")


def test_themes_are_named_with_their_counts(config: Config) -> None:
    rows = [
        {"theme": "time", "title": "Tijd", "n": 12},
        {"theme": "peers", "title": "Elkaar", "n": 20},
        {"theme": None, "title": None, "n": None},
    ]
    found = evidence_of(result("themes", {"item": "OPN1", "themes": rows}), config)
    assert (found.source, found.kind) == ("theme", "unclear")
    assert "Elkaar (20), Tijd (12)" in found.what
    nothing = evidence_of(result("themes", {"item": "OPN1", "themes": rows[2:]}), config)
    assert "nog niets te tonen" in nothing.what


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [
        ("effective", "strength"),
        ("smaller_than_predicted", "strength"),
        ("no_relevant_effect", "concern"),
        ("worse", "concern"),
        ("cannot_tell", "unclear"),
        ("too_few", "unclear"),
        ("not_yet", "unclear"),
    ],
)
def test_an_effect_is_about_its_action(config: Config, verdict: str, kind: str) -> None:
    row = {
        "id": "A1",
        "indicator": "TRN3",
        "partnership": "DUIN",
        "verdict": verdict,
        "after": {"cycles": ["2025-2026", "2026-2027"]},
        "sentences": ["Voorspeld was iets.", "Meer."],
    }
    found = evidence_of(result("effects", {"actions": [row]}), config)
    assert found.kind == kind
    assert found.what == f"Voorspeld was iets. {wording.text(f'effect.verdict.{verdict}', 'nl')}"
    assert found.about == {
        "action": "A1",
        "indicator": "TRN3",
        "partnership": "DUIN",
        "cycle": "2026-2027",
    }


@pytest.mark.parametrize(
    ("made", "item"),
    [
        (result("reliability", {}), None),
        (result("compare", {"comparisons": []}), "TRN3"),
        (result("compare", {"comparisons": [{"item": "TRN3"}, {"item": "INH1"}]}), None),
        (compared("better"), "INH1"),
    ],
)
def test_what_no_finding_can_be_made_of(config: Config, made: Result, item: str | None) -> None:
    with pytest.raises(UsageProblem) as problem:
        evidence_of(made, config, item)
    for one in problem.value.findings:
        assert "{" not in wording.message(one, "nl") != one.code


def test_more_figures_than_a_cell_holds_are_refused(config: Config) -> None:
    row = {"item": "TRN3", "verdict": "ordinary", "notes": ["x"] * 8000}
    with pytest.raises(Refused):
        evidence_of(result("trend", {"series": [row]}), config)


def test_what_was_read_is_kept_without_the_list_of_imports() -> None:
    kept = kept_stamp(STAMP)
    assert kept["evaluations"]["versions"] == {"responses": 2} and kept["config"] == "f00"
    assert kept["evaluations"]["imports"] == 2
    other = {**STAMP, "evaluations": {**STAMP["evaluations"], "imports": ["a", "c"]}}
    assert kept_stamp(other)["evaluations"]["imports_hash"] != kept["evaluations"]["imports_hash"]
    assert STAMP["evaluations"]["imports"] == ["a", "b"]


def test_every_reader_has_its_words() -> None:
    for name in READERS:
        assert all(wording.has(f"cycle.reference.{name}", one) for one in wording.languages())
