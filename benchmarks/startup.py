"""Whole-process time of importing one small file against bare imports of its parts.

Runs ``python -c "import click, duckdb, deltalake, pyarrow"`` and ``qualitycycle import``
in turn, each import on a fresh copy of a prepared workspace, and prints the medians and
the median of the pairwise ratios. Target: at most 3.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from qualitycycle import init_workspace
from qualitycycle.config import shipped

PAIRS = 15
BARE = [sys.executable, "-c", "import click, duckdb, deltalake, pyarrow"]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        prepared, work = Path(folder) / "prepared", Path(folder) / "work"
        workspace = init_workspace(prepared)
        workspace.import_register(shipped("examples") / "register.xlsx")
        export = sorted((shipped("examples") / "exports").glob("*.xlsx"))[0]
        pairs = []
        for _ in range(PAIRS + 1):
            shutil.rmtree(work, ignore_errors=True)
            shutil.copytree(prepared, work)
            command = [sys.executable, "-m", "qualitycycle", "--workspace", str(work), "import", str(export)]
            pairs.append((seconds(BARE), seconds(command)))
        bare, ours = zip(*pairs[1:], strict=True)
        print(f"bare imports   median {statistics.median(bare):.3f} s")
        print(f"import a file  median {statistics.median(ours):.3f} s")
        print(f"ratio          median {statistics.median(b / a for a, b in pairs[1:]):.2f}")


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
