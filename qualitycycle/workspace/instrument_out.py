"""The questionnaire out: for one session, into the tool that collects its answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from qualitycycle import wording
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.findings import Finding, Level
from qualitycycle.instrument import Instrument
from qualitycycle.vocabulary import Moment
from qualitycycle.workspace.choices import check_choice, moment_named

if TYPE_CHECKING:
    from qualitycycle.exporters.form import Form, Place
    from qualitycycle.workspace.core import Workspace


@dataclass(frozen=True)
class Tool:
    """Where a form can go: the exporter that writes it and the endings its file may have."""

    exporter: str
    endings: tuple[str, ...]

    def write(self, form: Form, path: Path) -> list[Finding]:
        """Write the form and give what is left to do by hand; the exporter is imported only now."""
        module, _, name = self.exporter.partition(":")
        function: Callable[[Form, Path], list[Finding] | None] = getattr(
            import_module(f"qualitycycle.exporters.{module}"), name
        )
        return function(form, path) or []


TOOLS = {
    "xlsform": Tool("xlsform:xlsform", (".xlsx",)),
    "limesurvey": Tool("limesurvey:limesurvey", (".txt", ".tsv")),
    "word": Tool("word:word_form", (".docx",)),
    "print": Tool("printed:printed_form", (".html", ".pdf")),
    "entry": Tool("entry:entry_workbook", (".xlsx",)),
}
"""Every way out, by the name after ``--to``."""


@dataclass(frozen=True)
class InstrumentExport:
    """What was written: the form, where it went, and what the maker should know of it."""

    path: Path
    to: str
    form: Form
    findings: list[Finding] = field(default_factory=list)

    def as_json(self, language: str) -> dict[str, Any]:
        """The export as plain values."""
        return {
            "file": str(self.path),
            "to": self.to,
            "instrument": self.form.instrument.id,
            "moment": str(self.form.moment),
            "session": self.form.place.session,
            "languages": list(self.form.languages),
            "items": [question.id for question in self.form.questions],
            "findings": [
                {**found.as_dict(), "message": wording.message(found, language)} for found in self.findings
            ],
        }


def export_instrument(
    workspace: Workspace,
    to: str,
    path: Path,
    *,
    instrument: str | None = None,
    moment: str | Moment | None = None,
    session: str | None = None,
    partnership: str | None = None,
    language: str | None = None,
    force: bool = False,
) -> InstrumentExport:
    """Write a questionnaire for ``xlsform``, ``limesurvey``, ``word``, ``print`` or ``entry``.

    ``session`` (or a survey) is where its answers will belong: the form then carries that
    along, and asks what is asked of the session's variant and partnership. ``partnership``
    adds that partnership's own questions. ``moment`` is after the training unless told.

    Raises UsageProblem for what does not exist, and Refused when the file exists (unless ``force``).
    """
    check_choice("to", to, TOOLS)
    check_choice("instrument", instrument, workspace.config.instruments)
    check_choice("partnership", partnership, workspace.config.organisations.partnerships)
    language = language or workspace.language
    form = _form(workspace, instrument, moment_named(moment), session, partnership, language)
    tool = TOOLS[to]
    target = _target(path, form, to)
    if target.exists() and not force:
        raise Refused(Finding("workspace.file_exists", file=str(target)))
    by_hand = _write(tool, form, target)
    return InstrumentExport(target, to, form, [*_notes(form), *by_hand])


def _form(
    workspace: Workspace,
    instrument: str | None,
    moment: Moment | None,
    session: str | None,
    partnership: str | None,
    language: str,
) -> Form:
    from qualitycycle.exporters.form import build_form

    chosen = workspace.config.instruments[instrument] if instrument else workspace.config.instrument
    place, is_survey = _place(workspace, session, partnership)
    asked = moment or _moment(chosen, is_survey)
    form = build_form(chosen, asked, language=language, place=place)
    if not form.questions:
        expected = ", ".join(_moments(chosen))
        details = {"instrument": chosen.id, "expected": expected}
        raise UsageProblem(Finding("instrument_out.nothing_asked", value=str(asked), details=details))
    return form


def _moments(instrument: Instrument) -> list[Moment]:
    return [moment for moment in Moment if instrument.asked_at(moment)]


def _moment(instrument: Instrument, is_survey: bool) -> Moment:
    """The form after the training unless the place is a survey, else the only one there is."""
    possible = _moments(instrument)
    if Moment.POST in possible and not is_survey:
        return Moment.POST
    left = [moment for moment in possible if not is_survey or moment in (Moment.STUDENT, Moment.SURVEY)]
    if len(left) == 1:
        return left[0]
    details = {"expected": ", ".join(left or possible)}
    raise UsageProblem(Finding("instrument_out.which_moment", details=details))


def _place(workspace: Workspace, session: str | None, partnership: str | None) -> tuple[Place, bool]:
    """Where the form will be used, and whether that is a survey rather than a session."""
    from qualitycycle.exporters.form import Place
    from qualitycycle.register.tables import fold_id
    from qualitycycle.workspace.aside import read_register

    if session is None:
        return Place(partnership=partnership, partnership_name=_name(workspace, partnership)), False
    register = read_register(workspace)
    wanted = fold_id(session)
    facts = next((one for id, one in register.sessions.items() if fold_id(id) == wanted), None)
    if facts is not None:
        lead = partnership or facts.lead
        name = _name(workspace, lead)
        return Place(facts.id, facts.training, facts.first_date, lead, name, facts.variant), False
    survey = next((one for id, one in register.surveys.items() if fold_id(id) == wanted), None)
    if survey is None:
        raise Refused(_unknown(session, [*register.sessions, *register.surveys]))
    lead = partnership or survey.partnership
    return Place(survey.id, survey.title, None, lead, _name(workspace, lead)), True


def _unknown(session: str, known: Iterable[str]) -> Finding:
    from rapidfuzz import process

    near = process.extract(session, list(known), limit=3)
    expected = ", ".join(match[0] for match in near) or "-"
    return Finding("linking.unknown_session", value=session, details={"expected": expected})


def _name(workspace: Workspace, partnership: str | None) -> str | None:
    known = workspace.config.organisations.partnerships
    return known[partnership].name if partnership in known else partnership


def _target(path: Path, form: Form, to: str) -> Path:
    """The file to write: in a folder it gets a name with the session in it, a bare name its ending."""
    endings = TOOLS[to].endings
    if path.is_dir():
        parts = [form.title(form.language), form.place.session or str(form.moment), to]
        name = "".join("_" if sign in '\\/:*?"<>|' else sign for sign in " ".join(parts))
        return path / f"{name}{endings[0]}"
    if path.suffix.lower() in endings:
        return path
    if path.suffix and not path.suffix[1:].isdigit():
        details = {"expected": ", ".join(endings)}
        raise UsageProblem(Finding("instrument_out.other_ending", value=path.name, details=details))
    return path.with_name(f"{path.name}{endings[0]}")


def _write(tool: Tool, form: Form, target: Path) -> list[Finding]:
    """Write beside the target first, so that what was there stays when something goes wrong."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target.parent, prefix=".") as folder:
            beside = Path(folder) / target.name
            by_hand = tool.write(form, beside)
            beside.replace(target)
            return by_hand
    except OSError as problem:
        details = {"problem": problem.strerror or str(problem)}
        raise Refused(Finding("workspace.cannot_write", file=str(target), details=details)) from problem


def _notes(form: Form) -> Iterable[Finding]:
    if form.left_out:
        details = {"items": ", ".join(form.left_out)}
        yield Finding("instrument_out.left_out", Level.INFO, count=len(form.left_out), details=details)
    if form.place.session is None:
        yield Finding("instrument_out.no_session", Level.INFO)
