"""Texts of headers and answers made comparable, and the options inside one cell.

Nothing here changes what is stored or shown: a normalised text is only used to find
out whether two spellings mean the same.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_SPELLINGS = str.maketrans(
    {
        **dict.fromkeys("‘’‛`´", "'"),
        **dict.fromkeys("“”„‟", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad"),
    }
)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_JOINERS = (";", "\n", ",")
"""What tools put between chosen options; of equally good ones the first wins."""


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


def split_options(
    cell: str, options: Sequence[str], separator: str | None = None
) -> tuple[list[str], list[str]]:
    """The chosen options in one cell, and the texts that are none of the options.

    Tools join the chosen options of a multiple choice with a mark that an option may
    contain itself: ``;`` (Microsoft Forms, Indico), ``,`` (Google Forms) or a new line. Of
    the marks in the cell the one is taken by which most of it is known options; of the
    ways to read the cell by that mark, the one that leaves least over, longest options
    first. What is left over (a typed "other" answer, or everything when ``options`` is
    empty) is split on ``;``, new lines or a given ``separator`` outside parentheses; at a
    comma nobody asked for it stays whole, since a sentence has commas too.

    ``options`` are the known option texts, in any language; they are compared by
    ``normalise_label`` and returned as they are spelled in ``options``, in the order of the
    cell, each once. An empty part, such as after the last separator, is nothing.

    >>> known = ["Scripting (Python for VFX; Python/C# for Games)", "Modelling"]
    >>> split_options("Modelling;Scripting (Python for VFX; Python/C# for Games);", known)
    (['Modelling', 'Scripting (Python for VFX; Python/C# for Games)'], [])
    >>> split_options("Modelling, Scripting (Python for VFX; Python/C# for Games)", known)
    (['Modelling', 'Scripting (Python for VFX; Python/C# for Games)'], [])
    >>> split_options("modelling; knitting, of course;", known)
    (['Modelling'], ['knitting, of course'])
    >>> split_options("A (x; y);B;", [])
    ([], ['A (x; y)', 'B'])
    """
    known = {normalise_label(option): option for option in reversed(options)}
    marks = [separator] if separator else [mark for mark in _JOINERS if mark in cell] or [_JOINERS[0]]
    readings = [_read_by(cell, mark, known) for mark in marks]
    best = min(readings, key=lambda reading: reading.uncovered)
    return list(dict.fromkeys(best.found)), best.others(keep_commas=separator is None)


@dataclass(frozen=True)
class _Reading:
    """A cell as split by one mark: the options in it and the runs of parts that are none."""

    mark: str
    found: list[str]
    left_over: list[list[str]]

    @property
    def uncovered(self) -> int:
        """How many characters of the cell are in no known option."""
        return sum(len(self.mark.join(run).strip(f"{self.mark} ")) for run in self.left_over)

    def others(self, keep_commas: bool) -> list[str]:
        """The texts that are no option."""
        if self.mark == "," and keep_commas:
            texts = [",".join(run).strip(", ") for run in self.left_over]
            return [text for text in texts if text]
        return [text for run in self.left_over for text in _split_outside_parentheses(run, self.mark)]


def _read_by(cell: str, mark: str, known: Mapping[str, str]) -> _Reading:
    parts = cell.split(mark)
    if mark.isspace():
        parts = [part for part in parts if part.strip()]
    sizes = _best_sizes(parts, mark, known)
    found: list[str] = []
    left_over: list[list[str]] = [[]]
    at = 0
    while at < len(parts):
        size = sizes[at]
        if size == 0:
            left_over[-1].append(parts[at])
        else:
            text = mark.join(parts[at : at + size])
            found.append(known[normalise_label(text)])
            left_over.append([])
        at += size or 1
    return _Reading(mark, found, left_over)


def _best_sizes(parts: Sequence[str], mark: str, known: Mapping[str, str]) -> list[int]:
    """For each part, of how many parts the option is that starts there; 0 when none does.

    Worked out from the last part to the first, so that as few filled parts as can be are
    left over; of equally good choices the longest option is taken.
    """
    inside = " " if mark.isspace() else mark  # a new line inside an option is a blank in its normal form
    longest = max((option.count(inside) + 1 for option in known), default=0)
    sizes = [0] * len(parts)
    left = [0] * (len(parts) + 1)
    for at in range(len(parts) - 1, -1, -1):
        left[at] = left[at + 1] + bool(parts[at].strip())
        for size in range(1, min(longest, len(parts) - at) + 1):
            is_known = normalise_label(mark.join(parts[at : at + size])) in known
            if is_known and left[at + size] <= left[at]:
                left[at], sizes[at] = left[at + size], size
    return sizes


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
