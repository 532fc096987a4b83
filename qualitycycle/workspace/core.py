"""A workspace: a folder with config, register, evaluations, cycle, reports and notebooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitycycle.config import Config
from qualitycycle.workspace.choices import moment_named

if TYPE_CHECKING:
    import pandas as pd

    from qualitycycle.analysis.result import Result
    from qualitycycle.register.duplicates import Proposal
    from qualitycycle.store.evaluations import EvaluationStore
    from qualitycycle.store.records import RecordStore
    from qualitycycle.vocabulary import Moment
    from qualitycycle.workspace.certifying import Verification
    from qualitycycle.workspace.dossier import WrittenDossier
    from qualitycycle.workspace.effect_confirming import Confirmed
    from qualitycycle.workspace.importing import ImportReport
    from qualitycycle.workspace.instrument_out import InstrumentExport
    from qualitycycle.workspace.matching import Decide, Matched
    from qualitycycle.workspace.people import MergeReport
    from qualitycycle.workspace.planning import Recorded
    from qualitycycle.workspace.registry import RegisterImport
    from qualitycycle.workspace.replying import WrittenReply
    from qualitycycle.workspace.reporting import WrittenReport
    from qualitycycle.workspace.theming import ThemesExport, ThemesImport
    from qualitycycle.workspace.view import View


@dataclass(frozen=True)
class Workspace:
    """One workspace on disk; every use case is a method, and the command line calls the same.

    ``root`` is the folder, ``config`` what people decided, ``language`` the reader's. ``looks``
    keeps the last view of it, so that asking again reads nothing again while nothing changes.
    """

    root: Path
    config: Config = field(repr=False)
    language: str
    looks: dict[str, View] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def evaluations(self) -> EvaluationStore:
        """The store of answers (pseudonymous)."""
        from qualitycycle.store.evaluations import EvaluationStore

        return EvaluationStore(self.root / self.config.settings.evaluations)

    @cached_property
    def records(self) -> RecordStore:
        """The register and the cycle (personal data)."""
        from qualitycycle.store.records import RecordStore

        return RecordStore(self.root)

    def import_evaluations(
        self,
        files: Sequence[str | Path],
        *,
        session: str | None = None,
        mapping: str | None = None,
        moment: str | Moment | None = None,
        replace: bool = False,
        dry_run: bool = False,
        progress: Callable[[str], None] | None = None,
    ) -> ImportReport:
        """Import exports of survey tools; of several files the good ones land.

        ``session`` is the session or survey all rows belong to; ``mapping`` a mapping in
        ``config/mappings``; ``replace`` accepts changed responses; ``dry_run`` gives the
        same findings and writes nothing; ``progress`` is called with each file's name.
        """
        from qualitycycle.workspace.importing import import_files

        chosen = moment_named(moment)
        paths = [Path(file) for file in files]
        return import_files(self, paths, session, mapping, chosen, replace, dry_run, progress)

    def export_instrument(self, to: str, path: str | Path, **choices: Any) -> InstrumentExport:
        """Write a questionnaire for another tool; see ``workspace.instrument_out.export_instrument``."""
        from qualitycycle.workspace.instrument_out import export_instrument

        return export_instrument(self, to, Path(path), **choices)

    def match(
        self,
        file: str | Path,
        *,
        structure: str | Path | None = None,
        instrument: str | None = None,
        mapping: str | None = None,
        draft: bool = False,
        moment: str | Moment | None = None,
        decide: Decide | None = None,
        force: bool = False,
        dry_run: bool = False,
    ) -> Matched:
        """Propose which question each column of a file is, and write that down as a mapping.

        Every column is compared with every questionnaire (or with ``instrument``) and with
        earlier mappings; what is certain or likely goes into ``config/mappings/<mapping>.toml``,
        what is doubtful is a finding unless ``decide`` chooses. ``structure`` is the survey
        tool's own description of the questionnaire. ``draft`` makes a new questionnaire from
        the file too, asked at ``moment`` (post). ``force`` overwrites, and matches a layout
        that is already known; ``dry_run`` writes nothing. The result's ``workspace`` can
        import the file at once.

        Raises Refused when no column is recognised (and no draft is asked for), or when a
        file that would be written exists.
        """
        from qualitycycle.workspace.matching import match
        from qualitycycle.workspace.unnamed import matched_unnamed, refusals_unnamed

        with refusals_unnamed(self):
            found = match(
                self,
                file,
                structure=structure,
                instrument=instrument,
                mapping=mapping,
                draft=draft,
                moment=moment,
                decide=decide,
                force=force,
                dry_run=dry_run,
            )
        return matched_unnamed(self, found)

    def import_register(self, path: str | Path, *, dry_run: bool = False) -> RegisterImport:
        """Read the register workbook and upsert every row; all of it or nothing."""
        from qualitycycle.workspace.registry import import_register

        return import_register(self, Path(path), dry_run)

    def record(
        self, table: str, values: Mapping[str, Any], *, edit: bool = False, dry_run: bool = False
    ) -> Recorded:
        """Add an object of the cycle, or change one; see ``workspace.planning.record``."""
        from qualitycycle.workspace.planning import record

        return record(self, table, values, edit=edit, dry_run=dry_run)

    def find(self, evidence: Result | str, item: str | None = None, **values: Any) -> Recorded:
        """Record a finding from an analysis, its figures as source; see ``workspace.finding_out.find``."""
        from qualitycycle.workspace.finding_out import find

        return find(self, evidence, item, **values)

    def cite(self, finding: str, evidence: Result | str, item: str | None = None, **choices: Any) -> Recorded:
        """Add an analysis to a finding as one more source; see ``workspace.finding_out.cite``."""
        from qualitycycle.workspace.finding_out import cite

        return cite(self, finding, evidence, item, **choices)

    def cycle(self, what: str = "goals", partnership: str | None = None, cycle: str | None = None) -> Result:
        """The objects of the cycle as a table: goals, findings, decisions, actions and so on."""
        from qualitycycle.workspace.tracing import cycle as objects

        return objects(self, what, partnership, cycle)

    def trace(self, id: str) -> Result:
        """One object of the cycle, what led to it and what came of it."""
        from qualitycycle.workspace.tracing import trace

        return trace(self, id)

    def import_board(
        self,
        path: str | Path,
        board: str,
        *,
        mapping: str | Path | None = None,
        dry_run: bool = False,
    ) -> RegisterImport:
        """Read a board's own sheet of mentors, whatever its headers; all of it or nothing.

        ``mapping`` is a TOML for what the headers do not say (``register.board_sheet``).
        """
        from qualitycycle.workspace.people import import_board

        return import_board(self, Path(path), board, Path(mapping) if mapping else None, dry_run)

    def duplicates(self, *, board: str | None = None) -> list[Proposal]:
        """Pairs of people in the register who may be one person; nothing is merged."""
        from qualitycycle.workspace.people import duplicates

        return duplicates(self, board)

    def merge_people(
        self, keep: str, gone: str, *, dry_run: bool = False, by: str | None = None
    ) -> MergeReport:
        """Give everything of the id ``gone`` to ``keep``; logged with ``by``, can be undone."""
        from qualitycycle.workspace.people import merge_ids

        return merge_ids(self, keep, gone, dry_run, by)

    def unmerge_people(self, number: int, *, dry_run: bool = False, by: str | None = None) -> MergeReport:
        """Undo merge ``number`` of the log, or refuse when its rows changed since."""
        from qualitycycle.workspace.people import unmerge

        return unmerge(self, number, dry_run, by)

    def merges(self) -> list[dict[str, Any]]:
        """The log of merges, oldest first."""
        from qualitycycle.workspace.people import merges

        return merges(self)

    def export_register(self, path: str | Path, *, empty: bool = False, force: bool = False) -> Path:
        """Write the register as an Excel workbook with drop-downs; ``empty`` for a template.

        An existing file is refused unless ``force``.
        """
        from qualitycycle.workspace.registry import export_register

        return export_register(self, Path(path), empty, force)

    def write_certificates(
        self,
        path: str | Path,
        certificate: str | None = None,
        *,
        session: str | None = None,
        force: bool = False,
    ) -> int:
        """Write a certificate, or all of a session, as HTML or PDF; gives how many."""
        from qualitycycle.workspace.certifying import write_certificates

        return write_certificates(self, Path(path), certificate, session, force)

    def verify_certificate(
        self, code: str, *, holder: str | None = None, as_of: str | date | None = None
    ) -> Verification:
        """What the code on a certificate is: genuine, changed since, unknown or mistyped."""
        from qualitycycle.workspace.certifying import verify_code
        from qualitycycle.workspace.choices import day_of

        return verify_code(self, code, holder, day_of(as_of))

    def show_register(self, what: str = "sessions", **choices: Any) -> Result:
        """The register as a table: ``sessions``, ``trainers``, ``mentors`` or ``certificates``."""
        from qualitycycle.workspace.registry import show_register

        return show_register(self, what, **choices)

    def counts(
        self, item: str | Sequence[str] | None = None, *, raw: bool = False, **filters: Any
    ) -> pd.DataFrame:
        """Counts per item and category, aggregated and through the gate.

        Columns: instrument, item, state, score, option, label, n, share, plus a column per
        name in ``by`` (a list of ``variant``, ``cycle``, ``partnership``, ``format``,
        ``collection``). ``raw=True`` gives the internal table, which is personal data.
        Filters: ``moment`` (post), ``kind`` (basic), ``cycle``, ``partnership``,
        ``variant``, ``format``, ``collection``.
        """
        from qualitycycle.workspace.measuring import counts

        return counts(self, item, raw=raw, **filters)

    def count(self, item: str | Sequence[str] | None = None, **choices: Any) -> Result:
        """As ``counts``, with its notes, settings and snapshot."""
        from qualitycycle.workspace.measuring import count

        return count(self, item, **choices)

    def compare(self, by: str = "variant", **choices: Any) -> Result:
        """Compare arms honestly; see ``workspace.comparing.compare`` for the choices."""
        from qualitycycle.workspace.comparing import compare

        return compare(self, by, **choices)

    def reliability(self, score: str | Sequence[str] | None = None, **choices: Any) -> Result:
        """Whether declared scores measure one thing; see ``workspace.reliability.reliability``."""
        from qualitycycle.workspace.reliability import reliability

        return reliability(self, score, **choices)

    def spread(self, item: str | None = None, **choices: Any) -> Result:
        """How far sessions, trainers or teams differ; see ``workspace.spreading.spread_result``."""
        from qualitycycle.workspace.spreading import spread_result

        return spread_result(self, item, **choices)

    def trend(self, item: str | Sequence[str] | None = None, **choices: Any) -> Result:
        """Sessions in time between the limits of ordinary variation; see ``workspace.trending.trend``."""
        from qualitycycle.workspace.trending import trend

        return trend(self, item, **choices)

    def change(self, item: str | Sequence[str] | None = None, **choices: Any) -> Result:
        """Change of the same people between moments; see ``workspace.changing.change``."""
        from qualitycycle.workspace.changing import change

        return change(self, item, **choices)

    def effects(
        self,
        *,
        action: str | None = None,
        partnership: str | None = None,
        as_of: str | date | None = None,
    ) -> Result:
        """What every action due did, beside what was predicted; see ``workspace.effects.effects``."""
        from qualitycycle.workspace.effects import effects

        return effects(self, action=action, partnership=partnership, as_of=as_of)

    def confirm_effect(
        self, action: str, decision: str, *, owner: str, because: str, **choices: Any
    ) -> Confirmed:
        """Record what a person decides on an effect: a finding, the decision, and the action's result."""
        from qualitycycle.workspace.effect_confirming import confirm_effect

        return confirm_effect(self, action, decision, owner=owner, because=because, **choices)

    def themes(self, item: str | None = None, **choices: Any) -> Result:
        """What open answers are about, as people decided; see ``workspace.theming.themes``."""
        from qualitycycle.workspace.theming import themes

        return themes(self, item, **choices)

    def export_themes(
        self,
        path: str | Path,
        *,
        item: str | None = None,
        partnership: str | None = None,
        cycle: str | None = None,
        coder: str = "A",
        force: bool = False,
    ) -> ThemesExport:
        """Write open answers without names as a workbook in which ``coder`` decides on each.

        Refused when the group is too small to be read, or the file exists (unless ``force``).
        """
        from qualitycycle.workspace.theming import export_themes

        chosen = {"item": item, "partnership": partnership, "cycle": cycle}
        return export_themes(self, Path(path), **chosen, coder=coder, force=force)

    def import_themes(self, path: str | Path, *, coder: str = "A", dry_run: bool = False) -> ThemesImport:
        """Store the decisions of ``coder`` from a workbook; all of them or nothing."""
        from qualitycycle.workspace.theming import import_themes

        return import_themes(self, Path(path), coder=coder, dry_run=dry_run)

    def status(self, **filters: Any) -> Result:
        """Coverage: sessions held and evaluated, responses and rates, every denominator named."""
        from qualitycycle.workspace.measuring import status

        return status(self, **filters)

    def calendar(self, **choices: Any) -> Result:
        """What is due when in the school year; see ``workspace.calendar.calendar`` for the choices."""
        from qualitycycle.workspace.calendar import calendar

        return calendar(self, **choices)

    def export_calendar(self, path: str | Path, *, force: bool = False, **choices: Any) -> int:
        """Write what is due as a calendar file; see ``workspace.calendar.export_calendar``."""
        from qualitycycle.workspace.calendar import export_calendar

        return export_calendar(self, Path(path), force=force, **choices)

    def practices(self, **choices: Any) -> Result:
        """Good practices, and those offered to a partnership; see ``workspace.practices.practices``."""
        from qualitycycle.workspace.practices import practices

        return practices(self, **choices)

    def offer_practice(self, practice: str, **choices: Any) -> Recorded:
        """Offer a good practice to others, once everybody whose it is agrees."""
        from qualitycycle.workspace.practice_records import offer

        return offer(self, practice, **choices)

    def reuse_practice(self, practice: str, partnership: str, *, owner: str, **choices: Any) -> Recorded:
        """Log that another partnership used a good practice; ``result``: what came of it."""
        from qualitycycle.workspace.practice_records import reuse

        return reuse(self, practice, partnership, owner=owner, **choices)

    def practice_candidates(self, *, partnership: str | None = None) -> Result:
        """Where a good practice may be found; see ``workspace.practice_candidates.candidates``."""
        from qualitycycle.workspace.practices import practice_candidates

        return practice_candidates(self, partnership=partnership)

    def write_reply(self, path: str | Path, **choices: Any) -> WrittenReply:
        """Write "you said, we do" back to participants; see ``workspace.replying.write_reply``."""
        from qualitycycle.workspace.replying import write_reply

        return write_reply(self, Path(path), **choices)

    def options(self, item: str, *, collection: str, moment: str = "survey") -> Result:
        """A closed question of one collection: counts, shares and Wilson intervals."""
        from qualitycycle.workspace.measuring import options

        return options(self, item, collection=collection, moment=moment)

    def report(self, partnership: str, cycle: str, *, language: str | None = None) -> WrittenReport:
        """Write the yearly report of a partnership as one HTML page in ``reports/``."""
        from qualitycycle.workspace.reporting import write_report

        return write_report(self, partnership, cycle, language or self.language)

    def dossier(
        self, partnership: str, cycle: str | None = None, *, language: str | None = None
    ) -> WrittenDossier:
        """Write the dossier for the peer review: six cycles up to ``cycle`` (the latest), from what was
        published; see ``workspace.dossier.write_dossier``."""
        from qualitycycle.workspace.dossier import write_dossier

        return write_dossier(self, partnership, cycle, language)

    def history(self) -> list[dict[str, Any]]:
        """Every import and retraction, oldest first; small numbers of responses are None."""
        from qualitycycle.workspace.history import history

        return history(self)

    def retract(self, import_id: str) -> Any:
        """Undo an import in one commit."""
        return self.evaluations.retract(import_id)
