"""The page: one file, readable for everybody, nothing leaking through."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from qualitycycle.report import document, render
from tests.report import samples
from tests.report.page import PLOTLY, Element, parse_report, parsed, rendered, visible_text

SAMPLES = ("rich", "empty", "all_hidden")
LANGUAGES = ("nl", "en")


@pytest.fixture(params=[(name, language) for name in SAMPLES for language in LANGUAGES], ids="-".join)
def page(request: pytest.FixtureRequest) -> Element:
    return parsed(*request.param)


def test_language_and_title_are_declared() -> None:
    for language in LANGUAGES:
        root = parsed("rich", language)
        assert root.all("html")[0].attributes["lang"] == language
        assert "Samen Opleiden Duinrand" in root.all("title")[0].text()


def test_one_h1_and_no_skipped_heading_level(page: Element) -> None:
    levels = [int(heading.tag[1]) for heading in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_every_reference_exists(page: Element) -> None:
    elements = _everything(page)
    ids = [element.attributes["id"] for element in elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    targets = [element.attributes["href"][1:] for element in page.all("a")]
    targets += [e.attributes["aria-labelledby"] for e in elements if "aria-labelledby" in e.attributes]
    assert targets
    assert set(targets) <= set(ids)


def test_every_table_has_a_caption_and_scoped_headings(page: Element) -> None:
    tables = page.all("table")
    assert tables
    for table in tables:
        assert table.all("caption")[0].text().strip()
        assert all(heading.attributes["scope"] in ("col", "row") for heading in table.all("th"))
        width = len(table.all("thead")[0].all("th"))
        for row in table.all("tbody")[0].all("tr"):
            assert len(row.all("th", "td")) == width
            assert row.all("th")[0].attributes["scope"] == "row"
            assert all(cell.text().strip() for cell in row.all("th", "td"))


def test_every_figure_has_an_alternative_and_its_table(page: Element) -> None:
    blocks = [e for e in page.all("div") if e.attributes.get("class") == "figure-block"]
    assert len(blocks) == len(page.all("figure"))
    for block in blocks:
        plot = next(e for e in block.all("div") if e.attributes.get("class") == "plot")
        assert plot.attributes["role"] == "img"
        assert len(plot.attributes["aria-label"]) > 30
        assert block.all("figcaption")[0].text().strip()
        details = block.all("details")
        assert len(details) == 1
        assert details[0].all("tbody")[0].all("tr")


def test_the_rich_report_draws_many_figures_and_inlines_plotly_once() -> None:
    page = parsed("rich", "nl")
    specs = [s for s in page.all("script") if s.attributes.get("class") == "figure-spec"]
    assert len(specs) == len(page.all("figure")) >= 3
    for spec in specs:
        figure = json.loads(spec.text(skip=()))
        assert figure["data"]
        assert "NaN" not in spec.text(skip=())
    assert sum(PLOTLY in script.text(skip=()) for script in page.all("script")) == 1


def test_nothing_is_loaded_from_elsewhere(page: Element) -> None:
    assert not page.all("link", "img", "iframe", "object", "embed")
    for element in _everything(page):
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            value = element.attributes.get(name, "#")
            assert value.startswith("#"), (element.tag, name, value)
    style = "".join(element.text(skip=()) for element in page.all("style"))
    assert "@import" not in style
    assert "url(" not in style
    assert "@font-face" not in style


def test_no_message_key_and_no_missing_value_reaches_the_reader(page: Element) -> None:
    texts = [page.text(skip=("script", "style"))]
    texts += [e.attributes["aria-label"] for e in _everything(page) if "aria-label" in e.attributes]
    specs = [s.text(skip=()) for s in page.all("script") if s.attributes.get("class") == "figure-spec"]
    for text in (*texts, *specs):
        assert not re.search(r"\b(report|figures|terms)\.[a-z_]+", text)
        assert not re.search(r"(?<!%)\{[a-z_]+\}", text)
        assert not re.search(r"\b(None|nan|NaN|NaT|Estimate|inf)\b", text)


def test_no_probability_and_no_greek_letter_unless_unfolded(page: Element) -> None:
    seen = visible_text(page)
    assert not re.search("[\u0370-\u03ff]", page.text())
    assert not re.search(r"p-(waarde|value)|\bp\s*[=<>]", seen)


def test_probabilities_are_one_click_away() -> None:
    page = parsed("rich", "nl")
    folded = [e.text() for e in page.all("details") if e.attributes.get("class") == "numbers"]
    assert any("p-waarde" in text and "0,021" in text for text in folded)
    assert all("p-waarde" in text or "verschil" in text or "verander" in text for text in folded)


def test_the_framework_is_never_declared_met(page: Element) -> None:
    assert not re.search(r"\bvoldoet\b|\bmeets\b|\bcomplies\b", page.text())


def test_the_manifest_travels_with_the_page() -> None:
    page = parsed("rich", "nl")
    script = next(s for s in page.all("script") if s.attributes.get("id") == "manifest")
    manifest = json.loads(script.text(skip=()))
    assert manifest["inputs"][0]["sha256"] == "9f2c" * 16
    assert manifest["floors"]["scores"] == 5


def test_a_page_is_the_same_every_time() -> None:
    again = render(document(samples.rich("nl"), "nl"))
    assert again == rendered("rich", "nl")


def test_text_from_outside_cannot_become_markup() -> None:
    report = samples.rich("nl")
    evil = '</script><script>alert("x")</script>'
    first = replace(report.items[0], title=evil)
    page = parse_report(replace(report, items=(first, *report.items[1:])))
    assert not any(script.text(skip=()).startswith("alert") for script in page.all("script"))


def test_colours_contrast_enough() -> None:
    style = parsed("rich", "nl").all("style")[0].text(skip=())
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", style))
    for text, background in (
        ("ink", "#ffffff"),
        ("muted", "#ffffff"),
        ("muted", colours["soft"]),
        ("accent", "#ffffff"),
        ("contrast", "#ffffff"),
        ("ink", "#fdf4ea"),
    ):
        assert contrast(colours[text], background) >= 4.5, (text, background)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.1, 1.4.3)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _everything(element: Element) -> list[Element]:
    found: list[Element] = []
    for child in element.children:
        if isinstance(child, Element):
            found += [child, *_everything(child)]
    return found
