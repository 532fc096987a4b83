"""Which question each column of a file probably is, how sure that is, and why.

Every column is compared with every question of every questionnaire: the words of the
header and title, what earlier mappings called the question, whether the answers fit its
scale, and the order of the columns. Then each question goes to at most one column. A
code alone ("Q9") is never enough: one form's Q9 is another's Q8.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from qualitycycle.checking.export import Export, ItemColumn, is_link_code_header, own_columns
from qualitycycle.checking.similarity import header_texts, item_texts, similarities
from qualitycycle.checking.strange_labels import label_fit
from qualitycycle.config import Config
from qualitycycle.instrument import Instrument, Item
from qualitycycle.labels import normalise_header, normalise_label

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

CERTAIN, LIKELY, DOUBTFUL = 0.9, 0.75, 0.55
"""From these certainties on a proposal is certain, likely, doubtful; below that there is none."""

LABEL_WEIGHT = 0.25
"""How much of the certainty hangs on the answers: fitting none of them takes this share off."""

NO_ANSWERS = 0.95
"""What a question is worth of which the answers say nothing: an open question, an empty column."""

BETWEEN = 0.15
"""What it adds that the columns around hold the questions around this one, in the order of the form."""

TIE = 0.02
"""Of two equal texts the one whose place in the form is nearer wins; it adds nothing to the certainty."""

CODE_ONLY = 0.8
"""What a header that is only the code of a question is worth when most codes of the file are."""

CODES_NEEDED = 0.5
"""From this share of the columns on, codes that match are those of this questionnaire."""

SESSIONS_NEEDED = 0.9
"""From this share of known sessions on, a column says to which session a row belongs."""

ALTERNATIVES = 5
"""So many other questions are kept to choose from."""

ID_WORDS = frozenset({"id", "uuid", "nummer", "number", "nr", "respons", "response"})

ENOUGH_IDS = 5
"""In fewer rows it says nothing that all numbers differ."""

CODES_WRITTEN = 0.6
"""From this share of codes on, a column holds codes that people made themselves."""


_ID = re.compile(r"\d+|(?=.*\d)[A-Za-z0-9_-]{6,}")
_CODE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9]{4,12}")
_DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}(?!\d)")


class Role(StrEnum):
    """What a column is for."""

    ITEM = "item"
    LINK_CODE = "link_code"
    SESSION = "session"
    RESPONSE_ID = "response_id"
    SUBMITTED = "submitted"
    OWN = "own"
    IGNORE = "ignore"
    UNKNOWN = "unknown"


class Certainty(StrEnum):
    """A certainty in a word."""

    CERTAIN = "certain"
    LIKELY = "likely"
    DOUBTFUL = "doubtful"
    NONE = "none"


def in_words(certainty: float) -> Certainty:
    """The word for a certainty between 0 and 1.

    >>> [str(in_words(c)) for c in (1.0, 0.8, 0.6, 0.2)]
    ['certain', 'likely', 'doubtful', 'none']
    """
    for floor, word in ((CERTAIN, Certainty.CERTAIN), (LIKELY, Certainty.LIKELY)):
        if certainty >= floor:
            return word
    return Certainty.DOUBTFUL if certainty >= DOUBTFUL else Certainty.NONE


@dataclass(frozen=True)
class Proposal:
    """What one column probably is. ``reasons`` are codes; ``others`` more questions, the best first."""

    index: int
    header: str
    title: str
    role: Role
    item: str | None = None
    certainty: float = 0.0
    reasons: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def word(self) -> Certainty:
        """The certainty in a word."""
        return in_words(self.certainty)


@dataclass(frozen=True)
class Proposals:
    """What the columns of one file probably are, against one questionnaire."""

    instrument: Instrument
    columns: tuple[Proposal, ...]

    def items(self, *words: Certainty) -> list[Proposal]:
        """The columns proposed for a question, with one of these certainties."""
        return [one for one in self.columns if one.role is Role.ITEM and one.word in words]

    def item_columns(self, export: Export) -> list[ItemColumn]:
        """The columns that are taken to be a question (certain and likely)."""
        known = self.instrument
        return [
            ItemColumn(one.index, export.headers[one.index], known.item(one.item), known.scale_of(one.item))
            for one in self.items(Certainty.CERTAIN, Certainty.LIKELY)
            if one.item is not None
        ]


def propose(
    export: Export, config: Config, instrument: str | None = None, sessions: Collection[str] = ()
) -> Proposals:
    """What each column probably is, against the questionnaire that fits best.

    ``instrument`` chooses the questionnaire; ``sessions`` are the ids of known sessions
    and surveys, by which a column that names them is recognised.
    """
    chosen = [config.instruments[instrument]] if instrument else config.ordered_instruments()
    every = [_against(export, one, config) for one in chosen]
    best = max(every, key=lambda made: sum(one.certainty for one in made.columns))
    columns = [_other_role(export, one, sessions) if one.item is None else one for one in best.columns]
    return replace(best, columns=tuple(columns))


def _against(export: Export, instrument: Instrument, config: Config) -> Proposals:
    own = own_columns(export)
    places = [
        at for at, header in enumerate(export.headers) if at not in own and not is_link_code_header(header)
    ]
    columns = [
        Proposal(at, header, export.title(at), Role.UNKNOWN) for at, header in enumerate(export.headers)
    ]
    if places:
        for one in _proposed(export, instrument, config, places):
            columns[one.index] = one
    return Proposals(instrument, tuple(columns))


def _proposed(
    export: Export, instrument: Instrument, config: Config, places: Sequence[int]
) -> Iterator[Proposal]:
    items = instrument.items
    evidence = _evidence(export, instrument, config, places, items)
    certainty = _with_neighbours(evidence)
    chosen = _assigned(certainty)
    for row, at in enumerate(places):
        item = chosen.get(row)
        order = [int(i) for i in (-certainty[row]).argsort() if certainty[row, i] >= DOUBTFUL]
        others = tuple(items[i].id for i in order if i != item)[:ALTERNATIVES]
        made = Proposal(at, export.headers[at], export.title(at), Role.UNKNOWN, others=others)
        if item is not None:
            made = replace(
                made,
                role=Role.ITEM,
                item=items[item].id,
                certainty=round(float(certainty[row, item]), 2),
                reasons=evidence.reasons(row, item, certainty[row, item]),
            )
        yield made


@dataclass(frozen=True)
class Renamed:
    """A column that is probably a question of which the header was changed; ``likeness`` of the texts."""

    header: str
    item: str
    likeness: float


def likely_renamed(
    export: Export, instrument: Instrument, config: Config, places: Sequence[int], missing: Collection[str]
) -> list[Renamed]:
    """Which of some columns probably are one of the missing items: each the other's best."""
    items = [item for item in instrument.items if item.id in missing]
    evidence = _evidence(export, instrument, config, places, items)
    certainty = evidence.certainty
    best = certainty.argmax(axis=1)
    return [
        Renamed(export.headers[at], items[best[row]].id, float(evidence.text[row, best[row]]))
        for row, at in enumerate(places)
        if certainty[row, best[row]] >= DOUBTFUL and certainty[:, best[row]].argmax() == row
    ]


