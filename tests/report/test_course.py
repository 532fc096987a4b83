"""The charts of sessions in the report: a figure with its table, and the sentences under it."""

from __future__ import annotations

from typing import Any

from qualitycycle.report.course import session_course
from qualitycycle.report.document import Bullets, Figure, Paragraph

POINT = {"date": "2025-09-01", "until": "2025-11-01", "segment": 0, "n": 8, "value": 8.1, "lower": 7.0}
SERIES: dict[str, Any] = {
    "title": "Welk cijfer?",
    "where": "Duinrand",
    "deciding": "mean",
    "norm": 7.5,
    "points": [{**POINT, "upper": 9.0, "signals": []}] * 3,
    "segments": [{"centre": 8.0, "trial_limits": False}],
    "actions": [],
    "notes": ["Welk cijfer? (Duinrand)", "Er zijn 3 sessies.", "Geen signaal."],
}


def test_a_chart_has_a_figure_a_table_and_sentences() -> None:
    part = session_course([SERIES], "nl")
    lead, figure, said = part.blocks
    assert part.heading == "Verloop per sessie" and isinstance(lead, Paragraph)
    assert isinstance(figure, Figure) and "3 sessies" in figure.alt and len(figure.table.rows) == 3
    assert said == Bullets(("Er zijn 3 sessies.", "Geen signaal."))


def test_without_points_the_sentences_stay() -> None:
    hidden = {**SERIES, "points": [], "segments": [], "notes": ["titel", "Te klein om te tonen."]}
    _, label, said = session_course([hidden], "en").blocks
    assert label == Paragraph("Course by session: Welk cijfer? (Duinrand)", "label")
    assert said == Bullets(("Te klein om te tonen.",))


def test_what_holds_for_every_chart_is_said_once() -> None:
    other = {**SERIES, "notes": ["Nog een vraag", "Er zijn 3 sessies.", "Wel een signaal."]}
    blocks = session_course([SERIES, other], "nl").blocks
    lists = [block.items for block in blocks if isinstance(block, Bullets)]
    assert lists == [("Geen signaal.",), ("Wel een signaal.",), ("Er zijn 3 sessies.",)]
