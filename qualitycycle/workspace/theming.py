"""Open answers: out for review without names, back with decisions, and what they add up to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitycycle.analysis.agreement import krippendorff_alpha
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.findings import Finding, Level
from qualitycycle.store.codings import Codings
from qualitycycle.themes.names import Names
from qualitycycle.themes.proposals import Example, propose
from qualitycycle.themes.redaction import Redacted, redact
from qualitycycle.workspace.choices import check_choice
from qualitycycle.workspace.release import Group, released_groups
from qualitycycle.workspace.unnamed import names_on
from qualitycycle.workspace.view import View, take_view

if TYPE_CHECKING:
    from qualitycycle.analysis.result import Result
    from qualitycycle.themes.workbook import Line
    from qualitycycle.workspace.core import Workspace

FINAL = "final"
"""The coder whose decision settles what two others disagree on."""


@dataclass(frozen=True)
class Comment:
    """One open answer without names; ``id`` says nothing, ``collection`` never leaves."""

    id: str
    collection: str
    item: str
    redacted: Redacted


@dataclass(frozen=True)
class Decided:
    """What holds for a comment when its coders are taken together."""

    comment: str
    collection: str
    themes: tuple[str, ...]
    quotable: bool


@dataclass(frozen=True)
class ThemesExport:
    """What went out: how many comments, and how much was taken out of them."""

    path: Path
    comments: int
    removed: int
    doubtful: int

    def as_json(self) -> dict[str, Any]:
        """The export as plain values."""
        numbers = {"comments": self.comments, "removed": self.removed, "doubtful": self.doubtful}
        return {"file": str(self.path), **numbers}


@dataclass(frozen=True)
class ThemesImport:
    """What came back: how many decisions were stored, how many stood there already, and findings."""

    status: str
    stored: int = 0
    unchanged: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """1 when the workbook was rejected, else 0."""
        return int(self.status == "rejected")


def codings_of(workspace: Workspace) -> Codings:
    """The decisions on open answers of a workspace."""
    return Codings(workspace.root)


def names_in(view: View) -> Names:
    """The names of everybody in the register."""
    return names_on(view.records)


def open_item(view: View, item: str | None, partnership: str | None) -> str:
    """The open question that is meant, the first one unless told; UsageProblem when it is not open.

    A partnership's own question is meant only where that partnership is.
    """
    owners = view.config.wordings.local
    named = [
        one.id
        for one, made in view.config.items.values()
        if made.scale_of(one.id).kind == "open" and owners.get(one.id) in (None, partnership)
    ]
    chosen = view.config.shared_named(item, partnership) if item else next(iter(named), None)
    if chosen not in named:
        details = {"expected": ", ".join(named)}
        raise UsageProblem(Finding("themes.not_open", value=item or "", details=details))
    return str(chosen)


def comments_of(workspace: Workspace, view: View, item: str) -> list[Comment]:
    """Every comment on a question, without names, in an order that says nothing."""
    from qualitycycle.querying import opened

    with opened(view.snapshot, "duckdb") as tables:
        answers = tables.answers.filter(tables.answers.item == item)
        frame = tables.run(answers.select("response_id", "collection", "text", "n", "state"))
    frame = frame[(frame["state"] == "answered") & (frame["n"] > 0) & frame["text"].notna()]
    codings, names = codings_of(workspace), names_in(view)
    rows = zip(frame["response_id"], frame["collection"], frame["text"], strict=True)
    found = [
        Comment(codings.comment_id(str(response), item), str(collection), item, redact(str(text), names))
        for response, collection, text in rows
        if str(text).strip() and str(collection) in view.sessions
    ]
    return sorted(found, key=lambda one: one.id)


def shown_groups(view: View, per_session: Mapping[str, int], kind: str = "basic") -> frozenset[Group]:
    """The groups whose open answers may be shown, also beside each other: ten comments or more."""
    floors = view.config.settings.floors
    stricter = floors.model_copy(update={"scores": floors.open_text})
    sessions = [one for one in view.sessions.values() if one.kind == kind]
    return released_groups(sessions, per_session, stricter)


def export_themes(
    workspace: Workspace,
    path: Path,
    *,
    item: str | None,
    partnership: str | None,
    cycle: str | None,
    coder: str,
    force: bool,
) -> ThemesExport:
    """Write the comments of a group that is large enough, without names, with proposals."""
    from qualitycycle.themes.workbook import write_comments

    if path.exists() and not force:
        raise Refused(Finding("workspace.file_exists", file=str(path)))
    view = take_view(workspace)
    view.check(cycle=cycle, partnership=partnership)
    chosen, group = open_item(view, item, partnership), Group(partnership, cycle)
    comments = [
        one for one in comments_of(workspace, view, chosen) if _in(view, one.collection, group, "basic")
    ]
    _enough(view, comments, group)
    lines = _lines(workspace, view, comments, coder)
    try:
        write_comments(path, lines, view.config.codebook, workspace.language)
    except OSError as problem:
        details = {"problem": problem.strerror or str(problem)}
        raise Refused(Finding("workspace.cannot_write", file=str(path), details=details)) from problem
    removed = sum(one.redacted.total for one in comments)
    return ThemesExport(path, len(lines), removed, sum(one.redacted.doubtful for one in comments))


def _in(view: View, collection: str, group: Group, kind: str) -> bool:
    facts = view.sessions.get(collection)
    return facts is not None and facts.kind == kind and group.holds(facts)


def _enough(view: View, comments: Sequence[Comment], group: Group) -> None:
    """Refused when these comments are too few to be read by anybody."""
    per_session = Counter(one.collection for one in comments)
    if group not in shown_groups(view, per_session):
        floor = view.config.settings.floors.open_text
        raise Refused(Finding("themes.too_few", details={"floor": floor}))


def _lines(workspace: Workspace, view: View, comments: Sequence[Comment], coder: str) -> list[Line]:
    """The lines of the workbook; a coder sees the own decisions again and nobody else's."""
    from qualitycycle.themes.workbook import Line

    codings = codings_of(workspace)
    codes, quotes, book = codings.codes(), codings.quotes(), view.config.codebook
    texts = {one.id: one.redacted.text for one in comments}
    examples = [
        Example(texts[comment], tuple(row["themes"]))
        for (comment, who), row in codes.items()
        if who == coder and comment in texts and row["themes"]
    ]
    lines = []
    for one in comments:
        said = codes.get((one.id, coder))
        found = propose(one.redacted.text, book, examples)
        shown = ", ".join(f"{proposal.theme} {proposal.certainty:.0%}" for proposal in found)
        line = Line(one.id, one.item, one.redacted.text, one.redacted.total, one.redacted.doubtful, shown)
        if said:
            edited = quotes.get((one.id, coder), "") if said["state"] == "edit" else ""
            themes, state, reason = tuple(said["themes"]), said["state"], said["reason"] or ""
            line = replace(line, themes=themes, state=state, reason=reason, edited=edited)
        lines.append(line)
    return lines


