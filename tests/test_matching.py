"""Match: a file nobody knows becomes a questionnaire and a mapping, and then imports."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from qualitycycle import wording
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.register.workbook import write_workbook
from qualitycycle.workspace import Workspace, init_workspace, open_workspace

MOST = 80
ROWS = {
    "ms_forms/BredaUniversityGames__curriculum-prioritization-vfx__responses.xlsx": 230,
    "google_forms/ngerd__Compulsory-Elective-1__survey_responses.xlsx": 105,
    "google_forms/BladeF__Thesis-Data-Analysis__survey_responses.csv": 18,
    "limesurvey/rhazn__2025-SPE-data-release__answers-ex1.csv": 39,
    "limesurvey/rhazn__2025-SPE-data-release__answers-ex2.csv": 28,
    "limesurvey/softwaresaved__international-survey__public_data.csv": 77,
    "qualtrics/ropensci__qualtRics__sample.csv": 1,
    "qualtrics/ropensci__qualtRics__sample_legacy.csv": 1,
    "qualtrics/ctesta01__QualtricsTools__Better_Sample_Survey.csv": 10,
    "kobo_xlsform/onaio__onadata__transportation.csv": 1,
    "kobo_xlsform/onaio__onadata__transportation_all.csv": 4,
    "kobo_xlsform/onaio__onadata__transportation_labels_only.csv": 1,
    "spss/Roche__pyreadstat__sample.sav": 5,
    "spss/Roche__pyreadstat__sample_missing.sav": 7,
    "spss/tidyverse__haven__umlauts.sav": 4,
    "training_evaluation/carpentries__assessment__20180908_post_clean.csv": 967,
    "training_evaluation/carpentries__assessment__20200326-longterm-other_questions-no-open.csv": 176,
    "training_evaluation/coderefinery__post-workshop-survey__2018.csv": 65,
    "training_evaluation/coderefinery__pre-workshop-survey__oslo-jun.csv": 42,
    "training_evaluation/elixir-europe-training__Training-Metrics-Database__tango_qualities.csv": 200,
    "training_evaluation/elixir-europe-training__Training-Metrics-Database__tango_impacts.csv": 200,
}
NO_ANSWERS = (
    "limesurvey/rhazn__2025-SPE-data-release__exercise1.lss",
    "limesurvey/softwaresaved__international-survey__questions_to_import.txt",
    "limesurvey/softwaresaved__international-survey__uk_core_survey.lss",
    "limesurvey/FherStk__teaching-stats-limesurvey__template.txt",
    "kobo_xlsform/Edouard-Legoupil__koboloadeR__XLSform_template.xlsx",
    "kobo_xlsform/XLSForm__pyxform__or_other.xlsx",
    "training_evaluation/carpentries__assessment__2020-longterm-answer-key.csv",
    "training_evaluation/carpentries__assessment__2020-longterm-column-names.csv",
)
TRN3, INH1, VRM1 = (
    "Welk cijfer geef je de trainer(s) samen?",
    "De inhoud sloot aan bij mijn ervaring als mentor.",
    "De opzet (dagdelen, tijdstip, plaats of online) paste bij mijn werkweek.",
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with two sessions."""
    workspace = init_workspace(tmp_path_factory.mktemp("matching") / "ws", "nl")
    lead = next(iter(workspace.config.organisations.partnerships))
    sessions = [{"id": id, "kind": "basic", "lead": lead} for id in ("DUIN-1", "DUIN-2")]
    meetings = [{"session": row["id"], "date": date(2025, 9, 15)} for row in sessions]
    path = workspace.root / "register.xlsx"
    records: dict[str, list[dict[str, Any]]] = {"sessions": sessions, "meetings": meetings}
    write_workbook(path, records, workspace.config.organisations, "nl")
    assert workspace.import_register(path).status == "imported"
    return workspace


@pytest.fixture
def workspace(prepared: Workspace, tmp_path: Path) -> Workspace:
    """A fresh copy of it."""
    shutil.copytree(prepared.root, tmp_path / "ws")
    return open_workspace(tmp_path / "ws")


def written(folder: Path, columns: Mapping[str, Sequence[Any]], name: str = "export.csv") -> Path:
    """A CSV file as a person would save it."""
    rows = [list(columns), *zip(*columns.values(), strict=True)]
    lines = [";".join(f'"{cell}"' for cell in row) for row in rows]
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def agreement(workspace: Workspace) -> list[str]:
    return workspace.config.instrument.scales["E5"].labels["nl"]


