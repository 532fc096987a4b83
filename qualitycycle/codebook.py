"""The codebook: what open answers can be about, as ``config/codebook.toml`` says it."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from qualitycycle.instrument import Frozen, Text

Terms = dict[str, list[str]]
"""Words and their stems' beginnings per language code."""


class Theme(Frozen):
    """One theme: its name and what belongs to it, and the words and examples that point at it."""

    name: Text
    description: Text
    terms: Terms
    examples: Terms = {}

    @model_validator(mode="after")
    def _filled(self) -> Self:
        if not any(word.strip() for words in self.terms.values() for word in words):
            raise ValueError("give at least one term")
        return self


Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Codebook(Frozen):
    """Every theme by its code, in the order in which they are offered."""

    themes: dict[Code, Theme] = {}

    def name_of(self, code: str, language: str) -> str:
        """What a theme is called; a code that is no longer in the codebook as it is.

        >>> Codebook().name_of("time", "nl")
        'time'
        """
        theme = self.themes.get(code)
        return code if theme is None else theme.name.get(language) or next(iter(theme.name.values()))
