"""``instrument``: the questionnaires."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from qualitycycle import wording
from qualitycycle.cli.app import app, option, shared_options
from qualitycycle.cli.output import print_finding, print_json, print_table, print_text, workspace_of
from qualitycycle.errors import Refused
from qualitycycle.vocabulary import Moment

if TYPE_CHECKING:
    from qualitycycle.checking.proposals import Proposal, Proposals
    from qualitycycle.instrument import Instrument
    from qualitycycle.workspace import Workspace
    from qualitycycle.workspace.matching import Matched

HEADER_WIDTH = 60
"""So much of a header is shown in the table of proposals."""

NO_QUESTION = "-"
"""What a person types to leave a column out."""


@app.group("instrument")
def instrument() -> None:
    """The questionnaires."""


@instrument.command("show", help="instrument_show")
@click.argument("name", required=False)
@shared_options
@click.pass_obj
def show(shared: dict[str, Any], /, name: str | None) -> None:
    """Show a questionnaire."""
    from qualitycycle.workspace.choices import check_choice

    workspace = workspace_of(shared)
    check_choice("instrument", name, workspace.config.instruments)
    chosen = workspace.config.instruments[name] if name else workspace.config.instrument
    if shared.get("as_json"):
        print_json(chosen.model_dump(mode="json"))
        return
    language = workspace.language
    print_text(
        f"{chosen.id}: {chosen.title.get(language) or next(iter(chosen.title.values()))}", style="bold"
    )
    columns = [
        wording.text(f"cli.instrument.{name}", language)
        for name in ("item", "scale", "moments", "guarantees", "text")
    ]
    rows = [
        (
            item.id,
            item.scale,
            ", ".join(wording.text(f"terms.moment.{moment}", language) for moment in item.moments),
            " ".join(item.guarantees),
            chosen.title_of(item.id, language),
        )
        for item in chosen.items
    ]
    print_table(columns, rows)
    _print_bridges(chosen, language)
    _print_local(chosen, language)


def _print_bridges(shown: Instrument, language: str) -> None:
    """What the version says of its questions against earlier versions."""
    from qualitycycle.instrument import in_language

    rows = [
        (
            one.item,
            one.since,
            wording.text(f"versions.kind.{one.kind}", language),
            str(in_language(one.note, language)) if one.note else "",
        )
        for one in shown.bridges
    ]
    _print_part("bridges", ("item", "since", "kind", "note"), rows, language)


def _print_local(shown: Instrument, language: str) -> None:
    """The questions that are asked in one partnership only."""
    rows = [
        (partnership, item, shown.title_of(item, language)) for item, partnership in shown.local_items.items()
    ]
    _print_part("local", ("partnership", "item", "text"), rows, language)


def _print_part(name: str, columns: tuple[str, ...], rows: Sequence[Sequence[str]], language: str) -> None:
    if not rows:
        return
    print_text()
    print_text(wording.text(f"versions.show.{name}", language), style="bold")
    print_table([wording.text(f"versions.show.{column}", language) for column in columns], rows)


@instrument.command("check", help="instrument_check")
@shared_options
@click.pass_obj
def check(shared: dict[str, Any], /) -> None:
    """Check the config folder."""
    workspace = workspace_of(shared)
    found = {"instruments": list(workspace.config.instruments), "mappings": list(workspace.config.mappings)}
    if shared.get("as_json"):
        print_json({**found, "findings": []})
        return
    shown = ", ".join(found["instruments"])
    print_text(wording.text("cli.instrument.good", workspace.language, instruments=shown))


@instrument.command("match", help="instrument_match")
@click.argument("file", type=click.Path())
@option("--structure", type=click.Path())
@option("--instrument", "compare_with")
@option("--mapping", "new_mapping")
@option("--draft", is_flag=True)
@option("--moment", type=click.Choice([str(moment) for moment in Moment]))
@option("--yes", is_flag=True)
@option("--force", is_flag=True)
@option("--dry-run", is_flag=True)
@shared_options
@click.pass_obj
def match(
    shared: dict[str, Any],
    /,
    file: str,
    compare_with: str | None,
    new_mapping: str | None,
    yes: bool,
    **choices: Any,
) -> None:
    """Propose which question each column is, and write the mapping."""
    workspace = workspace_of(shared)
    asks = not (yes or shared.get("as_json")) and sys.stdin.isatty() and sys.stdout.isatty()
    ask = partial(_decide, workspace.language) if asks else None
    match = partial(workspace.match, file, instrument=compare_with, mapping=new_mapping, decide=ask)
    try:
        done = match(**choices)
    except Refused as refused:
        if not (asks and _may_overwrite(refused, workspace.language)):
            raise
        done = match(**{**choices, "force": True})
    if shared.get("as_json"):
        print_json(done.as_json(workspace.language))
        return
    if not asks or done.status == "known":
        _print_proposals(done.proposals, done.file.name, workspace.language)
    _print_matched(done, workspace)


def _may_overwrite(refused: Refused, language: str) -> bool:
    """Whether the only objection is that files exist, and a person says they may be overwritten."""
    if {found.code for found in refused.findings} != {"matching.exists"}:
        return False
    files = ", ".join(found.file or "" for found in refused.findings)
    return click.confirm(wording.text("matching.overwrite", language, file=files))


def _decide(language: str, proposals: Proposals, doubtful: list[Proposal]) -> dict[str, str]:
    """Ask for the doubtful columns only."""
    _print_proposals(proposals, "", language)
    return {one.header: _asked(one, proposals, language) for one in doubtful}


def _asked(one: Proposal, proposals: Proposals, language: str) -> str:
    items = {item.id.casefold(): item.id for item in proposals.instrument.items}
    text = proposals.instrument.title_of(one.item or "", language)
    question = wording.text("matching.ask", language, header=_short(one.header), item=one.item, text=text)
    while True:
        given = str(click.prompt(question, default=one.item)).strip()
        if given == NO_QUESTION:
            return ""
        if given.casefold() in items:
            return items[given.casefold()]
        known = ", ".join(items.values())
        print_text(wording.text("matching.ask_again", language, value=given, expected=known))


def _print_proposals(proposals: Proposals, file: str, language: str) -> None:
    from qualitycycle.workspace.matching_text import reasons_of

    title = wording.text("matching.title", language, file=file, instrument=proposals.instrument.id)
    print_text(title, style="bold")
    names = ("header", "item", "certainty", "why")
    rows = [
        (
            _short(one.header),
            one.item or wording.text(f"matching.role.{one.role}", language),
            wording.text(f"matching.word.{one.word}", language),
            reasons_of(one, language),
        )
        for one in proposals.columns
    ]
    print_table([wording.text(f"matching.column.{name}", language) for name in names], rows)


def _print_matched(done: Matched, workspace: Workspace) -> None:
    for found in done.findings:
        print_finding(found, workspace.language)
    files = ", ".join(path.as_posix() for path in done.written)
    key = f"matching.done.{done.status}"
    print_text(wording.text(key, workspace.language, files=files, file=quote(str(done.file))), style="bold")


def _short(header: str) -> str:
    text = " ".join(header.split())
    return text if len(text) <= HEADER_WIDTH else f"{text[: HEADER_WIDTH - 1]}…"