def messages(findings: Sequence[Any], language: str = "nl") -> dict[str, str]:
    return {found.code: wording.message(found, language) for found in findings}


@pytest.mark.corpus
@pytest.mark.parametrize("name", ROWS)
def test_every_answer_file_is_drafted_and_imports_row_for_row(
    workspace: Workspace, corpus: Path, name: str
) -> None:
    file = corpus / "exports" / name
    made = workspace.match(file, draft=True)
    assert made.status == "written"
    [one] = made.workspace.import_evaluations([file], session="DUIN-1").files
    assert one.status == "imported", one.findings
    assert one.responses == ROWS[name]
    assert {path.name for path in made.written if path.suffix == ".toml"} == {f"{made.mapping}.toml"}
    again = made.workspace.match(file)
    assert (again.status, again.written) == ("known", ())


@pytest.mark.corpus
@pytest.mark.parametrize("name", NO_ANSWERS)
def test_a_file_without_answers_is_no_questionnaire_to_draft_from(
    workspace: Workspace, corpus: Path, name: str
) -> None:
    with pytest.raises(Refused) as caught:
        workspace.match(corpus / "exports" / name, draft=True)
    assert not list((workspace.root / "config" / "mappings").glob("*.toml"))
    assert any(found.code.startswith(("platforms.", "reading.")) for found in caught.value.findings)


@pytest.mark.corpus
def test_the_next_run_of_the_same_survey_needs_no_question(workspace: Workspace, corpus: Path) -> None:
    first, second = (
        corpus / "exports/limesurvey" / f"rhazn__2025-SPE-data-release__answers-ex{n}.csv" for n in (1, 2)
    )
    made = workspace.match(first, draft=True).workspace
    alone = Path(shutil.copyfile(second, made.root / "answers.csv"))  # far from its structure file
    assert made.match(alone).status == "known"
    [one] = made.import_evaluations([alone], session="DUIN-2").files
    assert (one.status, one.responses) == ("imported", 28), one.findings


def test_a_structure_of_another_tool_stands_in_nobodys_way(workspace: Workspace, tmp_path: Path) -> None:
    structure = workspace.root / "config/structures/lime.txt"
    structure.parent.mkdir()
    workspace.export_instrument("limesurvey", structure, moment="post")
    lines = ['instrument = "nl-mentor-1.0"', 'format = "limesurvey"', 'structure = "lime.txt"']
    (workspace.root / "config/mappings/lime.toml").write_text("\n".join([*lines, "[columns]", 'Q1 = "TRN3"']))
    sent = ["2025-09-15T10:00:00", "2025-09-15T10:05:00"]
    kobo = written(tmp_path, {"_uuid": ["a", "b"], "_submission_time": sent, TRN3: [7, 8]})
    [one] = open_workspace(workspace.root).import_evaluations([kobo], session="DUIN-1").files
    assert (one.status, one.format, one.responses) == ("imported", "kobo", 2), one.findings


@pytest.mark.corpus
def test_a_structure_file_gives_texts_and_options(workspace: Workspace, corpus: Path, tmp_path: Path) -> None:
    folder = corpus / "exports/limesurvey"
    export = Path(
        shutil.copyfile(folder / "rhazn__2025-SPE-data-release__answers-ex1.csv", tmp_path / "e.csv")
    )
    made = workspace.match(
        export, draft=True, structure=folder / "rhazn__2025-SPE-data-release__exercise1.lss"
    )
    item = made.workspace.config.instruments["e"].item("E2")
    assert item.text["en"].startswith("How difficult was it")
    assert item.labels["en"] == ["Very easy", "Easy", "Medium", "Hard", "Very hard"]
    assert item.labels["de"][0] == "Sehr einfach"
    assert (made.workspace.root / "config/structures/e.lss").is_file()
    [one] = made.workspace.import_evaluations([export], session="DUIN-1").files
    assert (one.status, one.responses) == ("imported", 39)


