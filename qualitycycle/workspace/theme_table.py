"""The themes of open answers as a result: counts with intervals and released quotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from qualitycycle import disclosure
from qualitycycle.analysis.result import Result
from qualitycycle.themes.shares import theme_share
from qualitycycle.workspace.release import Group, group_note
from qualitycycle.workspace.theming import (
    Decided,
    agreement,
    codings_of,
    names_in,
    note_of_disagreement,
    settled,
    shown_groups,
)

if TYPE_CHECKING:
    from qualitycycle.workspace.core import Workspace
    from qualitycycle.workspace.view import View

COLUMNS = ["group", "theme", "title", "n", "written", "share", "low", "high"]


def themes_result(
    workspace: Workspace, view: View, item: str, by: str | None, base: Group, quotes: bool
) -> Result:
    """See ``workspace.theming.themes``."""
    codes = codings_of(workspace).codes()
    decided, unsettled = settled(codes, item)
    decided = [one for one in decided if _basic(view, one.collection)]
    shown = shown_groups(view, Counter(one.collection for one in decided))
    rows: list[dict[str, Any]] = []
    clustered = True
    for name, group in _groups(view, by, base):
        own = [one for one in decided if group.holds(view.sessions[one.collection])]
        found, knows = _rows(view, own, name, group in shown, workspace.language)
        rows += found
        clustered &= knows
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"n": "Int64", "written": "Int64"})
    quoted = _quotes(workspace, view, decided, base, base in shown) if quotes else []
    whole = base == Group() and base in shown
    alpha = agreement(codes, item, view.config.codebook.themes) if whole else {}
    payload = {
        "item": item,
        "by": by,
        "themes": _records(table),
        "quotes": quoted,
        "agreement": {theme: value for theme, value in alpha.items() if value is not None},
        "unsettled": len(unsettled) if whole else None,
    }
    settings = {"item": item, "by": by, "partnership": base.partnership, "cycle": base.cycle}
    notes = _notes(view, table, clustered, payload)
    findings = tuple(note_of_disagreement(unsettled)) if whole else ()
    return Result("themes", table, settings, notes, findings, view.stamp, payload, workspace.language)


def _basic(view: View, collection: str) -> bool:
    return collection in view.sessions and view.sessions[collection].kind == "basic"


def _groups(view: View, by: str | None, base: Group) -> list[tuple[str | None, Group]]:
    if by is None:
        return [(None, base)]
    values = sorted({str(getattr(one, by)) for one in view.sessions.values() if getattr(one, by)})
    return [(value, replace(base, **{by: value})) for value in values]


def _rows(
    view: View, own: Sequence[Decided], name: str | None, shown: bool, language: str
) -> tuple[list[dict[str, Any]], bool]:
    """A row per theme that occurs (of a hidden group one without numbers), and whether sessions count."""
    if not own:
        return [], True
    if not shown:
        return [{"group": name, "theme": None, "title": None}], True
    written = Counter(one.collection for one in own)
    sessions = sorted(written)
    rows, clustered = [], True
    for code in dict.fromkeys([*view.config.codebook.themes, *(t for one in own for t in one.themes)]):
        mentions = Counter(one.collection for one in own if code in one.themes)
        if not mentions:
            continue
        share = theme_share([mentions[one] for one in sessions], [written[one] for one in sessions])
        clustered &= share.clustered
        cells = {"n": mentions.total(), "written": len(own), "share": share.value}
        title = view.config.codebook.name_of(code, language)
        rows.append(
            {"group": name, "theme": code, "title": title, **cells, "low": share.low, "high": share.high}
        )
    return sorted(rows, key=lambda row: -row["n"]), clustered


def _quotes(
    workspace: Workspace, view: View, decided: Sequence[Decided], base: Group, shown: bool
) -> list[dict[str, Any]]:
    """Released texts of a group that may be shown; redacted again, since the register may have grown."""
    from qualitycycle.themes.redaction import redact

    if not shown:
        return []
    texts: dict[str, str] = {}
    for (comment, _), text in sorted(codings_of(workspace).quotes().items(), key=lambda one: one[0]):
        texts[comment] = text
    names = names_in(view)
    return [
        {"themes": list(one.themes), "text": redact(texts[one.comment], names).text}
        for one in decided
        if one.quotable and one.comment in texts and base.holds(view.sessions[one.collection])
    ]


def _notes(view: View, table: pd.DataFrame, clustered: bool, payload: Any) -> tuple[Any, ...]:
    floors = view.config.settings.floors
    stricter = floors.model_copy(update={"scores": floors.open_text})
    lowered = disclosure.lowered_note(floors)
    hidden = table.empty or bool(table["theme"].isna().any())
    alpha = payload["agreement"]
    least = min(alpha, key=lambda theme: alpha[theme]) if alpha else None
    return (
        ("themes.note.base", {}),
        *([("themes.note.empty", {})] if table.empty else []),
        *([group_note(stricter)] if hidden else []),
        *([("themes.note.few_sessions", {})] if not clustered else []),
        *(
            [
                (
                    "themes.note.agreement",
                    {"least": f"{alpha[least]:.2f}", "most": f"{max(alpha.values()):.2f}"},
                )
            ]
            if least
            else []
        ),
        *([("themes.note.unsettled", {"n": payload["unsettled"]})] if payload["unsettled"] else []),
        *([lowered] if lowered else []),
    )


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    plain = table.astype(object).where(table.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict(orient="records")]
