"""Good practices of a partnership and those offered to it, and its replies to participants."""

from __future__ import annotations

from qualitycycle.register.tables import fold_id
from qualitycycle.report.model import Practice, Reply
from qualitycycle.workspace.gather.about import About
from qualitycycle.workspace.practice_cards import PracticeCard
from qualitycycle.workspace.practices import evidence_sentence, offered_to, own_practices

WITHDRAWN = "withdrawn"


def practices(about: About) -> tuple[Practice, ...]:
    """The cards of the partnership and those that may help it, with how strong the evidence is."""
    own = own_practices(about.view, about.partnership, day=about.day)
    offered = offered_to(about.view, about.partnership, about.cycle, day=about.day)
    return (
        *(_practice(about, card, False) for card in own if card.status != WITHDRAWN),
        *(_practice(about, card, True) for card in offered),
    )


def replies(about: About) -> tuple[Reply, ...]:
    """What was answered to participants of the cycle, once it has been signed."""
    spelled = {
        fold_id(row["id"]): str(row["id"])
        for table in ("findings", "actions")
        for row in about.view.records[table]
    }
    return tuple(
        Reply(
            id=row["id"],
            said=row["said"],
            answer=row["answer"],
            what=row["what"] or "",
            finding=spelled.get(fold_id(row["finding"]), ""),
            action=spelled.get(fold_id(row["action"]), ""),
        )
        for row in about.view.records["replies"]
        if row["partnership"] == about.partnership and row["cycle"] == about.cycle and row["signed_on"]
    )


def _practice(about: About, card: PracticeCard, offered: bool) -> Practice:
    name = about.view.config.organisations.partnerships[card.partnership].name
    return Practice(
        id=card.id,
        title=card.title,
        what=card.what,
        context=card.context,
        origin=name if offered else "",
        indicator=card.indicator,
        evidence=evidence_sentence(card, about.language),
        results=card.results,
        action="" if offered else _action(about, card.id),
        offered=offered,
    )


def _action(about: About, practice: str) -> str:
    """The id of the action a practice came from, as the actions spell it."""
    row = next(one for one in about.view.records["practices"] if one["id"] == practice)
    wanted = fold_id(row["action"])
    ids = (str(one["id"]) for one in about.view.records["actions"] if fold_id(one["id"]) == wanted)
    return next(ids, "")
