"""One consistent look at a workspace: what is visible, what the register says, and a stamp."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from qualitycycle.register.derive import SessionFacts, SurveyFacts, sessions_overview, surveys_overview
from qualitycycle.register.tables import PROMISES, TABLES, Records
from qualitycycle.store.snapshot import Snapshot
from qualitycycle.vocabulary import AnswerState
from qualitycycle.workspace.choices import check_choice
from qualitycycle.workspace.release import Group, released_groups
from qualitycycle.workspace.unnamed import cycle_unnamed

if TYPE_CHECKING:
    import pandas as pd

    from qualitycycle.analysis.reliability import CrossProducts
    from qualitycycle.config import Config
    from qualitycycle.querying import Filters
    from qualitycycle.workspace.core import Workspace


@dataclass(frozen=True)
class View:
    """What an analysis reads: taken once, the same until the analysis is done.

    ``stamp`` says what was read: the versions of every table and a hash of the config.
    ``memo`` keeps what was worked out before from this same view.
    """

    config: Config
    snapshot: Snapshot
    records: Records
    sessions: Mapping[str, SessionFacts]
    surveys: Mapping[str, SurveyFacts]
    stamp: Mapping[str, Any]
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def forms(self) -> dict[str, dict[str, int]]:
        """Per session the post responses that were started and completed; internal, not gated."""
        from qualitycycle.counts import response_counts

        frame = response_counts(self.snapshot, self.sessions, kind=None)
        forms: dict[str, dict[str, int]] = {}
        for collection, completed, n in zip(frame["collection"], frame["completed"], frame["n"], strict=True):
            one = forms.setdefault(str(collection), {"started": 0, "completed": 0})
            one["started"] += int(n)
            one["completed"] += int(n) if completed else 0
        return forms

    def released(self, kind: str | None, moment: str) -> frozenset[Group]:
        """The groups of sessions of one kind that may be shown; worked out once."""
        from qualitycycle.counts import response_counts

        key = ("released", kind, moment)
        if key not in self.memo:
            frame = response_counts(self.snapshot, self.sessions, kind=kind, moment=moment)
            completed = frame[frame["completed"]].groupby("collection")["n"].sum()
            answers = dict(zip(completed.index.tolist(), completed.tolist(), strict=True))
            sessions = [one for one in self.sessions.values() if kind in (None, one.kind)]
            self.memo[key] = released_groups(sessions, answers, self.config.settings.floors)
        found: frozenset[Group] = self.memo[key]
        return found

    def released_for(self, item: str, kind: str | None, moment: str) -> frozenset[Group]:
        """As ``released``; of a partnership's own item also on the sessions where it was answered."""
        from qualitycycle.counts import counts

        owner = self.config.wordings.local.get(item)
        if owner is None:
            return self.released(kind, moment)
        filters: Filters = {"kind": kind, "moment": moment, "partnership": owner}
        frame = counts(self.snapshot, self.sessions, item=item, **filters)
        given = frame[frame["state"] == str(AnswerState.ANSWERED)].groupby("collection")["n"].sum()
        answers = dict(zip(given.index.tolist(), given.tolist(), strict=True))
        sessions = [one for one in self.sessions.values() if one.id in answers]
        own = released_groups(sessions, answers, self.config.settings.floors)
        return self.released(kind, moment) & own

    def score_sums(self, name: str, **filters: Any) -> pd.DataFrame:
        """The sufficient statistics of a declared score per session; internal, not gated."""
        from qualitycycle.counts import score_sums

        score = self.config.instrument_of(name).scores[name]
        return score_sums(
            self.snapshot,
            self.sessions,
            items=score.items,
            min_answered=score.min_answered,
            mirrored=self.mirrored(name),
            **filters,
        )

    def score_products(self, name: str, **filters: Any) -> dict[str, CrossProducts]:
        """The cross products of a declared score per session and survey; internal, not gated."""
        from qualitycycle.products import score_products

        items = self.config.instrument_of(name).scores[name].items
        mirrored = self.mirrored(name)
        return score_products(
            self.snapshot, self.sessions, self.surveys, items=items, mirrored=mirrored, **filters
        )

    def mirrored(self, name: str) -> dict[str, float]:
        """The items of a declared score on which low is good -> what their scores are taken from."""
        instrument = self.config.instrument_of(name)
        scores = self.config.scale_of(name).scores()
        return {
            id: scores[0] + scores[-1]
            for id in instrument.scores[name].items
            if instrument.item(id).direction == "lower"
        }

    def cycles(self) -> list[str]:
        """The cycles there are sessions or surveys in, in order."""
        named = {facts.cycle for facts in self.sessions.values()}
        named |= {survey.cycle for survey in self.surveys.values()}
        return sorted(cycle for cycle in named if cycle)

    def check(self, *, cycle: str | None = None, partnership: str | None = None) -> None:
        """UsageProblem when a cycle or partnership does not exist."""
        check_choice("partnership", partnership, self.config.organisations.partnerships)
        if self.cycles():
            check_choice("cycle", cycle, self.cycles())


def take_view(workspace: Workspace) -> View:
    """Look at a workspace now; the last look again when nothing has changed since."""
    snapshot = workspace.evaluations.snapshot()
    versions = workspace.records.versions()
    stamp = {
        "evaluations": snapshot.as_dict(),
        "register": dict(versions),
        "config": config_hash(workspace.config),
        "qualitycycle": version("qualitycycle"),
    }
    last = workspace.looks.get("last")
    if last is None or last.stamp != stamp:
        records = cycle_unnamed(workspace.records.load(versions, (*TABLES, PROMISES.name)))
        sessions = sessions_overview(records, workspace.config.settings.cycle.start)
        snapshot = replace(snapshot, wordings=workspace.config.wordings)
        last = View(workspace.config, snapshot, records, sessions, surveys_overview(records), stamp)
        workspace.looks["last"] = last
    return last


def config_hash(config: Config) -> str:
    """A hash over every file of the config folder."""
    digest = hashlib.sha256()
    for path in sorted(config.folder.rglob("*.toml")):
        digest.update(path.relative_to(config.folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
