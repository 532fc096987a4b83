"""The effect of an action in plain sentences: predicted, measured, on what it rests, what it says."""

from __future__ import annotations

from collections.abc import Iterator

from babel.numbers import format_decimal

from qualitycycle import wording
from qualitycycle.analysis.effect.outcome import ActionEffect, Cell, Unit
from qualitycycle.analysis.effect.verdict import EffectVerdict


def effect_sentences(one: ActionEffect, language: str) -> list[str]:
    """What was predicted, what was measured and on how much, how the baseline was taken and why,
    what it says, what else may explain it, and what is proposed (last).

    >>> found = ActionEffect("A-1", "P", "X", "Vraag", "Iets", None, 0.3, EffectVerdict.NOT_YET, ())
    >>> len(effect_sentences(found, "nl"))
    2
    """
    said = [_predicted(one, language), *_changed(one, language), *_measured(one, language)]
    said.append(wording.text(f"effect.verdict.{one.verdict}", language))
    said += [
        wording.text(f"effect.reason.{reason}", language, relevant=amount(one.relevant, one.unit, language))
        for reason in one.reasons
    ]
    if one.effect is not None:
        said += _strength(one, language)
        said.append(wording.text("effect.not_by_lot", language))
        said += [*_beside(one, language), *one.rivals]
    if one.verdict is not EffectVerdict.NOT_YET:
        said.append(wording.text(f"effect.proposal.{one.proposal}", language))
    return said


def short_sentences(one: ActionEffect, language: str) -> list[str]:
    """What was predicted, what was measured and what that says: for where it is written down."""
    said = [_predicted(one, language), *_changed(one, language), *_difference(one, language)]
    return [*said, wording.text(f"effect.verdict.{one.verdict}", language)]


def amount(size: float | None, unit: Unit, language: str) -> str:
    """A difference with its unit, signed unless it is 0.

    >>> amount(0.3, "mean", "nl"), amount(-0.1, "favourable", "nl")
    ('+0,3 punt', '-10 procentpunt')
    """
    if size is None:
        return wording.text("effect.unknown", language)
    pattern, scale = ("+0.0#;-0.0#", 1) if unit == "mean" else ("+0;-0", 100)
    value = str(format_decimal(scale * size, format=pattern, locale=language))
    return wording.text(f"effect.unit.{'mean' if unit == 'mean' else 'share'}", language, value=value)


def level(value: float | None, unit: Unit, language: str) -> str:
    """A figure as it stands: a mean with one decimal, or a percentage.

    >>> level(7.44, "mean", "nl"), level(0.804, "favourable", "nl")
    ('7,4', '80%')
    """
    if value is None:
        return wording.text("effect.hidden", language)
    if unit == "mean":
        return str(format_decimal(value, format="0.0", locale=language))
    return f"{round(100 * value)}%"


def _predicted(one: ActionEffect, language: str) -> str:
    title = one.title.rstrip(".")
    if one.predicted is None:
        matters = amount(one.relevant, one.unit, language)
        return wording.text("effect.not_predicted", language, title=title, relevant=matters)
    size = amount(one.predicted, one.unit, language)
    return wording.text("effect.predicted", language, title=title, predicted=size)


def _changed(one: ActionEffect, language: str) -> Iterator[str]:
    """What was changed of the action when there were answers already."""
    if one.changed_to is not None:
        size = amount(one.changed_to, one.unit, language)
        yield wording.text("effect.changed_prediction", language, changed=size)
    others = [name for name in one.changed if name != "predicted_effect" or one.changed_to is None]
    if others:
        yield wording.text("effect.changed_action", language, columns=", ".join(others))


def _beside(one: ActionEffect, language: str) -> Iterator[str]:
    if one.beside:
        yield wording.text("effect.beside", language, actions=", ".join(one.beside))


def _measured(one: ActionEffect, language: str) -> Iterator[str]:
    """The figures of every group and the difference, with the way the baseline was taken."""
    if one.after is None or one.baseline is None:
        return
    groups = (
        ("with", one.after),
        ("before", one.baseline),
        (f"without_{one.scope}", one.without),
        ("before_without", one.before_without),
    )
    yield from (_group(name, cell, one, language) for name, cell in groups if cell is not None)
    if one.after.value is None:
        yield wording.text("effect.levels_hidden", language)
    yield from _difference(one, language)
    if one.effect is not None and one.after.value is not None:
        yield wording.text("effect.not_the_difference", language)
    values = {"trigger": one.trigger or "", "figures": one.chosen_from or 1}
    yield wording.text(f"effect.baseline.{one.baseline_how}", language, **values)
    if one.known_before:
        yield wording.text("effect.known_before", language)
    if one.shrunken:
        yield wording.text("effect.shrunken", language, by=amount(one.shrunken, one.unit, language))


def _difference(one: ActionEffect, language: str) -> Iterator[str]:
    if one.effect is not None and one.effect.is_known:
        ends = (one.effect.estimate, one.effect.low, one.effect.high)
        estimate, low, high = (amount(end, one.unit, language) for end in ends)
        key = f"effect.difference.{one.design}"
        yield wording.text(key, language, estimate=estimate, low=low, high=high)


def _group(name: str, cell: Cell, one: ActionEffect, language: str) -> str:
    """A group of sessions: its figure, where that may be told, and on how much it rests."""
    counted = "answers" if one.indicator not in ("coverage", "response_rate") else one.indicator
    rests = wording.text(
        "effect.rests",
        language,
        n=wording.plural(f"effect.counted.{counted}", cell.n or 0, language),
        sessions=wording.plural("effect.counted.sessions", cell.sessions or 0, language),
        trainers=wording.plural("effect.counted.trainers", cell.trainers or 0, language),
    )
    if cell.value is not None:
        rests = wording.text(
            "effect.value", language, value=level(cell.value, one.unit, language), rests=rests
        )
    return wording.text(f"effect.cell.{name}", language, cycles=", ".join(cell.cycles), rests=rests)


def _strength(one: ActionEffect, language: str) -> Iterator[str]:
    """How likely it was to be found, and how many sessions would tell."""
    predicted = one.predicted is not None and one.power is not None
    if one.power is not None:
        matters = one.predicted if predicted else one.relevant
        values = {"effect": amount(matters, one.unit, language), "percent": round(100 * one.power)}
        yield wording.text("effect.power", language, **values)
    if one.needed is not None and one.after is not None:
        yield wording.text("effect.needed", language, needed=one.needed, now=one.after.sessions)
    elif one.verdict is EffectVerdict.CANNOT_TELL and one.power is not None:
        yield wording.text("effect.needed_too_many", language)
