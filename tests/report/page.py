"""Reading a rendered page back: its elements, its text, and the text a reader sees unfolded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

from plotly.offline import get_plotlyjs

from qualitycycle.report import ReportInput, document, render
from tests.report import samples

PLOTLY = "/* plotly.js */"
"""Stands for the four megabytes of plotly.js, which no test reads."""

VOID = {"meta", "link", "br", "path", "circle", "img", "input", "hr"}
BLOCKS = {"p", "li", "h1", "h2", "h3", "h4", "tr", "caption", "figcaption", "summary", "dt", "dd", "title"}


@dataclass
class Element:
    """One element with its attributes, children (elements or text) and parent."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    def all(self, *tags: str) -> list[Element]:
        """Every descendant with one of these tags, in document order."""
        found: list[Element] = []
        for child in self.children:
            if isinstance(child, Element):
                found += [child] if child.tag in tags else []
                found += child.all(*tags)
        return found

    def text(self, *, skip: tuple[str, ...] = ("script", "style")) -> str:
        """All text below, without the elements to skip."""
        parts: list[str] = []
        for child in self.children:
            if isinstance(child, str):
                parts.append(re.sub(r"\s+", " ", child))
            elif child.tag not in skip:
                separator = " | " if child.tag in ("td", "th") else "\n" if child.tag in BLOCKS else ""
                parts.append(separator + child.text(skip=skip))
        return "".join(parts)

    def inside(self, tag: str) -> bool:
        """Whether some ancestor has this tag."""
        return self.parent is not None and (self.parent.tag == tag or self.parent.inside(tag))


@cache
def _plotly() -> str:
    return str(get_plotlyjs())


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.here = Element("document", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.here.children.append(Element(tag, values, self.here))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.here.tag != tag or self.here.parent is None:
            raise ValueError(f"</{tag}> closes <{self.here.tag}>")
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


@cache
def parsed(name: str, language: str) -> Element:
    """One of the samples rendered and read back; made once per test run."""
    return parse(rendered(name, language))


@cache
def rendered(name: str, language: str) -> str:
    """One of the samples as a page; made once per test run."""
    report = samples.empty() if name == "empty" else getattr(samples, name)(language)
    return render(document(report, language))


def parse_report(report: ReportInput, language: str = "nl") -> Element:
    """A report rendered and read back."""
    return parse(render(document(report, language)))


def parse(page: str) -> Element:
    """The page as a tree; raises ValueError when a tag is not closed where it should be."""
    tree = _Tree()
    tree.feed(page.replace(_plotly(), PLOTLY))
    tree.close()
    if tree.here is not tree.root:
        raise ValueError(f"<{tree.here.tag}> is never closed")
    return tree.root


def visible_text(element: Element) -> str:
    """What a reader sees without unfolding anything, a line per block."""
    text = element.text(skip=("script", "style", "details", "noscript", "svg"))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line) + "\n"
