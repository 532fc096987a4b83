"""Every sentence a reader sees, looked up by key and language.

A key is ``domain.name``; the domain is the gettext catalogue
(``<language>/LC_MESSAGES/<domain>.po``), the whole key is the message id. A third
language is one more folder; nothing in Python changes. ``make messages`` compiles
the catalogues; a test fails when a compiled catalogue is stale, a key is missing in
a language, or its placeholders differ.
"""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path
from typing import Any

from qualitycycle.findings import Finding

FOLDER = Path(__file__).parent
FALLBACK = "en"


def languages() -> list[str]:
    """The languages there is a catalogue for.

    >>> languages()
    ['en', 'nl']
    """
    return sorted(path.parent.name for path in FOLDER.glob("*/LC_MESSAGES"))


def speak(language: str) -> None:
    """Let libraries that use gettext themselves (the command line's) speak this language too."""
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("messages", FOLDER)
    gettext.textdomain("messages")


def text(key: str, language: str, /, **values: Any) -> str:
    """The sentence ``key`` in ``language`` with its placeholders filled.

    >>> text("terms.variant.tandem", "nl")
    'tandem'
    """
    template = _catalogue(key.partition(".")[0], language).gettext(key)
    return template.format(**values) if values else template


def plural(key: str, n: int, language: str, /, **values: Any) -> str:
    """As ``text``, in the singular or plural that fits ``n`` (also a placeholder).

    >>> plural("terms.sessions", 1, "nl"), plural("terms.sessions", 3, "nl")
    ('1 sessie', '3 sessies')
    """
    template = _catalogue(key.partition(".")[0], language).ngettext(key, key, n)
    return template.format(n=n, **values)


def has(key: str, language: str) -> bool:
    """Whether the catalogue of ``language`` knows ``key``."""
    return _catalogue(key.partition(".")[0], language).gettext(key) != key


def message(found: Finding, language: str) -> str:
    """The sentence of a finding: what is wrong, what was expected, what to do next."""
    values: dict[str, Any] = {
        "file": found.file or "",
        "row": found.row if found.row is not None else "",
        "column": found.column or "",
        "value": found.value if found.value is not None else "",
        "count": found.count,
        **found.details,
    }
    return text(found.code, language, **{name: _written(value, language) for name, value in values.items()})


def _written(value: Any, language: str) -> Any:
    """A number with a fraction as the reader writes it.

    >>> _written(7.5, "nl"), _written(3, "nl")
    ('7,5', 3)
    """
    if not isinstance(value, float):
        return value
    from babel.numbers import format_decimal

    return format_decimal(value, locale=language)


@cache
def _catalogue(domain: str, language: str) -> gettext.NullTranslations:
    for candidate in (language, FALLBACK):
        if (FOLDER / candidate / "LC_MESSAGES" / f"{domain}.mo").exists():
            return gettext.translation(domain, FOLDER, [candidate])
    return gettext.NullTranslations()
