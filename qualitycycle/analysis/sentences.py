"""What a comparison says, as sentences for a reader.

All words come from the ``compare`` catalogues; here numbers become text (one decimal,
decimal comma in Dutch) and the right sentence is chosen. A variant is told as its trainings
("tandem-trainingen"); ``arm_names`` gives the reader's word for any other arm. A comparison
whose numbers were withheld by the gate still has its verdict in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel.lists import format_list
from babel.numbers import format_decimal

from qualitycycle import wording
from qualitycycle.analysis.arms import Variances
from qualitycycle.analysis.compare import Note
from qualitycycle.analysis.comparison import Comparison
from qualitycycle.analysis.power import Range
from qualitycycle.analysis.proportions import Interval
from qualitycycle.analysis.verdict import LEVEL, Minimum
from qualitycycle.vocabulary import Verdict

UNITS = {"mean": "mean", "favourable": "share", "top": "top"}
SHARES_FROM = 10
"""Below this number of answers in an arm no percentages are written (counts are)."""
FEW_TEAMS = 5
"""Below this number of teams in an arm it is told when the margin may be too narrow."""


def sentence(
    comparison: Comparison,
    language: str,
    arm_names: Mapping[str, str] | None = None,
    title: str | None = None,
) -> str:
    """The verdict in plain words: both arms' values where they may be shown, then what follows.

    ``title``, the text of the question, is put before it.

    >>> sums = {"responses": {}, "sessions": {}, "trainers": {}, "teams": {}}
    >>> found = Comparison("TRN3", "tandem", "institute_only", **sums, means=None, favourable=None,
    ...     deciding="mean", mean_difference=Interval(0.7, 0.3, 1.1), favourable_difference=None,
    ...     verdict=Verdict.BETTER, reasons=())
    >>> first, second = sentence(found, "nl").split(". ")
    >>> print(first)
    Tandem-trainingen scoren 0,7 punt hoger dan trainingen van alleen de opleiding
    >>> print(second.split("; ")[1])
    het ligt waarschijnlijk tussen 0,3 en 1,1 punt.
    """
    values = _trainings(comparison, language, arm_names)
    said = [_values(comparison, language, values), _verdict(comparison, language, values)]
    spoken = " ".join(part[0].upper() + part[1:] for part in said if part)
    return spoken if title is None else wording.text("compare.titled", language, title=title, sentence=spoken)


def reason_sentences(
    comparison: Comparison,
    language: str,
    arm_names: Mapping[str, str] | None = None,
    minimum: Minimum | None = None,
) -> list[str]:
    """One sentence per reason code, in the order of ``comparison.reasons``."""
    minimum = minimum or Minimum()
    values = {
        **_names(comparison, language, arm_names),
        "difference": _with_unit(comparison, comparison.difference.estimate, language),
        "relevant": _with_unit(comparison, comparison.relevant, language, exact=True),
        "sessions": minimum.sessions,
        "trainers": minimum.trainers,
        "teams": minimum.teams,
    }
    return [wording.text(f"compare.reason.{reason}", language, **values) for reason in comparison.reasons]


def needed_sentence(
    comparison: Comparison, language: str, arm_names: Mapping[str, str] | None = None
) -> str | None:
    """What it would take to tell; None when there is nothing to say."""
    plan = comparison.needed
    if comparison.verdict is not Verdict.CANNOT_TELL:
        return None
    if plan is None:
        unknown = comparison.variances is not None and comparison.variances.trainers is None
        return wording.text("compare.needed.unknown", language) if unknown else None
    values = {
        **_names(comparison, language, arm_names),
        "relevant": _with_unit(comparison, plan.relevant, language, exact=True),
        "now": plan.teams_now,
    }
    if plan.teams.estimate is None:
        return wording.text("compare.needed.too_many", language, **values)
    if plan.teams.estimate <= plan.teams_now:
        return wording.text("compare.needed.enough", language, **values)
    values |= {"teams": _whole(plan.teams.estimate, language), "range": _range(plan.teams, language)}
    values["sessions"] = _whole(plan.sessions.estimate, language)
    return wording.text("compare.needed.teams", language, **values)


def caveat_sentences(comparison: Comparison, language: str) -> list[str]:
    """What else could explain it, and what must not be read into it, for this comparison."""
    keys = ["compare.not_by_lot"]
    if comparison.p_value is not None:
        keys.append("compare.caveat.permutation")
    if comparison.naive_p is not None and comparison.naive_p <= LEVEL and not _told_apart(comparison):
        keys.append("compare.caveat.naive")
    if not comparison.primary:
        keys.append("compare.caveat.exploratory")
    return [wording.text(key, language) for key in keys]


def explained_sentences(
    comparison: Comparison, language: str, arm_names: Mapping[str, str] | None = None
) -> list[str]:
    """What the numbers behind a verdict say, without a number a reader has to look up.

    What was held equal, how the variance is split between sessions and trainers, and the
    difference within trainers who stand in both arms.
    """
    named = [wording.text(f"compare.covariate.{name}", language) for name in comparison.adjusted_for]
    left = [wording.text(f"compare.covariate.{name}", language) for name in comparison.not_adjusted]
    said = []
    if named:
        said.append(wording.text("compare.adjusted", language, names=_listed(named, language)))
    if left:
        said.append(wording.text("compare.not_adjusted", language, names=_listed(left, language)))
    if comparison.variances is not None:
        said.append(_split(comparison.variances, language))
    if _rather_narrow(comparison):
        said.append(wording.text("compare.few_teams", language))
    within = comparison.within_trainers
    if within is not None and within.difference.low is not None:
        size = size_sentence(comparison, within.difference, language)
        values = {**_names(comparison, language, arm_names), "n": within.units, "difference": size}
        said.append(wording.text("compare.within_trainers", language, **values))
    return said


def size_sentence(comparison: Comparison, found: Interval, language: str) -> str:
    """A difference in words: how much higher or lower, and between what it lies."""
    side = "higher" if (found.estimate or 0.0) >= 0 else "lower"
    values = {"difference": _with_unit(comparison, found.estimate, language)}
    if found.low is None or found.high is None:
        return wording.text(f"compare.size.{side}", language, **values)
    if found.low * found.high > 0:
        ends = [_size(comparison, end, language) for end in sorted((found.low, found.high), key=abs)]
    else:
        ends = [_signed(comparison, end, language) for end in (found.low, found.high)]
    return wording.text(f"compare.size.{side}_between", language, **values, low=ends[0], high=ends[1])


def _signed(comparison: Comparison, end: float, language: str) -> str:
    scale = 1 if comparison.deciding == "mean" else 100
    return _decimal(scale * end, language, "+#,##0.0;-#,##0.0")


def _listed(names: list[str], language: str) -> str:
    return str(format_list(names, locale=language))


def _rather_narrow(comparison: Comparison) -> bool:
    """Where differences lie between trainers and an arm has very few teams, an interval is a
    little too narrow: it covers 93 % instead of 95 % (see ``benchmarks/calibration.py``)."""
    found, teams = comparison.variances, [n for n in comparison.teams.values() if n is not None]
    few = bool(teams) and min(teams) < FEW_TEAMS
    return few and found is not None and (found.trainers or 0.0) > (found.sessions or 0.0)


def _split(variances: Variances, language: str) -> str:
    """How the variance of single answers is split, in whole percentages.

    Where sessions and trainers do not differ at all the interval is a little too wide (it covers
    97 % instead of 95 %, see ``benchmarks/calibration.py``), and the reader is told.
    """
    parts = [variances.sessions or 0.0, variances.trainers or 0.0]
    sessions, trainers = (round(100 * part / (sum(parts) + variances.answers)) for part in parts)
    if variances.trainers is None:
        return wording.text("compare.split_unknown_trainers", language, sessions=sessions)
    if variances.sessions is None:
        return wording.text("compare.split_together", language, trainers=trainers)
    if not sessions and not trainers:
        return wording.text("compare.split_nothing", language)
    return wording.text("compare.split", language, sessions=sessions, trainers=trainers)


def note_sentence(note: Note, language: str, arm_names: Mapping[str, str] | None = None) -> str:
    """A note of ``compare_all`` in words; values that are arms become their names.

    >>> note_sentence(("compare.note.reference_fallback", {"reference": "school_only"}), "en")
    'There are no tandem sessions here; the others are compared with school only.'
    """
    key, values = note
    named = {
        name: arm_name(value, language, arm_names) if name in ("arm", "reference") else value
        for name, value in values.items()
    }
    return wording.text(key, language, **named)


def note_of(spoken: str) -> Note:
    """A sentence that is ready, as a note of a Result.

    >>> note_of("Klaar.")
    ('compare.said', {'sentence': 'Klaar.'})
    """
    return "compare.said", {"sentence": spoken}


def arm_name(arm: str, language: str, arm_names: Mapping[str, str] | None = None) -> str:
    """The reader's name of an arm: as given, else the variant's, else the code itself."""
    if arm_names and arm in arm_names:
        return arm_names[arm]
    key = f"terms.variant.{arm}"
    return wording.text(key, language) if wording.has(key, language) else arm


def _names(comparison: Comparison, language: str, arm_names: Mapping[str, str] | None) -> dict[str, Any]:
    return {
        "arm": arm_name(comparison.arm, language, arm_names),
        "reference": arm_name(comparison.reference, language, arm_names),
    }


def _told_apart(comparison: Comparison) -> bool:
    return comparison.verdict in (Verdict.BETTER, Verdict.WORSE)


def _trainings(comparison: Comparison, language: str, arm_names: Mapping[str, str] | None) -> dict[str, Any]:
    """Both arms as they stand in a sentence; a variant that got no name of its own as its trainings."""
    values = _names(comparison, language, arm_names)
    arms = (comparison.arm, comparison.reference)
    keys = [f"compare.trainings.{arm}" for arm in arms]
    if values != _names(comparison, language, None) or not all(wording.has(key, language) for key in keys):
        return values
    arm, reference = (wording.text(key, language) for key in keys)
    return {"arm": arm, "reference": reference, "form": "trainings"}


def _values(comparison: Comparison, language: str, values: Mapping[str, Any]) -> str:
    """Both arms' values; nothing when one is withheld, or a percentage of too few."""
    per_arm = comparison.levels
    if per_arm is None or comparison.verdict is Verdict.TOO_FEW:
        return ""
    pair = (comparison.arm, comparison.reference)
    estimates = [per_arm.get(arm, Interval()).estimate for arm in pair]
    counts = [comparison.responses.get(arm) for arm in pair]
    if any(x is None for x in estimates):
        return ""
    if comparison.deciding != "mean" and any(n is None or n < SHARES_FROM for n in counts):
        return ""
    arm_value, reference_value = (_value(comparison, x, language) for x in estimates)
    return wording.text(
        f"compare.values.{UNITS[comparison.deciding]}",
        language,
        **values,
        arm_value=arm_value,
        reference_value=reference_value,
    )


