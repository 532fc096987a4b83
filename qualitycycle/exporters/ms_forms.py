"""Filled-in forms as the xlsx that Microsoft Forms exports.

One sheet with one Excel table; the tool's own columns first; then one column per
question, its header the text of the question (of a grid only the statement), answers as
labels, never as codes. The oddities of real exports are there too: headers and labels
that end in a blank or a no-break blank, a multiple choice with a ``;`` after the last
option, marks typed as text with a decimal comma.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from qualitycycle.instrument import Instrument, Item, in_language
from qualitycycle.simulate import NOT_APPLICABLE, Answer, Form
from qualitycycle.vocabulary import Moment, Variant

LINK_CODE_HEADER = {
    "nl": "Koppelcode: laatste twee cijfers van je huisnummer, eerste twee letters van de voornaam "
    "van je moeder, geboortedag",
    "en": "Link code: last two digits of your house number, first two letters of your mother's first "
    "name, day of birth",
}
"""The question for the code that pairs moments, the last one on every form."""

NOT_APPLICABLE_LABEL = {
    "nl": "niet van toepassing / weet ik niet",
    "en": "not applicable / don't know",
}

TOOL_HEADERS = {
    "nl": ("ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam"),
    "en": ("ID", "Start time", "Completion time", "Email", "Name"),
}
"""What Microsoft Forms puts first; on an anonymous form e-mail and name say nothing."""

DECIMAL = {"nl": ",", "en": "."}
DATE_FORMAT = r"m/d/yy\ h:mm:ss"
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def write_ms_forms(
    path: str | Path,
    instrument: Instrument,
    forms: Sequence[Form],
    *,
    language: str = "nl",
    moment: Moment = Moment.POST,
    variant: Variant | None = None,
) -> Path:
    """Write ``forms`` to ``path`` as Microsoft Forms would export them.

    The columns are the items asked at ``moment`` of ``variant`` (an item for tandems is
    not on the form of other sessions; ``variant=None`` leaves such items out). The same
    forms give the same bytes: no clock, no random order.

    >>> from tempfile import mkdtemp
    >>> from qualitycycle.config import load_config, shipped
    >>> instrument = load_config(shipped("config").parent).instrument
    >>> form = Form({"VRM1": 4.0}, "12ma07", datetime(2025, 11, 18, 16, 45), datetime(2025, 11, 18, 16, 50))
    >>> write_ms_forms(Path(mkdtemp()) / "Evaluatie S1.xlsx", instrument, [form]).name
    'Evaluatie S1.xlsx'
    """
    target = Path(path)
    target.write_bytes(workbook_bytes(instrument, forms, language=language, moment=moment, variant=variant))
    return target


def workbook_bytes(
    instrument: Instrument,
    forms: Sequence[Form],
    *,
    language: str = "nl",
    moment: Moment = Moment.POST,
    variant: Variant | None = None,
) -> bytes:
    """The bytes of the workbook; see ``write_ms_forms``."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.table import Table, TableStyleInfo

    items = items_on_form(instrument, moment, variant)
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Sheet1"
    sheet.append(headers(items, language))
    for number, form in enumerate(forms, start=1):
        sheet.append(list(_cells(number, form, items, instrument, language)))
        for column in (2, 3):
            sheet.cell(number + 1, column).number_format = DATE_FORMAT
    last = f"{get_column_letter(sheet.max_column)}{max(2, sheet.max_row)}"
    table = Table(displayName="Table1", ref=f"A1:{last}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    sheet.add_table(table)
    saved = io.BytesIO()
    workbook.save(saved)
    exported = max((form.submitted for form in forms), default=datetime(*ZIP_DATE[:3]))
    return without_clock(saved.getvalue(), exported)


def items_on_form(instrument: Instrument, moment: Moment, variant: Variant | None) -> list[Item]:
    """The questions on the form of one session, in the order of the instrument."""
    return [item for item in instrument.asked_at(moment) if not item.variants or variant in item.variants]


def headers(items: Sequence[Item], language: str) -> list[str]:
    """The header row: the tool's columns, the questions, the link code.

    A text that occurs again gets a number behind it, as in a real export.
    """
    texts = [str(in_language(item.text, language)) for item in items]
    quirky = [text + _trailing(position) for position, text in enumerate(texts)]
    row = [*TOOL_HEADERS[language], *quirky, LINK_CODE_HEADER[language]]
    return [
        text if text not in row[:at] else f"{text}{row[:at].count(text) + 1}" for at, text in enumerate(row)
    ]


def _trailing(position: int) -> str:
    """The blank that people leave behind some questions; always the same ones."""
    return {1: "\u00a0", 3: " "}.get(position % 7, "")


def _cells(
    number: int, form: Form, items: Sequence[Item], instrument: Instrument, language: str
) -> Iterator[Any]:
    yield from (number, form.started, form.submitted, "anonymous", None)
    for position, item in enumerate(items):
        yield _cell(form.answers.get(item.id), item, instrument, language, position)
    yield form.link_code


def _cell(answer: Answer, item: Item, instrument: Instrument, language: str, position: int) -> Any:
    """What the spreadsheet shows for one answer."""
    scale = instrument.scale_of(item.id)
    if answer is None or scale.kind == "open":
        return answer
    if answer == NOT_APPLICABLE:
        return NOT_APPLICABLE_LABEL[language]
    if scale.kind == "mark":
        return _mark(answer, language)
    labels = list(in_language(scale.labels, language))
    if position % 4 == 0:
        labels[-1] += "\u00a0"
    if isinstance(answer, tuple):
        return "".join(f"{labels[option - 1]};" for option in answer)
    return labels[int(answer) - 1]


def _mark(answer: Answer, language: str) -> int | str:
    """A whole mark is a number, a half mark is text as people type it."""
    mark = float(answer)  # type: ignore[arg-type]
    return int(mark) if mark.is_integer() else str(mark).replace(".", DECIMAL[language])


def without_clock(workbook: bytes, moment: datetime) -> bytes:
    """The same workbook as if saved at ``moment``: no trace of when it was really written."""
    stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(saved, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return saved.getvalue()