@dataclass(frozen=True)
class _Evidence:
    """Per column and item (columns, items): similarity of text, fit of answers (nan: says nothing)."""

    text: npt.NDArray[np.float64]
    labels: npt.NDArray[np.float64]
    by_code: npt.NDArray[np.bool_]
    earlier: npt.NDArray[np.bool_]

    @property
    def certainty(self) -> npt.NDArray[np.float64]:
        """Text weighed by the answers."""
        import numpy as np

        weight = np.where(np.isnan(self.labels), NO_ANSWERS, 1 - LABEL_WEIGHT * (1 - self.labels))
        return np.asarray(self.text * weight, dtype=float)

    def reasons(self, column: int, item: int, certainty: float) -> tuple[str, ...]:
        """Why a column is proposed for an item, as codes."""
        text, fit = self.text[column, item], self.labels[column, item]
        found = ["code" if self.by_code[column, item] else "same_text" if text >= 1 else "near_text"]
        if self.earlier[column, item]:
            found = ["earlier"]
        if fit == fit:
            found.append("labels_fit" if fit >= 0.8 else "labels_some" if fit > 0 else "labels_strange")
        if certainty > self.certainty[column, item] + TIE:
            found.append("order")
        return tuple(found)


def _evidence(
    export: Export, instrument: Instrument, config: Config, places: Sequence[int], items: Sequence[Item]
) -> _Evidence:
    import numpy as np

    columns = [_texts(export, at) for at in places]
    told = _earlier_headers(instrument, config)
    before = [[normalise_header(text) for text in told.get(item.id, ())] for item in items]
    text = similarities(columns, [item_texts(item, instrument) for item in items])
    earlier = np.array([[bool(set(ours) & set(theirs)) for theirs in before] for ours in columns])
    text = np.where(earlier, 1.0, text)
    by_code = _codes(export, places, items)
    text = np.where(by_code, np.maximum(text, CODE_ONLY), text)
    cells = [export.columns[at] for at in places]
    return _Evidence(text, _labels(cells, instrument, items, text), by_code, earlier)


