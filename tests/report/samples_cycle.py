"""The loop of a sample partnership: what two cycles set, found, decided and did, with its trail."""

from __future__ import annotations

from datetime import date

from statsmodels.stats.proportion import proportion_confint

from qualitycycle import wording
from qualitycycle.figures.values import Estimate
from qualitycycle.report.model_cycle import (
    Action,
    Decision,
    Effect,
    Finding,
    Goal,
    Level,
    Practice,
    Proposal,
    Quote,
    Reached,
    Reply,
    Source,
    Stage,
    Theme,
    Themes,
)


def wilson(count: int, n: int) -> Estimate:
    """A share with its Wilson interval."""
    low, high = proportion_confint(count, n, method="wilson")
    return Estimate(count / n, float(low), float(high))


def goals() -> tuple[Goal, ...]:
    """One goal that goes on from the year before, one that was set late."""
    return (
        Goal(
            "D1",
            "De trainers krijgen gemiddeld minstens een 7,5.",
            "TRN3",
            7.5,
            "mean",
            "A. de Wit",
            "W4",
            date(2025, 9, 3),
            value=Estimate(7.6, 7.3, 7.9),
            n=82,
            met="cannot_tell",
            came_from=("BES-DUIN-2024-1", "A3"),
            cycle="2025-2026",
        ),
        Goal(
            "D2",
            "Driekwart van de mentoren heeft een concreet voornemen.",
            "TRF1",
            0.75,
            "favourable",
            "B. Smit",
            "W1",
            date(2026, 3, 14),
            flagged_late=True,
            value=wilson(32, 82),
            n=82,
            met="no",
            cycle="2025-2026",
        ),
    )


def findings() -> tuple[Finding, ...]:
    """A concern on three sources that was decided on, and one about an action nobody decided on."""
    return (
        Finding(
            "BEV-DUIN-2025-1",
            "concern",
            "Mentoren oefenen te weinig met feedback.",
            "programmaleider DUIN",
            date(2026, 6, 9),
            cycle="2025-2026",
            goal="D2",
            indicator="INH2",
            sources=(
                Source(
                    "analysis",
                    "aandeel gunstig op ‘Hoe heb je geoefend?’",
                    since="Deze cijfers zijn van 9 juni 2026; sindsdien kwamen er 9 antwoorden bij.",
                ),
                Source("panel", "panel van zes mentoren", "We praten erover, maar we doen het niet.", None),
                Source("theme", "thema ‘oefenen’", "vaak genoemd als wens", date(2026, 6, 2)),
            ),
        ),
        Finding(
            "BEV-DUIN-2025-2",
            "concern",
            "Niet elke school maakt tijd vrij.",
            "werkgroep DUIN",
            date(2026, 6, 9),
            cycle="2025-2026",
        ),
    )


def decisions() -> tuple[Decision, ...]:
    """One that an action follows from, one that waits for an action, one that begins a chart anew."""
    return (
        Decision(
            "BES-DUIN-2025-1",
            "adapt",
            "Elk dagdeel krijgt een oefenronde.",
            "werkgroep DUIN",
            date(2026, 6, 23),
            cycle="2025-2026",
            findings=("BEV-DUIN-2025-1",),
        ),
        Decision(
            "BES-DUIN-2025-2",
            "investigate",
            "We zoeken uit welke scholen geen tijd geven.",
            "bestuur",
            date(2026, 6, 23),
            cycle="2025-2026",
            findings=("BEV-DUIN-2025-1",),
        ),
        Decision(
            "BES-DUIN-2025-3",
            "rebase",
            "De training is vernieuwd; de grafiek begint opnieuw.",
            "werkgroep DUIN",
            date(2026, 6, 23),
            cycle="2025-2026",
            findings=("BEV-DUIN-2025-1",),
            indicator="TRN3",
            holds_from=date(2026, 8, 1),
        ),
    )


def actions() -> tuple[Action, ...]:
    """One past its day that follows from a decision, one that runs, one of the year before."""
    return (
        Action(
            "A1",
            "Oefenen met feedback in elk dagdeel",
            "C. Bakker",
            date(2026, 2, 1),
            "open",
            True,
            "INH2",
            decision="BES-DUIN-2025-1",
            predicted="10 procentpunt",
            cycle="2025-2026",
        ),
        Action(
            "A2", "Schoolleiders vragen om tijd voor mentoren", "D. Visser", date(2026, 11, 1), "in_progress"
        ),
        Action(
            "A3",
            "Dagdelen korter maken",
            "A. de Wit",
            date(2025, 12, 1),
            "done",
            indicator="VRM2",
            closed_on=date(2025, 11, 20),
            result="Van vier naar drie dagdelen; meer mentoren vinden de tijd in balans.",
            decision="BES-DUIN-2024-1",
            predicted="15 procentpunt",
            cycle="2024-2025",
            in_force=True,
            reached=Reached(7, 12),
        ),
    )


