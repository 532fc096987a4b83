"""What the simulator returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qualitycycle.simulate.plan import Answer
from qualitycycle.vocabulary import Moment, Variant


@dataclass(frozen=True)
class Form:
    """One filled-in form: item id -> answer (an item not on the form is absent)."""

    answers: Mapping[str, Answer]
    link_code: str | None
    started: datetime
    submitted: datetime


@dataclass(frozen=True)
class SessionForms:
    """The forms of one evaluated session."""

    session: str
    moment: Moment
    variant: Variant
    forms: tuple[Form, ...]


@dataclass(frozen=True)
class Truth:
    """What the simulation put in: latent effects against a tandem, and standard deviations.

    ``effects`` maps (item, partnership, variant) to log-odds; ``session_sd`` and
    ``trainer_sd`` are per partnership.
    """

    effects: Mapping[tuple[str, str, Variant], float]
    session_sd: Mapping[str, float]
    trainer_sd: Mapping[str, float]
    person_sd: float


@dataclass(frozen=True)
class SimulatedRegion:
    """An invented region: register tables, filled-in forms, and the truth behind them."""

    seed: int
    records: Mapping[str, list[dict[str, Any]]]
    forms: tuple[SessionForms, ...]
    truth: Truth
