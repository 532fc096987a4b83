"""The mapping that proposals come to: what is certain or likely, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qualitycycle.checking.export import Export
from qualitycycle.checking.proposals import LIKELY, Proposal, Role
from qualitycycle.checking.strange_labels import LabelAlias
from qualitycycle.labels import normalise_header
from qualitycycle.mapping import SurveyMapping
from qualitycycle.vocabulary import Moment

UNWRITTEN = ("empty", "names_someone")
"""Why a column is not even ignored: nobody knows yet what it is, or its header is somebody's name."""

PLAIN_TABLES = ("csv", "xlsx", "ods")
"""Formats that are only a container: the same survey may come in another one."""


def mapping_of(
    export: Export,
    columns: Iterable[Proposal],
    instrument: str,
    questions: Mapping[str, str],
    *,
    moment: Moment | None = None,
    labels: Mapping[str, Mapping[str, float | str]] | None = None,
) -> SurveyMapping:
    """A mapping of a file: ``questions`` are the item ids per header, the rest follows from roles.

    A role that two columns claim is given to neither. A column that is no question is
    ignored, so that the mapping knows every column of this layout; one in which nobody
    answered, or that names somebody, is not mentioned (``UNWRITTEN``). The format is named only where the
    tool's own layout was recognised. Raises ValueError when ``questions`` is empty.
    """
    roles = [one for one in columns if one.header not in questions]
    doubtful = {one.header: one.item for one in roles if one.item is not None}

    def only(role: Role) -> str | None:
        found = [one.header for one in roles if one.role is role and one.certainty >= LIKELY]
        return found[0] if len(found) == 1 else None

    session, response_id = only(Role.SESSION), only(Role.RESPONSE_ID)
    link_code, submitted = only(Role.LINK_CODE), only(Role.SUBMITTED)
    used = {session, response_id, link_code, submitted, *doubtful}
    made: dict[str, Any] = {
        "instrument": instrument,
        "format": None if export.format in PLAIN_TABLES else export.format,
        "moment": moment,
        "collection": {"column": session} if session else None,
        "columns": questions,
        "titles": {
            header: export.title(at)
            for at, header in enumerate(export.headers)
            if header in questions and has_words(export, at)
        },
        "doubtful": doubtful,
        "labels": labels or {},
        "response_id": response_id,
        "link_code": link_code,
        "submitted": submitted,
        "ignore": tuple(
            one.header for one in roles if one.header not in used and not {*UNWRITTEN} & {*one.reasons}
        ),
    }
    return SurveyMapping.model_validate(made)


def alias_table(aliases: Iterable[LabelAlias]) -> dict[str, dict[str, float | str]]:
    """The ``[labels]`` of a mapping: per scale or item the spelling in the file and what it stands for."""
    table: dict[str, dict[str, float | str]] = {}
    for one in aliases:
        table.setdefault(one.scale, {})[one.label] = one.target
    return table


def has_words(export: Export, at: int) -> bool:
    """Whether a column has a question in words beside its header."""
    return normalise_header(export.title(at)) != normalise_header(export.headers[at])
