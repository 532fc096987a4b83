"""Two cycles as a working group goes through them: look, find, decide, act, and look again.

Nothing that figures say is typed here. Findings come from analyses of what was imported by then,
what an action did from ``effects``, and the decision on it is the one that is proposed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qualitycycle import wording
from qualitycycle.analysis.result import Result
from qualitycycle.demo.plans import (
    ACTIONS,
    AGREED,
    AGREED_AGAIN,
    DECIDED,
    DUE,
    DUE_AGAIN,
    FIRST_CYCLE,
    FOUND,
    GOALS_LOOKED_AT,
    LAST_CYCLE,
    LOOKED,
    NOT_NOW,
    PRACTICE,
    REPLIES,
    REUSED_BY,
    STARTS,
    STARTS_AGAIN,
    TALKED,
    ActionPlan,
)
from qualitycycle.workspace.core import Workspace
from qualitycycle.workspace.effect_confirming import Confirmed
from qualitycycle.workspace.evidence import evidence_of, kept_stamp
from qualitycycle.workspace.planning import record_with
from qualitycycle.workspace.simulating import land

COVERAGE = "coverage"
COMMENTS, READER = "opmerkingen.xlsx", "werkgroep"
"""The workbook of comments that goes out and comes back, and who reads it."""

DECISION_KINDS = {"concern": "adapt", "strength": "adopt", "unclear": "investigate"}
CONFIRMED = {"cannot_tell": "investigate"}
"""The decision on an effect is the proposal, but for one that is none."""


@dataclass(frozen=True)
class Story:
    """What was recorded: the action per goal of the second cycle, and what became of it."""

    actions: dict[str, str] = field(default_factory=dict)
    effects: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    decisions: dict[str, Confirmed] = field(default_factory=dict)

    @property
    def begins_with(self) -> str:
        """A goal of the first cycle from which every later object can be reached."""
        return ACTIONS[0].found_on

    def lines(self, language: str) -> list[str]:
        """Per action what was predicted and what was measured, in words."""
        return [
            wording.text(
                "demo.did",
                language,
                action=action,
                what=told["what"].rstrip("."),
                predicted=_number(told["predicted"], language),
                measured=_measured(told["effect"], language),
                verdict=wording.text(f"effect.verdict.{told['verdict']}", language),
            )
            for action, told in self.effects.items()
            if action in self.decisions
        ]

    def as_json(self) -> list[dict[str, Any]]:
        """Per action what was predicted, what was measured, and what was decided."""
        return [
            {
                "action": action,
                "goal": goal,
                "predicted": self.effects[action]["predicted"],
                "effect": self.effects[action]["effect"],
                "verdict": self.effects[action]["verdict"],
                "finding": self.decisions[action].finding,
                "decision": self.decisions[action].decision,
            }
            for goal, action in self.actions.items()
            if action in self.decisions
        ]


def close_the_first_cycle(workspace: Workspace) -> Story:
    """Findings on the goals of the first cycle, the decisions on them, and the actions that follow."""
    story = Story()
    read_comments(workspace)
    for goal in GOALS_LOOKED_AT[FIRST_CYCLE]:
        _find(workspace, _goal(workspace, goal), FOUND)
    for plan in ACTIONS:
        finding, kind = _find(workspace, _goal(workspace, plan.found_on), FOUND, plan)
        decision = _record(
            workspace,
            "decisions",
            partnership=plan.partnership,
            findings=(finding,),
            kind=DECISION_KINDS[kind],
            what=plan.decision,
            owner=_leader(plan.partnership),
            decided_on=DECIDED,
        )
        story.actions[plan.goal] = _act(workspace, plan, decision)
    return story


def close_the_second_cycle(workspace: Workspace, story: Story) -> None:
    """What the actions did and what is decided on that; a practice, replies, and the third cycle."""
    read_comments(workspace)
    for goal in GOALS_LOOKED_AT[LAST_CYCLE]:
        _find(workspace, _goal(workspace, goal), LOOKED)
    for told in workspace.effects(as_of=LOOKED).payload["actions"]:
        story.effects[told["id"]] = told
    for plan in ACTIONS:
        action = story.actions[plan.goal]
        story.decisions[action] = _confirm(workspace, plan, story.effects[action])
        if plan.then:
            _act_again(workspace, plan, str(story.decisions[action].decision))
    _share(workspace, story)
    _reply(workspace, story)


def read_comments(workspace: Workspace) -> None:
    """A reader goes over the comments without names, and takes the theme that is proposed."""
    from openpyxl import load_workbook

    path = workspace.root / COMMENTS
    workspace.export_themes(path, coder=READER, force=True)
    book = load_workbook(path)
    sheet = book["comments"]
    column = {str(cell.value): int(cell.column or 0) for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        proposed = str(sheet.cell(row, column["proposals"]).value or "").split(" ")[0]
        sheet.cell(row, column["theme_1"], proposed or None)
        sheet.cell(row, column["state"], "keep")
    book.save(path)
    land(workspace.import_themes(path, coder=READER).findings)


def _find(
    workspace: Workspace, goal: Mapping[str, Any], day: date, plan: ActionPlan | None = None
) -> tuple[str, str]:
    """A finding on a goal with everything it rests on; its id and its kind."""
    result, kind, what = _looked_at(workspace, goal, day)
    sources = [_source(workspace, result, day)]
    sources += _more_sources(workspace, goal, plan, day) if plan is not None else []
    finding = {
        "partnership": goal["partnership"],
        "cycle": goal["cycle"],
        "goal": goal["id"],
        "indicator": goal["indicator"],
        "kind": kind,
        "what": what,
        "owner": _leader(goal["partnership"]),
        "found_on": day,
    }
    numbered = [{"number": number, **source} for number, source in enumerate(sources, 1)]
    done = record_with(workspace, "findings", finding, {"sources": numbered})
    land(done.findings)
    return str(done.id), kind


def _looked_at(workspace: Workspace, goal: Mapping[str, Any], day: date) -> tuple[Result, str, str]:
    """The analysis behind a goal, what kind of finding it makes, and what it says."""
    scope = {"partnership": goal["partnership"], "cycle": goal["cycle"]}
    language, norm = workspace.language, goal["norm"]
    if goal["indicator"] == COVERAGE:
        result = workspace.status(**scope, as_of=day)
        held, evaluated = (result.payload["sessions"][name] for name in ("held", "evaluated"))
        kind = "strength" if evaluated >= norm * held else "concern"
        return result, kind, wording.text(f"demo.coverage.{kind}", language, held=held, evaluated=evaluated)
    result = workspace.trend(goal["indicator"], **scope, norm=norm)
    [series] = result.payload["series"]
    centre = series["centre"]
    kind = "unclear" if centre is None else "strength" if centre >= norm else "concern"
    values = {"title": series["title"], "centre": _number(centre, language), "norm": _number(norm, language)}
    return result, kind, wording.text(f"demo.found.{kind}", language, **values)


def _source(workspace: Workspace, result: Result, day: date) -> dict[str, Any]:
    """An analysis as the source of a finding, with its gated figures and what was read for it."""
    if result.name == "status":
        return _coverage_source(workspace, result, day)
    return evidence_of(result, workspace.config).as_source(day)


def _coverage_source(workspace: Workspace, result: Result, day: date) -> dict[str, Any]:
    scope = result.payload["scope"]
    return {
        "kind": "register",
        "reference": wording.text("demo.coverage.reference", workspace.language, scope=scope),
        "on": day,
        "figures": json.dumps({"analysis": "status", "sessions": result.payload["sessions"]}),
        "snapshot": json.dumps(kept_stamp(result.snapshot), ensure_ascii=False),
    }


def _more_sources(
    workspace: Workspace, goal: Mapping[str, Any], plan: ActionPlan, day: date
) -> Iterator[dict[str, Any]]:
    """What the panel said, and what most open answers are about."""
    reference = wording.text("demo.panel", workspace.language, partnership=goal["partnership"])
    yield {"kind": "panel", "reference": reference, "said": plan.panel, "on": TALKED}
    themes = workspace.themes(partnership=goal["partnership"], cycle=goal["cycle"])
    if any(one.get("n") for one in themes.payload["themes"]):
        yield _source(workspace, themes, day)


def _act(workspace: Workspace, plan: ActionPlan, decision: str) -> str:
    """The action of the second cycle."""
    days = {"agreed_on": AGREED, "starts_on": STARTS, "due": DUE}
    values = {"goal": plan.goal, "what": plan.what, "status": "in_progress", **days}
    return _record_action(workspace, plan, decision, **values)


def _act_again(workspace: Workspace, plan: ActionPlan, decision: str) -> str:
    """What is agreed for the third cycle."""
    days = {"agreed_on": AGREED_AGAIN, "starts_on": STARTS_AGAIN, "due": DUE_AGAIN}
    return _record_action(workspace, plan, decision, what=plan.then, status="open", **days)


def _record_action(workspace: Workspace, plan: ActionPlan, decision: str, **values: Any) -> str:
    return _record(
        workspace,
        "actions",
        partnership=plan.partnership,
        decision=decision,
        owner=plan.owner,
        variant=None if plan.variant is None else str(plan.variant),
        indicator=_goal(workspace, plan.goal)["indicator"],
        predicted_effect=plan.predicted,
        **values,
    )


def _confirm(workspace: Workspace, plan: ActionPlan, told: Mapping[str, Any]) -> Confirmed:
    """The decision on what an action did, as proposed."""
    proposal = str(told["proposal"])
    because = wording.text(f"demo.because.{proposal}", workspace.language, what=plan.what)
    kind = CONFIRMED.get(proposal, proposal)
    owner = _leader(plan.partnership)
    done = workspace.confirm_effect(told["id"], kind, owner=owner, because=because, as_of=LOOKED)
    land(done.findings)
    return done


def _share(workspace: Workspace, story: Story) -> None:
    """A practice is offered and used elsewhere, and its chart begins anew, when the action worked."""
    goal = next(plan.goal for plan in ACTIONS if plan.partnership == PRACTICE["partnership"])
    action = story.actions[goal]
    row = {**PRACTICE, "action": action, "agreed": PRACTICE["trainers"], "status": "draft"}
    practice = _record(workspace, "practices", **row)
    if story.effects[action]["verdict"] != "effective":
        return
    land(workspace.offer_practice(practice, on=AGREED_AGAIN).findings)
    owner = _leader(REUSED_BY)
    land(workspace.reuse_practice(practice, REUSED_BY, owner=owner, on=AGREED_AGAIN).findings)
    _record(
        workspace,
        "decisions",
        partnership=PRACTICE["partnership"],
        findings=(story.decisions[action].finding,),
        kind="rebase",
        what=wording.text("demo.rebase", workspace.language),
        owner=_leader(PRACTICE["partnership"]),
        decided_on=AGREED_AGAIN,
        indicator=PRACTICE["indicator"],
        holds_from=STARTS,
    )


def _reply(workspace: Workspace, story: Story) -> None:
    """What participants said, and what is done with it: signed by both halves of a tandem."""
    for goal, said, answer, school, institute in REPLIES:
        action = story.actions[goal]
        _record(
            workspace,
            "replies",
            partnership=goal.split("-")[1],
            cycle=LAST_CYCLE,
            finding=story.decisions[action].finding,
            said=said,
            answer=answer,
            what=NOT_NOW if answer == "not_now" else None,
            action=action if answer == "we_do" else None,
            signed_school=school,
            signed_institute=institute,
            signed_on=AGREED_AGAIN,
        )


def _record(workspace: Workspace, table: str, **values: Any) -> str:
    done = workspace.record(table, {name: value for name, value in values.items() if value is not None})
    land(done.findings)
    return str(done.id)


def _goal(workspace: Workspace, id: str) -> dict[str, Any]:
    """A goal as it stands on the register."""
    return next(row for row in workspace.records.load(names=["goals"])["goals"] if row["id"] == id)


def _leader(partnership: str) -> str:
    return f"programmaleider {partnership}"


def _measured(effect: Mapping[str, float] | None, language: str) -> str:
    if effect is None:
        return wording.text("demo.not_measured", language)
    return wording.text(
        "demo.measured", language, **{name: _number(value, language) for name, value in effect.items()}
    )


def _number(value: float | None, language: str) -> str:
    from babel.numbers import format_decimal

    return "" if value is None else str(format_decimal(value, "0.0", locale=language))
