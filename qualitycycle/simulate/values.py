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
    """The forms of one evaluated session.

    ``silent`` holds what people who handed in nothing would have answered, where the plan
    says who answers; no export shows it.
    """

    session: str
    moment: Moment
    variant: Variant
    forms: tuple[Form, ...]
    silent: tuple[Mapping[str, Answer], ...] = ()


@dataclass(frozen=True)
class SimulatedRegion:
    """An invented region: register tables and filled-in forms.

    ``forms`` are those after a session, ``repeats`` those before and months later.
    """

    seed: int
    records: Mapping[str, list[dict[str, Any]]]
    forms: tuple[SessionForms, ...]
    repeats: tuple[SessionForms, ...] = ()
