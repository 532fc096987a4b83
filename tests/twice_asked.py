"""Small workspaces with forms before, after and later, brought in through the real readers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from qualitycycle.register.workbook import write_workbook
from qualitycycle.workspace import Workspace, init_workspace

MOMENTS = ("pre", "post", "follow_up")
ITEMS = ("ZEL1", "ZEL2", "ZEL3", "ZEL4", "INH3")
LABELS = {
    "K5": [
        "dit lukt mij nog niet",
        "lukt soms, met hulp",
        "lukt meestal",
        "lukt zelfstandig",
        "lukt ook in lastige situaties",
    ],
    "TRF3": ["niet", "één of twee keer", "regelmatig", "in bijna elk gesprek"],
    "E5": ["helemaal mee oneens", "mee oneens", "neutraal", "mee eens", "helemaal mee eens"],
}


class Given(NamedTuple):
    """A session: its partnership, its trainers (school ``s1``, institute ``i1``) and year."""

    id: str
    partnership: str
    trainers: tuple[str, ...]
    year: int = 2025


class Form(NamedTuple):
    """Somebody's form: the session, the moment, their code (empty without) and scores per item."""

    session: str
    moment: str
    code: str
    scores: Mapping[str, int]


def workspace_of(root: Path, sessions: Sequence[Given], forms: Iterable[Form]) -> Workspace:
    """A workspace with these sessions in its register and these forms imported."""
    workspace = init_workspace(root)
    book = root / "register.xlsx"
    write_workbook(book, _records(sessions), workspace.config.organisations, "nl")  # type: ignore[arg-type]
    assert workspace.import_register(book).status == "imported"
    files: defaultdict[tuple[str, str], list[Form]] = defaultdict(list)
    for form in forms:
        files[form.session, form.moment].append(form)
    for (session, moment), filled in files.items():
        path = root / f"{moment}-{session}.csv"
        path.write_text(_export(filled), encoding="utf-8")
        found = workspace.import_evaluations([path], session=session, moment=moment)
        assert found.exit_code == 0, found.as_json("nl")
    return workspace


def people(
    sessions: Iterable[Given],
    *,
    size: int = 10,
    gain: float = 1.0,
    later: float = 0.6,
    lost: float = 0.2,
    seed: int = 1,
) -> list[Form]:
    """Forms of ``size`` people per session who gain ``gain`` points and keep ``later`` of them.

    A form is missing at a moment with probability ``lost``; a later form has one question more.
    """
    rng = np.random.default_rng(seed)
    forms = []
    for number, session in enumerate(sessions):
        for who in range(size):
            level = rng.normal(2.7, 0.7)
            for moment, change in zip(MOMENTS, (0.0, gain, later), strict=True):
                if rng.random() >= lost:
                    drawn = level + change + rng.normal(0, 0.8, len(ITEMS))
                    scores = dict(zip(ITEMS, np.clip(drawn.round(), 1, 5).astype(int).tolist(), strict=True))
                    scores |= {"TRF3": int(rng.integers(1, 5))} if moment == "follow_up" else {}
                    forms.append(Form(session.id, moment, _code(number, who), scores))
    return forms


def _code(session: int, who: int) -> str:
    """A code nobody else has; neighbours differ in more than one character."""
    return f"{(session * 97 + who * 13) % 89 + 10}{chr(97 + who % 26)}{chr(97 + (who * 7 + 3) % 26)}{who:02d}"


def _records(sessions: Sequence[Given]) -> dict[str, list[dict[str, Any]]]:
    trainers = sorted({trainer for session in sessions for trainer in session.trainers})
    affiliations = {"s": "school", "i": "institute"}
    return {
        "trainers": [
            {"id": id, "name": f"Trainer {id}", "affiliation": affiliations[id[0]], **_home(id)}
            for id in trainers
        ],
        "sessions": [{"id": one.id, "kind": "basic", "lead": one.partnership} for one in sessions],
        "meetings": [{"session": one.id, "date": date(one.year, 9, 15)} for one in sessions],
        "session_trainers": [
            {"session": one.id, "trainer": trainer} for one in sessions for trainer in one.trainers
        ],
    }


def _home(trainer: str) -> dict[str, str]:
    return {"board": "DUIN-A"} if trainer[0] == "s" else {}


def _export(forms: Sequence[Form]) -> str:
    """A delimited export: a column per item and the link code."""
    items = sorted({item for form in forms for item in form.scores})
    lines = [";".join(["ID", *items, "Koppelcode"])]
    for number, form in enumerate(forms, 1):
        cells = (_label(item, form.scores.get(item)) for item in items)
        lines.append(";".join([str(number), *cells, form.code]))
    return "\n".join(lines) + "\n"


def _label(item: str, score: int | None) -> str:
    labels = LABELS.get(item) or LABELS["K5" if item.startswith("ZEL") else "E5"]
    return "" if score is None else labels[score - 1]
