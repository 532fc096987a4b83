"""What an import needs of its workspace: read on another thread while a file is being parsed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from qualitycycle.checking.odd import Session
from qualitycycle.linking import Candidate
from qualitycycle.workspace.unnamed import PEOPLE, names_on

if TYPE_CHECKING:
    from qualitycycle.register.derive import SessionFacts, SurveyFacts
    from qualitycycle.store.look import Look
    from qualitycycle.themes.names import Names
    from qualitycycle.workspace.core import Workspace

NEEDED = ("trainers", "active_periods", "sessions", "session_trainers", "meetings", "surveys")
"""The tables of the register that say where answers belong."""


@dataclass(frozen=True)
class Register:
    """What an import needs of the register, read once for all files."""

    sessions: Mapping[str, SessionFacts]
    surveys: Mapping[str, SurveyFacts]
    trainers: Sequence[Mapping[str, Any]]

    def candidates(self, answered: Collection[str] = ()) -> list[Candidate]:
        """Every collection that answers may belong to; ``answered`` are those that have some."""
        sessions = [
            Candidate(facts.id, facts.last_date, facts.id in answered, facts.cancelled)
            for facts in self.sessions.values()
        ]
        return sessions + [Candidate(id, evaluated=id in answered) for id in self.surveys]

    def known(self, collections: Collection[str]) -> dict[str, Session]:
        """What is known of the sessions among the collections."""
        facts = [self.sessions[id] for id in dict.fromkeys(collections) if id in self.sessions]
        return {one.id: _session(one) for one in facts}

    def surveys_beside(self, sessions: Collection[str]) -> dict[str, list[str]]:
        """Per session the surveys of its partnership and school year."""
        return {
            id: [
                survey.id
                for survey in self.surveys.values()
                if survey.partnership in (None, self.sessions[id].lead)
                and survey.cycle in (None, self.sessions[id].cycle)
            ]
            for id in sessions
        }


def _session(facts: SessionFacts) -> Session:
    return Session(facts.variant, facts.first_date, facts.last_date, facts.attended, facts.lead)


@dataclass(frozen=True)
class Aside:
    """What an import needs of the workspace, read in ``pool`` while a file is being parsed."""

    workspace: Workspace
    pool: ThreadPoolExecutor

    def look(self) -> Callable[[], Look]:
        """Begin to look at the store, which leaves the interpreter to the reader; what it is then."""
        return self.pool.submit(self.workspace.evaluations.look).result

    def begin(self) -> None:
        """Begin to read the register, unless that was begun for an earlier file."""
        _ = self._begun

    def register(self) -> Register:
        """What an import needs of the register."""
        return self._begun[0].result()

    def names(self) -> Names:
        """The names of everybody on the register."""
        return self._begun[1].result()

    @cached_property
    def _begun(self) -> tuple[Future[Register], Future[Names]]:
        return self.pool.submit(read_register, self.workspace), self.pool.submit(read_names, self.workspace)


def read_names(workspace: Workspace) -> Names:
    """The names of everybody on the register."""
    return names_on(workspace.records.load(names=PEOPLE))


def read_register(workspace: Workspace) -> Register:
    """Sessions, surveys and trainers, with what follows from them."""
    from qualitycycle.register.derive import sessions_overview, surveys_overview

    records = workspace.records.load(names=NEEDED)
    start = workspace.config.settings.cycle.start
    return Register(sessions_overview(records, start), surveys_overview(records), records["trainers"])
