"""A document as one HTML page that needs nothing else: no network, no other file.

The page works without a mouse, on a telephone, in print and for a screen reader; every
figure has a text alternative and its table. plotly.js is inlined once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2
from plotly.offline import get_plotlyjs

from qualitycycle import wording
from qualitycycle.figures import CONFIG, Key, keys, without_legend
from qualitycycle.report.document import Block, Document, Figure, anchor

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Drawn:
    """A figure as the page needs it: its number, its legend, and plotly's specification."""

    number: int
    keys: tuple[Key, ...]
    height: int
    spec: str


def render(document: Document) -> str:
    """The page as text, to be written as UTF-8."""
    figures: list[Drawn] = []

    def draw(figure: Figure) -> Drawn:
        figures.append(_drawn(figure, len(figures) + 1))
        return figures[-1]

    return _template().render(
        document=document,
        draw=draw,
        figures=figures,
        config=_json(CONFIG),
        manifest=_json(document.manifest),
        plotly=get_plotlyjs(),
        t=lambda name, **values: wording.text(f"report.page.{name}", document.language, **values),
    )


def kind(block: Block) -> str:
    """The name of the macro that renders a block.

    >>> from qualitycycle.report.document import Paragraph
    >>> kind(Paragraph("tekst"))
    'paragraph'
    """
    return type(block).__name__.lower()


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = kind
    environment.filters["anchor"] = anchor
    return environment.get_template("report.html.j2")


def _drawn(figure: Figure, number: int) -> Drawn:
    """The page writes the legend and the text alternative itself, so they leave the figure."""
    plain = without_legend(json.loads(figure.figure.to_json()))
    layout = {name: value for name, value in plain["layout"].items() if name != "meta"}
    spec = _json({"data": plain["data"], "layout": layout})
    return Drawn(number, keys(figure.figure), layout["height"], spec)


def _json(value: object) -> str:
    """JSON that may stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