def import_themes(workspace: Workspace, path: Path, *, coder: str, dry_run: bool) -> ThemesImport:
    """Store the decisions of a workbook; all of them, or none when something is wrong."""
    from qualitycycle.themes.workbook import read_comments

    view = take_view(workspace)
    lines, findings = read_comments(path, view.config.codebook)
    known = {
        one.id: one
        for item in dict.fromkeys(line.item for line in lines if line.item in view.config.items)
        for one in comments_of(workspace, view, item)
    }
    findings += _against(lines, known, names_in(view), path.name)
    if any(one.is_error for one in findings):
        return ThemesImport("rejected", findings=findings)
    codings = codings_of(workspace)
    before, quoted = codings.codes(), codings.quotes()
    changed = [line for line in lines if not _same(line, before.get((line.comment, coder)), quoted, coder)]
    if changed and not dry_run:
        rows = [_row(line, known[line.comment], coder) for line in changed]
        codings.add(
            rows, {(one.comment, coder): _text(one, known) for one in changed if one.state != "withhold"}
        )
    status = "checked" if dry_run else "imported" if changed else "unchanged"
    return ThemesImport(status, len(changed), len(lines) - len(changed), findings)


def _against(
    lines: Iterable[Line], known: Mapping[str, Comment], names: Names, file: str
) -> Iterable[Finding]:
    """What does not fit the comments in the store: an unknown one, one twice, a name typed in."""
    seen: set[str] = set()
    for line in lines:
        if line.comment not in known:
            yield Finding("themes.unknown_comment", file=file, row=line.row, value=line.comment)
        if line.comment in seen:
            yield Finding("themes.twice", file=file, row=line.row, value=line.comment)
        seen.add(line.comment)
        for column, text in (("edited_text", line.edited), ("reason", line.reason)):
            if redact(text, names).total:
                yield Finding("themes.name_typed", file=file, row=line.row, column=column)


