"""Making and opening a workspace."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from qualitycycle.config import SETTINGS, load_config, shipped
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.workspace.core import Workspace

FOLDERS = ("register", "evaluations", "cycle", "reports", "notebooks")
GITIGNORE = "# Persoonsgegevens en antwoorden horen niet in versiebeheer.\nregister/\nevaluations/\ncycle/\n"


def open_workspace(folder: str | Path = ".", language: str | None = None) -> Workspace:
    """Open the workspace in ``folder`` or the nearest folder upwards; checks its config."""
    root = find_workspace(Path(folder))
    config = load_config(root)
    return Workspace(root, config, language or str(config.settings.language))


def find_workspace(start: Path) -> Path:
    """The nearest folder from ``start`` upwards with ``config/settings.toml``."""
    for folder in (start.absolute(), *start.absolute().parents):
        if (folder / SETTINGS).exists():
            return folder
    raise UsageProblem(Finding("workspace.none", value=str(start)))


def init_workspace(folder: str | Path, language: str | None = None, *, synthetic: bool = False) -> Workspace:
    """Make a workspace with the example config; refuses a folder that already is one.

    ``synthetic`` marks its data as invented: every report then says so.
    """
    root = Path(folder)
    if root.exists() and not root.is_dir():
        raise Refused(Finding("workspace.not_a_folder", value=str(root)))
    if (root / "config").exists():
        raise Refused(Finding("workspace.exists", value=str(root)))
    root.mkdir(parents=True, exist_ok=True)
    shutil.copytree(shipped("config"), root / "config", ignore=shutil.ignore_patterns(".*"))
    for name in FOLDERS:
        (root / name).mkdir(exist_ok=True)
    if language is not None:
        _set(root / SETTINGS, "language", f'"{language}"')
    if synthetic:
        _set(root / SETTINGS, "synthetic", "true")
    (root / ".gitignore").write_text(GITIGNORE, encoding="utf-8")
    workspace = open_workspace(root)
    copy_notebooks(workspace)
    return workspace


def copy_notebooks(workspace: Workspace) -> list[Path]:
    """Put the shipped notebooks in the reader's language into the workspace; keeps edited ones."""
    written = []
    for source in sorted((shipped("notebooks") / workspace.language).glob("*.ipynb")):
        target = workspace.root / "notebooks" / source.name
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(source, target)
        written.append(target)
    return written


def _set(settings: Path, key: str, value: str) -> None:
    """Give a key of the shipped settings another value, leaving its comment where it is."""
    text = settings.read_text(encoding="utf-8")
    changed = re.sub(rf"^({key} = )\S+( *)", rf"\g<1>{value}\g<2>", text, count=1, flags=re.MULTILINE)
    settings.write_text(changed, encoding="utf-8")
