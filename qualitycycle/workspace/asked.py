"""What is asked of ``compare``, and what is said in answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qualitycycle import wording
from qualitycycle.analysis.comparison import Comparison
from qualitycycle.analysis.proportions import Interval
from qualitycycle.workspace.rivals import Rival
from qualitycycle.workspace.view import View


@dataclass(frozen=True)
class Scope:
    """Over which sessions a comparison is made."""

    partnership: str | None
    cycle: str | None

    @property
    def name(self) -> str:
        """``partnership-cycle``, ``partnership-all``, ``region-cycle`` or ``region``."""
        where = "partnership" if self.partnership else "region"
        if self.partnership:
            return f"{where}-{'cycle' if self.cycle else 'all'}"
        return f"{where}-cycle" if self.cycle else where

    def wider(self) -> list[Scope]:
        """This scope and the wider ones to fall back on: all cycles, then the region."""
        ladder = [self, Scope(self.partnership, None), Scope(None, None)]
        return list(dict.fromkeys(ladder))

    def title(self, view: View, language: str) -> str:
        """The scope in words."""
        where = (
            view.config.organisations.partnerships[self.partnership].name
            if self.partnership
            else wording.text("terms.region", language)
        )
        return f"{where}, {self.cycle or wording.text('terms.all_cycles', language)}"


@dataclass(frozen=True)
class Question:
    """What is asked of ``compare``, after checking; ``brief``: only the differences."""

    by: str = "variant"
    reference: str | None = None
    items: tuple[str, ...] = ()
    scope: Scope = Scope(None, None)
    moment: str = "post"
    kind: str | None = "basic"
    session_format: str | None = None
    include: tuple[str, ...] = ()
    brief: bool = False


@dataclass(frozen=True)
class Said:
    """One comparison, the scope it was made over, and what may explain it otherwise.

    ``within``: the same difference within every partnership of the scope that has both arms;
    ``rivals``: what else differs between the arms.
    """

    comparison: Comparison
    scope: Scope
    title: str
    within: Mapping[str, Interval] = field(default_factory=dict)
    rivals: tuple[Rival, ...] = ()
