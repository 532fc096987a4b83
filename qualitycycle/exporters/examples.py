"""The example exports that ship with the package, from the simulated region."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from qualitycycle import wording
from qualitycycle.config import Config, load_config, shipped
from qualitycycle.errors import Refused
from qualitycycle.exporters.region import EXPORTS, export_name, write_region
from qualitycycle.findings import Finding
from qualitycycle.instrument import in_language
from qualitycycle.simulate import DEMO, SEED, RegionPlan, SimulatedRegion, simulate_region, truth_of

FOUNDING_SURVEY = {"BASIS": (74, 66, 35, 56), "NASCHOLING": (35, 196)}
"""Published counts of the survey that started it all, per option in the order of the instrument."""

FOUNDING_INSTRUMENT = "nl-start-1.0"
FOUNDING_HEADER = ("vraag", "antwoord", "aantal")


def write_examples(
    folder: str | Path,
    seed: int = SEED,
    plan: RegionPlan = DEMO,
    *,
    progress: Callable[[str], None] | None = None,
) -> SimulatedRegion:
    """Write the examples of ``seed`` into ``folder`` and return the region behind them.

    ``exports/`` gets one Dutch Microsoft Forms file per evaluated session, named after
    it; beside it come ``register.xlsx``, ``startenquete.csv`` (published counts per
    option), ``truth.json`` (what is true of the invented answers) and a README.
    ``progress`` is called with the name of each file written.
    Raises Refused, and writes nothing, when ``exports/`` holds other files: invented
    answers never mix with anything else, and nothing is ever removed.

    >>> from dataclasses import replace
    >>> from tempfile import mkdtemp
    >>> small = replace(DEMO, teams=DEMO.teams[:1])
    >>> region = write_examples(mkdtemp(), plan=small, progress=print)
    Evaluatie mentortraining DUIN-2425-01.xlsx
    Evaluatie mentortraining DUIN-2526-01.xlsx
    register.xlsx
    startenquete.csv
    truth.json
    README.md
    """
    target = Path(folder)
    config = load_config(shipped("config").parent)
    region = simulate_region(seed, plan)
    _refuse_other_files(target / EXPORTS, config, region)
    for written in _write_all(target, config, region, plan):
        if progress is not None:
            progress(written.name)
    return region


def _write_all(target: Path, config: Config, region: SimulatedRegion, plan: RegionPlan) -> Iterator[Path]:
    yield from write_region(target, region, config)
    yield _write_founding_survey(target / "startenquete.csv", config)
    yield _write_truth(target / "truth.json", config, plan)
    yield _write_readme(target / "README.md", region)


def _refuse_other_files(folder: Path, config: Config, region: SimulatedRegion) -> None:
    ours = {export_name(session, config, "nl") for session in (*region.forms, *region.repeats)}
    others = sorted({path.name for path in folder.glob("*")} - ours)
    if others:
        raise Refused(Finding("examples.other_files", file=str(folder), value=others[0], count=len(others)))


def _write_founding_survey(path: Path, config: Config) -> Path:
    instrument = config.instruments[FOUNDING_INSTRUMENT]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(FOUNDING_HEADER)
        for item, counts in FOUNDING_SURVEY.items():
            labels = in_language(instrument.item(item).labels, "nl")
            writer.writerows((item, label, count) for label, count in zip(labels, counts, strict=True))
    return path


def _write_truth(path: Path, config: Config, plan: RegionPlan) -> Path:
    path.write_text(json.dumps(truth_of(plan, config.instrument), indent=1) + "\n", encoding="utf-8")
    return path


def _write_readme(path: Path, region: SimulatedRegion) -> Path:
    files = len(region.forms) + len(region.repeats)
    texts = [
        wording.text("examples.readme", language, seed=region.seed, files=files) for language in ("nl", "en")
    ]
    path.write_text("\n\n".join(texts) + "\n", encoding="utf-8")
    return path
