from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from pyxform.xls2xform import convert

from qualitycycle.config import load_config, shipped
from qualitycycle.errors import Refused
from qualitycycle.exporters.form import Form, Place, build_form
from qualitycycle.exporters.xlsform import xlsform
from qualitycycle.instrument import Instrument
from qualitycycle.readers import read
from qualitycycle.readers.spreadsheet import sheets
from qualitycycle.readers.structure import read_structure
from qualitycycle.vocabulary import Moment
from tests.exporters.questionnaire import odd_form, odd_instrument

SHIPPED = load_config(shipped("config").parent).instruments.values()
FORMS = [
    build_form(instrument, moment, language=language)
    for instrument in SHIPPED
    for moment in Moment
    for language in ("nl", "en")
    if instrument.asked_at(moment)
]


def named(form: Form) -> str:
    return "-".join([*form.hidden().values(), form.language])


@pytest.mark.parametrize("form", [*FORMS, odd_form(), odd_form("en")], ids=named)
def test_pyxform_accepts_it_without_a_warning(form: Form, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    xlsform(form, path)
    result = convert(xlsform=str(path), validate=False)
    assert result.warnings == []
    assert (
        f'lang="{"English (en)" if form.language == "en" else "Nederlands (nl)"}" default="true()"'
        in result.xform
    )


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("out") / "form.xlsx"
    xlsform(odd_form(), path)
    return path


def records(path: Path, sheet: str) -> list[dict[str, Any]]:
    header, *rows = sheets(path.read_bytes(), path.name)[sheet]
    return [{k: v for k, v in zip(header, row, strict=True) if v != ""} for row in rows]


def test_sheets_names_and_languages(written: Path) -> None:
    survey = {row.get("name"): row for row in records(written, "survey")}
    assert survey["qc_session"] == {
        "type": "calculate",
        "name": "qc_session",
        "calculation": "'DUIN-2526-04'",
    }
    assert survey["AG_1"]["type"] == "select_one E5"
    assert survey["AG_1"]["label::English (en)"] == 'The explanation was "clear"; for me too.'
    assert survey["TOOLS"]["type"] == "select_multiple TOOLS_options"
    assert survey["qc_block_2"]["label::Nederlands (nl)"] == "Hoe goed lukt het je om ..."
    assert survey["koppelcode"]["constraint"].startswith("regex(")
    [settings] = records(written, "settings")
    assert settings["default_language"] == "Nederlands (nl)"
    names = [row["name"] for row in records(written, "choices") if row["list_name"] == "E5"]
    assert names == ["1", "2", "3", "4", "5", "nvt"]


def test_it_reads_back_as_the_same_questions_in_both_languages(written: Path) -> None:
    structure = read_structure(written)
    assert structure is not None
    assert structure.languages == ("nl", "en")
    for question in odd_form().questions:
        found = structure.questions[question.id]
        for language in ("nl", "en"):
            assert found.texts[language] == question.text(language)
            shown = {code: texts[language] for code, texts in found.options.items()}
            assert shown == {option.code: option.text(language) for option in question.options}


def test_it_is_a_questionnaire_and_not_taken_for_answers(written: Path) -> None:
    with pytest.raises(Refused):
        read(written)


def test_the_same_form_gives_the_same_bytes_and_another_form_another_version(tmp_path: Path) -> None:
    one, other = tmp_path / "one.xlsx", tmp_path / "other.xlsx"
    xlsform(odd_form(), one)
    xlsform(odd_form(), other)
    assert one.read_bytes() == other.read_bytes()
    xlsform(odd_form(place=Place("DUIN-2526-05")), other)
    versions = {records(path, "settings")[0]["version"] for path in (one, other)}
    assert len(versions) == 2


def changed(instrument: Instrument, **first: Any) -> Instrument:
    """The questionnaire with another first item."""
    item, *others = instrument.items
    return instrument.model_copy(update={"items": (item.model_copy(update=first), *others)})


@pytest.mark.parametrize("id", ["1 vraag", "vraag 1", "start", "Koppelcode", "qc_session"])
def test_an_id_that_is_no_name_is_refused(id: str, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    with pytest.raises(Refused) as refused:
        xlsform(build_form(changed(odd_instrument(), id=id), Moment.POST), path)
    assert refused.value.findings[0].code == "instrument_out.bad_id"
    assert not path.exists()


def test_a_fault_that_only_pyxform_sees_is_told(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        asked = changed(odd_instrument(), text={"nl": "Kostte dit ${veel}?"})
        xlsform(build_form(asked, Moment.POST), tmp_path / "form.xlsx")
    [found] = refused.value.findings
    assert found.code == "instrument_out.xlsform_fault"
    assert "veel" in found.details["problem"]


def test_without_pyxform_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyxform.errors", None)
    with pytest.raises(Refused) as refused:
        xlsform(odd_form(), tmp_path / "form.xlsx")
    [found] = refused.value.findings
    assert (found.code, found.value) == ("instrument_out.needs_extra", "xlsform")