def _texts(export: Export, at: int) -> list[str]:
    return header_texts(export.headers[at].partition("#")[0] or export.headers[at], export.title(at))


def _earlier_headers(instrument: Instrument, config: Config) -> dict[str, list[str]]:
    """What mappings of this questionnaire called an item: titles, else headers that are more than a code."""
    told: dict[str, list[str]] = {}
    for mapping in config.mappings.values():
        if mapping.instrument == instrument.id:
            for header, item in mapping.columns.items():
                text = mapping.titles.get(header, header)
                if not is_code(text):
                    told.setdefault(item, []).append(text)
    return told


def is_code(header: str) -> bool:
    """Whether a header is only a code, whose meaning depends on the form.

    >>> [is_code(header) for header in ("Q9", "rse3[SQ001]", "TRN3", "Cijfer")]
    [True, True, True, False]
    """
    return " " not in header.strip() and any(letter.isdigit() for letter in header)


def _codes(export: Export, places: Sequence[int], items: Sequence[Item]) -> npt.NDArray[np.bool_]:
    """Headers that are the id of a question and have no words, where most of the headers are."""
    import numpy as np

    ids = [item.id.casefold() for item in items]
    plain = [normalise_header(export.headers[at]) for at in places]
    silent = [normalise_header(export.title(at)) == header for at, header in zip(places, plain, strict=True)]
    same = np.array([[quiet and own == id for id in ids] for own, quiet in zip(plain, silent, strict=True)])
    return same if same.any(axis=1).mean() >= CODES_NEEDED else np.zeros_like(same)


