"""Forms filled in with random answers, as each tool exports them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from qualitycycle.exporters.form import LINK_CODE, Form, Question
from qualitycycle.exporters.limesurvey import answer_code, code_of
from qualitycycle.exporters.ms_forms import TOOL_HEADERS
from qualitycycle.vocabulary import NOT_APPLICABLE_CODE

NVT = "nvt"
Answer = Any
"""None (blank), ``NVT``, the code of an option, a tuple of codes, or a text."""

TEXTS = ["meer oefenen", "tempo; en pauzes", 'een "echt" voorbeeld', "één, twee", "=1+1", "<b>niets</b> & co"]
LINES = [*TEXTS, "eerste regel\ntweede regel"]


@dataclass(frozen=True)
class Person:
    """One filled-in form."""

    answers: Mapping[str, Answer]
    link_code: str | None
    language: str


def people(form: Form, least: int = 1) -> st.SearchStrategy[list[Person]]:
    """A few random people, each in one of the form's languages."""
    ids = [question.id for question in form.questions]
    answers = st.tuples(*map(_answer, form.questions)).map(lambda given: dict(zip(ids, given, strict=True)))
    code = st.none() | st.from_regex(r"[0-9]{2}[a-z]{2}[0-9]{2}", fullmatch=True)
    person = st.builds(Person, answers, code, st.sampled_from(form.languages))
    multi = [question.id for question in form.questions if question.kind == "multi"]
    drawn = st.lists(person, min_size=least, max_size=4).filter(_tells_something)
    return drawn.filter(lambda persons: all(any(one.answers[id] for one in persons) for id in multi))


def _tells_something(persons: Sequence[Person]) -> bool:
    """A record without any answer is not one: a spreadsheet does not keep blank rows apart.

    And columns per option that nobody ticked say nothing of what they are.
    """
    return all(any(answer is not None for answer in person.answers.values()) for person in persons)


def _answer(question: Question) -> st.SearchStrategy[Answer]:
    if question.kind == "open":
        return st.none() | st.sampled_from(LINES)
    codes = [option.code for option in question.options]
    if question.kind == "multi":
        return st.none() | st.lists(st.sampled_from(codes), min_size=1, unique=True).map(
            lambda chosen: tuple(sorted(chosen))
        )
    return st.none() | st.sampled_from(codes)


# --- what the store must hold ---------------------------------------------------------


def expected(form: Form, persons: Sequence[Person]) -> Counter[Any]:
    """Every person's answers as the store has them, in no order."""
    return Counter(frozenset(_told(form, person)) for person in persons)


def _told(form: Form, person: Person) -> Iterator[tuple[Any, ...]]:
    for question in form.questions:
        answer = person.answers[question.id]
        if answer is None:
            yield question.id, "not_answered", None, None, None
        elif answer == NOT_APPLICABLE_CODE:
            yield question.id, "not_applicable", None, None, None
        elif question.kind == "open":
            yield question.id, "answered", None, None, answer
        elif question.kind == "multi":
            for code in answer:
                yield question.id, "answered", None, str(_place(question, code)), None
        elif question.kind == "single":
            yield question.id, "answered", None, str(_place(question, answer)), None
        else:
            score = float(answer) if question.kind == "mark" else float(_place(question, answer))
            yield question.id, "answered", score, None, None


def _place(question: Question, code: str) -> int:
    return [option.code for option in question.options].index(code) + 1


def stored(files: Sequence[str], import_id: str) -> Counter[Any]:
    """What one import left in the store, per response."""
    answers = pd.concat([pd.read_parquet(file) for file in files])
    answers = answers[answers["import_id"] == import_id].astype(object)
    answers = answers.where(answers.notna(), None)
    rows: dict[str, set[tuple[Any, ...]]] = {}
    for row in answers.to_dict("records"):
        told = (row["item"], row["state"], row["score"], row["option"], row["text"])
        rows.setdefault(row["response_id"], set()).add(told)
    return Counter(frozenset(row) for row in rows.values())