def test_what_is_certain_and_likely_is_written_and_imports(workspace: Workspace, tmp_path: Path) -> None:
    labels = agreement(workspace)
    file = written(
        tmp_path,
        {
            TRN3: [7, 8, "7,5", 9],
            "De inhoud sloot goed aan bij mijn ervaring als mentor": [*labels[2:], "helemal mee eens"],
            "Wat at je?": ["soep", "brood", "soep", "soep"],
        },
    )
    made = workspace.match(file)
    mapping = made.workspace.config.mappings["export"]
    assert set(mapping.columns.values()) == {"TRN3", "INH1"}
    assert mapping.labels == {"E5": {"helemal mee eens": 5}}
    assert mapping.ignore == ("Wat at je?",)
    assert [alias.known for alias in made.aliases] == ["helemaal mee eens"]
    [one] = made.workspace.import_evaluations([file], session="DUIN-1", moment="post").files
    assert (one.status, one.responses) == ("imported", 4), one.findings


def test_what_is_doubtful_waits_until_somebody_moves_it(workspace: Workspace, tmp_path: Path) -> None:
    vague = "Sloot de training aan bij mijn ervaring?"
    file = written(tmp_path, {TRN3: [7, 8, 9], vague: agreement(workspace)[2:]})
    made = workspace.match(file)
    [doubt] = [found for found in made.findings if found.code == "matching.doubtful"]
    assert (doubt.column, doubt.value) == (vague, "INH1")
    assert "[doubtful]" in wording.message(doubt, "nl")
    assert made.workspace.config.mappings["export"].doubtful == {vague: "INH1"}
    again = made.workspace.match(file)
    assert again.status == "known" and not again.written
    path = workspace.root / "config/mappings/export.toml"
    text = path.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith(f'"{vague}"'))
    moved = text.replace(line + "\n", "").replace("[columns]", f"[columns]\n{line}\n#", 1)
    path.write_text(moved.replace("[doubtful]", "[doubtful]"), encoding="utf-8")
    assert open_workspace(workspace.root).config.mappings["export"].columns[vague] == "INH1"


def test_somebody_may_decide(workspace: Workspace, tmp_path: Path) -> None:
    vague = "Sloot de training aan bij mijn ervaring?"
    file = written(tmp_path, {TRN3: [7, 8, 9], vague: agreement(workspace)[2:]})
    asked: list[str] = []

    def decide(proposals: object, doubtful: Sequence[Any]) -> dict[str, str]:
        asked.extend(one.header for one in doubtful)
        return {vague: "VRM1"}

    made = workspace.match(file, decide=decide)
    assert asked == [vague]
    assert made.workspace.config.mappings["export"].columns == {TRN3: "TRN3", vague: "VRM1"}


def test_nothing_is_overwritten_without_force(workspace: Workspace, tmp_path: Path) -> None:
    first = written(tmp_path, {TRN3: [7, 8, 9]})
    made = workspace.match(first).workspace
    other = written(tmp_path, {TRN3: [7, 8, 9], INH1: agreement(workspace)[2:]})
    before = (workspace.root / "config/mappings/export.toml").read_bytes()
    with pytest.raises(Refused) as caught:
        made.match(other)
    assert [found.code for found in caught.value.findings] == ["matching.exists"]
    assert (workspace.root / "config/mappings/export.toml").read_bytes() == before
    assert made.match(other, mapping="next").mapping == "next"
    forced = made.match(other, force=True).workspace
    assert set(forced.config.mappings["export"].columns.values()) == {"TRN3", "INH1"}


@pytest.mark.parametrize(("said", "day"), [("true", date(2025, 9, 10)), ("false", date(2025, 10, 9))])
def test_the_order_of_days_is_for_a_person_to_say(
    workspace: Workspace, tmp_path: Path, said: str, day: date
) -> None:
    file = written(tmp_path, {"Timestamp": ["10/9/2025 9:00", "10/9/2025 9:10"], TRN3: [7, 8]})
    made = workspace.match(file)
    assert "day_first = true" in messages(made.findings)["reading.ambiguous_days"]
    path = workspace.root / "config/mappings/export.toml"
    assert made.workspace.config.mappings["export"].day_first is None
    path.write_text(path.read_text("utf-8").replace("# day_first = true", f"day_first = {said}"), "utf-8")
    chosen = open_workspace(workspace.root)
    [one] = chosen.import_evaluations([file], session="DUIN-1").files
    assert (one.status, one.responses) == ("imported", 2)
    assert "reading.ambiguous_days" not in {found.code for found in one.findings}
    stored = [pq.read_table(uri).to_pylist() for uri in chosen.evaluations.snapshot().responses]
    assert {row["submitted_on"] for rows in stored for row in rows} == {day}
    again = chosen.match(file, force=True).workspace
    assert again.config.mappings["export"].day_first is (said == "true")