def _labels(
    columns: Sequence[Sequence[Any]],
    instrument: Instrument,
    items: Sequence[Item],
    text: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """The fit of the answers, for every pair that the text makes possible at all."""
    import numpy as np

    fits = np.full(text.shape, np.nan)
    known: dict[tuple[int, str], float | None] = {}
    for at, position in np.argwhere(text + BETWEEN >= DOUBTFUL):
        item = items[position]
        key = (int(at), item.scale if not item.labels else item.id)
        if key not in known:
            known[key] = label_fit(columns[at], instrument.scale_of(item.id))
        fit = known[key]
        if fit is not None:
            fits[at, position] = fit
    return fits


def _with_neighbours(evidence: _Evidence) -> npt.NDArray[np.float64]:
    """The certainties, higher where the columns on both sides hold the questions on both sides."""
    import numpy as np

    certainty = evidence.certainty
    sure = {at: item for at, item in _assigned(certainty).items() if certainty[at, item] >= LIKELY}
    raised = certainty.copy()
    for before, earlier in sure.items():
        at, item = before + 1, earlier + 1
        if at not in sure and sure.get(at + 1) == item + 1:
            fit = evidence.labels[at, item]
            if np.isnan(fit) or fit > 0:
                raised[at, item] = min(certainty[at, item] + BETWEEN, CERTAIN - 0.01)
    return raised


def _assigned(certainty: npt.NDArray[np.float64]) -> dict[int, int]:
    """Each item to at most one column, such that the sum of certainties is greatest."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    if not certainty.size:
        return {}
    columns, items = (np.linspace(0, 1, size) for size in certainty.shape)
    near = TIE * (1 - np.abs(columns[:, None] - items[None, :]))
    worth = np.where(certainty >= DOUBTFUL, certainty + near, 0.0)
    pairs = zip(*linear_sum_assignment(worth, maximize=True), strict=True)
    return {int(at): int(item) for at, item in pairs if certainty[at, item] >= DOUBTFUL}


def _other_role(export: Export, one: Proposal, sessions: Collection[str]) -> Proposal:
    """A column that is no question: what else it may be."""
    cells = [cell for cell in export.columns[one.index] if cell is not None and str(cell).strip()]
    if is_link_code_header(one.header):
        return replace(one, role=Role.LINK_CODE, certainty=1.0, reasons=("link_code",))
    if one.index in own_columns(export):
        return replace(one, role=Role.OWN, certainty=1.0, reasons=("own",))
    if not cells:
        return replace(one, role=Role.IGNORE, certainty=1.0, reasons=("empty",))
    if _share_known(cells, sessions) >= SESSIONS_NEEDED:
        return replace(one, role=Role.SESSION, certainty=1.0, reasons=("sessions",))
    if all(_is_day(cell) for cell in cells):
        sure = export.submitted is None and all(hasattr(cell, "year") for cell in cells)
        return replace(one, role=Role.SUBMITTED, certainty=LIKELY if sure else DOUBTFUL, reasons=("days",))
    if len(cells) == len(export.rows) >= ENOUGH_IDS and _all_differ(cells):
        sure = export.response_ids is None and _names_an_id(one.header)
        certainty = LIKELY if sure else DOUBTFUL
        return replace(one, role=Role.RESPONSE_ID, certainty=certainty, reasons=("distinct",))
    if _mostly_codes(cells):
        return replace(one, role=Role.LINK_CODE, certainty=DOUBTFUL, reasons=("codes",))
    return one


def _is_day(cell: Any) -> bool:
    return hasattr(cell, "year") or (isinstance(cell, str) and _DAY.match(cell.strip()) is not None)


def _share_known(cells: Sequence[Any], sessions: Collection[str]) -> float:
    known = {normalise_label(session) for session in sessions}
    return sum(normalise_label(str(cell)) in known for cell in cells) / len(cells)


def _all_differ(cells: Sequence[Any]) -> bool:
    """Whether every cell holds another whole number or code."""
    texts = [_plain(cell) for cell in cells]
    return len(set(texts)) == len(texts) and all(_ID.fullmatch(text) for text in texts)


def _names_an_id(header: str) -> bool:
    words = normalise_header(header).replace("_", " ").replace("-", " ").split()
    return len(words) <= 2 and not ID_WORDS.isdisjoint(words)


def _mostly_codes(cells: Sequence[Any]) -> bool:
    """Whether people wrote a code of letters and digits, each their own."""
    texts = [_plain(cell) for cell in cells]
    codes = [text for text in texts if _CODE.fullmatch(text)]
    return len(codes) >= CODES_WRITTEN * len(texts) and len(set(codes)) > len(texts) / 2


def _plain(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def choose(made: Proposals, choices: Mapping[str, str]) -> Proposals:
    """The proposals after somebody decided: per header an item id, or "" to leave the column out."""
    columns = [_decided(one, choices[one.header]) if one.header in choices else one for one in made.columns]
    taken = {item for item in choices.values() if item}
    freed = [
        replace(one, role=Role.UNKNOWN, item=None, certainty=0.0, reasons=())
        if one.item in taken and one.header not in choices
        else one
        for one in columns
    ]
    return replace(made, columns=tuple(freed))


def _decided(one: Proposal, item: str) -> Proposal:
    if not item:
        return replace(one, role=Role.IGNORE, item=None, certainty=1.0, reasons=("decided",))
    return replace(one, role=Role.ITEM, item=item, certainty=1.0, reasons=("decided",))
