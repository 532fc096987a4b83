"""The sheet back to participants on one page: you said, we do, not now because."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import jinja2

from qualitycycle import wording
from qualitycycle.report.certificate import day_in_words
from qualitycycle.report.html import TEMPLATES

WE_DO, NOT_NOW = "we_do", "not_now"


@dataclass(frozen=True)
class Reply:
    """What participants said and what is done with it; ``done_on`` or ``due`` of the action."""

    said: str
    answer: str
    what: str
    due: date | None = None
    done_on: date | None = None


@dataclass(frozen=True)
class Signature:
    """One half of the tandem: ``school`` or ``institute``, signed on a day, or with no part in it."""

    half: str
    signed_on: date | None


@dataclass(frozen=True)
class ReplySheet:
    """Everything on the sheet, without names of people. ``about`` says which training, or which
    partnership and cycle; ``figures`` and ``quotes`` are ready text that may be shown."""

    partnership: str
    about: str
    replies: Sequence[Reply]
    signatures: Sequence[Signature]
    figures: Sequence[str] = ()
    quotes: Sequence[str] = ()
    synthetic: bool = False


def render_reply(sheet: ReplySheet, language: str) -> str:
    """The sheet as one page of HTML that needs nothing else."""

    def said(key: str, **values: object) -> str:
        return wording.text(f"practice.sheet.{key}", language, **values)

    return _template().render(
        sheet=sheet,
        we_do=[one for one in sheet.replies if one.answer == WE_DO],
        not_now=[one for one in sheet.replies if one.answer == NOT_NOW],
        said=said,
        day=lambda value: day_in_words(value, language),
        language=language,
    )


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8")
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("reply.html.j2")
