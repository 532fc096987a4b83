"""An exported form, filled in and exported by its tool, comes back without a question."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from qualitycycle.config import shipped
from qualitycycle.exporters.form import Form
from qualitycycle.exporters.word import word_questions
from qualitycycle.vocabulary import Moment
from qualitycycle.workspace import Workspace, init_workspace, open_workspace
from tests.exporters import filled, questionnaire
from tests.exporters.filled import Person

SESSION = questionnaire.TANDEM.session
QUICK = settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # every example is an import: no shrinking
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
FORM = questionnaire.odd_form()
PEOPLE = filled.people(FORM)
LANGUAGES = st.sampled_from(FORM.languages)
DELIMITERS = st.sampled_from([",", ";", "\t"])


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("round") / "ws"
    init_workspace(root)
    questionnaire.put_into(root)
    made = open_workspace(root)
    assert made.import_register(shipped("examples") / "register.xlsx").status == "imported"
    return made


@pytest.fixture(scope="module")
def form(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Form:
    out = tmp_path_factory.mktemp("out") / "vragen.xlsx"
    exported = workspace.export_instrument("xlsform", out, instrument="rond-2.0", session=SESSION)
    assert [question.id for question in exported.form.questions] == [
        question.id for question in FORM.questions
    ]
    return exported.form


def check(workspace: Workspace, path: Path, form: Form, persons: Sequence[Person], **how: Any) -> None:
    """Import, compare with what was filled in, and undo."""
    [outcome] = workspace.import_evaluations([path], **how).files
    assert outcome.status == "imported", outcome.findings
    try:
        assert outcome.collections == (SESSION,)
        assert not [found for found in outcome.findings if found.code in WORRIES], outcome.findings
        snapshot = workspace.evaluations.snapshot()
        assert filled.stored(snapshot.answers, str(outcome.import_id)) == filled.expected(form, persons)
        codes = sum(person.link_code is not None for person in persons)
        kept = workspace.evaluations.look().responses_in([SESSION or ""])
        assert sum(row["link_code"] is not None for row in kept) == codes
        assert {row["moment"] for row in kept} == {str(Moment.POST)}
    finally:
        workspace.retract(str(outcome.import_id))


WORRIES = {
    "checking.items_missing",
    "checking.unmapped_columns",
    "checking.other_option",
    "checking.near_header",
}


@given(persons=PEOPLE, language=LANGUAGES)
@QUICK
def test_microsoft_forms_workbook(
    workspace: Workspace, form: Form, tmp_path: Path, persons: list[Person], language: str
) -> None:
    records = filled.ms_forms(form, persons, language)
    check(workspace, filled.as_workbook(records, tmp_path / f"Ronde {SESSION}(1-4).xlsx"), form, persons)


@given(persons=PEOPLE, language=LANGUAGES, delimiter=DELIMITERS, encoding=ENCODINGS)
@QUICK
def test_microsoft_forms_saved_again_as_text(
    workspace: Workspace,
    form: Form,
    tmp_path: Path,
    persons: list[Person],
    language: str,
    delimiter: str,
    encoding: str,
) -> None:
    records = filled.ms_forms(form, persons, language)
    path = filled.in_file(records, tmp_path / "antwoorden.csv", delimiter, encoding)
    check(workspace, path, form, persons, session=SESSION)


@given(persons=PEOPLE, language=LANGUAGES, numbered=st.booleans())
@QUICK
def test_word_document_read_in_by_microsoft_forms(
    workspace: Workspace, form: Form, tmp_path: Path, persons: list[Person], language: str, numbered: bool
) -> None:
    made = workspace.export_instrument(
        "word", tmp_path / "v.docx", instrument="rond-2.0", session=SESSION, language=language, force=True
    )
    texts = [text for text, _ in word_questions(made.form)]
    assert texts[0] == form.link_code_text(language)
    headers = [f"{at}. {text}" if numbered else text for at, text in enumerate(texts, start=1)]
    records = [[*row[:5], row[-1], *row[5:-1]] for row in filled.ms_forms(form, persons, language)]
    records[0][5:] = headers
    check(workspace, filled.as_workbook(records, tmp_path / f"Ronde {SESSION}.xlsx"), form, persons)


@given(persons=PEOPLE, language=LANGUAGES, seed=st.integers(0, 99))
@QUICK
def test_entry_workbook(
    workspace: Workspace, form: Form, tmp_path: Path, persons: list[Person], language: str, seed: int
) -> None:
    path = tmp_path / "invoer.xlsx"
    exported = workspace.export_instrument(
        "entry", path, instrument="rond-2.0", session=SESSION, language=language, force=True
    )
    chance = random.Random(seed)
    filled.entry(path, exported.form, persons, lambda at: chance.random() < 0.5)
    check(workspace, path, form, persons)


@pytest.mark.parametrize("language", [None, *FORM.languages], ids=["names", *FORM.languages])
@given(persons=PEOPLE, delimiter=DELIMITERS, encoding=ENCODINGS, grouped=st.booleans())
@QUICK
def test_kobo(
    workspace: Workspace,
    form: Form,
    tmp_path: Path,
    language: str | None,
    persons: list[Person],
    delimiter: str,
    encoding: str,
    grouped: bool,
) -> None:
    records = filled.kobo(form, persons, language, grouped)
    check(workspace, filled.in_file(records, tmp_path / "kobo.csv", delimiter, encoding), form, persons)


@pytest.mark.parametrize("headers", ["code", "full", "both"])
@given(persons=PEOPLE, language=LANGUAGES, values=st.sampled_from(["code", "full"]), beside=st.booleans())
@QUICK
def test_limesurvey(
    workspace: Workspace,
    form: Form,
    tmp_path: Path,
    headers: str,
    persons: list[Person],
    language: str,
    values: str,
    beside: bool,
) -> None:
    records = filled.limesurvey(form, persons, headers, values, language)
    path = filled.in_file(records, tmp_path / "results-survey123456.csv")
    for left in tmp_path.glob("*.txt"):
        left.unlink()
    if beside:
        workspace.export_instrument(
            "limesurvey", tmp_path / "vragen.txt", instrument="rond-2.0", session=SESSION, force=True
        )
    check(workspace, path, form, persons)
