"""Import: file -> readers -> checking -> linking -> store, with every finding at once."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitycycle import wording
from qualitycycle.checking import Checked, ColumnPlan, assemble, option_counts, plan_columns
from qualitycycle.checking.columns import (
    column_index,
    list_missing,
    list_unmapped,
    own_column,
)
from qualitycycle.checking.odd import Stored
from qualitycycle.errors import Refused
from qualitycycle.findings import Finding, Level, fold, has_errors
from qualitycycle.linking import (
    Candidate,
    LinkCodes,
    cancelled_sessions,
    find_collections,
    find_moments,
    students_in_sessions,
)
from qualitycycle.mapping import CollectionRule
from qualitycycle.readers import RawExport, peek
from qualitycycle.vocabulary import MOMENT_COLUMN, SESSION_COLUMN, Moment
from qualitycycle.workspace.aside import Aside, Register
from qualitycycle.workspace.reading import read_export
from qualitycycle.workspace.unnamed import import_unnamed

if TYPE_CHECKING:
    from qualitycycle.store.evaluations import ImportBatch, Outcome
    from qualitycycle.store.look import Look
    from qualitycycle.workspace.core import Workspace

LINK_KEY = Path("register") / "link.key"
OPTION_COUNTS = "option_counts"


@dataclass(frozen=True)
class FileImport:
    """What became of one file; ``status`` is imported, already_imported, rejected or checked.

    ``responses`` are those in the file, ``written`` those that are new or changed.
    """

    file: str
    status: str
    sha256: str | None = None
    format: str | None = None
    collections: tuple[str, ...] = ()
    responses: int = 0
    answers: int = 0
    import_id: str | None = None
    findings: list[Finding] = field(default_factory=list)
    written: int = 0

    def as_json(self, language: str) -> dict[str, Any]:
        """The fixed keys of ``import --json``."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "format": self.format,
            "status": self.status,
            "import_id": self.import_id,
            "collections": list(self.collections),
            "responses": self.responses,
            "answers": self.answers,
            "findings": [
                {**found.as_dict(), "message": wording.message(found, language)} for found in self.findings
            ],
        }


@dataclass(frozen=True)
class ImportReport:
    """What became of every file of one import."""

    files: list[FileImport]

    @property
    def exit_code(self) -> int:
        """1 when a file was rejected, else 0."""
        return int(any(one.status == "rejected" for one in self.files))

    def as_json(self, language: str) -> dict[str, Any]:
        """The fixed JSON of ``import --json``."""
        return {"imports": [one.as_json(language) for one in self.files]}


@dataclass(frozen=True)
class Choices:
    """What the importer said about the files."""

    session: str | None = None
    mapping: str | None = None
    moment: Moment | None = None
    replace: bool = False
    dry_run: bool = False


def import_files(
    workspace: Workspace,
    files: Sequence[Path],
    session: str | None,
    mapping: str | None,
    moment: Moment | None,
    replace_changed: bool,
    dry_run: bool,
    progress: Callable[[str], None] | None,
) -> ImportReport:
    """Import every file on its own: the good ones land, each refused one says why.

    What is told of a file holds no names of people.
    """
    choices = Choices(session, mapping, moment, replace_changed, dry_run)
    outcomes = []
    with ThreadPoolExecutor(max_workers=1) as pool:
        aside = Aside(workspace, pool)
        for file in files:
            with uncollected():
                outcome = import_file(workspace, file, aside, choices)
                outcomes.append(import_unnamed(outcome, aside.names()))
            if progress is not None:
                progress(file.name)
    return ImportReport(outcomes)


