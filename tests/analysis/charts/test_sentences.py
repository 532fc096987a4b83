"""Every thing a chart may have to say is said in plain words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qualitycycle.analysis.charts.deviations import DEVIATIONS, deviation_sentences
from qualitycycle.analysis.charts.process import process
from qualitycycle.analysis.charts.sentences import trend_sentences
from qualitycycle.analysis.charts.series import Annotation, Break, Series, verdict_of
from qualitycycle.analysis.charts.signals import Rule, Side, Signal
from tests.analysis.charts.sessions import counted, sessions
from tests.analysis.charts.test_process import WAVE
from tests.analysis.charts.test_trainers import PASSING, RETURNING

BARE = Series("TRN3", "Welk cijfer?", "regio", "mean", ends=(1.0, 10.0))


def of(values: list[float], **more: object) -> Series:
    return replace(BARE, processes=(process(sessions(values), share=False),), **more)  # type: ignore[arg-type]


def said(series: Series, language: str = "nl") -> str:
    return "\n".join(trend_sentences(series, language))


def test_from_nothing_to_limits() -> None:
    assert "te klein om te tonen" in said(replace(BARE, reason="hidden"))
    assert "nog geen sessies" in said(BARE)
    assert "Er is 1 sessie" in said(of(WAVE[:1]))
    assert "Vanaf 5 sessies kunnen we" in said(of(WAVE[:4]))
    assert "pas vanaf 12 liggen ze vast" in said(of(WAVE[:11]))
    full = said(of(WAVE))
    assert "Er zijn 16 sessies; het midden is 7,9. Gewone schommeling loopt van 6," in full
    assert "voorlopig" not in full and "geen bijzonder signaal" in full
    assert "ongeveer 14 van de 100 gevallen" in full
    assert "allemaal op 8,0 uit" in said(of([8.0] * 12))
    kinds = [
        s.verdict for s in (replace(BARE, reason="hidden"), BARE, of(WAVE[:4]), of([8.0] * 12), of(WAVE))
    ]
    assert kinds == ["hidden", "too_few", "too_few", "no_variation", "ordinary"]


def test_the_direction_of_the_question_tells_what_a_signal_means() -> None:
    down = [*WAVE[:11], 8.0, *[6.9] * 8]
    assert of(down).verdict == "concern" and "een zorg: 8 sessies op rij liggen onder" in said(of(down))
    turned = replace(of(down), higher=False)
    assert turned.verdict == "improvement" and "de goede kant op: 8 sessies op rij" in said(turned)


@pytest.mark.parametrize("rule", ["beyond", "shift", "trend", "near"])
@pytest.mark.parametrize("side", ["high", "low"])
@pytest.mark.parametrize("times", [1, 2])
def test_every_signal_has_words(rule: Rule, side: Side, times: int) -> None:
    series = of(WAVE)
    assert series.last is not None
    found = tuple(Signal(rule, side, tuple(range(i, i + 7))) for i in range(times))
    marked = replace(series, processes=(replace(series.last, signals=found),))
    for language in ("nl", "en"):
        assert "trend." not in said(marked, language) and "{" not in said(marked, language)
    assert marked.verdict == ("improvement" if side == "high" else "concern")


def test_signals_on_both_sides_are_mixed() -> None:
    both = [Signal("beyond", "high", (0,)), Signal("beyond", "low", (3,))]
    assert verdict_of(both, True) == verdict_of(both, False) == "mixed"


def test_trainers_in_a_row_are_told() -> None:
    values = [WAVE[i % 16] + 0.01 * i for i in range(24)]
    for teams, words in ((RETURNING, "niveau van de trainers eraf"), (PASSING, "komen zelden terug")):
        series = replace(BARE, processes=(process(sessions(values, teams=teams), share=False),))
        assert words in said(series)
    off = replace(BARE, processes=(process(sessions(values, teams=PASSING), share=False),))
    assert (off.false_signals or 0) < (of(values).false_signals or 0)


def test_shares_are_percentages() -> None:
    points = counted([8, 14, 9, 13, 8, 15, 7, 14, 9, 12, 8, 13], [12, 20] * 6)
    series = replace(BARE, deciding="favourable", ends=(0.0, 1.0), processes=(process(points, share=True),))
    assert "het midden is 68%" in said(series) and "gunstige antwoorden" in said(series)
    assert "hoogste antwoord" in said(replace(series, deciding="top"))


def test_norm_breaks_actions_and_what_is_left_out() -> None:
    day = date(2025, 10, 1)
    for norm, words in ((5.0, "bijna elke sessie"), (8.0, "de ene sessie"), (9.9, "bijna geen sessie")):
        assert words in said(of(WAVE, norm=norm))
    parts = (process(sessions(WAVE), share=False), process(sessions(WAVE[:6]), share=False))
    breaks = (Break(day, "questionnaire", "2.0"), Break(day, "decision", "nieuwe opzet"))
    broken = said(replace(BARE, processes=parts, breaks=breaks, small=1, unseen=2))
    for words in ("anders gesteld (2.0)", "door een besluit: nieuwe opzet", "na de laatste breuk"):
        assert words in broken
    assert "1 sessie is te klein" in broken and "2 sessies tellen mee" in broken
    assert "staan niet als punt" in said(of(WAVE, unseen=16))
    actions = tuple(Annotation(f"A{i}", day, i == 0, "Samen.") for i in range(7))
    told = said(of(WAVE, actions=actions))
    assert "Actie A0, klaar op 01-10-2025: Samen." in told and "nog 2 acties" in told


def test_every_deviation_is_explained() -> None:
    for language in ("nl", "en"):
        lines = deviation_sentences(language)
        assert len(lines) == len(DEVIATIONS) and not any("trend.deviation" in line for line in lines)
