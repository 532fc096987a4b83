"""Importing a large workbook against only reading it: 10,000 responses in 30 columns.

In one process, after imports and a first round that does not count, in turn: pandas reads the
file through python-calamine (``pandas.read_excel(engine="calamine")``), python-calamine's cells
go into a DataFrame as they are, and ``Workspace.import_evaluations`` reads, checks and stores
it in a fresh copy of a prepared workspace. Printed: medians and the median of the pairwise
ratios. Target: at most 2.0 times the cells in a frame. The file is written as Excel and Microsoft Forms
do (texts once, in a part of their own) and as openpyxl does (every text in its cell, which takes
longer to read). With link codes seven keyed hashes per response come on top.
"""

from __future__ import annotations

import re
import shutil
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
from python_calamine import CalamineWorkbook

from qualitycycle import init_workspace, open_workspace
from qualitycycle.config import shipped
from qualitycycle.instrument import Instrument
from qualitycycle.vocabulary import Moment

ROWS, COLUMNS, ROUNDS = 10_000, 30, 9
TOOL = ("ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam")
LINK_CODE = "Koppelcode"
SHEET, RELATIONS = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"
INLINE = re.compile(r't="inlineStr"><is>(.*?)</is></c>')
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHARED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        prepared, work = Path(folder) / "prepared", Path(folder) / "work"
        workspace = init_workspace(prepared)
        workspace.import_register(shipped("examples") / "register.xlsx")
        first = sorted((shipped("examples") / "exports").glob("*.xlsx"))[0]
        workspace.import_evaluations([first])
        session = str(workspace.records.load()["sessions"][-1]["id"])
        for coded, shared in ((False, True), (False, False), (True, True)):
            path = Path(folder) / "export.xlsx"
            write(path, workspace.config.instrument, coded)
            if shared:
                share_texts(path)
            how = f"{'with' if coded else 'without'} link codes, texts {'shared' if shared else 'in cells'}"
            print(f"{ROWS} responses, {COLUMNS} columns, {how}")
            compare(path, session, prepared, work)


def compare(path: Path, session: str, prepared: Path, work: Path) -> None:
    rounds = []
    for _ in range(ROUNDS + 1):
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(prepared, work)
        opened = open_workspace(work)
        cells = seconds(partial(in_frame, path))
        pandas = seconds(partial(pd.read_excel, path, engine="calamine"))
        ours = seconds(partial(imported, opened, path, session))
        rounds.append((cells, pandas, ours))
    cells, pandas, ours = zip(*rounds[1:], strict=True)
    print(f"  cells in a frame   median {statistics.median(cells):.3f} s")
    print(f"  pandas.read_excel  median {statistics.median(pandas):.3f} s")
    print(f"  import             median {statistics.median(ours):.3f} s")
    for name, theirs in (("pandas.read_excel", pandas), ("cells in a frame", cells)):
        ratio = statistics.median(b / a for a, b in zip(theirs, ours, strict=True))
        print(f"  ratio to {name:18s} median {ratio:.2f}")


def in_frame(path: Path) -> pd.DataFrame:
    records = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return pd.DataFrame(records[1:], columns=records[0])


def imported(workspace: Any, path: Path, session: str) -> None:
    report = workspace.import_evaluations([path], session=session)
    assert report.exit_code == 0 and report.files[0].responses == ROWS


def write(path: Path, instrument: Instrument, coded: bool) -> None:
    """An export as Microsoft Forms writes it, with the whole questionnaire and questions of one's own."""
    rng = np.random.default_rng(1)
    items = instrument.asked_at(Moment.POST)
    answers = {item.text["nl"]: drawn(instrument, item.id, rng) for item in items}
    codes = {LINK_CODE: [link_code(rng) for _ in range(ROWS)]} if coded else {}
    own = COLUMNS - len(TOOL) - len(answers) - len(codes)
    columns = {**codes, **answers, **{f"Eigen vraag {k}": [k] * ROWS for k in range(own)}}
    sheet = (book := openpyxl.Workbook()).active
    assert sheet is not None
    sheet.append([*TOOL, *columns])
    start = datetime(2025, 9, 10, 16)
    for row, cells in enumerate(zip(*columns.values(), strict=True)):
        begun = start + timedelta(seconds=37 * row)
        sheet.append([row + 1, begun, begun + timedelta(minutes=4), "anonymous", None, *cells])
    book.save(path)


def link_code(rng: np.random.Generator) -> str:
    """A self-made code: a day, two letters of a name, a number."""
    letters = "".join(rng.choice(list("aeijklmnorst"), 2))
    return f"{rng.integers(1, 32):02d}{letters}{rng.integers(0, 100):02d}"


def share_texts(path: Path) -> None:
    """Put the texts of a workbook in one part and refer to them, as Excel does."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    places: dict[str, int] = {}
    parts[SHEET] = INLINE.sub(
        lambda cell: f't="s"><v>{places.setdefault(cell.group(1), len(places))}</v></c>', parts[SHEET]
    )
    texts = "".join(f"<si>{text}</si>" for text in places)
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{texts}</sst>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    for name, end, entry in (
        (
            "[Content_Types].xml",
            "</Types>",
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/>',
        ),
        (
            RELATIONS,
            "</Relationships>",
            f'<Relationship Id="shared" Type="{SHARED}" Target="sharedStrings.xml"/>',
        ),
    ):
        parts[name] = parts[name].replace(end, f"{entry}{end}")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)


def drawn(instrument: Instrument, item: str, rng: np.random.Generator) -> list[Any]:
    scale = instrument.scale_of(item)
    if scale.kind == "open":
        return [f"De sfeer was goed, groep {row}" if row % 3 else None for row in range(ROWS)]
    if scale.kind == "mark":
        return rng.choice([6, 7, 7.5, 8, 9], ROWS).tolist()
    labels = scale.labels["nl"]
    return [labels[at] for at in rng.integers(0, len(labels), ROWS)]


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
