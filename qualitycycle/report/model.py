"""What a report is made of: one value, filled by the workspace from gated results.

Nothing here reads a store or computes a statistic. A number that is None may not be
shown, unless its description says that it is unknown. Titles and labels are ready text
in the language of the report; codes (variants, verdicts, statuses) are translated by
the report itself. The parts that are also drawn live in ``qualitycycle.figures.values``, the
objects of the cycle in ``model_cycle``; both are importable from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qualitycycle.config import Floors
from qualitycycle.figures.change import ChangeLine
from qualitycycle.figures.values import (
    Arm,
    Behind,
    Category,
    Comparison,
    CoverageRow,
    Estimate,
    ItemResult,
    Measure,
    SurveyBase,
    SurveyQuestion,
)
from qualitycycle.report.model_cycle import (
    Action,
    Decision,
    Effect,
    Finding,
    Goal,
    Practice,
    Proposal,
    Reply,
    Stage,
    Themes,
)
from qualitycycle.report.model_evidence import Evidence

__all__ = [
    "Action",
    "Arm",
    "Behind",
    "Category",
    "ChangeLine",
    "Comparison",
    "Coverage",
    "CoverageRow",
    "DataQuality",
    "Decision",
    "Effect",
    "Estimate",
    "Evidence",
    "Finding",
    "Founding",
    "Goal",
    "InputFile",
    "ItemResult",
    "Learning",
    "Manifest",
    "Measure",
    "Mentors",
    "Partnership",
    "Practice",
    "Proposal",
    "Reply",
    "ReportInput",
    "SessionRef",
    "SessionResponse",
    "Standing",
    "SurveyBase",
    "SurveyQuestion",
    "Themes",
]


@dataclass(frozen=True)
class Partnership:
    """Who the report is for. ``status`` is ``recognised`` or ``aspirant``."""

    code: str
    name: str
    status: str = "recognised"


@dataclass(frozen=True)
class SessionRef:
    """A session that was held and has no evaluation: its id, training and last day."""

    id: str
    title: str
    ended_on: date | None = None


@dataclass(frozen=True)
class SessionResponse:
    """A session that was held: who was invited and attended (None: not known), and how many forms
    were started and completed (None: may not be shown)."""

    id: str
    invited: int | None
    attended: int | None
    started: int | None
    completed: int | None


@dataclass(frozen=True)
class Coverage:
    """What was held and what was evaluated, in total and per group.

    ``trainers`` counts the trainers of the sessions held per affiliation;
    ``train_the_trainer`` counts those of them with a train-the-trainer certificate,
    None when the register does not say.
    """

    total: CoverageRow
    by_variant: tuple[CoverageRow, ...] = ()
    by_kind: tuple[CoverageRow, ...] = ()
    by_format: tuple[CoverageRow, ...] = ()
    not_evaluated: tuple[SessionRef, ...] = ()
    sessions: tuple[SessionResponse, ...] = ()
    trainers: Mapping[str, int] = field(default_factory=dict)
    train_the_trainer: int | None = None


@dataclass(frozen=True)
class Mentors:
    """Registered mentors. All None when hidden; the whole is None without a register."""

    registered: int | None
    trained: int | None
    valid: int | None
    mentoring_untrained: int | None


@dataclass(frozen=True)
class Founding:
    """A stand-alone survey that the cycle started from; ``invited`` is None when unknown."""

    title: str
    cycle: str
    questions: tuple[SurveyQuestion, ...]
    invited: int | None = None


@dataclass(frozen=True)
class Learning:
    """How the same people changed. ``paired`` are ready sentences that say of how many people
    there are two measurements, ``kept`` what is left later of a gain, ``caveats`` what must not
    be read into it. ``applied`` are the questions asked at follow-up only.
    """

    paired: tuple[str, ...] = ()
    changes: tuple[ChangeLine, ...] = ()
    kept: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    applied: tuple[ItemResult, ...] = ()


@dataclass(frozen=True)
class Standing:
    """Answers that do not count yet, because two reports could be subtracted. ``own``: of the
    partnership in this cycle; then ``day`` is that of the report whose answers were counted again.
    Else of other trainings that the report is beside."""

    own: bool
    day: date


@dataclass(frozen=True)
class DataQuality:
    """What was odd in the input: ready text and how often (None: some, a number that may not be
    shown); how much was hidden; and what was put differently in another version, in sentences."""

    flags: tuple[tuple[str, int | None], ...] = ()
    hidden_cells: int = 0
    wordings: tuple[str, ...] = ()


@dataclass(frozen=True)
class InputFile:
    """A file the figures rest on."""

    name: str
    sha256: str
    import_id: str
    imported_on: date | None = None


@dataclass(frozen=True)
class Manifest:
    """What is needed to make this report again. Names are mapped to versions."""

    inputs: tuple[InputFile, ...] = ()
    snapshot: Mapping[str, object] = field(default_factory=dict)
    config_hash: str = ""
    packages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReportInput:
    """Everything in one report of one partnership over one cycle.

    ``items`` are the questions asked after a session, in the order of the instrument,
    ``scores`` the declared scores; ``primary`` is the id of the one measure on which the
    variants are judged. ``comparisons`` holds, per measure and arm, the partnership's own
    verdict and the region's (``scope``); ``reference`` is the variant compared with.

    ``goals``, ``findings`` and ``decisions`` are those of the cycle, ``actions`` those that were
    in force in it and those that follow from its decisions, ``effects`` of every action that was
    due, ``practices`` its own and those offered to it, ``replies`` what was answered to
    participants, ``earlier`` the objects of the cycles before that these go back to;
    ``proposals`` are what the figures ask for, people decide.

    ``course`` are the series of ``trend`` on the key measures, ``themes`` what is written on an
    open question. ``evidence`` is what bears on the four guarantees (``W1`` to ``W4``).
    ``manifest_file`` is the name of the file that is kept beside the report; empty is the
    usual name (``manifest_name``). ``standing`` says which answers wait, None when none do.
    """

    partnership: Partnership
    cycle: str
    generated_on: date
    instrument: str
    coverage: Coverage
    floors: Floors = field(default_factory=Floors)
    primary: str | None = None
    reference: str = "tandem"
    mentors: Mentors | None = None
    goals: tuple[Goal, ...] = ()
    findings: tuple[Finding, ...] = ()
    decisions: tuple[Decision, ...] = ()
    actions: tuple[Action, ...] = ()
    effects: tuple[Effect, ...] = ()
    practices: tuple[Practice, ...] = ()
    replies: tuple[Reply, ...] = ()
    earlier: tuple[Stage, ...] = ()
    items: tuple[ItemResult, ...] = ()
    scores: tuple[ItemResult, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    course: tuple[Mapping[str, Any], ...] = ()
    founding: Founding | None = None
    evidence: tuple[Evidence, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    themes: tuple[Themes, ...] = ()
    learning: Learning = Learning()
    quality: DataQuality = DataQuality()
    manifest: Manifest = Manifest()
    manifest_file: str = ""
    standing: Standing | None = None
    synthetic: bool = False

    @property
    def measures(self) -> tuple[ItemResult, ...]:
        """Questions and declared scores together."""
        return (*self.items, *self.scores)

    def manifest_name(self, language: str) -> str:
        """The name of the file with every input and version, beside the report in ``language``."""
        return self.manifest_file or f"{self.partnership.code}-{self.cycle}.{language}.manifest.json"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Every goal, finding, decision and action that has a place in the report."""
        return (*self.goals, *self.findings, *self.decisions, *self.actions, *self.earlier)

    @property
    def objects(self) -> tuple[Stage | Practice | Reply, ...]:
        """Everything with an id that has a place in the report."""
        return (*self.stages, *self.practices, *self.replies)

    def measure(self, name: str) -> ItemResult | None:
        """The question or score with this id, if it is in the report; asked later only, too."""
        return next((item for item in (*self.measures, *self.learning.applied) if item.id == name), None)
