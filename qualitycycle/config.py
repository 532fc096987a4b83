"""A workspace's config folder: what people decide, as TOML, checked on load.

Every problem in every file is found at once and names the file, the key, what stands
there and what was expected. ``SHIPPED`` is the default that a new workspace starts from.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from qualitycycle.codebook import Codebook
from qualitycycle.config_checks import cross_checks
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.findings import Finding
from qualitycycle.instrument import Frozen, Instrument, Item, Scale, Text
from qualitycycle.mapping import SurveyMapping
from qualitycycle.school_year import CalendarSettings
from qualitycycle.versions import Wordings, newest_first, shape, wordings
from qualitycycle.vocabulary import Language

PACKAGE = Path(__file__).parent
SETTINGS = Path("config") / "settings.toml"


def shipped(name: Literal["config", "notebooks", "examples"]) -> Path:
    """The folder of defaults that came with this installation (wheel or checkout)."""
    inside = PACKAGE / "shipped" / name
    if inside.exists():
        return inside
    return PACKAGE.parent / ("evaluations/examples" if name == "examples" else name)


class Floors(Frozen):
    """The smallest groups that may be shown. Lowering one needs a signed reason."""

    scores: int = Field(default=5, ge=1)
    shares: int = Field(default=10, ge=1)
    arm_trainers: int = Field(default=3, ge=1)
    open_text: int = Field(default=10, ge=1)
    trainer_view: int = Field(default=10, ge=1)
    trainer_sessions: int = Field(default=2, ge=1)
    board_inside: int = Field(default=5, ge=1)
    board_outside: int = Field(default=5, ge=1)
    reason: str = ""
    signed_by: str = ""

    @model_validator(mode="after")
    def _signed(self) -> Self:
        if self.lowered and not (self.reason.strip() and self.signed_by.strip()):
            raise ValueError(
                f"{', '.join(self.lowered)} is below the standard: give 'reason' and 'signed_by', "
                "every page will print them"
            )
        return self

    @property
    def lowered(self) -> tuple[str, ...]:
        """The floors below the standard."""
        standard = type(self).model_fields
        return tuple(
            name
            for name, field in standard.items()
            if isinstance(field.default, int) and getattr(self, name) < field.default
        )


class Relevance(Frozen):
    """A difference that matters in practice, overriding the instrument's."""

    mean: float | None = Field(default=None, gt=0)
    share: float | None = Field(default=None, gt=0, lt=1)


class CycleSettings(Frozen):
    """When a cycle (school year) starts: month and day."""

    start: Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")] = "08-01"


class Settings(Frozen):
    """``config/settings.toml``."""

    language: Language = Language.NL
    instrument: str = "nl-mentor-1.0"
    cycle: CycleSettings = CycleSettings()
    calendar: CalendarSettings = CalendarSettings()
    floors: Floors = Floors()
    relevance: dict[str, Relevance] = {}
    engine: Literal["duckdb"] = "duckdb"
    evaluations: str = "evaluations"
    synthetic: bool = False


class Partnership(Frozen):
    """A partnership of school boards and institutes.

    A certificate is permanent; for how long it counts is the partnership's own rule:
    ``certificate_valid_years`` after it was issued, or for good.
    """

    name: str
    status: Literal["recognised", "aspirant"] = "recognised"
    boards: tuple[str, ...] = ()
    institutes: tuple[str, ...] = ()
    certificate_valid_years: int | None = Field(default=None, ge=1)


class Organisation(Frozen):
    """A school board or an institute."""

    name: str


class Requirement(Frozen):
    """Something a trainer must have; ``renewal_years`` is how long it lasts (None: for good)."""

    title: Text
    renewal_years: int | None = Field(default=None, ge=1)


ANY_ROLE = "any"
"""The role of trainers whose own role is not named in ``roles``."""


