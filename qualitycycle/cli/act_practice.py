"""``act practice``: good practices recorded, offered to others, and used again."""

from __future__ import annotations

from typing import Any

import click

from qualitycycle import wording
from qualitycycle.cli.act import act
from qualitycycle.cli.app import option, shared_options
from qualitycycle.cli.objects import add_command, edit_command, show_recorded
from qualitycycle.cli.output import print_finding, print_json, print_result, print_text, workspace_of

FACTS = ("context", "what", "indicator", "evidence", "reused", "status")


@act.group("practice", help="act_practice")
def practice() -> None:
    """Good practices."""


add_command(practice, "practices", "act_practice")
edit_command(practice, "practices", "act_practice")


@practice.command("list", help="act_practice_list")
@option("--partnership")
@option("--cycle")
@option("--as-of")
@shared_options
@click.pass_obj
def list_(shared: dict[str, Any], /, **choices: Any) -> None:
    """Practices and, of a partnership, those offered to it."""
    workspace = workspace_of(shared)
    result = workspace.practices(**choices)
    if not shared.get("as_json"):
        for found in result.findings:
            print_finding(found, workspace.language)
        if result.table.empty:
            print_text(wording.text("practice.none", workspace.language))
    print_result(result, shared)


@practice.command("show", help="act_practice_show")
@click.argument("id")
@option("--as-of")
@shared_options
@click.pass_obj
def show(shared: dict[str, Any], /, id: str, as_of: str | None) -> None:
    """One practice as a card."""
    workspace = workspace_of(shared)
    result = workspace.practices(practice=id, as_of=as_of)
    [card] = result.payload["practices"]
    if shared.get("as_json"):
        print_json(card)
        return
    language = workspace.language
    print_text(f"{card['id']}  {card['title']}", style="bold")
    print_text("  " + wording.text("practice.card.from", language, partnership=card["partnership"]))
    for name in FACTS:
        print_text(f"  {wording.text(f'practice.card.{name}', language)}: {_told(card, name, language)}")
    for line in card["results"]:
        print_text(f"    - {line}")
    for found in result.findings:
        print_finding(found, language)


def _told(card: dict[str, Any], name: str, language: str) -> str:
    if name == "indicator":
        return f"{card['indicator']} {card['indicator_title']}"
    if name == "reused":
        times = card["reused"]
        return wording.plural("practice.reused", times, language) if times else _text("not_reused", language)
    if name == "status":
        return _text(f"status.{card['status']}", language)
    return str(card[name] or "-")


def _text(key: str, language: str) -> str:
    return wording.text(f"practice.{key}", language)


@practice.command("offer", help="act_practice_offer")
@click.argument("id")
@option("--on", metavar="DATE")
@option("--dry-run", is_flag=True)
@shared_options
@click.pass_obj
def offer(shared: dict[str, Any], /, id: str, on: str | None, dry_run: bool) -> None:
    """Offer a practice to others."""
    workspace = workspace_of(shared)
    show_recorded(workspace.offer_practice(id, on=on, dry_run=dry_run), workspace, shared)


@practice.command("reuse", help="act_practice_reuse")
@click.argument("id")
@option("--partnership", required=True)
@option("--owner", required=True)
@option("--on", metavar="DATE")
@option("--result")
@option("--dry-run", is_flag=True)
@shared_options
@click.pass_obj
def reuse(shared: dict[str, Any], /, id: str, partnership: str, owner: str, **choices: Any) -> None:
    """Log that another partnership used a practice."""
    workspace = workspace_of(shared)
    show_recorded(workspace.reuse_practice(id, partnership, owner=owner, **choices), workspace, shared)


@practice.command("reuses", help="act_practice_reuses")
@option("--partnership")
@option("--cycle")
@shared_options
@click.pass_obj
def reuses(shared: dict[str, Any], /, **choices: Any) -> None:
    """The log of which practice was used where, when and with what result."""
    print_result(workspace_of(shared).cycle("reuses", **choices), shared)


@practice.command("candidates", help="act_practice_candidates")
@option("--partnership")
@shared_options
@click.pass_obj
def candidates(shared: dict[str, Any], /, partnership: str | None) -> None:
    """Where a good practice may be found."""
    print_result(workspace_of(shared).practice_candidates(partnership=partnership), shared)
