"""Every notebook runs from top to bottom, is stored without outputs, and draws without internet."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from playwright.sync_api import Page, sync_playwright

from qualitycycle.config import shipped
from qualitycycle.notebook import TOUR, notebook_command
from qualitycycle.workspace import Workspace, init_workspace
from tests.small_workspace import small_workspace

LANGUAGES = sorted(path.name for path in shipped("notebooks").iterdir() if path.is_dir())
FIGURES = {TOUR: 2, "01_truth.ipynb": 1, "02_cycle.ipynb": 2}
"""Notebook -> how many figures it draws."""

OFFLINE = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return small_workspace(tmp_path_factory.mktemp("notebook") / "ws")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_notebook(language: str) -> None:
    assert {path.name for path in (shipped("notebooks") / language).glob("*.ipynb")} == set(FIGURES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FIGURES)
def test_stored_without_outputs(name: str, language: str) -> None:
    notebook = json.loads((shipped("notebooks") / language / name).read_text())
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@pytest.mark.parametrize("name", FIGURES)
def test_the_languages_have_the_same_cells(name: str) -> None:
    twins = [json.loads((shipped("notebooks") / language / name).read_text()) for language in LANGUAGES]
    shapes = [[(cell["id"], cell["cell_type"]) for cell in twin["cells"]] for twin in twins]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FIGURES)
def test_runs_from_top_to_bottom(name: str, language: str, workspace: Workspace, tmp_path: Path) -> None:
    root = Path(shutil.copytree(workspace.root, tmp_path / "ws"))
    notebook = nbformat.read(shipped("notebooks") / language / name, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(root)}}).execute()
    kinds = [
        kind for cell in notebook.cells for out in cell.get("outputs", ()) for kind in out.get("data", {})
    ]
    assert kinds.count("application/vnd.plotly.v1+json") == FIGURES[name]
    assert not [o for cell in notebook.cells for o in cell.get("outputs", ()) if o.output_type == "error"]
    assert not [o for cell in notebook.cells for o in cell.get("outputs", ()) if o.get("name") == "stderr"]


def test_an_edited_tour_is_kept(tmp_path: Path) -> None:
    workspace = init_workspace(tmp_path / "ws")
    tour = workspace.root / "notebooks" / TOUR
    tour.write_text(tour.read_text() + " ")
    notebook_command(workspace)
    assert tour.read_text().endswith(" ")


@pytest.mark.browser
def test_figures_draw_in_jupyterlab_without_internet(
    workspace: Workspace, chromium: str, tmp_path: Path
) -> None:
    root = Path(shutil.copytree(workspace.root, tmp_path / "ws"))
    port = free_port()
    settings = [
        f"--port={port}",
        "--no-browser",
        "--allow-root",
        "--IdentityProvider.token=",
        "--expose-app-in-browser",
    ]
    command = notebook_command(type(workspace)(root, workspace.config, "nl"), settings)
    server = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=OFFLINE)
            page = browser.new_page(viewport={"width": 1400, "height": 1400})
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url))
            run_all_cells(page, port)
            drawn = page.locator(".jp-OutputArea .js-plotly-plot .main-svg")
            drawn.first.wait_for(timeout=120_000)
            page.screenshot(path=tmp_path / "lab.png")
            assert page.locator(".jp-OutputArea .js-plotly-plot").count() >= 1
            outside = [url for url in asked if url.startswith("http") and f"localhost:{port}" not in url]
            assert not outside, outside
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=30)


def run_all_cells(page: Page, port: int) -> None:
    """Open the tour, as the command does, and run every cell."""
    for _ in range(120):
        try:
            page.goto(f"http://localhost:{port}/lab/tree/notebooks/{TOUR}", timeout=20_000)
            break
        except Exception:
            time.sleep(0.5)
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=120_000)
    page.wait_for_function("() => window.jupyterapp !== undefined", timeout=60_000)
    page.evaluate("() => window.jupyterapp.restored")
    page.get_by_text("| Idle").wait_for(timeout=120_000)
    page.evaluate("() => void window.jupyterapp.commands.execute('notebook:run-all-cells')")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