@contextmanager
def uncollected() -> Iterator[None]:
    """All of a file is kept until it is stored: looking for garbage among its cells costs time only."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def import_file(workspace: Workspace, file: Path, aside: Aside, choices: Choices) -> FileImport:
    """One file: read, plan, link, check, then one atomic commit; or every finding.

    The store is looked at while the file is inspected, the register is read while it is parsed.
    """
    look = aside.look()
    try:
        opened = peek(file)
        if opened.problem is None:
            aside.begin()
        export = read_export(workspace.config, opened, choices.mapping)
    except Refused as refused:
        return FileImport(str(file), "rejected", findings=fold(refused.findings))
    about = FileImport(str(file), "rejected", export.sha256, export.format)
    ready = _check(workspace, export, aside.register(), look(), choices)
    if isinstance(ready, list):
        return replace(about, findings=fold([*export.findings, *ready]))
    batch = _batch(export, ready)
    store = partial(workspace.evaluations.write, batch, replace=choices.replace, look=look())
    if ready.key is not None and ready.key.fresh and not choices.dry_run:
        planned = store(dry_run=True)
        if planned.status != "checked":
            return _became(about, export, ready, planned)
        if not ready.key.keep():
            return import_file(workspace, file, aside, choices)
    return _became(about, export, ready, store(dry_run=choices.dry_run))


@dataclass(frozen=True)
class Ready:
    """A checked file with what was found, how it was read, and the key of its link codes."""

    checked: Checked
    findings: Sequence[Finding] = ()
    plan: ColumnPlan | None = None
    key: LinkKey | None = None


def _check(
    workspace: Workspace, export: RawExport, register: Register, look: Look, choices: Choices
) -> Ready | list[Finding]:
    if export.format == OPTION_COUNTS:
        return _check_counts(workspace, export, register, choices)
    plan = plan_columns(export, workspace.config, choices.mapping)
    if isinstance(plan, list):
        return plan
    rule = _collection_rule(export, plan)
    find = partial(
        find_collections,
        file=export.path.name,
        rows=export.rows,
        given=choices.session,
        rule=rule,
        columns=_rule_columns(export, rule),
        submitted=export.submitted,
    )
    collections, findings = find(register.candidates())
    if findings:  # only now is it worth looking up which sessions still wait for an evaluation
        collections, findings = find(register.candidates(look.ledger.collections))
    findings = [
        *findings,
        *cancelled_sessions(collections, register.candidates(), file=export.path.name),
    ]
    moment_header = _moment_header(export, plan)
    moments, unclear = find_moments(
        [column.item for column in plan.items],
        plan.instrument,
        file=export.path.name,
        rows=export.rows,
        given=choices.moment,
        mapping=plan.mapping,
        column=_cells(export, moment_header),
        header=moment_header,
    )
    findings = [*findings, *unclear]
    sessions = register.known(collections)
    if not has_errors(findings):
        beside = register.surveys_beside(sessions)
        findings += students_in_sessions(
            collections, moments, beside, file=export.path.name, rows=export.rows
        )
    placed = not has_errors(findings)
    key = _link_key(workspace, plan)
    findings += _broken_link(key, export)
    size = len(export.rows)
    result = assemble(
        export,
        plan,
        collections=collections if placed else [""] * size,
        moments=moments if placed else [Moment.POST] * size,
        sessions=sessions if placed else {},
        language=workspace.language,
        stored=_stored(look, collections) if placed else (),
        link_codes=partial(LinkCodes.of, key=key.value) if key is not None and placed else None,
    )
    everything = [*findings, *result.found, *list_unmapped(plan, export.path.name)]
    everything += list_missing(plan, set(moments), export.path.name, workspace.language)
    everything += _confirm_trainers(export, plan, register, collections)
    if has_errors(everything):
        return [*everything, *result.described.findings]
    return Ready(result, everything, plan, key)


def _check_counts(
    workspace: Workspace, export: RawExport, register: Register, choices: Choices
) -> Ready | list[Finding]:
    collections, findings = find_collections(
        [Candidate(id) for id in register.surveys],
        file=export.path.name,
        rows=export.rows[:1],
        given=choices.session,
    )
    if findings:
        return findings
    wanted = {str(cell).casefold() for cell in export.columns[0]}
    instrument = max(
        workspace.config.ordered_instruments(),
        key=lambda i: (
            sum(
                item.id.casefold() in wanted or any(t.casefold() in wanted for t in item.text.values())
                for item in i.items
            )
            / len(i.items)
        ),
    )
    moment = choices.moment or Moment.SURVEY
    result = option_counts(
        export, instrument, collection=collections[0], moment=moment, language=workspace.language
    )
    return result.found if has_errors(result.found) else Ready(result)


def _collection_rule(export: RawExport, plan: ColumnPlan) -> CollectionRule | None:
    """The mapping's rule, else the session that a form we made carries with every response."""
    rule = plan.mapping.collection if plan.mapping else None
    at = own_column(export, SESSION_COLUMN)
    return CollectionRule(column=export.headers[at]) if rule is None and at is not None else rule


def _moment_header(export: RawExport, plan: ColumnPlan) -> str | None:
    """The column that says the moment: the mapping's, else that of a form we made."""
    named = plan.mapping.moment_column if plan.mapping else None
    at = own_column(export, MOMENT_COLUMN)
    return export.headers[at] if named is None and at is not None else named