def test_a_trial_writes_nothing_and_finds_the_same(workspace: Workspace, tmp_path: Path) -> None:
    file = written(tmp_path, {TRN3: [7, 8, 9], "Iets": ["a", "b", "c"]})
    tried = workspace.match(file, dry_run=True)
    assert tried.status == "checked" and not tried.written
    assert not list((workspace.root / "config/mappings").glob("*.toml"))
    assert messages(workspace.match(file).findings) == messages(tried.findings)


def test_a_mapping_is_not_named_after_a_session(workspace: Workspace, tmp_path: Path) -> None:
    file = written(tmp_path, {TRN3: [7, 8, 9]}, "Evaluatie DUIN-1(1-3).csv")
    assert workspace.match(file).mapping == "evaluatie"


def test_a_code_with_other_words_is_another_layout(workspace: Workspace, tmp_path: Path) -> None:
    """The same question has another code in the next form: codes alone never decide."""

    def qualtrics(name: str, words: Mapping[str, str], cells: Mapping[str, Sequence[Any]]) -> Path:
        codes = ["ResponseId", *words]
        ids = json.dumps({"ImportId": "_recordId"})
        rows = [codes, ["Response ID", *words.values()], [ids, *(json.dumps({"ImportId": c}) for c in words)]]
        rows += [[f"R_{at}", *row] for at, row in enumerate(zip(*cells.values(), strict=True))]
        path = tmp_path / name
        path.write_text(
            "\n".join(",".join('"' + str(cell).replace('"', '""') + '"' for cell in row) for row in rows),
            encoding="utf-8",
        )
        return path

    labels = agreement(workspace)
    first = qualtrics("one.csv", {"Q8": TRN3, "Q9": INH1}, {"Q8": [7, 8, 9], "Q9": labels[2:]})
    second = qualtrics("two.csv", {"Q8": INH1, "Q9": TRN3}, {"Q8": labels[:3], "Q9": [5, 6, 4]})
    made = workspace.match(first).workspace
    assert made.config.mappings["one"].columns == {"Q8": "TRN3", "Q9": "INH1"}
    both = made.match(second).workspace
    assert both.config.mappings["two"].columns == {"Q8": "INH1", "Q9": "TRN3"}
    for file, session in ((first, "DUIN-1"), (second, "DUIN-2")):
        [one] = both.import_evaluations([file], session=session, moment="post").files
        assert one.status == "imported", one.findings
    [refused] = both.import_evaluations([second], session="DUIN-2", moment="post", mapping="one").files
    assert "checking.other_question" in {found.code for found in refused.findings}


def test_an_unknown_file_says_that_it_can_be_drafted(workspace: Workspace, tmp_path: Path) -> None:
    file = written(tmp_path, {"Wat eet je?": ["brood", "soep"], "Waar woon je?": ["hier", "daar"]})
    with pytest.raises(Refused) as caught:
        workspace.match(file)
    told = messages(caught.value.findings)
    assert "--draft" in told["matching.nothing"]


def test_a_wrong_choice_is_a_wrong_call(workspace: Workspace, tmp_path: Path) -> None:
    file = written(tmp_path, {TRN3: [7, 8, 9]})
    with pytest.raises(UsageProblem):
        workspace.match(file, instrument="nobody-knows")
    with pytest.raises(Refused) as caught:
        workspace.match(file, structure=file)
    assert [found.code for found in caught.value.findings] == ["matching.no_structure"]


# --- wrong files, and the repair their findings name ----------------------------------


def imported(workspace: Workspace, file: Path, **choices: Any) -> Any:
    [one] = workspace.import_evaluations([file], session="DUIN-1", moment="post", **choices).files
    return one


