"""A person decides on an effect: the finding, the decision and the end of the action, in one commit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from qualitycycle import wording
from qualitycycle.errors import UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.register.derive import cycle_of
from qualitycycle.register.entry import new_key
from qualitycycle.register.judged import judging
from qualitycycle.register.tables import TABLES, Records, Row, fold_id
from qualitycycle.vocabulary import JUDGING, ON_AN_ACTION
from qualitycycle.workspace.choices import check_choice, day_of
from qualitycycle.workspace.effects import effects
from qualitycycle.workspace.evidence import EFFECT_KINDS, kept_stamp
from qualitycycle.workspace.registry import upsert_register

if TYPE_CHECKING:
    from qualitycycle.analysis.result import Result
    from qualitycycle.workspace.core import Workspace


@dataclass(frozen=True)
class Confirmed:
    """What became of a decision on an effect: ``recorded``, ``checked`` (dry run) or ``rejected``.

    ``finding`` and ``decision`` are the ids made, ``closed`` whether the action is done now.
    """

    status: str
    action: str
    finding: str | None
    decision: str | None
    closed: bool
    findings: list[Finding] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """1 when it was rejected, else 0."""
        return int(self.status == "rejected")

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON, without the findings."""
        names = ("status", "action", "finding", "decision", "closed")
        return {name: getattr(self, name) for name in names}


def confirm_effect(
    workspace: Workspace,
    action: str,
    decision: str,
    *,
    owner: str,
    because: str,
    as_of: str | date | None = None,
    dry_run: bool = False,
) -> Confirmed:
    """Record what a person decides on the measured effect of an action.

    A finding about the action with this analysis as its source (the gated figures and what was
    read), the ``decision`` (adopt, adapt, abandon or investigate) by the function ``owner`` with
    its reason, and, unless it has to be looked into further, the end of the action with its
    result (one that was closed already keeps its own). All of it or nothing; every rule of the
    register holds, and an action is decided on once. Raises UsageProblem for what does not
    exist, and for an action that there is nothing to say of yet.
    """
    check_choice("confirm", decision, ON_AN_ACTION)
    day = day_of(as_of)
    looked = effects(workspace, action=action, as_of=day)
    told = next(iter(looked.payload["actions"]), None)
    if told is None or told["verdict"] == "not_yet":
        raise UsageProblem(Finding("effect.not_looked_at", value=action))
    made: dict[str, str] = {}

    def propose(current: Records) -> tuple[Records, list[Finding]]:
        rows = _rows(workspace, current, told, looked, decision, owner, because, day)
        made["finding"], made["decision"] = (str(rows[name][0]["id"]) for name in ("findings", "decisions"))
        return rows, _decided_before(current, told["id"])

    outcome = upsert_register(workspace, propose, dry_run)
    status = "recorded" if outcome.status == "imported" else outcome.status
    closed = any(one.table == "actions" for one in outcome.effective)
    touched = {(one.table, one.key) for one in outcome.effective}
    said = [
        one
        for one in outcome.findings
        if one.is_error or (one.details.get("sheet"), one.details.get("at")) in touched
    ]
    return Confirmed(status, told["id"], made.get("finding"), made.get("decision"), closed, said)


def _rows(
    workspace: Workspace,
    current: Records,
    told: Mapping[str, Any],
    looked: Result,
    decision: str,
    owner: str,
    because: str,
    day: date,
) -> Records:
    start, language = workspace.config.settings.cycle.start, workspace.language
    verdict = wording.text(f"effect.verdict.{told['verdict']}", language)
    finding = {
        "partnership": told["partnership"],
        "cycle": max((told["after"] or {}).get("cycles") or [cycle_of(day, start)]),
        "action": told["id"],
        "indicator": told["indicator"],
        "kind": EFFECT_KINDS.get(told["verdict"], "unclear"),
        "what": verdict,
        "owner": owner,
        "found_on": day,
    }
    finding |= new_key(TABLES["findings"], finding, current, day, start)
    decided = {
        "partnership": told["partnership"],
        "findings": (finding["id"],),
        "kind": decision,
        "what": because,
        "owner": owner,
        "decided_on": day,
        "action": told["id"],
    }
    decided |= new_key(TABLES["decisions"], decided, current, day, start)
    rows: Records = {
        "findings": [Row(finding)],
        "sources": [Row(_source(told, looked, finding["id"], day, language))],
        "decisions": [Row(decided)],
    }
    if decision in JUDGING and _is_open(current, told["id"]):
        rows["actions"] = [Row(_closed(told, verdict, decision, because, day, language))]
    return rows


def _decided_before(current: Records, action: str) -> list[Finding]:
    """Whether the action was judged already."""
    judged = judging(current["decisions"], action)
    return [
        Finding("effect.decided_before", value=action, details={"decision": row["id"]}) for row in judged[:1]
    ]


def _is_open(current: Records, action: str) -> bool:
    row = next(row for row in current["actions"] if fold_id(row["id"]) == fold_id(action))
    return row["closed_on"] is None


def _source(
    told: Mapping[str, Any], looked: Result, finding: str, day: date, language: str
) -> dict[str, Any]:
    """This analysis as the source of a finding: what it said, its gated figures, and what it read."""
    from qualitycycle.figures import numbers

    figures = {name: value for name, value in told.items() if name != "sentences"}
    return {
        "finding": finding,
        "number": 1,
        "kind": "analysis",
        "reference": wording.text(
            "effect.confirm.reference", language, action=told["id"], day=numbers.day(day, language)
        ),
        "said": str(looked.table["sentence"].iloc[0]),
        "on": day,
        "figures": json.dumps(figures, ensure_ascii=False, allow_nan=False),
        "snapshot": json.dumps(kept_stamp(looked.snapshot), ensure_ascii=False),
    }


def _closed(
    told: Mapping[str, Any], verdict: str, decision: str, because: str, day: date, language: str
) -> dict[str, Any]:
    chosen = wording.text(f"effect.decided.{decision}", language)
    values = {"verdict": verdict, "decision": chosen, "because": because}
    result = wording.text("effect.confirm.result", language, **values)
    return {"id": told["id"], "status": "done", "closed_on": day, "result": result}
