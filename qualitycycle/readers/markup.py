"""Texts with HTML in them, as survey platforms keep and export them, made plain."""

from __future__ import annotations

import html
import re

_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"</?(br|p|div|li|ul|ol|tr|td|th|table|h\d)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def plain(text: str) -> str:
    """The text without tags and entities, on one line.

    >>> plain("<p>Hoe <strong>tevreden</strong> ben je?<br/>Kies &eacute;&eacute;n\\nantwoord.</p>")
    'Hoe tevreden ben je? Kies één antwoord.'
    >>> plain("Minder dan <5 jaar")
    'Minder dan <5 jaar'
    """
    if "<" in text:
        text = _COMMENT.sub("", _HIDDEN.sub("", text))
        text = _TAG.sub("", _BREAK.sub(" ", text))
    return " ".join(html.unescape(text).split())
