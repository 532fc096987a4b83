"""What no sentence of the register and the readers says: what the terminal prints beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po

from qualitycycle import wording


def sentences(language: str) -> Iterator[tuple[str, str]]:
    for domain in ("register", "reading"):
        with (wording.FOLDER / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as handle:
            for message in read_po(handle):
                if message.id:
                    yield str(message.id), str(message.string)


@pytest.mark.parametrize("language", wording.languages())
def test_nothing_is_said_twice(language: str) -> None:
    for key, sentence in sentences(language):
        for place in ("{sheet}", "{count}", "{file}", "{row}"):
            assert place not in sentence, key


def test_a_row_has_one_name() -> None:
    for key, sentence in sentences("nl"):
        assert not re.search(r"\bregels?\b", sentence, re.IGNORECASE), key
