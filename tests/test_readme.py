"""What the README shows is what the program prints. QUALITYCYCLE_UPDATE_README=1 writes it again."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qualitycycle.config import shipped
from qualitycycle.workspace import init_workspace

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"```\n\$ (qualitycycle [^\n]*)\n(.*?)```", re.DOTALL)
OWN = "DUIN-2526-03"
WRONG = (
    "Welk cijfer geef je de trainer(s) samen?;De inhoud sloot aan bij mijn ervaring als mentor.\n"
    "8;mee eens\n11;best wel\n7,5;best wel\n"
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's workspace without one session's answers, and beside it the files to import."""
    root = tmp_path_factory.mktemp("readme")
    workspace = init_workspace(root / "demo", synthetic=True)
    examples = shipped("examples")
    workspace.import_register(examples / "register.xlsx")
    exports = sorted((examples / "exports").glob("*.xlsx"))
    [mine] = [path for path in exports if OWN in path.name]
    shutil.copy(mine, root)
    (root / "fout.csv").write_text(WRONG, encoding="utf-8")
    workspace.import_evaluations([path for path in exports if path != mine])
    return root


def shown_blocks() -> list[tuple[str, str]]:
    blocks = BLOCK.findall(README.read_text(encoding="utf-8"))
    return [(command, output) for command, output in blocks if not output.startswith("$")]


def printed(command: str, place: Path) -> str:
    arguments = [part.strip('"') for part in re.findall(r'"[^"]*"|\S+', command)][1:]
    run = [sys.executable, "-m", "qualitycycle", "--workspace", "demo", *arguments]
    done = subprocess.run(run, cwd=place, capture_output=True, text=True, check=False)
    return done.stdout


def test_the_readme_shows_what_is_printed(place: Path) -> None:
    blocks = shown_blocks()
    assert [command.split()[1] for command, _ in blocks] == ["import", "import", "status", "compare"]
    outputs = [printed(command, place) for command, _ in blocks]
    if os.environ.get("QUALITYCYCLE_UPDATE_README"):
        text = README.read_text(encoding="utf-8")
        for (command, old), new in zip(blocks, outputs, strict=True):
            text = text.replace(f"$ {command}\n{old}```", f"$ {command}\n{new}```")
        README.write_text(text, encoding="utf-8")
    for (command, shown), output in zip(shown_blocks(), outputs, strict=True):
        assert shown == output, command