def _rule_columns(export: RawExport, rule: CollectionRule | None) -> dict[str, Sequence[Any]]:
    names = rule.headers() if rule is not None else []
    return {name: cells for name in names if (cells := _cells(export, name)) is not None}


def _cells(export: RawExport, header: str | None) -> Sequence[Any] | None:
    index = column_index(export, header) if header else None
    return None if index is None else export.columns[index]


@dataclass(frozen=True)
class LinkKey:
    """The key of the link codes: the workspace's, or a fresh one that is kept only with an import.

    ``renews``: it takes the place of a key with which codes were stored, and which is gone.
    """

    path: Path
    value: bytes
    fresh: bool
    renews: bool = False

    def keep(self) -> bool:
        """Store a fresh key; False when another import stored its own first."""
        from qualitycycle.store.keyfile import keep_key, note_renewal

        if not self.fresh:
            return True
        kept = keep_key(self.path, self.value)
        if kept and self.renews:
            note_renewal(self.path, date.today())
        return kept


def _link_key(workspace: Workspace, plan: ColumnPlan) -> LinkKey | None:
    if plan.link_code is None:
        return None
    from qualitycycle.store.keyfile import fresh_key, read_key

    path = workspace.root / LINK_KEY
    known = read_key(path)
    if known is not None:
        return LinkKey(path, known, fresh=False)
    return LinkKey(path, fresh_key(), fresh=True, renews=workspace.evaluations.has_link_codes())


def _broken_link(key: LinkKey | None, export: RawExport) -> list[Finding]:
    """That the key of earlier codes is gone, so that new ones cannot be paired with them."""
    renewed = key is not None and key.renews
    return [Finding("quality.key_gone", Level.WARNING, file=export.path.name)] if renewed else []


def _confirm_trainers(
    export: RawExport, plan: ColumnPlan, register: Register, collections: Sequence[str]
) -> list[Finding]:
    """Trainer names in a file only confirm the register; they never change it."""
    if plan.mapping is None or not plan.mapping.trainers or not collections:
        return []
    from qualitycycle.register.names import confirm_names

    findings: list[Finding] = []
    for header in plan.mapping.trainers:
        cells = _cells(export, header) or []
        for session in dict.fromkeys(collections):
            if session not in register.sessions:
                continue
            at = [i for i, known in enumerate(collections) if known == session]
            findings += confirm_names(
                [None if cells[i] is None else str(cells[i]) for i in at],
                register.sessions[session].trainers,
                register.trainers,
                session=session,
                rows=[export.rows[i] for i in at],
                file=export.path.name,
                column=header,
            )
    return findings


def _stored(look: Look, collections: Sequence[str]) -> list[Stored]:
    """The responses of these collections that are in the store."""
    rows = look.responses_in(collections)
    return [Stored(*(row[name] for name in Stored._fields)) for row in rows]


def _batch(export: RawExport, ready: Ready) -> ImportBatch:
    """A checked file as the store takes it."""
    from qualitycycle.arrow import table
    from qualitycycle.store.evaluations import ImportBatch
    from qualitycycle.store.schemas import ANSWERS, RESPONSES, without

    columns = ready.checked.keys

    rest = without(RESPONSES, "import_id", *columns)
    return ImportBatch(
        file=export.path.name,
        sha256=export.sha256,
        fingerprint=ready.checked.fingerprint,
        format=export.format,
        mapping=ready.plan.mapping_name if ready.plan is not None else None,
        instrument=columns["instrument"][0],
        moments=tuple(sorted(set(columns["moment"]))),
        collections=tuple(dict.fromkeys(columns["collection"])),
        responses=table(columns, without(RESPONSES, "import_id", *rest.names)),
        answers=table(ready.checked.answers, without(ANSWERS, "import_id")),
        keyed=ready.checked.keyed,
        describe=(lambda: table(ready.checked.described.columns, rest)) if rest.names else None,
    )


def _became(about: FileImport, export: RawExport, ready: Ready, outcome: Outcome) -> FileImport:
    """What became of a file, with everything that was found on the way."""
    placed = [replace(found, file=export.path.name) for found in outcome.findings]
    found = [*export.findings, *ready.findings, *ready.checked.described.findings, *placed]
    return replace(
        about,
        status=outcome.status,
        collections=tuple(dict.fromkeys(ready.checked.keys["collection"])),
        responses=outcome.responses,
        answers=outcome.answers,
        import_id=outcome.import_id,
        findings=fold(found),
        written=outcome.new_responses + outcome.changed_responses,
    )
