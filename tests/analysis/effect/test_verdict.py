"""Every verdict on an effect, from its interval alone; and every sentence there is of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qualitycycle import wording
from qualitycycle.analysis.effect.model import Effect
from qualitycycle.analysis.effect.outcome import ActionEffect, Cell
from qualitycycle.analysis.effect.sentences import effect_sentences
from qualitycycle.analysis.effect.verdict import EffectReason, EffectVerdict, judge
from qualitycycle.analysis.linear import Contrast
from qualitycycle.analysis.proportions import Interval
from qualitycycle.pdca import propose_on_effect


def effect(estimate: float, se: float, share: float = 0.0) -> Effect:
    return Effect(Contrast(estimate, se, 1e6), share, 8)


@pytest.mark.parametrize(
    ("found", "predicted", "relevant", "verdict", "reasons"),
    [
        (effect(0.5, 0.1), 0.4, 0.3, "effective", {"prediction_possible"}),
        (effect(0.5, 0.2), 0.4, 0.3, "effective", {"prediction_possible", "relevance_unproven"}),
        (effect(0.5, 0.05), 0.8, 0.3, "smaller_than_predicted", {"below_prediction"}),
        (effect(0.2, 0.04), None, 0.3, "smaller_than_predicted", {"below_relevant"}),
        (effect(0.5, 0.1), None, None, "effective", set()),
        (effect(-0.5, 0.1), 0.4, 0.3, "worse", {"below_zero"}),
        (effect(0.02, 0.1), 0.4, 0.3, "no_relevant_effect", {"within_relevant"}),
        (effect(0.02, 0.3), 0.4, 0.3, "cannot_tell", {"interval_includes_zero"}),
        (effect(0.02, 0.1), 0.4, None, "cannot_tell", {"interval_includes_zero"}),
        (None, 0.4, 0.3, "cannot_tell", {"no_variation"}),
    ],
)
def test_verdicts(
    found: Effect | None, predicted: float | None, relevant: float | None, verdict: str, reasons: set[str]
) -> None:
    said, why = judge(found, predicted=predicted, relevant=relevant)
    assert (said, set(why)) == (verdict, reasons)


def test_how_it_was_chosen_decides_between_success_and_not_yet() -> None:
    plain, chosen = effect(0.45, 0.2), effect(0.45, 0.2, share=0.5)
    assert judge(plain, predicted=0.4, relevant=0.3)[0] == "effective"
    assert judge(chosen, predicted=0.4, relevant=0.3)[0] == "cannot_tell"


CELL = Cell(("2025-2026",), 8, 9, 65, 3.4)
BASE = ActionEffect(
    id="A-1",
    partnership="DUIN",
    indicator="TRN1",
    title="Voorbeelden",
    what="Een map",
    due=date(2026, 5, 1),
    predicted=0.3,
    verdict=EffectVerdict.EFFECTIVE,
    reasons=(),
    relevant=0.3,
    design="with_without",
    scope="region",
    trigger="2024-2025",
    baseline_how="left_out",
    baseline=CELL,
    after=replace(CELL, value=3.9),
    before_without=CELL,
    without=CELL,
    effect=Interval(0.4, 0.1, 0.7),
    chosen_from=8,
    needed=12,
    power=0.61,
    proposal="adopt",
)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("verdict", list(EffectVerdict))
def test_every_verdict_and_reason_has_its_words(verdict: EffectVerdict, language: str) -> None:
    proposal = propose_on_effect(str(verdict))
    one = replace(BASE, verdict=verdict, reasons=tuple(EffectReason), proposal=proposal)
    said = effect_sentences(one, language)
    assert not [line for line in said if line.startswith("effect.") or "{" in line]
    assert wording.text(f"effect.short.{verdict}", language) != f"effect.short.{verdict}"
    assert wording.text(f"effect.proposed.{proposal}", language) != f"effect.proposed.{proposal}"


@pytest.mark.parametrize("how", ["left_out", "shrunken", "all"])
@pytest.mark.parametrize("scope", ["partnership", "region"])
def test_what_it_rests_on_is_told(how: str, scope: str) -> None:
    one = replace(BASE, baseline_how=how, scope=scope, shrunken=0.1 if how == "shrunken" else None)  # type: ignore[arg-type]
    said = " ".join(effect_sentences(one, "nl"))
    assert "Met de actie (2025-2026): 3,9, uit 65 antwoorden, 8 sessies en 9 trainers." in said
    assert "+0,4 punt meer dan zonder, waarschijnlijk tussen +0,1 punt en +0,7 punt" in said
    assert "Er is niet geloot" in said
    assert ("stijgt een opvallend laag cijfer" in said) == (how == "shrunken")


def test_levels_that_are_hidden_leave_the_difference() -> None:
    bare = BASE.without_levels()
    said = " ".join(effect_sentences(bare, "nl"))
    assert bare.as_json()["after"]["value"] is None and bare.as_json()["effect"]["estimate"] == 0.4
    assert "3,9" not in said and "Hoe hoog deze cijfers zijn, tonen we niet" in said
    assert BASE.after is not None and BASE.after.value == 3.9


def test_shares_are_in_percentage_points() -> None:
    share = replace(
        BASE, unit="favourable", indicator="coverage", predicted=0.2, after=replace(CELL, value=0.75)
    )
    said = " ".join(effect_sentences(share, "nl"))
    assert "+20 procentpunt" in said and "75%, uit 65 gehouden sessies" in said