def _verdict(comparison: Comparison, language: str, values: Mapping[str, Any]) -> str:
    difference = comparison.difference
    if comparison.verdict is Verdict.TOO_FEW or difference.low is None or difference.high is None:
        return wording.text(f"compare.verdict.{comparison.verdict}", language, **values)
    low, high = sorted((abs(difference.low), abs(difference.high)))
    one_sided = difference.low > 0 or difference.high < 0
    if comparison.verdict is Verdict.CANNOT_TELL and not one_sided:
        low, high = abs(difference.low), abs(difference.high)
    form = str(comparison.verdict)
    if comparison.verdict is Verdict.CANNOT_TELL and one_sided:
        form += "_ahead" if difference.low > 0 else "_behind"
    unit = UNITS[comparison.deciding]
    if unit == "mean" and _told_apart(comparison):
        unit = values.get("form", unit)
    return wording.text(
        f"compare.sentence.{unit}.{form}",
        language,
        **values,
        difference=_size(comparison, difference.estimate, language),
        low=_size(comparison, low, language),
        high=_size(comparison, high, language),
        relevant=_size(comparison, comparison.relevant, language, exact=True),
    )


def _value(comparison: Comparison, estimate: float | None, language: str) -> str:
    """A mean, or a share in percent: the percent sign is part of the sentence."""
    scale = 1 if comparison.deciding == "mean" else 100
    return str(format_decimal(scale * (estimate or 0.0), format="#,##0.0", locale=language))