class Organisations(Frozen):
    """``config/organisations.toml``: partnerships, boards and institutes by code, and what
    they ask of trainers: ``requirements`` by code, and per role which of these.

    Who has what stands in the register; whether a trainer meets the role follows from both.
    """

    partnerships: dict[str, Partnership] = Field(min_length=1)
    boards: dict[str, Organisation] = {}
    institutes: dict[str, Organisation] = {}
    requirements: dict[str, Requirement] = {}
    roles: dict[str, tuple[str, ...]] = {}

    def needed(self, role: str | None) -> tuple[str, ...]:
        """The codes of what a role needs: its own, else those of any role.

        >>> region = Organisations(partnerships={"A": {"name": "A"}}, roles={"any": ["brlo"]},
        ...                        requirements={"brlo": {"title": {"nl": "BRLO"}}})
        >>> region.needed("Pabodocent")
        ('brlo',)
        """
        own = {name.casefold(): codes for name, codes in self.roles.items()}
        return own.get((role or "").strip().casefold(), own.get(ANY_ROLE, ()))

    @model_validator(mode="after")
    def _known(self) -> Self:
        problems = []
        for code, partnership in self.partnerships.items():
            problems += [
                f"{code}: board '{b}' does not exist" for b in partnership.boards if b not in self.boards
            ]
            problems += [
                f"{code}: institute '{i}' does not exist"
                for i in partnership.institutes
                if i not in self.institutes
            ]
        for role, codes in self.roles.items():
            problems += [
                f"roles.{role}: requirement '{code}' does not exist"
                for code in codes
                if code not in self.requirements
            ]
        if problems:
            raise ValueError("; ".join(problems))
        return self


@dataclass(frozen=True)
class Config:
    """Everything in ``config/``, checked."""

    folder: Path
    settings: Settings
    organisations: Organisations
    instruments: dict[str, Instrument]
    mappings: dict[str, SurveyMapping]
    codebook: Codebook = field(default_factory=Codebook)

    @cached_property
    def items(self) -> dict[str, tuple[Item, Instrument]]:
        """Every item by id, with the instrument that defines it (see ``defining``)."""
        found: dict[str, tuple[Item, Instrument]] = {}
        for instrument in self.defining:
            for item in instrument.items:
                found.setdefault(item.id, (item, instrument))
        return found

    def ordered_instruments(self) -> list[Instrument]:
        """All instruments, the default one first."""
        default = self.settings.instrument
        return sorted(self.instruments.values(), key=lambda i: (i.id != default, i.id))

    @cached_property
    def defining(self) -> tuple[Instrument, ...]:
        """All instruments, first those that say what an item is: of the default one the newest version."""
        return tuple(newest_first(self.instruments.values(), self.settings.instrument))

    @cached_property
    def wordings(self) -> Wordings:
        """Which answers to an item may be taken together."""
        return wordings(self.instruments.values(), self.settings.instrument)

    def one_scale(self, item: str) -> bool:
        """Whether every version asks an item on the same kind of scale."""
        asking = (one for one in self.instruments.values() if item in one.item_ids)
        return len({shape(one.scale_of(item)) for one in asking}) <= 1

    @property
    def instrument(self) -> Instrument:
        """The default instrument."""
        return self.instruments[self.settings.instrument]

    def measure_named(self, text: str) -> str:
        """The id of an item or score, compared without case; UsageProblem when there is none."""
        known = [*self.items, *(score for one in self.instruments.values() for score in one.scores)]
        for measure in known:
            if measure.casefold() == text.strip().casefold():
                return measure
        near = difflib.get_close_matches(text.upper(), known, n=3, cutoff=0.5)
        details = {"expected": ", ".join(near)}
        raise UsageProblem(
            Finding(
                "config.unknown_measure" if near else "config.no_such_measure", value=text, details=details
            )
        )

    def shared_named(self, text: str, partnership: str | None = None) -> str:
        """As ``measure_named``; UsageProblem when it is the own item of another ``partnership``."""
        measure = self.measure_named(text)
        owner = self.wordings.local.get(measure)
        if owner not in (None, partnership):
            raise UsageProblem(Finding("versions.local_only", value=measure, details={"owner": owner}))
        return measure

    def instrument_of(self, measure: str) -> Instrument:
        """The instrument that declares an item or score; UsageProblem when none does."""
        for instrument in self.defining:
            if measure in instrument.scores or any(item.id == measure for item in instrument.items):
                return instrument
        return self.instrument_of(self.measure_named(measure))

    def scale_of(self, measure: str) -> Scale:
        """The scale of an item or score, with the relevant differences of the settings."""
        instrument = self.instrument_of(measure)
        scale = instrument.scale_of(measure)
        item = instrument.scores[measure].items[0] if measure in instrument.scores else measure
        override = self.settings.relevance.get(instrument.item(item).scale)
        if override is None:
            return scale
        changes = {"relevant_mean": override.mean, "relevant_share": override.share}
        return scale.model_copy(update={k: v for k, v in changes.items() if v is not None})


Model = TypeVar("Model", bound=BaseModel)