def _same(line: Line, row: Mapping[str, Any] | None, quoted: Mapping[Any, str], coder: str) -> bool:
    if row is None:
        return False
    text = quoted.get((line.comment, coder), "") if line.state == "edit" else ""
    before = (tuple(row["themes"]), row["state"], row["reason"] or "", text)
    return before == (line.themes, line.state, line.reason, line.edited if line.state == "edit" else "")


def _row(line: Line, comment: Comment, coder: str) -> dict[str, Any]:
    return {
        "comment": line.comment,
        "item": comment.item,
        "collection": comment.collection,
        "coder": coder,
        "themes": list(line.themes),
        "state": line.state,
        "reason": line.reason,
    }


def _text(line: Line, known: Mapping[str, Comment]) -> str:
    return line.edited if line.state == "edit" else known[line.comment].redacted.text


def settled(codes: Mapping[tuple[str, str], Mapping[str, Any]], item: str) -> tuple[list[Decided], list[str]]:
    """What holds per comment, and the comments whose coders disagree and nobody settled."""
    by_comment: defaultdict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for (comment, coder), row in codes.items():
        if row["item"] == item:
            by_comment[comment][coder] = row
    decided, open_ones = [], []
    for comment, coders in sorted(by_comment.items()):
        rows = [coders[FINAL]] if FINAL in coders else list(coders.values())
        if len({frozenset(row["themes"]) for row in rows}) > 1:
            open_ones.append(comment)
            continue
        quotable = all(row["state"] != "withhold" for row in rows)
        decided.append(Decided(comment, rows[0]["collection"], tuple(rows[0]["themes"]), quotable))
    return decided, open_ones


def agreement(
    codes: Mapping[tuple[str, str], Mapping[str, Any]], item: str, themes: Iterable[str]
) -> dict[str, float | None]:
    """Krippendorff's alpha (nominal) per theme: whether each coder named it; None when it cannot be known."""
    coders = sorted({coder for _, coder in codes if coder != FINAL})
    comments = sorted({comment for (comment, _), row in codes.items() if row["item"] == item})
    found: dict[str, float | None] = {}
    for theme in themes:
        ratings = [
            [
                float(theme in codes[one, coder]["themes"]) if (one, coder) in codes else None
                for coder in coders
            ]
            for one in comments
        ]
        found[theme] = krippendorff_alpha(ratings, level="nominal") if len(coders) > 1 and ratings else None
    return found


def themes(
    workspace: Workspace,
    item: str | None = None,
    *,
    by: str | None = None,
    partnership: str | None = None,
    cycle: str | None = None,
    quotes: bool = False,
) -> Result:
    """How many of the people who wrote something mention each theme.

    Counts decided comments only. ``by`` splits by ``variant`` or ``cycle``; a group shows from ten
    decided comments over two sessions and three trainers on, and only when no smaller group follows
    from it. ``quotes`` adds texts a reviewer released, in an order that says nothing.
    """
    from qualitycycle.workspace.theme_table import themes_result

    check_choice("by", by, ("variant", "cycle"))
    view = take_view(workspace)
    view.check(cycle=cycle, partnership=partnership)
    chosen = open_item(view, item, partnership)
    return themes_result(workspace, view, chosen, by, Group(partnership, cycle), quotes)


def forget_missing(workspace: Workspace) -> int:
    """Remove the quotes of comments that are no longer in the store; their codes stay."""
    view, codings = take_view(workspace), codings_of(workspace)
    items = {row["item"] for row in codings.codes().values()}
    here = {one.id for item in items for one in comments_of(workspace, view, item)}
    gone = sorted({comment for comment, _ in codings.quotes()} - here)
    if gone:
        codings.forget_texts(gone)
    return len(gone)


def note_of_disagreement(comments: Sequence[str]) -> list[Finding]:
    """The comments that need a third decision."""
    return [Finding("themes.disagree", Level.WARNING, value=one) for one in comments]
