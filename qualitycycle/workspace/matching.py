"""Match: a file -> what its columns probably are -> a mapping in ``config/mappings``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitycycle import wording
from qualitycycle.checking.columns import fitting_mapping, plan_columns
from qualitycycle.checking.drafting import Draft, Question, code_of, draft
from qualitycycle.checking.export import ColumnPlan
from qualitycycle.checking.made_mapping import alias_table, mapping_of
from qualitycycle.checking.proposals import DOUBTFUL, Certainty, Proposal, Proposals, Role, choose, propose
from qualitycycle.checking.strange_labels import LabelAlias, StrangeLabel, strange_labels
from qualitycycle.config import Config, load_config
from qualitycycle.config_checks import STRUCTURES
from qualitycycle.errors import Refused
from qualitycycle.findings import Finding, Level, fold
from qualitycycle.instrument import Instrument
from qualitycycle.linking.moments import fitting_moments
from qualitycycle.mapping import SurveyMapping
from qualitycycle.readers import read
from qualitycycle.readers.beside import beside
from qualitycycle.readers.structure import read_structure
from qualitycycle.vocabulary import Moment
from qualitycycle.workspace.choices import check_choice, moment_named
from qualitycycle.workspace.matching_findings import (
    column_findings,
    draft_findings,
    label_findings,
    nothing,
)
from qualitycycle.workspace.matching_text import instrument_text, mapping_text, reasons_of
from qualitycycle.workspace.reading import read_export
from qualitycycle.workspace.unnamed import PEOPLE, names_on, unnamed

if TYPE_CHECKING:
    from qualitycycle.readers import RawExport
    from qualitycycle.workspace.core import Workspace

MAPPINGS = Path("config") / "mappings"
INSTRUMENTS = Path("config") / "instruments"
NAME_LENGTH = 80
TOOLS = {"limesurvey": "limesurvey", "kobo": "xlsform"}
"""The kind of structure file that belongs to an export, by its format."""

Decide = Callable[[Proposals, list[Proposal]], Mapping[str, str]]
"""Gets all proposals and the doubtful ones; gives per header an item id, or "" to leave it out."""


@dataclass(frozen=True)
class Matched:
    """What ``match`` found and wrote. ``status``: ``written``, ``checked`` (dry run) or ``known``.

    ``workspace`` is the workspace with what was written, ready to import the file.
    ``written`` are the files, below the workspace.
    """

    workspace: Workspace
    file: Path
    format: str
    status: str
    mapping: str
    proposals: Proposals
    written: tuple[Path, ...] = ()
    aliases: tuple[LabelAlias, ...] = ()
    strange: tuple[StrangeLabel, ...] = ()
    findings: list[Finding] = field(default_factory=list)

    def as_json(self, language: str) -> dict[str, Any]:
        """The JSON of ``instrument match --json``."""
        return {
            "file": str(self.file),
            "format": self.format,
            "status": self.status,
            "instrument": self.proposals.instrument.id,
            "mapping": self.mapping,
            "written": [path.as_posix() for path in self.written],
            "columns": [
                {
                    "header": one.header,
                    "title": one.title,
                    "role": str(one.role),
                    "item": one.item,
                    "certainty": one.certainty,
                    "word": str(one.word),
                    "why": reasons_of(one, language),
                    "others": list(one.others),
                }
                for one in self.proposals.columns
            ],
            "labels": [
                {"scale": one.scale, "label": one.label, "stands_for": one.known, "count": one.count}
                for one in self.aliases
            ],
            "unknown_labels": [
                {"scale": one.scale, "label": one.label, "column": one.header, "count": one.count}
                for one in self.strange
            ],
            "findings": [
                {**found.as_dict(), "message": wording.message(found, language)} for found in self.findings
            ],
        }


@dataclass(frozen=True)
class _Asked:
    """What the caller of ``match`` asked for."""

    file: Path
    structure: Path | None
    instrument: str | None
    name: str
    draft: bool
    moment: Moment | None
    day_first: bool | None
    force: bool
    dry_run: bool


def match(
    workspace: Workspace,
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
    """Propose what each column of a file is and write the mapping; see ``Workspace.match``."""
    check_choice("instrument", instrument, workspace.config.instruments)
    path, sessions = Path(file), _sessions(workspace)
    name = mapping or _name(path, sessions)
    earlier = workspace.config.mappings.get(name)
    asked = _Asked(
        file=path,
        structure=Path(structure) if structure is not None else None,
        instrument=instrument,
        name=name,
        draft=draft,
        moment=moment_named(moment),
        day_first=earlier.day_first if earlier is not None else None,
        force=force,
        dry_run=dry_run,
    )
    export, asked = _read(workspace, asked)
    known = None if force else _known(workspace, asked, export)
    if known is not None:
        return known
    proposals = propose(export, workspace.config, instrument, sessions)
    if draft:
        return _draft(workspace, asked, export, proposals)
    doubtful = proposals.items(Certainty.DOUBTFUL)
    if decide is not None:
        proposals = choose(proposals, decide(proposals, doubtful))
    return _match(workspace, asked, export, proposals)


def _read(workspace: Workspace, asked: _Asked) -> tuple[RawExport, _Asked]:
    """The file, read with the structure that was given or lies beside it, and which that was."""
    if asked.structure is not None:
        if read_structure(asked.structure) is None:
            raise Refused(Finding("matching.no_structure", file=asked.structure.name))
        return read(asked.file, structure=asked.structure, day_first=asked.day_first), asked
    export = read_export(workspace.config, asked.file)
    tool = TOOLS.get(export.format)
    if tool is None:
        return export, asked
    codes = [code_of(header) for header in export.headers]
    found = beside(
        asked.file, tool, lambda known: sum(code in known.questions for code in codes) / max(len(codes), 1)
    )
    return export, replace(asked, structure=asked.file.parent / found[0].file) if len(found) == 1 else asked


def _sessions(workspace: Workspace) -> list[str]:
    from qualitycycle.workspace.aside import read_register

    register = read_register(workspace)
    return [*register.sessions, *register.surveys]


def _name(path: Path, sessions: Collection[str]) -> str:
    """A name for a mapping from the name of a file, without what differs from one export to the next."""
    stem = re.sub(r"\(\d+(-\d+)?\)", "", path.stem).casefold()
    for session in sessions:
        stem = stem.replace(session.casefold(), "")
    return "-".join(re.findall(r"[a-z0-9]+", stem))[:NAME_LENGTH].strip("-") or "mapping"


def _known(workspace: Workspace, asked: _Asked, export: RawExport) -> Matched | None:
    """A layout of which a mapping already knows every column: nothing is asked or written."""
    name = fitting_mapping(export, workspace.config)
    plan = plan_columns(export, workspace.config, name) if name is not None else None
    if name is None or not isinstance(plan, ColumnPlan) or plan.mapping is None:
        return None
    if set(plan.unmapped) - set(plan.mapping.doubtful):
        return None
    aliases, strange = strange_labels(export, plan.items, plan.mapping)
    proposals = Proposals(plan.instrument, tuple(_remembered(export, plan, plan.mapping)))
    file = export.path.name
    findings = [Finding("matching.known_layout", Level.INFO, file=file, details={"mapping": name})]
    findings += column_findings(file, proposals, name)
    findings += label_findings(file, aliases, strange, name)
    return Matched(
        workspace=workspace,
        file=asked.file,
        format=export.format,
        status="known",
        mapping=name,
        proposals=proposals,
        aliases=tuple(aliases),
        strange=tuple(strange),
        findings=fold([*export.findings, *findings]),
    )


def _remembered(export: RawExport, plan: ColumnPlan, mapping: SurveyMapping) -> Iterator[Proposal]:
    """What a mapping says of each column."""
    special = {
        mapping.link_code: Role.LINK_CODE,
        mapping.submitted: Role.SUBMITTED,
        mapping.response_id: Role.RESPONSE_ID,
        mapping.collection.column if mapping.collection else None: Role.SESSION,
    }
    items = {column.header: column.item.id for column in plan.items}
    for at, header in enumerate(export.headers):
        told = Proposal(at, header, export.title(at), special.get(header, Role.IGNORE), certainty=1.0)
        if header in items:
            told = replace(told, role=Role.ITEM, item=items[header], reasons=("earlier",))
        elif header in mapping.doubtful:
            told = replace(told, role=Role.ITEM, item=mapping.doubtful[header], certainty=DOUBTFUL)
        yield told


def _match(workspace: Workspace, asked: _Asked, export: RawExport, proposals: Proposals) -> Matched:
    file = export.path.name
    columns = proposals.item_columns(export)
    if not columns:
        raise Refused([*nothing(file, export, proposals), *export.findings])
    aliases, strange = strange_labels(export, columns)
    made = mapping_of(
        export,
        proposals.columns,
        proposals.instrument.id,
        {column.header: column.item.id for column in columns},
        moment=asked.moment or _only_moment(proposals),
        labels=alias_table(aliases),
    ).model_copy(update=_said(asked))
    text = mapping_text(
        made,
        file,
        workspace.language,
        columns=proposals.columns,
        aliases=aliases,
        strange=strange,
        unclear_days=_unclear_days(export),
    )
    findings = [
        *export.findings,
        *column_findings(file, proposals, asked.name),
        *label_findings(file, aliases, strange, asked.name),
    ]
    done = Matched(
        workspace=workspace,
        file=asked.file,
        format=export.format,
        status="checked",
        mapping=asked.name,
        proposals=proposals,
        aliases=tuple(aliases),
        strange=tuple(strange),
        findings=fold(findings),
    )
    return _write(done, asked, {MAPPINGS / f"{asked.name}.toml": (text, made)})


def _draft(workspace: Workspace, asked: _Asked, export: RawExport, proposals: Proposals) -> Matched:
    file = export.path.name
    free = [
        replace(one, role=Role.UNKNOWN, item=None) if one.role is Role.ITEM else one
        for one in proposals.columns
    ]
    config, names = workspace.config, names_on(workspace.records.load(names=PEOPLE))
    scores = [score for one in config.instruments.values() for score in one.scores]
    made = draft(
        export,
        free,
        id=asked.name,
        title=asked.file.stem,
        moment=asked.moment or Moment.POST,
        taken=[*config.items, *scores],
        questions=_questions(asked, export),
        names_someone=lambda text: unnamed(text, names) != text,
    )
    if made is None:
        raise Refused([Finding("matching.nothing_to_draft", file=file), *export.findings])
    columns = tuple(_drafted(one, made) for one in free)
    written = made.mapping.model_copy(update=_said(asked))
    mapping = mapping_text(written, file, workspace.language, unclear_days=_unclear_days(export))
    done = Matched(
        workspace=workspace,
        file=asked.file,
        format=export.format,
        status="checked",
        mapping=asked.name,
        proposals=Proposals(made.instrument, columns),
        findings=fold([*export.findings, *draft_findings(file, made)]),
    )
    return _write(
        done,
        asked,
        {
            INSTRUMENTS / f"{asked.name}.toml": (
                instrument_text(made, file, workspace.language),
                made.instrument,
            ),
            MAPPINGS / f"{asked.name}.toml": (mapping, written),
        },
    )


def _questions(asked: _Asked, export: RawExport) -> dict[str, Question]:
    """What the structure file says of each column."""
    structure = read_structure(asked.structure) if asked.structure is not None else None
    if structure is None:
        return {}
    codes = {header: code_of(header) for header in export.headers}
    known = structure.questions
    return {header: known[code] for header, code in codes.items() if code in known}


def _drafted(one: Proposal, made: Draft) -> Proposal:
    item = made.mapping.columns.get(one.header)
    if item is None:
        return one
    return replace(one, role=Role.ITEM, item=item, certainty=1.0, reasons=("drafted",), others=())


def _only_moment(proposals: Proposals) -> Moment | None:
    """The moment, where the questions leave only one."""
    taken = proposals.items(Certainty.CERTAIN, Certainty.LIKELY)
    items = [proposals.instrument.item(one.item) for one in taken if one.item is not None]
    fitting = fitting_moments(items, proposals.instrument)
    return fitting[0] if len(fitting) == 1 else None


def _said(asked: _Asked) -> dict[str, Any]:
    """What no column shows: the structure file, and the order of days that somebody wrote down before."""
    return {"structure": _structure_name(asked), "day_first": asked.day_first}


def _unclear_days(export: RawExport) -> bool:
    return any(found.code == "reading.ambiguous_days" for found in export.findings)


def _structure_name(asked: _Asked) -> str | None:
    return f"{asked.name}{asked.structure.suffix}" if asked.structure is not None else None


def _write(
    done: Matched, asked: _Asked, texts: Mapping[Path, tuple[str, SurveyMapping | Instrument]]
) -> Matched:
    """Write the files, all or none, after reading them back gave exactly what was meant."""
    root = done.workspace.root
    there = [path for path in texts if (root / path).exists()]
    if there and not asked.force:
        raise Refused([Finding("matching.exists", file=path.as_posix()) for path in there])
    for path, (text, meant) in texts.items():
        again = type(meant).model_validate(tomllib.loads(text))
        if again != meant:
            raise Refused(Finding("matching.not_as_meant", file=path.as_posix()))
    if asked.dry_run:
        return done
    contents = {path: text.encode() for path, (text, _) in texts.items()}
    if asked.structure is not None:
        contents[Path("config") / STRUCTURES / str(_structure_name(asked))] = asked.structure.read_bytes()
    config = _written(root, contents)
    fresh = replace(done.workspace, config=config, looks={})
    return replace(done, workspace=fresh, status="written", written=tuple(contents))


def _written(root: Path, contents: Mapping[Path, bytes]) -> Config:
    """The config with these files in it; when it is refused, everything is as it was before."""
    before = {path: (root / path).read_bytes() for path in contents if (root / path).exists()}
    for path, content in contents.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    try:
        return load_config(root)
    except Refused:
        for path in contents:
            (root / path).unlink()
        for path, content in before.items():
            (root / path).write_bytes(content)
        raise
