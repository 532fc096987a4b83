"""A workspace in which a questionnaire got a second version between two school years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from qualitycycle.register.workbook import write_workbook
from qualitycycle.workspace import Workspace, init_workspace, open_workspace
from tests.twice_asked import Given, _label, _records

OLD, NEW = "nl-mentor-1.0", "nl-mentor-2.0"
CHANGED = {
    "TRN1": ("De trainer(s) gebruikten voorbeelden", "De training was praktisch, met voorbeelden"),
    "INH3": ("opleiding van mijn student van mij vraagt", "opleiding van de student van ons vraagt"),
    "VRM3": ("ruimte om praktijkervaringen", "tijd om ervaringen uit de praktijk"),
    "ZEL2": ("Met vragen een student laten nadenken", "Met een film een student laten nadenken"),
}
KINDS = {"TRN1": "broken", "INH3": "comparable", "VRM3": "identical", "ZEL2": "broken"}
NOTES = {"TRN1": ("Nu gaat het over de training.", "It is about the training now.")}
ITEMS = ("TRN1", "INH3", "VRM3", "ZEL1", "ZEL2", "ZEL3", "ZEL4")
SESSIONS = [
    Given(f"{place}-{year}-{n}", place, (f"s{place}{n}", f"i{place}{n}"), year)
    for year in (2024, 2025)
    for place in ("DUIN", "MEER")
    for n in range(4)
]
CYCLES = {2024: "2024-2025", 2025: "2025-2026"}


class Filled(NamedTuple):
    """A form: its session, its version and a score per item."""

    session: Given
    version: str
    scores: Mapping[str, int]


def filled(people: int = 6, seed: int = 4) -> list[Filled]:
    """Forms of every session, on the version of their year; later answers are higher."""
    rng = np.random.default_rng(seed)
    forms = []
    for session in SESSIONS:
        new = session.year == 2025
        for _ in range(people):
            drawn = np.clip(rng.normal(3.9 if new else 2.6, 0.9, len(ITEMS)).round(), 1, 5).astype(int)
            forms.append(Filled(session, NEW if new else OLD, dict(zip(ITEMS, drawn.tolist(), strict=True))))
    return forms


def second_version(first: str, *, bridges: Iterable[str] = KINDS, extra: str = "") -> str:
    """The text of the second version, with a bridge for each of ``bridges``."""
    text = first.replace(f'id = "{OLD}"', f'id = "{NEW}"')
    for old in CHANGED.values():
        assert old[0] in text
        text = text.replace(*old)
    return text + "".join(bridge(item) for item in bridges) + extra


def bridge(item: str, since: str = OLD, kind: str | None = None) -> str:
    """A block that says what a new wording means."""
    note = ""
    if item in NOTES:
        note = f'note = {{ nl = "{NOTES[item][0]}", en = "{NOTES[item][1]}" }}\n'
    return f'\n[[bridges]]\nitem = "{item}"\nsince = "{since}"\nkind = "{kind or KINDS[item]}"\n{note}'


def workspace_of(
    root: Path, forms: Sequence[Filled], language: str = "nl", extra: Mapping[str, str] | None = None
) -> Workspace:
    """The forms, imported through the readers into a workspace with both versions.

    ``extra`` is added to the text of a version.
    """
    workspace = init_workspace(root, language)
    folder, extra = root / "config" / "instruments", extra or {}
    first = (folder / f"{OLD}.toml").read_text(encoding="utf-8")
    (folder / f"{OLD}.toml").write_text(first + extra.get(OLD, ""), encoding="utf-8")
    (folder / f"{NEW}.toml").write_text(second_version(first, extra=extra.get(NEW, "")), encoding="utf-8")
    settings = root / "config" / "settings.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace(OLD, NEW), encoding="utf-8")
    workspace = open_workspace(root)
    book = root / "register.xlsx"
    write_workbook(book, _records(SESSIONS), workspace.config.organisations, "nl")  # type: ignore[arg-type]
    assert workspace.import_register(book).status == "imported"
    for session in {form.session.id: form.session for form in forms}.values():
        path = export(root, [form for form in forms if form.session == session])
        found = workspace.import_evaluations([path], session=session.id, moment="post")
        assert found.exit_code == 0, found.as_json("nl")
    return workspace


def export(root: Path, forms: Sequence[Filled]) -> Path:
    """The forms of one session as a delimited export that names its version."""
    items = list(forms[0].scores)
    lines = [";".join(["ID", "qc_instrument", *items])]
    for number, form in enumerate(forms, 1):
        cells = (_label(item, form.scores.get(item)) for item in items)
        lines.append(";".join([str(number), form.version, *cells]))
    path = root / f"{forms[0].session.id}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def tally(forms: Iterable[Filled], item: str, version: str | None = None) -> dict[int, int]:
    """How often each score was given, counted by hand."""
    return dict(Counter(one.scores[item] for one in forms if version in (None, one.version)))
