"""Certificates out of the register, and the codes on them checked; answers are not looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitycycle import wording
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.findings import Finding, has_errors
from qualitycycle.register.codes import Verified, code_of, verify
from qualitycycle.register.derive import by_id, sessions_overview
from qualitycycle.register.due import with_validity
from qualitycycle.register.tables import fold_id
from qualitycycle.store.keyfile import fresh_key, keep_key, read_key

if TYPE_CHECKING:
    from qualitycycle.report.certificate import CertificateFacts
    from qualitycycle.workspace.core import Workspace

KEY = Path("register") / "certificates.key"


@dataclass(frozen=True)
class Verification:
    """What a code on a certificate turns out to be; ``said`` is what a stranger may hear.

    ``outcome``: ``valid``, ``changed`` (since it was issued), ``unknown`` or ``mistyped``.
    ``name_agrees`` is None when no name was asked about.
    """

    outcome: str
    said: tuple[str, ...]
    issued_on: date | None = None
    valid_until: date | None = None
    name_agrees: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """The JSON of ``register verify``; neither the person nor the board is in it."""
        return {
            "outcome": self.outcome,
            "said": list(self.said),
            "issued_on": self.issued_on and self.issued_on.isoformat(),
            "valid_until": self.valid_until and self.valid_until.isoformat(),
            "name_agrees": self.name_agrees,
        }


def write_certificates(
    workspace: Workspace, path: Path, certificate: str | None, session: str | None, force: bool
) -> int:
    """Write one certificate, or all of a session, as HTML or PDF by the ending of ``path``.

    Gives how many. Raises UsageProblem for another ending, Refused when there are none, when a
    fact is missing, or when the file is there and not ``force``.
    """
    from qualitycycle.report.certificate import render_certificates
    from qualitycycle.report.pdf import print_pdf

    if path.suffix.lower() not in (".html", ".pdf"):
        raise UsageProblem(Finding("certificates.format", file=path.name, value=path.suffix or "-"))
    if path.exists() and not force:
        raise Refused(Finding("workspace.file_exists", file=str(path)))
    facts = _facts(workspace, certificate, session)
    page = render_certificates(facts, workspace.language)
    if path.suffix.lower() == ".pdf":
        print_pdf(page, path)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    return len(facts)


def verify_code(workspace: Workspace, code: str, holder: str | None, as_of: date) -> Verification:
    """Look up the code on a certificate. A stranger hears what was followed, when, of whom and
    until when it counts, and whether a name agrees: no name, school or board."""
    records = with_validity(workspace.records.load(), workspace.config.organisations)
    names = _names(records)
    found = verify(code, records["certificates"], names, read_key(workspace.root / KEY))
    row = found.certificate
    if found.outcome is not Verified.VALID or row is None:
        said = wording.text(f"certificates.verified.{found.outcome}", workspace.language)
        return Verification(found.outcome, (said,))
    said = wording.text("certificates.verified.valid", workspace.language, **_told(workspace, row, as_of))
    agrees = None
    lines = [said]
    if holder is not None:
        agrees = _folded(holder) == _folded(names.get(fold_id(row["person"]), ""))
        key = "certificates.name_same" if agrees else "certificates.name_other"
        lines.append(wording.text(key, workspace.language))
    return Verification(found.outcome, tuple(lines), row["issued_on"], row["valid_until"], agrees)


def _told(workspace: Workspace, row: Mapping[str, Any], as_of: date) -> dict[str, str]:
    from qualitycycle.report.certificate import day_in_words

    language, until = workspace.language, row["valid_until"]
    if until is None:
        until_said = wording.text("certificates.until_ever", language)
    else:
        key = "certificates.until_past" if until < as_of else "certificates.until_day"
        until_said = wording.text(key, language, day=day_in_words(until, language))
    session = by_id(workspace.records.load(names=("sessions",))["sessions"]).get(fold_id(row["session"]), {})
    return {
        "kind": wording.text(f"register.certificate.{row['kind']}", language),
        "training": _training(session, language),
        "issued": day_in_words(row["issued_on"], language),
        "issuers": _issuers_told(workspace, row),
        "until": until_said,
    }


def _facts(workspace: Workspace, certificate: str | None, session: str | None) -> list[CertificateFacts]:
    from qualitycycle.report.certificate import CertificateFacts

    records = with_validity(workspace.records.load(), workspace.config.organisations)
    chosen = [
        row
        for row in records["certificates"]
        if (certificate is not None and fold_id(row["id"]) == fold_id(certificate))
        or (session is not None and fold_id(row["session"]) == fold_id(session))
    ]
    if not chosen:
        raise Refused(Finding("certificates.none", value=certificate or session))
    names = _names(records)
    problems = _problems(chosen, names)
    if has_errors(problems):
        raise Refused(problems)
    key = _key(workspace)
    sessions = sessions_overview(records, workspace.config.settings.cycle.start)
    raw = by_id(records["sessions"])
    made = []
    for row in chosen:
        own = raw.get(fold_id(row["session"]), {})
        facts = sessions.get(str(own.get("id")))
        name = names[fold_id(row["person"])]
        made.append(
            CertificateFacts(
                name=name,
                kind=str(row["kind"]),
                training=_training(own, workspace.language),
                dates=[day for day in (facts.first_date, facts.last_date) if day] if facts else [],
                hours=facts.contact_hours if facts else None,
                issuers=_issuers(workspace, row),
                issued_on=row["issued_on"],
                valid_until=row["valid_until"],
                code=code_of(row, name, key),
            )
        )
    return made


def _problems(chosen: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[Finding]:
    """What is missing for a certificate, of every one at once."""
    nameless = [
        Finding("certificates.no_name", value=str(row["person"]), column=str(row["id"]))
        for row in chosen
        if not names.get(fold_id(row["person"]))
    ]
    undated = [
        Finding("certificates.unfinished", value=str(row["id"])) for row in chosen if not row["issued_on"]
    ]
    return [*nameless, *undated]


def _key(workspace: Workspace) -> bytes:
    path = workspace.root / KEY
    known = read_key(path)
    if known is None:
        keep_key(path, fresh_key())
        known = read_key(path)
    assert known is not None
    return known


def _names(records: Mapping[str, Any]) -> dict[str, str]:
    people = {**by_id(records["trainers"]), **by_id(records["mentors"])}
    return {key: str(row.get("name") or "") for key, row in people.items()}


def _issuers(workspace: Workspace, row: Mapping[str, Any]) -> list[str]:
    known = workspace.config.organisations
    organisations: dict[str, Any] = {**known.boards, **known.institutes, **known.partnerships}
    return [organisations[code].name if code in organisations else code for code in row["issuers"] or ()]


def _issuers_told(workspace: Workspace, row: Mapping[str, Any]) -> str:
    """The issuers for a stranger: of a school board, which may be the holder's own, only that it is one."""
    boards = workspace.config.organisations.boards
    others = {**row, "issuers": tuple(code for code in row["issuers"] or () if code not in boards)}
    told = _issuers(workspace, others)
    if len(others["issuers"]) < len(row["issuers"] or ()):
        told.append(wording.text("certificates.a_board", workspace.language))
    return ", ".join(told) or "-"


def _training(session: Mapping[str, Any], language: str) -> str:
    kind = str(session.get("kind") or "basic")
    return str(session.get("training") or wording.text(f"terms.kind.{kind}", language))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