def effects(language: str) -> tuple[Effect, ...]:
    """The action of the year before, less than was predicted and not decided on."""
    title = wording.text("report.indicator.coverage", language)
    return (
        Effect(
            "A3",
            "Dagdelen korter maken",
            title,
            "favourable",
            "smaller_than_predicted",
            "adapt",
            predicted=0.15,
            measured=Estimate(0.08, 0.01, 0.15),
            design="with_without",
            before=Level(("2024-2025",), Estimate(0.41), 96, 11, 9),
            after=Level(("2025-2026",), Estimate(0.52), 58, 7, 6),
            said=wording.text("effect.verdict.smaller_than_predicted", language),
            proposed=wording.text("effect.proposal.adapt", language),
            sentences=(
                wording.text("effect.difference.with_without", language, estimate="+8", low="+1", high="+15"),
                wording.text("effect.reason.below_prediction", language),
            ),
            due=date(2025, 12, 1),
        ),
    )


def practices() -> tuple[Practice, ...]:
    """One practice of another partnership, and one of this one."""
    return (
        Practice(
            "GP-MEER-1",
            "Filmfragmenten van eigen lessen",
            "Mentoren brengen een fragment mee en geven elkaar feedback.",
            "tandem, groepen van tien",
            "De Meren",
            "INH2",
            "Het cijfer steeg daar na de actie.",
            ("Bij ons werkte het ook, met kleinere groepen.",),
            offered=True,
        ),
        Practice(
            "GP-DUIN-1",
            "Drie dagdelen in plaats van vier",
            "Het voorbereiden gebeurt thuis.",
            indicator="VRM2",
            evidence="Het cijfer steeg na de actie.",
            action="A3",
        ),
    )


def replies() -> tuple[Reply, ...]:
    """One answer that promises an action."""
    return (
        Reply(
            "T-DUIN-2025-1",
            "We oefenden te weinig.",
            "we_do",
            "Elk dagdeel krijgt een oefenronde.",
            finding="BEV-DUIN-2025-1",
            action="A1",
        ),
    )


def earlier() -> tuple[Stage, ...]:
    """What the year before led to this one."""
    return (
        Goal("D0", "Mentoren vinden de tijd in balans.", "VRM2", 0.6, "favourable", cycle="2024-2025"),
        Finding(
            "BEV-DUIN-2024-1",
            "concern",
            "De training duurt te lang voor wat hij oplevert.",
            "werkgroep DUIN",
            date(2025, 6, 11),
            cycle="2024-2025",
            goal="D0",
            indicator="VRM2",
            sources=(Source("panel", "gesprek met schoolleiders", "Vier middagen lukt niet."),),
        ),
        Decision(
            "BES-DUIN-2024-1",
            "adapt",
            "De training wordt korter.",
            "werkgroep DUIN",
            date(2025, 6, 25),
            cycle="2024-2025",
            findings=("BEV-DUIN-2024-1",),
        ),
    )


def proposals() -> tuple[Proposal, ...]:
    """What the figures ask for."""
    return (
        Proposal(
            "adapt",
            "Laat elke training door een tandem geven",
            "De trainers krijgen bij alleen opleiding een lager cijfer dan bij tandem.",
            ("TRN3",),
        ),
        Proposal(
            "investigate",
            "Zoek uit waarom zo weinig mentoren oefenen met feedback",
            "Bij ‘Hoe heb je begeleidingsvaardigheden geoefend?’ antwoordt 56% gunstig.",
            ("INH2",),
        ),
    )


def themes() -> tuple[Themes, ...]:
    """One open question with two themes and a remark that was released."""
    return (
        Themes(
            "Wat moeten wij de volgende keer houden, en wat anders doen?",
            41,
            (Theme("oefenen", 18, wilson(18, 41)), Theme("tijd en plaats", 9, wilson(9, 41))),
            (Quote("Meer tijd om te oefenen met [naam] erbij.", ("oefenen",)),),
            ("Alleen opmerkingen waarover een lezer heeft beslist, tellen mee.",),
        ),
    )
