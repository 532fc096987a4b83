"""The answers to a question of a stand-alone survey, for every denominator it has."""

from __future__ import annotations

import plotly.graph_objects as go

from qualitycycle import wording
from qualitycycle.figures import numbers, style
from qualitycycle.figures.values import Column, DataTable, Estimate, SurveyBase, SurveyQuestion

_MARKERS = (("circle", style.ACCENT), ("diamond-open", style.CONTRAST), ("square", style.MUTED))
STEP = 20


def options_figure(question: SurveyQuestion, language: str) -> go.Figure:
    """Draw the share of every option with its Wilson interval, one marker per denominator."""
    labels = [
        style.wrapped(_label(question, position, language)) for position in range(len(question.options))
    ]
    heights = [style.lines(label) * style.LINE + 8 + STEP * len(question.bases) for label in labels]
    tops = style.stack(heights, gap=8)
    total = tops[-1] + heights[-1] if labels else 40
    names = [base_name(base, language) for base in question.bases]
    figure = style.blank(language, total, _alt(question, language), top=style.legend_height(names), bottom=34)
    starts = [top + style.lines(label) * style.LINE for top, label in zip(tops, labels, strict=True)]
    for label, start in zip(labels, starts, strict=True):
        style.row_label(figure, label, start)
    for position, (base, name) in enumerate(zip(question.bases, names, strict=True)):
        _add_base(figure, base, name, [start + 12 + STEP * position for start in starts], position, language)
    figure.update_xaxes(range=[-0.02, 1.02], **style.share_ticks(language))
    figure.update_yaxes(range=[total, 0], visible=False)
    figure.update_layout(showlegend=True)
    return figure


def options_table(question: SurveyQuestion, language: str) -> DataTable:
    """The numbers behind ``options_figure``: a count per option, a share per denominator."""
    columns = (
        style.column("answer", language),
        style.column("count", language, "right"),
        *(Column(base_name(base, language), "right") for base in question.bases),
    )
    rows = tuple(
        (
            option,
            numbers.whole(question.counts[position], language),
            *(share_text(base.shares[position], language) for base in question.bases),
        )
        for position, option in enumerate(question.options)
    )
    return DataTable(question.title, columns, rows, note=wording.text("figures.note.options", language))


def base_name(base: SurveyBase, language: str) -> str:
    """The denominator in words, with its size.

    >>> base_name(SurveyBase("all", 231, ()), "nl")
    'van alle 231 mentoren'
    """
    return wording.text(f"figures.base.{base.name}", language, n=numbers.whole(base.n, language))


def share_text(share: Estimate | None, language: str) -> str:
    """A share with one decimal and its interval; a dash where it does not apply.

    >>> share_text(Estimate(0.242, 0.192, 0.302), "nl")
    '24,2% (19,2%\\xa0tot\\xa030,2%)'
    """
    return "–" if share is None else numbers.with_interval(share, "favourable", language, digits=1)


def _add_base(
    figure: go.Figure, base: SurveyBase, name: str, places: list[float], position: int, language: str
) -> None:
    symbol, colour = _MARKERS[position % len(_MARKERS)]
    shown = [(place, share) for place, share in zip(places, base.shares, strict=True) if share is not None]
    values = [share.value for _, share in shown]
    figure.add_scatter(
        x=values,
        y=[place for place, _ in shown],
        mode="markers",
        name=name,
        marker={"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2, "color": colour}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [0 if s.high is None else s.high - s.value for _, s in shown],
            "arrayminus": [0 if s.low is None else s.value - s.low for _, s in shown],
            "color": colour,
            "thickness": 2,
            "width": 4,
        },
        hovertext=[share_text(share, language) for _, share in shown],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _label(question: SurveyQuestion, position: int, language: str) -> str:
    return wording.text(
        "figures.option",
        language,
        option=question.options[position],
        count=numbers.whole(question.counts[position], language),
    )


def _alt(question: SurveyQuestion, language: str) -> str:
    rows = [
        wording.text(
            "figures.alt.option",
            language,
            option=option,
            share=share_text(base.shares[position], language),
            base=base_name(base, language),
        )
        for base in question.bases
        for position, option in enumerate(question.options)
        if base.shares[position] is not None
    ]
    return " ".join([wording.text("figures.alt.options", language, title=question.title), *rows])