@pytest.mark.parametrize("language", ["nl", "en"])
def test_another_questionnaire_names_match_and_draft(
    workspace: Workspace, tmp_path: Path, language: str
) -> None:
    one = imported(workspace, written(tmp_path, {"What did you eat?": ["soup"], "Where?": ["here"]}))
    told = messages(one.findings, language)["checking.nothing_recognised"]
    assert one.status == "rejected"
    assert "qualitycycle instrument match" in told and "--draft" in told


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_renamed_column_names_the_question_it_probably_is(
    workspace: Workspace, tmp_path: Path, language: str
) -> None:
    labels = agreement(workspace)
    renamed = "Sloot de inhoud van de training aan bij mijn ervaring?"
    one = imported(workspace, written(tmp_path, {TRN3: [7, 8, 9], VRM1: labels[2:], renamed: labels[2:]}))
    [found] = [found for found in one.findings if found.code == "checking.maybe_renamed"]
    told = wording.message(found, language)
    assert found.column == renamed
    assert "INH1" in told and "instrument match" in told
    nearly = imported(workspace, written(tmp_path, {TRN3: [7, 8, 9], INH1.replace("mijn", "de"): labels[2:]}))
    near = messages(nearly.findings, language)["checking.near_header"]
    assert nearly.status == "rejected" and "INH1" in near and "instrument match" in near


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_renamed_column_of_a_mapping_names_the_nearest(
    workspace: Workspace, tmp_path: Path, language: str
) -> None:
    made = workspace.match(
        written(tmp_path, {"Cijfer voor de trainers samen, welk?": [7, 8, 9], INH1: agreement(workspace)[2:]})
    )
    other = written(
        tmp_path, {"Cijfer voor de trainers, welk?": [7, 8, 9], INH1: agreement(workspace)[2:]}, "o.csv"
    )
    one = imported(made.workspace, other, mapping="export")
    told = messages(one.findings, language)["checking.mapped_column_missing"]
    assert "'export'" in told and "instrument match" in told
    if made.workspace.config.mappings["export"].columns.get("Cijfer voor de trainers samen, welk?"):
        assert "Cijfer voor de trainers, welk?" in told


@pytest.mark.parametrize("language", ["nl", "en"])
def test_half_a_file_says_what_is_missing(workspace: Workspace, tmp_path: Path, language: str) -> None:
    file = written(tmp_path, {TRN3: [7, 8, 9], INH1: agreement(workspace)[2:]})
    [one] = workspace.import_evaluations([file], session="DUIN-1").files
    [found] = [found for found in one.findings if found.code == "checking.half_a_file"]
    told = wording.message(found, language)
    assert found.count > 5 and str(found.details["asked"]) in told
    assert VRM1[:30] in told
    assert "--replace" in told


@pytest.mark.parametrize("language", ["nl", "en"])
def test_labels_in_a_third_language_name_the_table_to_fill(
    workspace: Workspace, tmp_path: Path, language: str
) -> None:
    german = ["stimme gar nicht zu", "stimme nicht zu", "teils", "stimme zu", "stimme voll zu"]
    file = written(tmp_path, {TRN3: [7, 8, 9, 7, 8], INH1: german, VRM1: german[::-1]})
    one = imported(workspace, file)
    assert one.status == "rejected"
    [found] = [found for found in one.findings if found.code == "checking.strange_scale"]
    told = wording.message(found, language)
    assert "[labels.E5]" in told and "stimme voll zu" in told and "instrument match" in told
    made = workspace.match(file)
    assert {(strange.label, strange.count) for strange in made.strange} == {(label, 2) for label in german}
    path = workspace.root / "config/mappings/export.toml"
    text = path.read_text(encoding="utf-8")
    assert "# [labels.E5]" in text and '# "stimme zu" =' in text
    filled = text.replace("# [labels.E5]", "[labels.E5]")
    for point, label in enumerate(german, 1):
        filled = filled.replace(f'# "{label}" =', f'"{label}" = {point}')
    path.write_text(filled, encoding="utf-8")
    again = imported(open_workspace(workspace.root), file)
    assert (again.status, again.responses) == ("imported", 5), again.findings


# --- the command ----------------------------------------------------------------------


def command(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qualitycycle", "instrument", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **options,
    )


