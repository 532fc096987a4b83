"""What the evidence per guarantee needs beside the figures of the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qualitycycle import counts as query
from qualitycycle.instrument import Item
from qualitycycle.report.evidence import collect
from qualitycycle.report.model import ReportInput
from qualitycycle.report.model_evidence import Bearings, Evidence
from qualitycycle.school_year import cycle_later
from qualitycycle.versions import in_order
from qualitycycle.workspace.gather.about import About


def evidence(about: About, report: ReportInput) -> tuple[Evidence, ...]:
    """All evidence of a report, see ``report.evidence``."""
    return collect(report, _bearings(about, report))


def _bearings(about: About, report: ReportInput) -> Bearings:
    tagged = {item.id: item for item in _tagged(about)}
    config, instrument = about.view.config, about.instrument
    tags = {id: tuple(str(tag) for tag in item.guarantees) for id, item in tagged.items()}
    tags |= {name: _shared(tags, score.items) for name, score in instrument.scores.items()}
    scores = {name: config.scale_of(name).scores() for name in instrument.scores}
    answered = _answered(about)
    answered |= {name: answered.get(score.items[0], "") for name, score in instrument.scores.items()}
    told = {one.id for one in (*report.items, *report.scores, *report.learning.applied)}
    return Bearings(
        tags=tags,
        titles={id: instrument.title_of(id, about.language) for id in (*tagged, *instrument.scores)},
        middles={name: (scale[0] + scale[-1]) / 2 for name, scale in scores.items()},
        instruments={id: version for id, version in answered.items() if version},
        not_asked=tuple(id for id in tagged if id not in told and id not in answered),
        elsewhere=tuple(id for id in tagged if id not in told and id in answered),
        next_goals=tuple(_next_goals(about)),
    )


def _tagged(about: About) -> Iterator[Item]:
    """The scored questions of the questionnaire that bear on a guarantee."""
    local = about.instrument.local_items
    for item in about.instrument.items:
        mine = local.get(item.id, about.partnership) == about.partnership
        if item.guarantees and mine and about.view.config.scale_of(item.id).is_scored:
            yield item


def _shared(tags: dict[str, tuple[str, ...]], items: Sequence[str]) -> tuple[str, ...]:
    """The guarantees that all questions of a score have in common."""
    first, *others = (tags.get(id, ()) for id in items)
    return tuple(tag for tag in first if all(tag in other for other in others))


def _answered(about: About) -> dict[str, str]:
    """Question -> the newest version in which it was answered, at whatever moment."""
    found: dict[str, set[str]] = {}
    frame = query.counts(
        about.view.snapshot,
        about.view.sessions,
        about.view.surveys,
        cycle=about.cycle,
        partnership=about.partnership,
        moment=None,
        kind=None,
    )
    for item, version in zip(frame["item"], frame["instrument"], strict=True):
        found.setdefault(str(item), set()).add(str(version))
    order = [one.id for one in in_order(about.view.config.instruments.values())]
    return {item: max(versions, key=order.index) for item, versions in found.items()}


def _next_goals(about: About) -> Iterator[tuple[str, str, str, str]]:
    """What was agreed for the cycle after this one."""
    after = cycle_later(about.cycle)
    for row in about.view.records["goals"]:
        if (row["partnership"], row["cycle"]) == (about.partnership, after):
            yield row["id"], row["text"] or "", row["indicator"], row["guarantee"] or ""