# --- labels -----------------------------------------------------------------------------


def label(question: Question, answer: Answer, language: str) -> Any:
    """What a person saw for an answer; several options as a list."""
    if answer is None or question.kind == "open":
        return answer
    texts = {option.code: option.text(language) for option in question.options}
    return [texts[code] for code in answer] if question.kind == "multi" else texts[answer]


def in_file(
    records: Sequence[Sequence[Any]], path: Path, delimiter: str = ",", encoding: str = "utf-8-sig"
) -> Path:
    """Records as a text file, the way tools write them."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([["" if cell is None else cell for cell in record] for record in records])
    path.write_bytes(written.getvalue().encode(encoding))
    return path


# --- Microsoft Forms ---------------------------------------------------------------------


def ms_forms(form: Form, persons: Sequence[Person], language: str) -> list[list[Any]]:
    """Questions as headers, labels as answers, options of one question joined by ``;``."""
    headers = [question.text(language) for question in form.questions]
    records = [[*TOOL_HEADERS[language], *headers, form.link_code_text(language)]]
    for number, person in enumerate(persons, start=1):
        times = [f"11/18/2025 16:{number:02}:10", f"11/18/2025 17:{number:02}:20"]
        cells = [label(question, person.answers[question.id], person.language) for question in form.questions]
        joined = ["".join(f"{one};" for one in cell) if isinstance(cell, list) else cell for cell in cells]
        records.append([number, *times, "anonymous", None, *joined, person.link_code])
    return records


def as_workbook(records: Sequence[Sequence[Any]], path: Path) -> Path:
    """Records on one sheet."""
    book = Workbook()
    sheet: Any = book.active
    for row, record in enumerate(records, start=1):
        for column, value in enumerate(record, start=1):
            cell = sheet.cell(row, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(path)
    return path


# --- our own entry workbook -----------------------------------------------------------


def entry(path: Path, form: Form, persons: Sequence[Person], bare: Callable[[int], bool]) -> Path:
    """The exported workbook with every form typed over twice; ``bare`` says where by number only."""
    book = load_workbook(path)
    first, second = book.worksheets[1:3]
    for sheet, typed in ((first, lambda at: False), (second, bare)):
        codes = [cell.value for cell in sheet[2]]
        rows = list(enumerate(persons, start=1))
        for row, (number, person) in enumerate(rows if sheet is first else rows[::-1], start=3):
            values = dict(_typed(form, person, typed))
            values |= {"qc_form": number, LINK_CODE: person.link_code}
            for at, code in enumerate(codes, start=1):
                cell = sheet.cell(row, at)
                cell.value = values.get(code)
                if isinstance(cell.value, str):
                    cell.data_type = "s"
    book.save(path)
    return path


def _typed(form: Form, person: Person, bare: Callable[[int], bool]) -> Iterator[tuple[str, Any]]:
    for at, question in enumerate(form.questions):
        answer = person.answers[question.id]
        shown = label(question, answer, form.language)
        if isinstance(shown, list):
            yield from ((f"{question.id}[{code}]", "x") for code in answer)
        elif answer is None or answer == NOT_APPLICABLE_CODE or question.kind in ("open", "single"):
            yield question.id, shown
        elif question.kind == "mark":
            yield question.id, float(answer)
        elif not answer.isdigit():
            yield question.id, shown
        else:
            yield question.id, int(answer) if bare(at) else f"{answer} - {shown}"


# --- KoboToolbox -----------------------------------------------------------------------


def kobo(form: Form, persons: Sequence[Person], language: str | None, grouped: bool) -> list[list[Any]]:
    """Names and codes, or the labels of a language; several options also in a column each."""
    headers = ["start", "end", *form.hidden()]
    for at, block in enumerate(form.blocks, start=1):
        stem = block.stem_text(language) if language else None
        group = (stem or f"qc_block_{at}") if (block.is_grid or block.stem) and grouped else None
        for question in block.questions:
            name = question.text(language) if language else question.id
            headers += [
                f"{group}/{text}" if group else text for text in _kobo_columns(question, name, language)
            ]
    headers.append(form.link_code_text(language) if language else LINK_CODE)
    own = ["_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_submitted_by"]
    records = [[*headers, *own, "__version__", "_tags", "_index"]]
    for number, person in enumerate(persons, start=1):
        start, end = f"2025-11-18T16:{number:02}:10.123+01:00", f"2025-11-18T16:{number:02}:50.456+01:00"
        cells = [
            cell
            for question in form.questions
            for cell in _kobo_cells(question, person.answers[question.id], language)
        ]
        tool = [number, f"uuid-{number}", f"2025-11-18T15:{number:02}:55", None, None, "submitted_via_web"]
        row = [start, end, *form.hidden().values(), *cells, person.link_code]
        records.append([*row, *tool, None, "vA1", None, number])
    return records


def _kobo_columns(question: Question, name: str, language: str | None) -> list[str]:
    if question.kind != "multi":
        return [name]
    return [name, *(f"{name}/{o.text(language) if language else o.code}" for o in question.options)]


def _kobo_cells(question: Question, answer: Answer, language: str | None) -> list[Any]:
    shown = label(question, answer, language) if language else answer
    if question.kind != "multi":
        return [shown]
    ticked = [None if answer is None else int(option.code in answer) for option in question.options]
    return [None if shown is None else " ".join(shown), *ticked]


# --- LimeSurvey -------------------------------------------------------------------------

YES_NO = {"nl": ("Ja", "Nee"), "en": ("Yes", "No")}


def limesurvey(
    form: Form, persons: Sequence[Person], headers: str, values: str, language: str
) -> list[list[Any]]:
    """The response export; ``headers`` is code, full or both, ``values`` code or full."""
    named = [(code_of(name), name) for name in form.hidden()]
    for at, block in enumerate(form.blocks, start=1):
        grid = block.is_grid or block.stem is not None
        for question in block.questions:
            named += _lime_columns(
                question, f"grid{at}" if grid else None, block.stem_text(language), language
            )
    if form.asks_link_code:
        named.append((LINK_CODE, form.link_code_text(language)))
    spelled = {"code": "{0}", "full": "{1}", "both": "{0}. {1}"}[headers]
    own = ["id", "submitdate", "lastpage", "startlanguage", "seed"]
    if headers == "full":
        own = ["Response ID", "Date submitted", "Last page", "Start language", "Seed"]
    records: list[list[Any]] = [[*own, *(spelled.format(*pair) for pair in named)]]
    for number, person in enumerate(persons, start=1):
        cells = [
            cell
            for question in form.questions
            for cell in _lime_cells(question, person.answers[question.id], values, language)
        ]
        tool = [number, f"2025-11-18 16:{number:02}:10", 1, person.language, 1234567 + number]
        records.append([*tool, *form.hidden().values(), *cells, person.link_code])
    return records


def _lime_columns(
    question: Question, grid: str | None, stem: str | None, language: str
) -> list[tuple[str, str]]:
    code, text = code_of(question.id), question.text(language)
    if grid:
        return [(f"{grid}[{code}]", f"{stem or ''} [{text}]".strip())]
    if question.kind == "multi":
        return [(f"{code}[{o.code}]", f"{text} [{o.text(language)}]") for o in question.options]
    return [(code, text)]


def _lime_cells(question: Question, answer: Answer, values: str, language: str) -> list[Any]:
    if question.kind == "multi":
        yes, no = ("Y", "") if values == "code" else YES_NO[language]
        return [None if answer is None else yes if o.code in answer else no for o in question.options]
    if answer is None or question.kind == "open":
        return [answer]
    option = next(option for option in question.options if option.code == answer)
    return [answer_code(question, option) if values == "code" else option.text(language)]
