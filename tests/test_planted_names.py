"""The attacker: two people of the register are named in ten spellings everywhere; no door shows one.

Answers, notes, file names and codes hold the names (the first tests see them there). Then every
command is run, every public method called and every written file read. A new command or method
that is not told about here fails ``test_every_door_is_attacked``.
"""

from __future__ import annotations

import dataclasses
import html
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

import qualitycycle as qc
from qualitycycle.analysis.result import Result
from qualitycycle.cli.app import app
from qualitycycle.figures import FIGURES
from qualitycycle.workspace import Workspace, open_workspace
from tests.planted import (
    CYCLE,
    EVERY,
    MENTOR,
    SESSION,
    TRAINER,
    given_away,
    planted_workspace,
    read_out,
    stored_texts,
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = planted_workspace(tmp_path_factory.mktemp("planted") / "ws")
    _review(made)
    return open_workspace(made.root)


def _review(workspace: Workspace) -> None:
    """Every comment is decided on; the workbook with names in reasons and edited texts is refused."""
    for name, planted in (("planted.xlsx", True), ("comments.xlsx", False)):
        path = workspace.root / name
        workspace.export_themes(path)
        book = load_workbook(path)
        sheet = book["comments"]
        heads = {cell.value: cell.column for cell in sheet[1]}
        for row in range(2, sheet.max_row + 1):
            person = EVERY[row % len(EVERY)] if planted else "iemand"
            state = ("keep", "edit", "withhold")[row % 3]
            sheet.cell(row, heads["theme_1"], "time")
            sheet.cell(row, heads["state"], state)
            sheet.cell(row, heads["reason"], f"gaat over {person}" if state != "keep" else None)
            sheet.cell(row, heads["edited_text"], f"Meer tijd, vindt {person}." if state == "edit" else None)
        book.save(path)
        assert workspace.import_themes(path).exit_code == int(planted)


# --- the attack can succeed ---------------------------------------------------------


def test_every_spelling_gives_a_person_away() -> None:
    assert [one for one in EVERY if not given_away(f"de uitleg van {one} was goed")] == []


def test_the_names_are_there_to_be_found(workspace: Workspace) -> None:
    """With redaction switched off every spelling would come out."""
    answers = stored_texts(workspace.root / "evaluations" / "answers")
    assert [one for one in EVERY if one not in answers] == []
    assert given_away(stored_texts(workspace.root / "cycle")) >= {"joelle", "rosalia"}
    assert given_away(stored_texts(workspace.root / "evaluations" / "imports"))


def test_with_redaction_switched_off_the_doors_leak(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("history", "unnamed"):  # the importer first: it would keep what it finds
        monkeypatch.setattr(f"qualitycycle.workspace.{module}.unnamed", lambda text, names: text)
    for command in ("plan show D-DUIN-2024-9", "act check A-DUIN-2024-9", "act reply list", "history"):
        assert given_away(run(workspace, command)), command


def test_the_registers_own_views_show_its_people(workspace: Workspace, tmp_path: Path) -> None:
    """The doors where names legitimately stand do show them, so the attacker would see a leak."""
    book = tmp_path / "register.xlsx"
    shown = run(workspace, "register show trainers") + run(workspace, "register export {book}", book=book)
    shown += read_out(book)
    assert {"joelle", "rosalia"} <= given_away(shown)


# --- the command line ---------------------------------------------------------------

NAMED = "Volgens_Joëlle_van_den_Berg"
"""A note with a name in it, as one word of a command line."""

OBJECTS = (
    ("plan goal", "D-DUIN-2024-9", "text"),
    ("plan action", "A-DUIN-2024-9", "what"),
    ("act finding", "BEV-DUIN-2024-9", "what"),
    ("act decision", "BES-DUIN-2024-9", "what"),
    ("act practice", "GP-DUIN-9", "title"),
    ("act reply", "T-DUIN-2025-9", "said"),
)
"""Group of commands, the planted object, and a column in which somebody types a name again."""

COMMANDS: Mapping[str, tuple[str, ...]] = {
    "status": ("", "--as-of 2026-07-31 --partnership DUIN", "--due --as-of 2026-01-10 --ics {out}/due.ics"),
    "counts": ("--item TRN3 --by variant", "--item OPN1", "--item INH2 --by cycle"),
    "compare": ("--item TRN3 --partnership DUIN --json",),
    "change": ("--item ZEL1",),
    "reliability": ("",),
    "spread": ("--item TRN3", "--item TRN3 --of trainer", "--item TRN3 --of team"),
    "trend": ("--item TRN3 --partnership DUIN", "--explain"),
    "themes": ("", "--quotes", "--quotes --partnership DUIN"),
    "themes export": ("{out}/comments.xlsx --force",),
    "themes import": ("{root}/comments.xlsx --dry-run", "{root}/planted.xlsx"),
    "history": ("",),
    "report": ("--partnership VELD --cycle 2025-2026 --json",),
    "instrument show": ("",),
    "instrument check": ("",),
    "instrument export": (
        f"--to xlsform --session {SESSION} --force {{out}}/form.xlsx",
        f"--to limesurvey --session {SESSION} --force {{out}}/form.txt",
        f"--to word --session {SESSION} --force {{out}}/form.docx",
        f"--to print --session {SESSION} --force {{out}}/form.html",
        f"--to entry --session {SESSION} --force {{out}}/entry.xlsx",
    ),
    "instrument match": ("{refused} --yes --dry-run", "{strange} --draft --yes --dry-run"),
    "import": ("{refused}", f"{{refused}} --session {SESSION}", "{again}"),
    "history retract": ("no-such-import",),
    "register verify": ("AAAA-AAAA-AAAA",),
    "plan show": ("D-DUIN-2024-9",),
    "act show": ("A-DUIN-2024-9",),
    "act check": ("--as-of 2026-07-01", "A-DUIN-2024-9 --as-of 2026-07-01"),
    "act practice candidates": ("",),
    "act practice reuses": ("",),
    "act practice offer": ("GP-DUIN-9",),
    "act practice reuse": (f"GP-DUIN-9 --partnership MEER --owner {NAMED}",),
    "act reply sheet": ("{out}/reply.html --partnership DUIN --cycle 2025-2026",),
    "act finding source": (f"BEV-DUIN-2024-9 --kind panel --reference {NAMED} --said {NAMED}",),
    **{f"{path} list": ("", "--partnership DUIN") for path, _, _ in OBJECTS},
    **{f"{path} show": (id,) for path, id, _ in OBJECTS if path != "act reply"},
    **{f"{path} edit": (f"{id} --{column} {NAMED}",) for path, id, column in OBJECTS},
    **{f"{path} add": (f"--partnership DUIN --{column} {NAMED}",) for path, _, column in OBJECTS},
}
"""Command -> with which arguments it is run, as text and with --json."""

SLOW = ("report", "compare", "themes export")
"""Commands that are not run twice with the same arguments."""

REGISTER = "the register itself: who keeps it sees the people in it (design 4)"
ELSEWHERE = "makes or opens another workspace, and shows nothing of this one"
DOORS: Mapping[str, str] = {
    "register show": REGISTER,
    "register export": REGISTER,
    "register import": REGISTER,
    "register duplicates": REGISTER,
    "register merge": REGISTER,
    "register unmerge": REGISTER,
    "register merges": REGISTER,
    "register certificate": "a certificate carries the name of its holder",
    "register template": "an empty workbook, with invented examples",
    "init": ELSEWHERE,
    "demo": ELSEWHERE,
    "simulate": ELSEWHERE,
    "notebook": ELSEWHERE,
}
"""Where names may stand, or nothing of the workspace is shown, and why."""


def leaves(group: click.Group, path: str = "") -> Iterator[str]:
    """Every command that does something by itself."""
    for name, command in group.commands.items():
        full = f"{path} {name}".strip()
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield full
        if isinstance(command, click.Group):
            yield from leaves(command, full)


def test_every_command_is_attacked_or_is_a_door() -> None:
    assert set(leaves(app)) == {*COMMANDS, *DOORS}
    assert not set(COMMANDS) & set(DOORS)


def run(workspace: Workspace, line: str, **places: Path) -> str:
    """What a command prints on both streams; no traceback."""
    arguments = [part.format(root=workspace.root, **places) for part in line.split()]
    result = CliRunner().invoke(app, ["--workspace", str(workspace.root), *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), (line, result.exception)
    assert result.exit_code != 2, (line, result.output)
    return result.output


@pytest.fixture(scope="module")
def places(workspace: Workspace) -> dict[str, Path]:
    """Files with names in them, and in what they are called, that are refused or known already."""
    folder = workspace.root / "refused"
    (folder / "out").mkdir(parents=True)
    refused = folder / "Trainer-Joelle_van_den_Berg-Celik.csv"
    refused.write_text(
        f"Naam;Wat vond je van {TRAINER}?;TRN3;TRN1;Koppelcode\n"
        + "".join(f"{one};{one};{one};{one};{one}\n" for one in EVERY),
        encoding="utf-8",
    )
    strange = folder / "strange.csv"
    strange.write_text(
        "Hoe was de les?;En wat kan beter?\n"
        + "".join(f"{EVERY[n % len(EVERY)]};{'goed' if n % 3 else 'best'}\n" for n in range(40)),
        encoding="utf-8",
    )
    again = next((workspace.root / "incoming").glob("*.xlsx"))
    spaceless = folder / again.name.replace(" ", "_")
    spaceless.write_bytes(again.read_bytes())
    return {"refused": refused, "strange": strange, "again": spaceless, "out": folder / "out"}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_shows_a_name(workspace: Workspace, places: dict[str, Path], command: str) -> None:
    for number, arguments in enumerate(COMMANDS[command]):
        said = run(workspace, f"{command} {arguments}", **places)
        if number == 0 and command not in SLOW:
            said += run(workspace, f"{command} {arguments} --json", **places)
        assert not given_away(said), (arguments, said)


# --- the library --------------------------------------------------------------------

DUIN_NOW = {"partnership": "DUIN", "cycle": "2025-2026"}

METHODS: Mapping[str, Callable[[Workspace, dict[str, Path]], Any]] = {
    "counts": lambda ws, at: ws.counts("OPN1"),
    "count": lambda ws, at: ws.count("TRN3", by=["variant"]),
    "compare": lambda ws, at: ws.compare(item="TRN3"),
    "reliability": lambda ws, at: ws.reliability("ZEL"),
    "spread": lambda ws, at: ws.spread("TRN3"),
    "trend": lambda ws, at: ws.trend("TRN3", partnership="DUIN"),
    "change": lambda ws, at: ws.change("ZEL1"),
    "themes": lambda ws, at: ws.themes(quotes=True),
    "status": lambda ws, at: ws.status(),
    "calendar": lambda ws, at: ws.calendar(as_of="2026-01-10"),
    "options": lambda ws, at: ws.options("BASIS", collection="startenquete"),
    "history": lambda ws, at: ws.history(),
    "retract": lambda ws, at: ws.retract("no-such-import"),
    "report": lambda ws, at: [ws.report(**DUIN_NOW, language=one) for one in ("nl", "en")],
    "dossier": lambda ws, at: ws.dossier("DUIN"),
    "import_evaluations": lambda ws, at: ws.import_evaluations([at["refused"], at["again"]]),
    "match": lambda ws, at: ws.match(at["strange"], draft=True, dry_run=True),
    "export_themes": lambda ws, at: ws.export_themes(at["out"] / "more.xlsx"),
    "import_themes": lambda ws, at: ws.import_themes(ws.root / "planted.xlsx"),
    "export_calendar": lambda ws, at: ws.export_calendar(at["out"] / "more.ics"),
    "export_instrument": lambda ws, at: ws.export_instrument("xlsform", at["out"] / "more-form.xlsx"),
    "cycle": lambda ws, at: [ws.cycle(what) for what in CYCLE],
    "trace": lambda ws, at: ws.trace("BES-DUIN-2024-9"),
    "effects": lambda ws, at: ws.effects(action="A-DUIN-2024-9", as_of="2026-07-01"),
    "practices": lambda ws, at: ws.practices(partnership="VELD"),
    "practice_candidates": lambda ws, at: ws.practice_candidates(),
    "offer_practice": lambda ws, at: ws.offer_practice("GP-DUIN-9"),
    "reuse_practice": lambda ws, at: ws.reuse_practice("GP-DUIN-9", "MEER", owner=TRAINER),
    "write_reply": lambda ws, at: ws.write_reply(
        at["out"] / "more.html", partnership="DUIN", cycle="2025-2026"
    ),
    "record": lambda ws, at: ws.record("findings", {"id": "BEV-DUIN-2024-9", "what": MENTOR}, edit=True),
    "find": lambda ws, at: ws.find("themes", partnership="DUIN", cycle="2025-2026", owner=TRAINER),
    "cite": lambda ws, at: ws.cite("BEV-DUIN-2024-9", "trend"),
    "confirm_effect": lambda ws, at: ws.confirm_effect(
        "A-DUIN-2024-9", "investigate", owner=TRAINER, because=MENTOR, as_of="2026-07-01"
    ),
    "verify_certificate": lambda ws, at: ws.verify_certificate("AAAA-AAAA-AAAA"),
}
"""Public method -> a call that shows as much as it can."""

OWN_DOORS: Mapping[str, str] = {
    "import_register": REGISTER,
    "import_board": REGISTER,
    "export_register": REGISTER,
    "show_register": REGISTER,
    "duplicates": REGISTER,
    "merge_people": REGISTER,
    "unmerge_people": REGISTER,
    "merges": REGISTER,
    "write_certificates": "a certificate carries the name of its holder",
    "evaluations": "the store itself: answers as they were given, read by nobody else",
    "records": "the store itself: the register",
}


def test_every_method_is_attacked_or_is_a_door() -> None:
    public = {name for name in vars(Workspace) if not name.startswith("_")}
    fields = {field.name for field in dataclasses.fields(Workspace)}
    assert public - fields == {*METHODS, *OWN_DOORS}


def told(value: Any) -> Iterator[str]:
    """Everything a value says: printed, in a notebook, as a table, as JSON, and drawn."""
    if isinstance(value, list):
        for one in value:
            yield from told(one)
        return
    yield repr(value)
    if isinstance(value, Result):
        yield from (value.summary(), html.unescape(value._repr_html_()), value.table.to_csv())
        yield json.dumps(dict(value.payload), default=str, ensure_ascii=False)
        yield repr((value.settings, value.notes, value.findings, value.snapshot))
        if value.name in FIGURES:
            yield json.dumps(json.loads(qc.figure(value).to_json()), ensure_ascii=False)
    elif hasattr(value, "to_csv"):
        yield value.to_csv()
    elif hasattr(value, "as_json"):
        takes_language = "language" in value.as_json.__code__.co_varnames
        yield json.dumps(value.as_json(*["nl"] * takes_language), default=str, ensure_ascii=False)


@pytest.mark.parametrize("method", METHODS)
def test_no_method_shows_a_name(workspace: Workspace, places: dict[str, Path], method: str) -> None:
    for said in told(METHODS[method](workspace, places)):
        assert not given_away(said), said


# --- what was written by all of these -------------------------------------------------


def test_no_written_file_shows_a_name(workspace: Workspace, places: dict[str, Path]) -> None:
    """Reports and the dossier with their manifests, forms, sheets, calendars and workbooks."""
    if not any(places["out"].iterdir()):  # nobody ran the commands before
        for command, lines in COMMANDS.items():
            for arguments in lines:
                if "{out}" in arguments or command == "report":
                    run(workspace, f"{command} {arguments}", **places)
    written = [path for path in places["out"].rglob("*") if path.is_file()]
    written += [path for path in (workspace.root / "reports").rglob("*") if path.is_file()]
    assert len(written) >= 10
    assert {path.name: found for path in written if (found := given_away(read_out(path)))} == {}
