"""The command line: help in both languages, JSON everywhere, the same words in the README."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import qualitycycle
from qualitycycle import wording
from qualitycycle.cli.app import Option, app, help_key
from qualitycycle.workspace import Workspace
from tests.small_workspace import small_workspace

README = Path(__file__).parent.parent / "README.md"


def commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


COMMANDS = dict(commands(app))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return small_workspace(tmp_path_factory.mktemp("cli") / "ws")


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize("language", wording.languages())
@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_and_option_has_help(path: tuple[str, ...], language: str) -> None:
    command = COMMANDS[path]
    assert wording.has(help_key(command), language)
    for option in command.params:
        if isinstance(option, Option):
            assert wording.has(option.help_key, language), option.help_key
        else:
            assert not isinstance(option, click.Option) or option.name in ("help", "version"), option.name


@pytest.mark.parametrize("path", [path for path, one in COMMANDS.items() if not isinstance(one, click.Group)])
def test_every_command_is_in_the_readme(path: tuple[str, ...]) -> None:
    *group, name = path
    said = re.escape(" ".join(("qualitycycle", *group)))
    together = rf"{said} (?:[a-z-]+\\\|)*{re.escape(name)}\b"
    assert re.search(together, README.read_text(encoding="utf-8")), "alone, or as one of `a|b|c` in a table"


def test_help_speaks_the_readers_language() -> None:
    shown = {
        language: subprocess.run(
            [sys.executable, "-m", "qualitycycle", "--language", language, "--help"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for language in ("nl", "en")
    }
    assert "Vergelijk varianten eerlijk" in shown["nl"]
    assert "Compare variants honestly" in shown["en"]
    assert "Laat de versie zien" in shown["nl"]


SHOWING = [
    ["status"],
    ["counts", "--item", "TRN3"],
    ["counts", "--item", "TRN3", "--by", "variant"],
    ["compare", "--item", "TRN3"],
    ["change", "--item", "ZEL"],
    ["reliability"],
    ["spread"],
    ["history"],
    ["register", "show", "trainers"],
    ["instrument", "show"],
    ["instrument", "check"],
]


@pytest.mark.parametrize("command", SHOWING, ids=" ".join)
def test_json_before_and_after_the_command(workspace: Workspace, command: list[str]) -> None:
    place = ["--workspace", str(workspace.root)]
    before, after = run(*place, "--json", *command), run(*command, *place, "--json")
    assert before.exit_code == after.exit_code == 0, before.output
    assert json.loads(before.output) == json.loads(after.output)


def test_the_fixed_keys_of_status_and_compare(workspace: Workspace) -> None:
    place = ["--workspace", str(workspace.root), "--json"]
    status = json.loads(run(*place, "status", "--as-of", "2026-07-31").output)
    assert {"cycle", "sessions", "responses", "response_rate", "by_variant"} <= set(status)
    assert set(status["sessions"]) == {"held", "evaluated"}
    compared = json.loads(run(*place, "compare").output)
    assert {"by", "reference", "comparisons"} <= set(compared)
    keys = {
        *("item", "arm", "reference", "responses", "sessions", "trainers", "deciding"),
        *("mean_difference", "favourable_difference", "superiority", "odds_ratio"),
        *("p_value", "p_value_method", "p_adjusted", "p_floor", "naive_p", "verdict", "reasons"),
    }
    for one in compared["comparisons"]:
        assert keys <= set(one)
        assert set(one["responses"]) == {one["arm"], one["reference"]}


def test_nothing_to_compare_is_said(tmp_path: Path) -> None:
    assert run("init", str(tmp_path / "ws")).exit_code == 0
    result = run("--workspace", str(tmp_path / "ws"), "compare")
    assert result.exit_code == 0
    assert wording.text("cli.compare.nothing", "nl") in result.output


def test_init_refuses_an_existing_workspace(tmp_path: Path) -> None:
    assert run("init", str(tmp_path / "ws")).exit_code == 0
    assert run("init", str(tmp_path / "ws")).exit_code == 1


def test_the_workspace_is_found_upwards(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workspace.root / "notebooks")
    assert run("status", "--json").exit_code == 0


def test_history_and_retract(workspace: Workspace, tmp_path: Path) -> None:
    root = Path(shutil.copytree(workspace.root, tmp_path / "ws"))
    place = ["--workspace", str(root)]
    events = json.loads(run(*place, "history", "--json").output)["imports"]
    assert run(*place, "history", "retract", events[0]["import_id"]).exit_code == 0
    after = json.loads(run(*place, "history", "--json").output)["imports"]
    assert after[0]["state"] == "retracted"
    assert run(*place, "history", "retract", "geen-import").exit_code == 1


def test_the_history_names_the_session_and_never_an_import_that_is_not_there(
    workspace: Workspace, tmp_path: Path
) -> None:
    root = Path(shutil.copytree(workspace.root, tmp_path / "ws"))
    place = ["--workspace", str(root)]
    first = json.loads(run(*place, "history", "--json").output)["imports"][0]
    run(*place, "history", "retract", first["import_id"])
    lines = [line.split() for line in run(*place, "history").output.splitlines()[1:]]
    assert all(first["collections"][0] in lines[at] for at in (0, -1))
    assert {run(*place, "history", "retract", line[0]).exit_code for line in (lines[0], lines[-1])} == {0}


def typed(*arguments: str) -> str:
    """What the real entry point says to a command that cannot be: all of it, in one text."""
    command = [sys.executable, "-m", "qualitycycle", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (1, 2), done.stdout
    return done.stdout + done.stderr


def test_what_was_typed_is_named_as_it_was_typed(workspace: Workspace) -> None:
    place = ("--workspace", str(workspace.root))
    assert "fout: --partnership, 'DIUN'\n" in typed(*place, "compare", "--partnership", "DIUN")
    missing = typed(*place, "plan", "goal", "add", "--norm", "veel")
    assert "fout: --norm, 'veel'\n" in missing
    assert "tabblad" not in missing


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--language", "fr", "status"], "'fr' is geen van 'en', 'nl'."),
        (["trend", "--norm", "veel"], "'veel' is geen getal."),
        (["register", "unmerge", "een"], "'een' is geen getal."),
        (["import", "--session"], "hoort een waarde."),
        (["register", "show", "niks"], "'[WHAT]' kan niet zo"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_a_mistake_in_typing_is_explained_in_dutch(
    arguments: list[str], said: str, workspace: Workspace
) -> None:
    assert said in typed("--workspace", str(workspace.root), *arguments)


def test_a_norm_may_be_written_with_a_comma(workspace: Workspace) -> None:
    place = ["--workspace", str(workspace.root), "--json", "trend", "TRN3", "--norm"]
    comma, point = (run(*place, norm).output for norm in ("7,5", "7.5"))
    assert json.loads(comma) == json.loads(point)
    assert '"norm": 7.5' in comma


def test_register_round_trips_through_the_workbook(workspace: Workspace, tmp_path: Path) -> None:
    place = ["--workspace", str(workspace.root)]
    book = str(tmp_path / "register.xlsx")
    assert run(*place, "register", "export", book).exit_code == 0
    result = json.loads(run(*place, "register", "import", book, "--json").output)
    assert (result["status"], result["changes"]) == ("unchanged", [])
    template = str(tmp_path / "template.xlsx")
    assert run(*place, "register", "template", template).exit_code == 0
    empty = json.loads(run(*place, "register", "import", template, "--dry-run", "--json").output)
    assert (empty["status"], empty["changes"]) == ("checked", [])


def test_an_unexpected_error_shows_no_traceback(workspace: Workspace) -> None:
    """A store that somebody damaged by hand, through the real entry point."""
    command = [
        sys.executable,
        "-m",
        "qualitycycle",
        "--workspace",
        str(workspace.root),
        "counts",
        "--item",
        "TRN3",
    ]
    hidden = next((workspace.root / "evaluations" / "answers").glob("*.parquet"))
    moved = hidden.rename(hidden.with_suffix(".away"))
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        moved.rename(hidden)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout


def test_public_names_are_a_list_that_works() -> None:
    assert qualitycycle.__all__ == sorted(qualitycycle.__all__)
    for name in qualitycycle.__all__:
        assert getattr(qualitycycle, name) is not None
    with pytest.raises(AttributeError):
        _ = qualitycycle.nonsense  # type: ignore[attr-defined]
