"""Report inputs made in code: a rich one, one before any evaluation, one where all is hidden."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from functools import cache
from math import sqrt
from typing import Any

from qualitycycle import wording
from qualitycycle.analysis.change import Change, Matched, Retention, Step
from qualitycycle.analysis.change_sentences import (
    caveat_sentences,
    change_sentences,
    matched_sentences,
    retention_sentence,
)
from qualitycycle.analysis.proportions import Interval
from qualitycycle.config import Floors, shipped
from qualitycycle.figures.numbers import decimal
from qualitycycle.figures.values import Scope
from qualitycycle.instrument import Instrument, Item
from qualitycycle.report.evidence import collect
from qualitycycle.report.model import (
    Arm,
    Behind,
    Category,
    ChangeLine,
    Comparison,
    Coverage,
    CoverageRow,
    DataQuality,
    Estimate,
    Founding,
    InputFile,
    ItemResult,
    Learning,
    Manifest,
    Mentors,
    Partnership,
    ReportInput,
    SessionRef,
    SurveyBase,
    SurveyQuestion,
)
from qualitycycle.report.model_evidence import Bearings
from qualitycycle.vocabulary import Moment, Verdict
from tests.report import samples_cycle
from tests.report.samples_cycle import wilson

COUNTS = {
    "VRM1": (2, 8, 17, 38, 17),
    "VRM2": (3, 14, 43, 18, 4),
    "VRM3": (0, 4, 11, 40, 27),
    "INH1": (1, 6, 20, 39, 16),
    "INH2": (9, 27, 30, 16),
    "INH3": (3, 12, 24, 31, 12),
    "TRN1": (0, 2, 9, 37, 34),
    "TRN2": (0, 1, 5, 18, 13),
    "ZEL1": (1, 9, 31, 33, 8),
    "ZEL2": (0, 5, 27, 38, 12),
    "ZEL3": (4, 19, 34, 20, 5),
    "ZEL4": (1, 8, 26, 36, 11),
    "ZEL5": (0, 3, 14, 41, 24),
    "TRF1": (11, 39, 26, 6),
    "TRF2": (9, 22, 26, 19, 6),
}
MARKS = {
    "TRN3": {5: 2, 6: 5, 6.5: 4, 7: 17, 7.5: 14, 8: 26, 8.5: 7, 9: 6, 10: 1},
    "ALG1": {4: 1, 5: 3, 6: 9, 6.5: 5, 7: 24, 7.5: 12, 8: 21, 8.5: 4, 9: 3},
}


@cache
def instrument() -> Instrument:
    """The shipped questionnaire."""
    path = shipped("config") / "instruments" / "nl-mentor-1.0.toml"
    return Instrument.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


@cache
def rich(language: str = "nl") -> ReportInput:
    """A partnership with a full year: goals, actions, answers, every verdict, a survey."""
    report = ReportInput(
        partnership=Partnership("DUIN", "Samen Opleiden Duinrand"),
        cycle="2025-2026",
        generated_on=date(2026, 7, 6),
        instrument="nl-mentor-1.0",
        coverage=_coverage(),
        primary="TRN3",
        mentors=Mentors(registered=312, trained=241, valid=198, mentoring_untrained=27),
        goals=samples_cycle.goals(),
        findings=samples_cycle.findings(),
        decisions=samples_cycle.decisions(),
        actions=samples_cycle.actions(),
        effects=samples_cycle.effects(language),
        practices=samples_cycle.practices(),
        replies=samples_cycle.replies(),
        earlier=samples_cycle.earlier(),
        items=_items(language),
        scores=(_score(language),),
        comparisons=_comparisons(language),
        course=(_course(language),),
        founding=_founding(),
        proposals=samples_cycle.proposals(),
        themes=samples_cycle.themes(),
        learning=_learning(language),
        quality=DataQuality((("overal hetzelfde antwoord gegeven", 3), ("schaal omgedraaid", 1)), 9),
        manifest=Manifest(
            inputs=(
                InputFile("DUIN-2025-03 evaluatie.xlsx", "9f2c" * 16, "20260114-01", date(2026, 1, 14)),
                InputFile("DUIN-2025-04 evaluatie.xlsx", "07ab" * 16, "20260202-01", date(2026, 2, 2)),
            ),
            snapshot={
                "evaluations": {"answers": 14, "imports": ["20260114-01"]},
                "register": {"sessions": 3},
            },
            config_hash="5d41402abc4b",
            packages={"qualitycycle": "0.1.0", "duckdb": "1.4.0", "deltalake": "1.2.0"},
        ),
        synthetic=True,
    )
    return with_evidence(report, language)


def empty() -> ReportInput:
    """Sessions were held, nothing was evaluated, nothing was agreed."""
    total = CoverageRow("total", held=6, evaluated=0, attended=61, responses=0, completed=0)
    missing = tuple(SessionRef(f"MEER-2025-0{n}", "Basistraining mentoren") for n in range(1, 7))
    report = ReportInput(
        partnership=Partnership("MEER", "Opleidingsschool De Meren", "aspirant"),
        cycle="2025-2026",
        generated_on=date(2026, 7, 6),
        instrument="nl-mentor-1.0",
        coverage=Coverage(total, by_variant=(replace(total, group="unknown"),), not_evaluated=missing),
        primary="TRN3",
    )
    return with_evidence(report, "nl")


@cache
def all_hidden(language: str = "nl") -> ReportInput:
    """Too few answers everywhere, under a floor that was lowered and signed for."""
    full = rich(language)
    row = CoverageRow("total", held=2, evaluated=2, attended=None, attended_unknown=2)
    report = replace(
        full,
        coverage=Coverage(row, by_variant=(replace(row, group="tandem"),)),
        floors=Floors(scores=4, reason="proef met kleine groepen", signed_by="M. Jansen, programmaleider"),
        mentors=Mentors(None, None, None, None),
        items=tuple(_hide(item) for item in full.items),
        scores=tuple(_hide(item) for item in full.scores),
        comparisons=tuple(_hide_comparison(comparison) for comparison in full.comparisons),
        course=tuple({**one, "points": [], "segments": [], "notes": one["notes"][:2]} for one in full.course),
        founding=None,
        learning=_hidden_learning(full.learning, language),
        goals=tuple(replace(goal, value=None, n=None, met=None) for goal in full.goals),
        effects=(),
        proposals=(),
        themes=(),
        synthetic=False,
    )
    return with_evidence(report, language)


def with_evidence(report: ReportInput, language: str = "nl") -> ReportInput:
    """The report with what its own figures say of the guarantees."""
    tagged = {item.id: item for item in instrument().items if item.guarantees}
    told = {one.id for one in (*report.measures, *report.learning.applied)}
    bearings = Bearings(
        tags={id: tuple(str(tag) for tag in item.guarantees) for id, item in tagged.items()}
        | {"ZEL": ("W1",)},
        titles={id: instrument().title_of(id, language) for id in tagged},
        middles={"ZEL": 3.0},
        not_asked=tuple(id for id in tagged if id not in told and id.startswith("STU")),
    )
    return replace(report, evidence=collect(report, bearings))


def _coverage() -> Coverage:
    rows = (
        CoverageRow("tandem", 6, 5, 0, 78, 66, 0, 39, 37, 37, 37 / 66),
        CoverageRow("institute_only", 4, 4, 1, 55, 47, 0, 36, 36, 36, 36 / 47),
        CoverageRow("unknown", 2, 1, 0, 24, 29, 1, 10, 9, 0, 0.0),
    )
    kinds = (
        CoverageRow("basic", 10, 9, 1, 138, 113, 0, 78, 73, 73, 73 / 113),
        CoverageRow("refresher", 2, 1, 0, 19, 29, 1, 7, 9, 0, 0.0),
    )
    formats = (
        CoverageRow("on_site", 8, 8, 1, 101, 88, 0, 60, 58, 58, 58 / 88),
        CoverageRow("blended", 4, 2, 0, 56, None, 4, 25, 24, None, None),
    )
    return Coverage(
        total=CoverageRow("total", 12, 10, 1, 157, 142, 1, 85, 82, 73, 73 / 142),
        by_variant=rows,
        by_kind=kinds,
        by_format=formats,
        not_evaluated=(
            SessionRef("DUIN-2025-07", "Basistraining mentoren", date(2025, 12, 11)),
            SessionRef("DUIN-2026-02", "Opfristraining", date(2026, 5, 20)),
        ),
        trainers={"school": 7, "institute": 5},
        train_the_trainer=4,
    )


@cache
def _items(language: str) -> tuple[ItemResult, ...]:
    questionnaire = instrument()
    items = [_item(questionnaire, item, language) for item in questionnaire.items if _shown(item)]
    return tuple(_hide(item) if item.id == "TRN2" else item for item in items)


def _shown(item: Item) -> bool:
    return item.id in COUNTS or item.id in MARKS


def _item(questionnaire: Instrument, item: Item, language: str) -> ItemResult:
    scale = questionnaire.scales[item.scale]
    if item.id in MARKS:
        found = MARKS[item.id]
        scores, counts = scale.scores(), [found.get(score, 0) for score in scale.scores()]
        labels = [f"{score:g}".replace(".", "," if language == "nl" else ".") for score in scores]
    else:
        counts, scores = list(COUNTS[item.id]), scale.scores()
        labels = (item.labels or scale.labels)[language]
    n = sum(counts)
    good = sum(c for c, score in zip(counts, scores, strict=True) if scale.is_favourable(score))
    return ItemResult(
        id=item.id,
        title=item.text[language],
        dimension=item.dimension,
        dimension_title=questionnaire.dimensions[item.dimension][language],
        kind=scale.kind,
        n=n,
        sessions=10,
        trainers=12,
        guarantees=tuple(str(guarantee.value) for guarantee in item.guarantees),
        decides_on=scale.decides_on,
        mean=_mean(counts, scores) if scale.uses_mean else None,
        favourable=wilson(good, n),
        insufficient=_insufficient(counts, scores, scale.insufficient_below),
        insufficient_below=scale.insufficient_below,
        categories=tuple(
            Category(label, count, count / n, scale.is_favourable(score), score)
            for label, count, score in zip(labels, counts, scores, strict=True)
        ),
        previous=Estimate(7.9, 7.6, 8.2) if item.id == "TRN3" else None,
        previous_cycle="2024-2025" if item.id == "TRN3" else None,
        previous_verdict="equivalent" if item.id == "TRN3" else None,
        not_applicable=4 if item.id == "TRF2" else None,
        only_variants=tuple(str(variant.value) for variant in item.variants),
    )


def _mean(counts: list[int], scores: list[float]) -> Estimate:
    n = sum(counts)
    mean = sum(c * s for c, s in zip(counts, scores, strict=True)) / n
    spread = sqrt(sum(c * (s - mean) ** 2 for c, s in zip(counts, scores, strict=True)) / (n - 1))
    return Estimate(mean, mean - 3 * spread / sqrt(n), mean + 3 * spread / sqrt(n))


def _insufficient(counts: list[int], scores: list[float], below: float | None) -> float | None:
    if below is None:
        return None
    return sum(c for c, s in zip(counts, scores, strict=True) if s < below) / sum(counts)


def _score(language: str) -> ItemResult:
    return ItemResult(
        id="ZEL",
        title=instrument().scores["ZEL"].title[language],
        dimension="zelfvertrouwen",
        dimension_title=instrument().dimensions["zelfvertrouwen"][language],
        kind="score",
        n=82,
        sessions=10,
        trainers=12,
        mean=Estimate(3.41, 3.22, 3.6),
    )


def _comparisons(language: str) -> tuple[Comparison, ...]:
    def arm(name: str, n: int, sessions: int, trainers: int, value: float | None) -> Arm:
        return Arm(name, n, sessions, trainers, trainers - 1, None if value is None else Estimate(value))

    def made(
        measure: str,
        name: str,
        verdict: str,
        scope: Scope,
        difference: tuple[float, float, float] | None,
        values: tuple[float, float] | None = None,
    ) -> Comparison:
        result = {item.id: item for item in (*_items(language), _score(language))}[measure]
        share = result.decides_on == "favourable"
        size = 4 if scope == "region" else 1
        primary = measure == "TRN3"
        return Comparison(
            measure=measure,
            title=result.title,
            verdict=verdict,
            scope=scope,
            arm=arm(name, 36 * size, 4 * size, 4 * size, values and values[0]),
            reference=arm("tandem", 37 * size, 5 * size, 6 * size, values and values[1]),
            deciding=result.decides_on,
            difference=None if difference is None else Estimate(*difference),
            relevant=0.1 if share else (0.5 if result.kind == "mark" else 0.3),
            primary=primary,
            sentence=_sentence(name, verdict, difference, share, language),
            behind=Behind(0.021, None, 0.008, 0.0004) if primary else Behind(0.21, 0.64, 0.008, 0.06),
        )

    reason = wording.text("compare.reason.relevance_unproven", language, relevant="0,5")
    worse = made("TRN3", "institute_only", "worse", "partnership-cycle", (-0.7, -1.1, -0.3), (7.4, 8.1))
    return (
        replace(worse, reasons=(reason,)),
        made("TRN3", "school_only", "too_few", "partnership-cycle", None),
        made("TRN3", "institute_only", "worse", "region", (-0.55, -0.8, -0.3), (7.3, 7.9)),
        made("TRN3", "school_only", "cannot_tell", "region", (-0.1, -0.6, 0.7), (7.8, 7.9)),
        made("ALG1", "institute_only", "equivalent", "partnership-cycle", (-0.1, -0.4, 0.2), (7.2, 7.3)),
        made("ALG1", "institute_only", "equivalent", "region", (-0.2, -0.35, -0.05), (7.1, 7.3)),
        made("ZEL", "institute_only", "cannot_tell", "partnership-all", (0.1, -0.3, 0.5), (3.5, 3.4)),
        made("INH2", "institute_only", "better", "partnership-cycle", (0.22, 0.08, 0.36), (0.67, 0.45)),
        made("INH2", "institute_only", "cannot_tell", "region", (0.08, 0.02, 0.14), (0.6, 0.52)),
        made("VRM1", "institute_only", "cannot_tell", "partnership-cycle", (0.2, -0.5, 2.9), (3.9, 3.7)),
    )


def _sentence(
    name: str, verdict: str, difference: tuple[float, float, float] | None, share: bool, language: str
) -> str:
    """The verdict as the analysis writes it."""
    words = {
        "arm": wording.text(f"compare.trainings.{name}", language),
        "reference": wording.text("compare.trainings.tandem", language),
    }
    if difference is None:
        return wording.text(f"compare.verdict.{verdict}", language, **words)
    size, *ends = (abs(part) * (100 if share else 1) for part in difference)
    if verdict in ("better", "worse"):
        ends.sort()
    digits = 0 if share else 1
    numbers = [decimal(value, language, digits) for value in (size, *ends)]
    unit = "share" if share else "trainings" if verdict in ("better", "worse") else "mean"
    key = f"compare.sentence.{unit}.{verdict}"
    relevant = decimal(10 if share else 0.5, language)
    words |= {"difference": numbers[0], "low": numbers[1], "high": numbers[2]}
    said = wording.text(key, language, relevant=relevant, **words)
    return said[0].upper() + said[1:]


def _course(language: str) -> dict[str, Any]:
    """The series of ``trend`` on the primary question: eight sessions, an action and no signal."""
    values = (8.2, 7.4, 7.9, 8.0, 7.1, 7.3, 7.6, 8.4)
    months = ("2025-09-01", "2025-09-01", "2025-10-01", "2025-10-01", *["2026-02-01"] * 4)
    points = [
        {
            "session": place,
            "date": month,
            "until": month,
            "segment": 0,
            "n": 9,
            "value": value,
            "lower": 6.0,
            "upper": 9.4,
            "signals": [],
        }
        for place, (month, value) in enumerate(zip(months, values, strict=True), start=1)
    ]
    title = instrument().item("TRN3").text[language]
    said = wording.text("trend.signal.none", language)
    return {
        "item": "TRN3",
        "title": title,
        "where": "Samen Opleiden Duinrand",
        "deciding": "mean",
        "norm": 7.5,
        "points": points,
        "segments": [{"centre": 7.7, "trial_limits": True}],
        "breaks": [],
        "actions": [{"id": "A1", "date": "2026-02-01", "done": False, "what": "Oefenen met feedback"}],
        "notes": [title, said],
    }


STEPS = (("pre", "post"), ("post", "follow_up"), ("pre", "follow_up"), ("retro_pre", "post"))
GAINS = {"ZEL1": (0.5, 0.2, 0.8), "ZEL3": (0.1, -0.3, 0.5), "ZEL": (0.52, 0.31, 0.73)}
SHARES = (1.0, -0.3, 0.7, 1.6)
"""The gain over each step, as a part of that between before and after."""


def _learning(language: str) -> Learning:
    """Three measures over three steps and a look back; one question of later only."""
    steps = [Step(Moment(start), Moment(end)) for start, end in STEPS]
    changes = [
        _change(name, step, share) for step, share in zip(steps, SHARES, strict=True) for name in GAINS
    ]
    return Learning(
        paired=tuple(
            matched_sentences([(step, Matched(28, 41, 35, 2, 6, 3)) for step in steps], language, 5)
        ),
        changes=tuple(_change_line(one, language) for one in changes),
        kept=(
            wording.text(
                "change.report.kept",
                language,
                title=instrument().title_of("ZEL", language),
                sentence=retention_sentence(Retention("ZEL", 19, Interval(0.7, 0.45, 0.98)), language, 5),
            ),
        ),
        caveats=tuple(caveat_sentences(changes, language)),
        applied=(_applied(language),),
    )


def _change(name: str, step: Step, share: float) -> Change:
    value, *ends = (share * part for part in GAINS[name])
    low, high = sorted(ends)
    verdict = Verdict.BETTER if low > 0 else Verdict.WORSE if high < 0 else Verdict.CANNOT_TELL
    return Change(
        name,
        step,
        Matched(28, 41, 35),
        "mean",
        relevant=0.3,
        teams=6,
        mean=Interval(value, low, high),
        improved=19,
        same=6,
        declined=3,
        everyone=Interval() if step.retrospective else Interval(value - 0.05, low, high),
        verdict=verdict,
    )


def _change_line(one: Change, language: str) -> ChangeLine:
    mean, everyone = (
        None if x.estimate is None else Estimate(x.estimate, x.low, x.high) for x in (one.mean, one.everyone)
    )
    return ChangeLine(
        one.item,
        instrument().title_of(one.item, language),
        str(one.step.start),
        str(one.step.end),
        one.matched.paired,
        (one.matched.start, one.matched.end),
        change=mean,
        relevant=one.relevant,
        moved=(one.improved, one.same, one.declined),
        everyone=everyone,
        verdict=str(one.verdict),
        score=one.item == "ZEL",
        sentence=" ".join(change_sentences(one, language, 5)),
    )


def _applied(language: str) -> ItemResult:
    counts = (3, 9, 14, 6)
    item = instrument().item("TRF3")
    return ItemResult(
        id="TRF3",
        title=instrument().title_of("TRF3", language),
        dimension=item.dimension,
        dimension_title=instrument().dimensions[item.dimension][language],
        kind="ordinal",
        n=sum(counts),
        sessions=6,
        trainers=8,
        decides_on="favourable",
        favourable=wilson(20, 32),
        categories=tuple(
            Category(label, count, count / 32, position > 1, float(position + 1))
            for position, (label, count) in enumerate(zip(item.labels[language], counts, strict=True))
        ),
    )


def _hidden_learning(full: Learning, language: str) -> Learning:
    refused = [
        replace(
            line,
            paired=None,
            of=(None, None),
            change=None,
            everyone=None,
            moved=(None, None, None),
            verdict="too_few",
            sentence=wording.text("change.reason.few_pairs", language, floor=4),
        )
        for line in full.changes
    ]
    forms = [(Step(Moment.PRE, Moment.POST), Matched(None, None, None))]
    few = tuple(matched_sentences(forms, language, 4))
    return Learning(few, tuple(refused), applied=tuple(_hide(item) for item in full.applied))


def _founding() -> Founding:
    """The figures of the founding survey: 74 / 66 / 35 / 56 of 231, and 196 / 35."""
    taken = (74, 66, 35, 56)
    trained = sum(taken[1:])
    return Founding(
        "Startenquête mentoren",
        "2023-2024",
        (
            SurveyQuestion(
                "BASIS",
                "Wanneer heb je de basistraining voor mentoren gevolgd?",
                (
                    "niet gevolgd",
                    "korter dan 3 jaar geleden",
                    "3 tot 5 jaar geleden",
                    "langer dan 5 jaar geleden",
                ),
                taken,
                (
                    SurveyBase("all", 231, tuple(wilson(count, 231) for count in taken)),
                    SurveyBase("trained", trained, (None, *(wilson(count, trained) for count in taken[1:]))),
                ),
                highlight=3,
            ),
            SurveyQuestion(
                "NASCHOLING",
                "Heb je na of los van de basistraining nog een training of bijeenkomst gevolgd?",
                ("ja", "nee"),
                (35, 196),
                (SurveyBase("all", 231, (wilson(35, 231), wilson(196, 231))),),
            ),
        ),
    )


def _hide(item: ItemResult) -> ItemResult:
    return replace(
        item,
        n=None,
        sessions=None,
        trainers=None,
        mean=None,
        favourable=None,
        insufficient=None,
        categories=None,
        previous=None,
        previous_verdict=None,
        not_applicable=None,
    )


def _hide_comparison(comparison: Comparison) -> Comparison:
    return replace(
        comparison,
        verdict="too_few",
        arm=Arm(comparison.arm.name, None, None, None),
        reference=Arm(comparison.reference.name, None, None, None),
        difference=None,
        reasons=(),
        behind=Behind(),
    )