def test_the_command_in_a_pipe_asks_nothing(workspace: Workspace, tmp_path: Path) -> None:
    vague = "Sloot de training aan bij mijn ervaring?"
    file = written(tmp_path, {TRN3: [7, 8, 9], vague: agreement(workspace)[2:]})
    done = command("match", str(file), "--workspace", str(workspace.root), "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert told["written"] == ["config/mappings/export.toml"]
    assert [(one["item"], one["word"]) for one in told["columns"]] == [
        ("TRN3", "certain"),
        ("INH1", "doubtful"),
    ]
    assert [one["code"] for one in told["findings"] if one["level"] == "warning"] == ["matching.doubtful"]
    shown = command("match", str(file), "--workspace", str(workspace.root))
    assert shown.returncode == 0 and "'export'" in shown.stdout
    assert tomllib.loads((workspace.root / "config/mappings/export.toml").read_text(encoding="utf-8"))
    refused = command("match", str(file), "--workspace", str(workspace.root), "--instrument", "nobody")
    assert refused.returncode == 2 and "Traceback" not in refused.stderr


def test_the_command_on_a_terminal_asks_for_the_doubtful_ones_only(
    workspace: Workspace, tmp_path: Path
) -> None:
    vague = "Sloot de training aan bij mijn ervaring?"
    file = written(tmp_path, {TRN3: [7, 8, 9], vague: agreement(workspace)[2:]})
    shown = on_terminal(["match", str(file), "--workspace", str(workspace.root)], "niets\nVRM1\n")
    assert shown.count("Enter = ja") == 2, shown
    assert "niets" in shown and TRN3 not in shown.partition("Enter = ja")[2]
    assert open_workspace(workspace.root).config.mappings["export"].columns == {TRN3: "TRN3", vague: "VRM1"}


def test_a_person_may_overwrite(workspace: Workspace, tmp_path: Path) -> None:
    workspace.match(written(tmp_path, {TRN3: [7, 8, 9]}))
    file = written(tmp_path, {TRN3: [7, 8, 9], INH1: agreement(workspace)[2:]})
    shown = on_terminal(["match", str(file), "--workspace", str(workspace.root)], "y\n")
    assert "config/mappings/export.toml" in shown and "Overschrijven?" in shown
    mapping = open_workspace(workspace.root).config.mappings["export"]
    assert mapping.columns == {TRN3: "TRN3", INH1: "INH1"}


def test_yes_asks_nothing_on_a_terminal(workspace: Workspace, tmp_path: Path) -> None:
    vague = "Sloot de training aan bij mijn ervaring?"
    file = written(tmp_path, {TRN3: [7, 8, 9], vague: agreement(workspace)[2:]})
    shown = on_terminal(["match", str(file), "--yes", "--workspace", str(workspace.root)], "")
    assert "Enter = ja" not in shown
    assert open_workspace(workspace.root).config.mappings["export"].doubtful == {vague: "INH1"}


def on_terminal(arguments: Sequence[str], typed: str) -> str:
    """What a person sees who types ``typed`` on a real terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "qualitycycle", "instrument", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "COLUMNS": "200"},
    ) as process:
        os.close(theirs)
        os.write(ours, typed.encode())
        seen = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            seen += part
        assert process.wait(timeout=120) == 0, seen.decode()
    os.close(ours)
    return seen.decode()


def test_check_names_every_problem_at_once(workspace: Workspace) -> None:
    mappings = workspace.root / "config/mappings"
    (mappings / "a.toml").write_text(
        'instrument = "nl-mentor-1.0"\n[columns]\n"Cijfer" = "TRN9"\n[labels.E9]\n"ja" = 1\n'
    )
    (mappings / "b.toml").write_text('instrument = "weg"\n[columns]\n"Cijfer" = "TRN3"\n')
    done = command("check", "--workspace", str(workspace.root), "--json")
    assert done.returncode == 1
    told = {(one["code"], one["file"]) for one in json.loads(done.stdout)["findings"]}
    assert told == {
        ("config.unknown_item", "config/mappings/a.toml"),
        ("config.unknown_scale", "config/mappings/a.toml"),
        ("config.unknown_instrument", "config/mappings/b.toml"),
    }


def test_a_question_about_somebody_by_name_is_not_drafted(tmp_path: Path) -> None:
    """Neither in the question, nor as a label to choose, nor in the file that is written."""
    workspace = init_workspace(tmp_path / "ws")
    people = [{"id": "T1", "name": "Joëlle van den Berg", "affiliation": "school", "board": "DUIN-A"}]
    workspace.records.update(lambda current: {"trainers": people})
    file = tmp_path / "eigen.csv"
    rows = ["Hoe was het lokaal?;Wat vond je van J. v.d. Berg?;Wie gaf de training?"]
    rows += [f"{at % 3 + 1};{at % 4 + 1};{('Joelle vd Berg', 'iemand anders')[at % 2]}" for at in range(12)]
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    made = workspace.match(file, draft=True)
    texts = [item.text["nl"] for item in made.workspace.config.instruments["eigen"].items]
    assert texts == ["Hoe was het lokaal?"]
    [told] = [found for found in made.findings if found.code == "matching.left_out_names_someone"]
    assert told.count == 2 and "[naam]" in str(told.details["columns"])
    written = [path.read_text() for path in (workspace.root / "config").rglob("eigen.toml")]
    assert len(written) == 2 and not any("berg" in text.casefold() for text in written)
