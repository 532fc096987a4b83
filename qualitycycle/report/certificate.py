"""A certificate as one dignified page: HTML that needs nothing else, or its PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

import jinja2
import segno
from babel.dates import format_date

from qualitycycle import wording
from qualitycycle.report.html import TEMPLATES


@dataclass(frozen=True)
class CertificateFacts:
    """What a certificate says. ``dates`` are those of the meetings; ``issuers`` names."""

    name: str
    kind: str
    training: str
    dates: Sequence[date]
    hours: float | None
    issuers: Sequence[str]
    issued_on: date
    valid_until: date | None
    code: str


def render_certificates(certificates: Sequence[CertificateFacts], language: str) -> str:
    """The pages of these certificates, one each, as one HTML text."""

    def said(key: str, **values: object) -> str:
        return wording.text(f"certificates.{key}", language, **values)

    pages = [{"facts": one, "period": _period(one, language), "qr": _qr(one.code)} for one in certificates]
    day = partial(day_in_words, language=language)
    return _template().render(pages=pages, said=said, day=day, language=language)


def day_in_words(value: date, language: str) -> str:
    """A day as a reader writes it.

    >>> day_in_words(date(2025, 9, 10), "nl")
    '10 september 2025'
    """
    return str(format_date(value, "d MMMM y", locale=language))


def _period(facts: CertificateFacts, language: str) -> str:
    """When the training was, from its first to its last meeting."""
    if not facts.dates:
        return ""
    first, last = (day_in_words(day, language) for day in (min(facts.dates), max(facts.dates)))
    if first == last:
        return wording.text("certificates.on", language, day=first)
    return wording.text("certificates.between", language, first=first, last=last)


def _qr(code: str) -> str:
    """The code as an inline SVG."""
    drawn = io.BytesIO()
    segno.make(code, error="m").save(drawn, kind="svg", xmldecl=False, svgns=True, scale=3, border=2)
    return drawn.getvalue().decode()


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("certificate.html.j2")
