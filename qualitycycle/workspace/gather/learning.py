"""What the same people learned and use: changes through the gate, in the words of the report."""

from __future__ import annotations

from qualitycycle.analysis.change_sentences import caveat_sentences, retention_sentence
from qualitycycle.figures.change import change_lines
from qualitycycle.report.model import ItemResult, Learning
from qualitycycle.workspace.change_asked import Found, Question
from qualitycycle.workspace.changed import paired_sentences, rows
from qualitycycle.workspace.changing import answer
from qualitycycle.workspace.gather.about import About
from qualitycycle.workspace.release import Group


def learning(about: About, applied: tuple[ItemResult, ...]) -> Learning:
    """The changes of the partnership's people in this cycle; ``applied``: what is asked later only."""
    (found,) = answer(about.view, Question(groups=(Group(about.partnership, about.cycle),)))
    floor = about.floors.scores
    return Learning(
        paired=tuple(paired_sentences(found, about.language, floor)),
        changes=tuple(change_lines(rows(about.view, found, about.language))),
        kept=tuple(_kept(about, found)),
        caveats=tuple(caveat_sentences(found.changes, about.language)),
        applied=applied,
    )


def _kept(about: About, found: Found) -> list[str]:
    """What is left of the gain on the declared scores."""
    return [
        about.text(
            "change.report.kept",
            title=about.view.config.instrument_of(one.item).title_of(one.item, about.language),
            sentence=retention_sentence(one, about.language, about.floors.scores),
        )
        for one in found.retentions
        if one.item in about.view.config.instrument_of(one.item).scores
    ]
