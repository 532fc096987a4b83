"""Language is data: every catalogue is complete, compiled, and says the same things."""

from __future__ import annotations

import ast
import gettext
import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import qualitycycle
from qualitycycle import wording

DOMAINS = sorted(path.stem for path in (wording.FOLDER / "nl" / "LC_MESSAGES").glob("*.po"))
LANGUAGES = wording.languages()
PACKAGE = Path(qualitycycle.__file__).parent
FILE_ENDINGS = (".xlsx", ".csv", ".html", ".html.j2", ".toml", ".key")
KEY = re.compile(rf"^({'|'.join(DOMAINS)})\.[a-z0-9_.]+[a-z0-9]$", re.IGNORECASE)


def catalogue(language: str, domain: str) -> Catalog:
    with (wording.FOLDER / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as handle:
        return read_po(handle, locale=language)


def sentences(language: str, domain: str) -> dict[str, tuple[str, ...]]:
    found = {}
    for message in catalogue(language, domain):
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = (message.string,) if isinstance(message.string, str) else tuple(message.string)
    return found


def placeholders(texts: tuple[str, ...]) -> set[str]:
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("domain", DOMAINS)
def test_languages_say_the_same_things(domain: str) -> None:
    first, *others = LANGUAGES
    for other in others:
        assert set(sentences(first, domain)) == set(sentences(other, domain))
        for key, texts in sentences(first, domain).items():
            assert placeholders(texts) == placeholders(sentences(other, domain)[key]), key


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty(language: str, domain: str) -> None:
    for key, texts in sentences(language, domain).items():
        assert all(text.strip() for text in texts), key


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_fresh(language: str, domain: str) -> None:
    with (wording.FOLDER / language / "LC_MESSAGES" / f"{domain}.mo").open("rb") as handle:
        compiled = gettext.GNUTranslations(handle)
    for key, texts in sentences(language, domain).items():
        found = (
            [compiled.ngettext(key, key, n) for n in (1, 2)] if len(texts) > 1 else [compiled.gettext(key)]
        )
        assert tuple(found) == texts, f"{key}: run `make messages`"


def keys_in_code() -> set[str]:
    """Every string in the package that looks like a key of a catalogue."""
    keys = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.match(node.value):
                keys.add(node.value)
    return {key for key in keys if not key.endswith(FILE_ENDINGS)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_in_the_code_has_a_sentence(language: str) -> None:
    known = {key for domain in DOMAINS for key in sentences(language, domain)}
    prefixes = {key.rsplit(".", 1)[0] for key in known}
    missing = {key for key in keys_in_code() if key not in known and key not in prefixes}
    assert not missing


def test_plural_and_placeholders() -> None:
    assert wording.plural("terms.sessions", 1, "en") == "1 session"
    assert wording.plural("terms.sessions", 0, "nl") == "0 sessies"


def test_a_language_without_catalogue_falls_back_to_english() -> None:
    assert wording.text("terms.verdict.better", "fr") == "better"