def _size(comparison: Comparison, difference: float | None, language: str, exact: bool = False) -> str:
    """The size of a difference in points or percentage points; never "0.0" for what is not 0.

    ``exact`` keeps a second decimal, for differences people agreed on.
    """
    scale = 1 if comparison.deciding == "mean" else 100
    size = abs(difference or 0.0) * scale
    if 0 < size < 0.05 and not exact:
        return wording.text("compare.number.below", language, limit=_decimal(0.1, language))
    return _decimal(size, language, "#,##0.0#" if exact else "#,##0.0")


def _decimal(number: float, language: str, pattern: str = "#,##0.0") -> str:
    return str(format_decimal(number, format=pattern, locale=language))


def _with_unit(comparison: Comparison, difference: float | None, language: str, exact: bool = False) -> str:
    size = _size(comparison, difference, language, exact)
    if comparison.deciding != "mean":
        return wording.text("compare.unit.share", language, value=size)
    if comparison.scale_top is None:
        return wording.text("compare.unit.mean", language, value=size)
    top = str(format_decimal(comparison.scale_top, format="0.#", locale=language))
    return wording.text("compare.unit.mean_on_scale", language, value=size, top=top)


def _whole(number: int | None, language: str) -> str:
    return str(format_decimal(number or 0, format="#,##0", locale=language))


def _range(teams: Range, language: str) -> str:
    low = _whole(teams.low, language)
    if teams.high is None:
        return wording.text("compare.needed.range_open", language, low=low)
    return wording.text("compare.needed.range", language, low=low, high=_whole(teams.high, language))