def load_config(root: Path) -> Config:
    """Read and check ``root/config``; raises Refused with every finding of every file."""
    folder = root / "config"
    findings: list[Finding] = []
    settings = _read(folder / "settings.toml", Settings, root, findings)
    organisations = _read(folder / "organisations.toml", Organisations, root, findings)
    codebook = _read_codebook(folder, root, findings)
    every = _read_all(folder / "instruments", Instrument, root, findings)
    instruments = {one.id: one for one in every.values()}
    findings += _same_id(every)
    mappings = _read_all(folder / "mappings", SurveyMapping, root, findings)
    broken = _broken_ids(folder / "instruments", every)
    findings += cross_checks(folder, settings, organisations, instruments, mappings, broken)
    if settings is None or organisations is None or findings:
        raise Refused(findings)
    return Config(folder, settings, organisations, instruments, mappings, codebook)


def _read_codebook(folder: Path, root: Path, findings: list[Finding]) -> Codebook:
    """The workspace's themes; a workspace from before there were themes has the shipped ones."""
    own = folder / "codebook.toml"
    if own.exists():
        return _read(own, Codebook, root, findings) or Codebook()
    default = shipped("config")
    return _read(default / "codebook.toml", Codebook, default.parent, findings) or Codebook()


def _same_id(every: Mapping[str, Instrument]) -> Iterator[Finding]:
    """Questionnaires with an id that another file has already."""
    first: dict[str, str] = {}
    for name, instrument in every.items():
        other = first.setdefault(instrument.id, name)
        if other != name:
            yield Finding(
                "config.same_id",
                file=f"config/instruments/{name}.toml",
                column="id",
                value=instrument.id,
                details={"other": f"{other}.toml"},
            )


def _broken_ids(folder: Path, good: Mapping[str, Instrument]) -> set[str]:
    """The ids of questionnaires that are there but could not be read: nothing else is said of them."""
    ids = set()
    for path in folder.glob("*.toml"):
        if path.stem not in good:
            try:
                ids.add(str(tomllib.loads(path.read_text(encoding="utf-8-sig")).get("id", path.stem)))
            except (OSError, ValueError):
                ids.add(path.stem)
    return ids


def _read_all(folder: Path, model: type[Model], root: Path, findings: list[Finding]) -> dict[str, Model]:
    """Every good file of a folder, by its name."""
    read = ((path.stem, _read(path, model, root, findings)) for path in sorted(folder.glob("*.toml")))
    return {name: one for name, one in read if one is not None}


def _read(path: Path, model: type[Model], root: Path, findings: list[Finding]) -> Model | None:
    name = path.relative_to(root).as_posix()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        findings.append(Finding("config.no_file", file=name))
        return None
    except (OSError, UnicodeDecodeError) as problem:
        findings.append(Finding("config.unreadable", file=name, details={"problem": str(problem)}))
        return None
    except tomllib.TOMLDecodeError as problem:
        findings.append(Finding("config.not_toml", file=name, details={"problem": str(problem)}))
        return None
    try:
        return model.model_validate(raw)
    except ValidationError as problem:
        findings += _explained(problem, name, model)
        return None


def _explained(problem: ValidationError, file: str, model: type[BaseModel]) -> Iterator[Finding]:
    for error in problem.errors(include_url=False):
        key = ".".join(str(part) for part in error["loc"])
        if error["type"] == "extra_forbidden":
            last = str(error["loc"][-1])
            yield Finding(
                "config.unknown_key",
                file=file,
                column=key,
                details={"expected": _nearest(last, _field_names(model))},
            )
        elif error["type"] == "missing":
            yield Finding("config.missing_key", file=file, column=key)
        else:
            value = error["input"] if isinstance(error["input"], str | int | float | bool) else ""
            expected = error["msg"].removeprefix("Value error, ")
            yield Finding(
                "config.wrong_value",
                file=file,
                column=key or "-",
                value=str(value),
                details={"expected": expected},
            )


def _field_names(model: type[BaseModel]) -> list[str]:
    """Every key a model knows, nested ones included."""
    names: list[str] = []
    pending: list[Any] = [model]
    seen: set[Any] = set()
    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        if isinstance(current, type) and issubclass(current, BaseModel):
            names += current.model_fields
            pending += [field.annotation for field in current.model_fields.values()]
        else:
            pending += [part for part in getattr(current, "__args__", ()) if part is not Ellipsis]
    return names


def _nearest(word: str, known: list[str]) -> str:
    matches = difflib.get_close_matches(word, known, n=3, cutoff=0.5)
    return ", ".join(matches or sorted(set(known))[:12])
