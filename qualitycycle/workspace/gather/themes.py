"""The open answers of the cycle as reviewers put them together; nothing where nobody did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qualitycycle.instrument import in_language
from qualitycycle.report.model import Estimate, Themes
from qualitycycle.report.model_cycle import Quote, Theme
from qualitycycle.vocabulary import Moment
from qualitycycle.workspace.gather.about import About
from qualitycycle.workspace.release import Group
from qualitycycle.workspace.theme_table import themes_result

QUOTES = 6
"""So many remarks of one question are shown at most."""


def themes(about: About) -> tuple[Themes, ...]:
    """The open questions asked after a session of which themes may be shown."""
    asked = [
        one.id for one in about.asked_at(Moment.POST) if about.instrument.scale_of(one.id).kind == "open"
    ]
    return tuple(one for id in asked if (one := _question(about, id)) is not None)


def _question(about: About, item: str) -> Themes | None:
    group = Group(about.partnership, about.cycle)
    result = themes_result(about.workspace, about.view, item, None, group, True)
    shown = [row for row in result.payload["themes"] if row["theme"] is not None]
    if not shown:
        return None
    titles = {row["theme"]: row["title"] for row in shown}
    return Themes(
        title=str(in_language(about.instrument.item(item).text, about.language)),
        written=shown[0]["written"],
        themes=tuple(_theme(row) for row in shown),
        quotes=tuple(
            Quote(one["text"], tuple(titles.get(code, code) for code in one["themes"]))
            for one in result.payload["quotes"][:QUOTES]
        ),
        notes=tuple(result.sentences()),
    )


def _theme(row: Mapping[str, Any]) -> Theme:
    share = None if row["share"] is None else Estimate(row["share"], row["low"], row["high"])
    return Theme(row["title"], row["n"], share)
