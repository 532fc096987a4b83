"""A workspace with two people on its register, and their names in every spelling everywhere else."""

from __future__ import annotations

import html
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from openpyxl import load_workbook

from qualitycycle.config import shipped
from qualitycycle.register.tables import TABLES, Column
from qualitycycle.workspace import Workspace, init_workspace

TRAINER, MENTOR = "Joëlle van den Berg-Çelik", "Rosalía de Ruijter-Dönmez"

SPELLINGS: Mapping[str, tuple[str, str]] = {
    "as on the register": (TRAINER, MENTOR),
    "particles shortened": ("Joëlle vd Berg", "Rosalía d. Ruijter"),
    "particles with dots": ("v.d. Berg", "R. d. Ruijter"),
    "initials": ("J.v.d.B.", "R.d.R."),
    "surname first": ("van den Berg, Joëlle", "Ruijter, R. de"),
    "upper case": ("VAN DEN BERG", "DE RUIJTER"),
    "without accents": ("Joelle van den Berg-Celik", "Rosalia de Ruyter-Donmez"),
    "typed together": ("joellevandenberg", "rosaliaderuijter"),
    "possessive": ("Bergs", "Ruijters"),
    "the other surname": ("Çelik-van den Berg", "Dönmez"),
    "first name and an initial": ("Joëlle B.", "Rosalía de R."),
    "mail address": ("j.vandenberg@kust.example", "rosalia.donmez@duin-a.example"),
}
"""Kind of spelling -> of the trainer, of the mentor."""

EVERY = [one for pair in SPELLINGS.values() for one in pair]

NEEDLES = (
    *("joelle", "vandenberg", "vdberg", "bergs", "celik", "jvdb"),
    *("rosalia", "ruijter", "ruyter", "donmez", "rdr"),
)
"""What gives one of them away, without case, accents and punctuation; every spelling holds one."""

TRAINER_ID, MENTOR_ID = "DUIN-S1", "DUIN-M01"
SESSION = "DUIN-2526-03"
OPEN, NAME, MAIL, CODE = "Wat moeten wij", "Naam", "E-mail", "Koppelcode"


def given_away(text: str) -> set[str]:
    """Which needles are in a text, also with blanks and punctuation between their letters.

    >>> sorted(given_away("Dank aan V.d. Bérg en ROSALIA, niet aan de bergsport")), given_away("een berg")
    (['rosalia', 'vdberg'], set())
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    folded = "".join(one for one in plain if not unicodedata.combining(one))
    return {needle for needle in NEEDLES if _pattern(needle).search(folded)}


@cache
def _pattern(needle: str) -> re.Pattern[str]:
    """A long needle counts anywhere, a short one as a word of its own."""
    spaced = r"[\W_]{0,2}".join(needle)
    return re.compile(spaced if len(needle) > 5 else rf"(?<![^\W_]){spaced}(?![^\W_])")


# --- planting -----------------------------------------------------------------------


def planted_workspace(root: Path) -> Workspace:
    """The demo's register and a third of its exports, with both people everywhere they could slip in."""
    workspace = init_workspace(root, "nl")
    examples = shipped("examples")
    assert workspace.import_register(examples / "register.xlsx").status == "imported"
    workspace.records.update(_name_the_two)
    for path in planted_exports(sorted((examples / "exports").glob("*.xlsx"))[::3], root / "incoming"):
        report = workspace.import_evaluations([path])
        assert report.exit_code == 0, (path, report.files[0].findings)
    founding = workspace.import_evaluations([examples / "startenquete.csv"], session="startenquete")
    assert founding.exit_code == 0
    workspace.records.update(_plant_the_cycle)
    return workspace


