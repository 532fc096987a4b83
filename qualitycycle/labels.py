"""Texts of headers and answers made comparable, and the options inside one cell.

Nothing here changes what is stored or shown: a normalised text is only used to find
out whether two spellings mean the same.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence

_SPELLINGS = str.maketrans(
    {
        **dict.fromkeys("‘’‛`´", "'"),
        **dict.fromkeys("“”„‟", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad"),
    }
)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def normalise_label(text: str) -> str:
    """An answer's text in the form in which answers are compared.

    Compatibility characters, no-break blanks, curly quotes, dashes and runs of blanks
    become their plain form, capitals are folded, blanks at the ends go.

    >>> normalise_label(" Helemaal\\u00a0mee  eens ")
    'helemaal mee eens'
    >>> normalise_label("I don\\u2019t use this tool") == normalise_label("I don't use this tool")
    True
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_SPELLINGS).split())
    folded = unicodedata.normalize("NFKC", plain.casefold())
    return " ".join(folded.translate(_SPELLINGS).split())


def normalise_header(text: str) -> str:
    """A column header in the form in which headers are compared.

    As ``normalise_label``, without HTML tags and without ``:`` or ``*`` at the end.

    >>> normalise_header("What is your <strong>role</strong>?\\u00a0*")
    'what is your role?'
    >>> normalise_header("Minder dan <5 jaar : ")
    'minder dan <5 jaar'
    """
    return normalise_label(_TAG.sub("", html.unescape(text))).rstrip(" :*")


def split_options(cell: str, options: Sequence[str], separator: str = ";") -> tuple[list[str], list[str]]:
    """The chosen options in one cell, and the texts that are none of the options.

    Tools join the chosen options of a multiple choice with a separator that an option
    may contain itself. So at every separator the longest run that is a known option
    wins. What is left over (a typed "other" answer, or everything when ``options`` is
    empty) is split on each separator outside parentheses.

    ``options`` are the known option texts; they are compared by ``normalise_label`` and
    returned as they are spelled in ``options``, in the order of the cell, each once.
    An empty part, such as after the last separator, is nothing.

    >>> known = ["Scripting (Python for VFX; Python/C# for Games)", "Modelling"]
    >>> split_options("Modelling;Scripting (Python for VFX; Python/C# for Games);", known)
    (['Modelling', 'Scripting (Python for VFX; Python/C# for Games)'], [])
    >>> split_options("modelling; knitting;", known)
    (['Modelling'], ['knitting'])
    >>> split_options("A (x; y);B;", [])
    ([], ['A (x; y)', 'B'])
    """
    known = {normalise_label(option): option for option in reversed(options)}
    longest = max((option.count(separator) + 1 for option in known), default=0)
    parts = cell.split(separator)
    found: dict[str, None] = {}
    others: list[str] = []
    left_over: list[str] = []
    at = 0
    while at < len(parts):
        for size in range(min(longest, len(parts) - at), 0, -1):
            option = known.get(normalise_label(separator.join(parts[at : at + size])))
            if option is not None:
                found[option] = None
                others += _split_outside_parentheses(left_over, separator)
                left_over = []
                at += size
                break
        else:
            left_over.append(parts[at])
            at += 1
    others += _split_outside_parentheses(left_over, separator)
    return list(found), others


def _split_outside_parentheses(parts: list[str], separator: str) -> list[str]:
    """Parts joined again where the separator stands between parentheses that are closed."""
    joined: list[str] = []
    depth = 0
    for part in parts:
        if depth > 0:
            joined[-1] += separator + part
        else:
            joined.append(part)
        depth = max(0, depth + part.count("(") - part.count(")"))
    return [part.strip() for part in (parts if depth else joined) if part.strip()]
