"""A simulated region as files: one Microsoft Forms export per session, and the register."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path

from qualitycycle import wording
from qualitycycle.config import Config
from qualitycycle.exporters.ms_forms import without_clock, write_ms_forms
from qualitycycle.instrument import in_language
from qualitycycle.simulate import SessionForms, SimulatedRegion
from qualitycycle.vocabulary import Moment

REGISTER = "register.xlsx"
EXPORTS = "exports"


def export_name(session: SessionForms, config: Config, language: str) -> str:
    """The file name of a session's export: the questionnaire, or the moment, and the session's id."""
    if session.moment is not Moment.POST:
        moment = wording.text(f"terms.moment.{session.moment}", language)
        return f"{moment[0].upper()}{moment[1:]} {session.session}.xlsx"
    return f"{in_language(config.instrument.title, language)} {session.session}.xlsx"


def write_region(
    folder: Path, region: SimulatedRegion, config: Config, language: str = "nl"
) -> Iterator[Path]:
    """Write ``exports/`` and ``register.xlsx`` into ``folder``, file by file; yields each as it lands.

    The same region gives the same bytes.
    """
    (folder / EXPORTS).mkdir(parents=True, exist_ok=True)
    for session in (*region.forms, *region.repeats):
        yield write_ms_forms(
            folder / EXPORTS / export_name(session, config, language),
            config.instrument,
            session.forms,
            language=language,
            moment=session.moment,
            variant=session.variant,
        )
    yield _write_register(folder / REGISTER, region, config, language)


def _write_register(path: Path, region: SimulatedRegion, config: Config, language: str) -> Path:
    from qualitycycle.register.workbook import write_workbook

    write_workbook(path, region.records, config.organisations, language)
    last = max(meeting["date"] for meeting in region.records["meetings"])
    path.write_bytes(without_clock(path.read_bytes(), datetime.combine(last, time(17))))
    return path
