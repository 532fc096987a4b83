"""The objects of the cycle as tables: what was agreed, found, decided and done, and what came of it.

A goal leads to findings, a finding to decisions, a decision to actions, an action in the next
cycle to a finding about it, and that to a decision again.
"""

from __future__ import annotations

from qualitycycle.register.columns import (
    VARIANTS,
    Column,
    Table,
    choice,
    day,
    own_id,
    partnership,
    reference,
    references,
    text,
)
from qualitycycle.vocabulary import Guarantee

_GOALS = Table(
    "goals",
    ("id",),
    (
        own_id(),
        partnership(),
        text("cycle"),
        text("indicator"),
        Column("norm", "number"),
        Column("relevant_difference", "number", minimum=0),
        text("owner"),
        choice("guarantee", Guarantee, "terms.guarantee"),
        Column("agreed_on", "date"),
        Column("text"),
    ),
    folder="cycle",
)

_FINDINGS = Table(
    "findings",
    ("id",),
    (
        own_id(),
        partnership(),
        text("cycle"),
        reference("goal", "goals.id"),
        reference("action", "actions.id"),
        Column("indicator"),
        choice("kind", ("strength", "concern", "unclear"), "register.finding_kind", required=True),
        text("what"),
        text("owner"),
        day("found_on"),
    ),
    folder="cycle",
)

_SOURCES = Table(
    "sources",
    ("finding", "number"),
    (
        reference("finding", "findings.id", required=True),
        Column("number", "integer", required=True, minimum=1),
        choice(
            "kind",
            ("analysis", "panel", "theme", "register", "document"),
            "register.source_kind",
            required=True,
        ),
        text("reference"),
        Column("said"),
        Column("on", "date"),
        Column("figures"),
        Column("snapshot"),
    ),
    folder="cycle",
)

_DECISIONS = Table(
    "decisions",
    ("id",),
    (
        own_id(),
        partnership(),
        references("findings", "findings.id", required=True),
        choice(
            "kind",
            ("adopt", "adapt", "abandon", "investigate", "rebase"),
            "register.decision_kind",
            required=True,
        ),
        text("what"),
        text("owner"),
        day("decided_on"),
        reference("action", "actions.id"),
        Column("indicator"),
        Column("holds_from", "date"),
    ),
    folder="cycle",
)

_ACTIONS = Table(
    "actions",
    ("id",),
    (
        own_id(),
        partnership(),
        reference("decision", "decisions.id"),
        reference("goal", "goals.id"),
        text("what"),
        text("owner"),
        Column("agreed_on", "date"),
        Column("starts_on", "date"),
        Column("due", "date"),
        references("sessions", "sessions.id"),
        choice("variant", VARIANTS, "terms.variant"),
        text("indicator"),
        Column("predicted_effect", "number"),
        choice("status", ("open", "in_progress", "done", "dropped"), "register.status"),
        Column("closed_on", "date"),
        Column("result"),
    ),
    folder="cycle",
)

_PRACTICES = Table(
    "practices",
    ("id",),
    (
        own_id(),
        partnership(),
        text("title"),
        Column("context"),
        text("what"),
        text("indicator"),
        reference("action", "actions.id"),
        references("trainers", "trainers.id"),
        references("agreed", "trainers.id"),
        choice("status", ("draft", "offered", "withdrawn"), "register.practice_status"),
        text("owner"),
        Column("shared_on", "date"),
    ),
    folder="cycle",
)

_REUSES = Table(
    "reuses",
    ("practice", "partnership", "on"),
    (
        reference("practice", "practices.id", required=True),
        partnership(),
        day("on"),
        text("owner"),
        Column("result"),
    ),
    folder="cycle",
)

_REPLIES = Table(
    "replies",
    ("id",),
    (
        own_id(),
        partnership(),
        text("cycle"),
        reference("session", "sessions.id"),
        reference("finding", "findings.id"),
        text("said"),
        choice("answer", ("we_do", "not_now"), "register.reply_answer", required=True),
        Column("what"),
        reference("action", "actions.id"),
        reference("signed_school", "trainers.id"),
        reference("signed_institute", "trainers.id"),
        Column("signed_on", "date"),
    ),
    folder="cycle",
)

CYCLE_TABLES = (
    _GOALS,
    _FINDINGS,
    _SOURCES,
    _DECISIONS,
    _ACTIONS,
    _PRACTICES,
    _REUSES,
    _REPLIES,
)
"""The objects of the cycle: goal, finding with its sources, decision, action; practices and replies."""

LINKS = tuple(
    (table.name, column.name, target.name)
    for table in CYCLE_TABLES
    for column in table.columns
    for target in CYCLE_TABLES
    if table.owns_itself and f"{target.name}.id" in column.refers_to
)
"""Table, column and the table it refers to, of every reference from an object to what led to it."""