def _name_the_two(now: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    renamed = {TRAINER_ID: TRAINER, MENTOR_ID: MENTOR}
    return {
        table: [{**row, "name": renamed.get(row["id"], row["name"])} for row in now[table]]
        for table in ("trainers", "mentors")
    } | {"sessions": [{**row, "notes": f"Gegeven door {TRAINER} voor {MENTOR}."} for row in now["sessions"]]}


def planted_exports(sources: list[Path], folder: Path) -> Iterator[Path]:
    """The exports with a spelling in every open answer, in Name and E-mail, in codes and file names."""
    folder.mkdir()
    texts = cycle(EVERY)
    for number, source in enumerate(sources):
        book = load_workbook(source)
        sheet = book.worksheets[0]
        heads = {str(cell.value).strip(): cell.column for cell in sheet[1]}
        opened = [at for head, at in heads.items() if head.startswith(OPEN)]
        for row in range(2, sheet.max_row + 1):
            spelling = next(texts)
            for at in opened:
                sheet.cell(row, at, f"Houden: de uitleg van {spelling} over feedback, meer tijd daarvoor.")
            sheet.cell(row, heads[NAME], TRAINER)
            sheet.cell(row, heads[MAIL], spelling)
            if row == 2:
                sheet.cell(row, next(at for head, at in heads.items() if head.startswith(CODE)), spelling)
        session = source.stem.rpartition(" ")[2]
        path = folder / f"Evaluatie {EVERY[number % len(EVERY)].replace('@', ' at ')} {session}.xlsx"
        book.save(path)
        yield path


DUIN = {"partnership": "DUIN"}
CYCLE: Mapping[str, dict[str, Any]] = {
    "goals": {
        **DUIN,
        "id": "D-DUIN-2024-9",
        "cycle": "2024-2025",
        "indicator": "TRN3",
        "norm": 7.5,
        "relevant_difference": 0.5,
        "guarantee": "W4",
        "agreed_on": date(2024, 7, 3),
    },
    "findings": {
        **DUIN,
        "id": "BEV-DUIN-2024-9",
        "cycle": "2024-2025",
        "goal": "D-DUIN-2024-9",
        "indicator": "TRN3",
        "kind": "concern",
        "found_on": date(2025, 6, 24),
    },
    "sources": {"finding": "BEV-DUIN-2024-9", "number": 1, "kind": "panel", "on": date(2025, 6, 17)},
    "decisions": {
        **DUIN,
        "id": "BES-DUIN-2024-9",
        "findings": ("BEV-DUIN-2024-9",),
        "kind": "adapt",
        "indicator": None,
        "decided_on": date(2025, 6, 26),
    },
    "actions": {
        **DUIN,
        "id": "A-DUIN-2024-9",
        "decision": "BES-DUIN-2024-9",
        "goal": "D-DUIN-2024-9",
        "indicator": "TRN3",
        "starts_on": date(2025, 8, 25),
        "due": date(2026, 6, 1),
        "predicted_effect": 0.5,
        "status": "in_progress",
    },
    "practices": {
        **DUIN,
        "id": "GP-DUIN-9",
        "indicator": "TRN3",
        "action": "A-DUIN-2024-9",
        "trainers": (TRAINER_ID,),
        "agreed": (TRAINER_ID,),
        "status": "offered",
        "shared_on": date(2026, 6, 1),
    },
    "reuses": {"practice": "GP-DUIN-9", "partnership": "VELD", "on": date(2026, 6, 2)},
    "replies": {
        **DUIN,
        "id": "T-DUIN-2025-9",
        "cycle": "2025-2026",
        "finding": "BEV-DUIN-2024-9",
        "answer": "we_do",
        "action": "A-DUIN-2024-9",
        "signed_school": TRAINER_ID,
        "signed_institute": "KUST-I1",
        "signed_on": date(2026, 6, 3),
    },
}
"""One object per table of the cycle, each from the one before; what is free text in it is planted."""


def _plant_the_cycle(now: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Straight into the store: the front door refuses names, and yet a name may be there already."""
    assert set(CYCLE) == {name for name, table in TABLES.items() if table.folder == "cycle"}
    return {name: [*now[name], _planted_row(name, row)] for name, row in CYCLE.items()}


def _planted_row(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    texts = cycle(EVERY)
    free = {
        column.name: f"Volgens {next(texts)} en {next(texts)} moet het anders."
        for column in TABLES[table].columns
        if column.name not in row and is_free(column)
    }
    return {**row, **free}


def is_free(column: Column) -> bool:
    """Whether anything may be written in a column."""
    return column.kind == "text" and not column.refers_to and column.name not in ("figures", "snapshot")


# --- reading what came out ----------------------------------------------------------


def stored_texts(folder: Path) -> str:
    """Every text in every table under a folder."""
    found = []
    for path in folder.rglob("*.parquet"):
        for column in pq.read_table(path).columns:
            found += [str(value) for value in column.to_pylist() if value is not None]
    return "\n".join(found)


def read_out(path: Path) -> str:
    """The text of a written file: parts of a zipped document, or the page without plotly's own code."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            inside = [parts.read(name).decode("utf-8", "replace") for name in parts.namelist()]
        return html.unescape(re.sub(r"<[^>]+>", " ", "\n".join(inside)))
    return html.unescape(path.read_text(encoding="utf-8", errors="replace").replace(_plotly(), ""))


@cache
def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())
