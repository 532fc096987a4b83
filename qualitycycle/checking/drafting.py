"""A first version of a questionnaire nobody knows yet, from the file it came in.

Every column becomes a question: its id from the code or the first words of the header, its
scale from the answers. What holds names, or nothing, is left out and said.
"""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from qualitycycle.checking.drafted_scales import ENOUGH, DraftedScale, answers_of, drafted_scale
from qualitycycle.checking.export import Export
from qualitycycle.checking.made_mapping import UNWRITTEN, mapping_of
from qualitycycle.checking.proposals import Proposal, Role
from qualitycycle.instrument import Instrument, Item, Labels, Scale
from qualitycycle.labels import normalise_header, normalise_label
from qualitycycle.mapping import SurveyMapping
from qualitycycle.vocabulary import Moment

ID_LENGTH = 24
ID_WORDS = 4
"""An id made from a text has so many of its words."""

NAMES = 0.6
"""From this share of answers that look like a name on, a column may hold people."""

TRACES = 0.05
"""From this share of answers with an address or number in it on, a column says who somebody is."""

STOP_WORDS = {
    "nl": "de het een en van je ik is in op te voor met dat niet hoe wat welke zijn aan deze bij om uw",
    "en": "the a an and of you i is in on to for with that not how what which are at this do your my",
    "de": "der die das ein eine und von du ich ist in auf zu für mit nicht wie was welche sind sie ihr",
    "fr": "le la les un une et de vous je est dans sur pour avec que ne pas comment quel sont votre des",
    "ca": "el la els les un una i de et jo és en sobre per amb que no com quin són aquest del al",
}

_CODE_IN_FRONT = re.compile(r"(?P<code>[A-Za-z]\w*\d\w*(\[\w+\])?)\.\s+(?P<text>\S.*)")
_UNNAMED = re.compile(r"#\d+")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_NAME = re.compile(r"([A-ZÀ-Þ][a-zà-ÿ'.-]+|van|de|der|den)(\s([A-ZÀ-Þ][\w'.-]*|van|de|der|den|ten|ter)){1,3}")
_NAME_HEADER = re.compile(r"\b(naam|namen|name|names|nom|e-?mail|mailadres|telefoon|phone|telefon)\b")
_TRACE = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}|\b(\+?\d[\s-]?){9,}\b", re.IGNORECASE)


class Question(Protocol):
    """What a structure file says of one column (``readers.structure.Question``)."""

    @property
    def texts(self) -> Mapping[str, str]: ...
    @property
    def options(self) -> Mapping[str, Mapping[str, str]]: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True)
class Draft:
    """A drafted questionnaire and its mapping. ``notes``: per item a code of what to look at.

    ``left_out``: headers that became no question, with a code of the reason.
    """

    instrument: Instrument
    mapping: SurveyMapping
    notes: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Column:
    """A column on its way to a question: ``stem`` and ``row`` of ``Question [statement]``."""

    index: int
    header: str
    code: str
    text: str
    stem: str
    answers: Counter[str]


def draft(
    export: Export,
    columns: Sequence[Proposal],
    *,
    id: str,
    title: str,
    moment: Moment = Moment.POST,
    taken: Collection[str] = (),
    questions: Mapping[str, Question] | None = None,
    names_someone: Callable[[str], bool] = lambda text: False,
) -> Draft | None:
    """A questionnaire and a mapping from a file; None when no column can be a question.

    ``columns`` are the proposals: a column with another role is no question. ``taken`` are
    ids of questions elsewhere, which stay unique. ``questions`` are those of a structure
    file, per header. ``names_someone``: whether a text holds a name from the register; a column
    whose question or labels do becomes no question.
    """
    asked = questions or {}
    made = _making(export, columns, taken, asked, names_someone)
    if not made.kept:
        return None
    instrument = _instrument(made, id, title, moment, asked)
    mapping = mapping_of(
        export,
        [_unwritten(one, made) for one in columns],
        instrument.id,
        {one.header: made.ids[one.index] for one in made.kept},
        moment=moment,
        labels=_aliases(made, instrument),
    )
    notes = {made.ids[one.index]: note for one in made.kept if (note := made.scales[one.index].note)}
    return Draft(instrument, mapping, notes, made.left_out)


def _unwritten(one: Proposal, made: _Making) -> Proposal:
    """A column that the mapping does not mention remembers why: nobody answered it, also when it is full
    of "n.v.t.", or it names somebody."""
    reason = next((why for header, why in made.left_out if header == one.header), None)
    return replace(one, reasons=(reason,)) if reason in UNWRITTEN else one


@dataclass(frozen=True)
class _Making:
    """The columns that become questions, with the id and the scale of each by its place."""

    kept: tuple[_Column, ...]
    ids: Mapping[int, str]
    scales: Mapping[int, DraftedScale]
    left_out: tuple[tuple[str, str], ...]


def _making(
    export: Export,
    columns: Sequence[Proposal],
    taken: Collection[str],
    questions: Mapping[str, Question],
    names_someone: Callable[[str], bool],
) -> _Making:
    read = [_column(export, one) for one in columns]
    scales = _scales(read, questions)
    left_out = {
        one.header: reason
        for one, proposal in zip(read, columns, strict=True)
        if (reason := _no_question(one, proposal, scales[one.index], names_someone))
    }
    if set(left_out.values()) == {"empty"} and len(left_out) == len(read):
        left_out = {}  # nobody answered anything yet: the questions are all there is
    kept = tuple(one for one in read if one.header not in left_out)
    return _Making(kept, _ids(kept, taken), scales, tuple(left_out.items()))


def _instrument(
    made: _Making, id: str, title: str, moment: Moment, questions: Mapping[str, Question]
) -> Instrument:
    language = guess_language(one.text for one in made.kept)
    stems = Counter(one.stem for one in made.kept if one.stem)
    dimensions = {stem: slug(stem) for stem, n in stems.items() if n > 1}
    items = []
    for one in made.kept:
        scale, question = made.scales[one.index], questions.get(one.header)
        items.append(
            Item(
                id=made.ids[one.index],
                text=_item_text(one, question, language),
                scale=scale.name,
                dimension=dimensions.get(one.stem, ""),
                moments=(moment,),
                labels=_item_labels(scale, question, language),
            )
        )
    return Instrument(
        id=id,
        title={language: title},
        dimensions={code: {language: stem} for stem, code in dimensions.items()},
        scales=_shared(made.scales[one.index] for one in made.kept),
        items=tuple(items),
    )


def guess_language(texts: Iterable[str]) -> str:
    """The language of most of the small words in ``texts``; English when there are none.

    >>> guess_language(["Hoe was de zaal?", "Wat vond je van het tempo?"])
    'nl'
    """
    words = Counter(word for text in texts for word in re.findall(r"[^\W\d_]+", text.casefold()))
    scores = {code: sum(words[word] for word in stop.split()) for code, stop in STOP_WORDS.items()}
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] > scores["en"] else "en"


def slug(text: str, words: int = ID_WORDS) -> str:
    """A short id from the first words of a text.

    >>> slug("Hoe was de zaal (groot)?"), slug("rse3[SQ001]")
    ('hoe_was_de_zaal', 'rse3_SQ001')
    """
    if " " in text.strip():
        text = " ".join(text.casefold().split()[:words])
    parts = re.findall(r"[^\W_]+", text)
    return "_".join(parts)[:ID_LENGTH].strip("_") or "item"


def readable(text: str) -> str:
    """A question without HTML, on one line."""
    return " ".join(_TAG.sub(" ", html.unescape(text)).split())


def code_of(header: str) -> str:
    """The code of a question in ``code. text``, else the header.

    >>> code_of("rse3[SQ001]. Who uses your code?"), code_of("E2"), code_of("Hoe was het?")
    ('rse3[SQ001]', 'E2', 'Hoe was het?')
    """
    parted = _CODE_IN_FRONT.fullmatch(readable(header))
    return parted["code"] if parted else header


def _column(export: Export, one: Proposal) -> _Column:
    """A column in words; the rows of a grid are known by their stem or their code."""
    title = readable(one.title)
    if normalise_header(title) == normalise_header(one.header.partition("#")[0]):
        title = readable(one.header)
    parted = _CODE_IN_FRONT.fullmatch(title)
    code, text = code_of(one.header), parted["text"] if parted else title
    stem = text[: text.rindex("[")].strip() if text.endswith("]") and text.find("[") > 0 else ""
    if not stem and "[" in code and code.endswith("]"):
        stem = code[: code.index("[")]
    return _Column(one.index, one.header, code, text, stem, answers_of(export.columns[one.index]))


def _no_question(
    column: _Column, proposal: Proposal, scale: DraftedScale, names_someone: Callable[[str], bool]
) -> str | None:
    """Why a column cannot be a question, as a code."""
    labels = () if scale.name == "open" else tuple(column.answers)
    if any(map(names_someone, (column.header, column.text, *labels))):
        return "names_someone"
    if not column.answers:
        return "empty"
    if proposal.role not in (Role.UNKNOWN, Role.ITEM):
        return str(proposal.role)
    if _UNNAMED.fullmatch(column.header) and len(column.answers) == column.answers.total():
        return "unnamed"
    return "names" if scale.name == "open" and _personal(column) else None


def _personal(column: _Column) -> bool:
    """Whether an open column seems to hold names, addresses or numbers of people."""
    total = column.answers.total()
    if _NAME_HEADER.search(normalise_header(column.text)):
        return True
    names = sum(n for text, n in column.answers.items() if _NAME.fullmatch(text)) if total >= ENOUGH else 0
    traces = sum(n for text, n in column.answers.items() if _TRACE.search(text))
    return (names > 0 and names >= NAMES * total) or traces > TRACES * total


def _scales(columns: Sequence[_Column], questions: Mapping[str, Question]) -> dict[int, DraftedScale]:
    """The scale per column; the rows of a grid are looked at together."""
    grids: dict[str, Counter[str]] = defaultdict(Counter)
    for one in columns:
        if one.stem:
            grids[one.stem] += one.answers
    return {
        one.index: _from_structure(one, questions)
        or _ticked(one)
        or drafted_scale(one.answers, grids.get(one.stem))
        for one in columns
    }


def _ticked(column: _Column) -> DraftedScale | None:
    """The scale of a column that holds nothing but its own name: one option of a multiple choice."""
    names = {normalise_header(text) for text in (column.header.partition("#")[0], column.text)}
    if len(column.answers) != 1 or normalise_header(next(iter(column.answers))) not in names:
        return None
    return DraftedScale("single", Scale(kind="single"), tuple(column.answers))


def _from_structure(column: _Column, questions: Mapping[str, Question]) -> DraftedScale | None:
    """The scale with every option the structure knows, also those nobody chose, in the form's order."""
    question = questions.get(column.header)
    if question is None or not question.options:
        return None
    several = [_by_language(texts, "") or {"": code} for code, texts in question.options.items()]
    labels = tuple(next(iter(texts.values())) for texts in several)
    written = {normalise_label(text) for texts in several for text in texts.values()}
    if question.kind == "multi":
        return DraftedScale("multi", Scale(kind="multi"), labels)
    found = drafted_scale(Counter(dict.fromkeys(labels, ENOUGH)))
    if found.scale.is_scored:
        return found
    more = tuple(text for text in column.answers if normalise_label(text) not in written)
    return DraftedScale("single", Scale(kind="single"), (*labels, *more))


def _ids(columns: Sequence[_Column], taken: Collection[str]) -> dict[int, str]:
    """An id per column, unique here and everywhere else, compared without case."""
    used = {id.casefold() for id in taken}
    ids = {}
    for one in columns:
        silent = " " in one.code.strip() or not one.code.strip()
        wanted = slug(one.text if silent else one.code.rpartition("/")[2])
        id, n = wanted, 2
        while id.casefold() in used:
            id, n = f"{wanted}_{n}", n + 1
        used.add(id.casefold())
        ids[one.index] = id
    return ids


def _item_text(column: _Column, question: Question | None, language: str) -> dict[str, str]:
    told = _by_language(question.texts, language) if question else {}
    return told if told and not column.stem else {language: column.text}


def _by_language(texts: Mapping[str, str], language: str) -> dict[str, str]:
    """Texts per two-letter language; a text without a language is in ``language``."""
    told: dict[str, str] = {}
    for code, words in texts.items():
        if readable(words):
            told.setdefault(language if code == "default" else code[:2].casefold(), readable(words))
    return told


def _item_labels(scale: DraftedScale, question: Question | None, language: str) -> Labels:
    """The options of an item, in every language in which all of them are known."""
    told = _told_labels(scale, question, language) if question else {}
    if scale.known is not None and scale.scale.is_scored:
        more = {code: labels for code, labels in told.items() if code not in scale.known.family.words}
        return {**scale.known.scale_labels(scale.known.labels), **more} if more else {}
    if scale.known is not None:
        return scale.both_languages
    return told or ({language: list(scale.labels)} if scale.labels else {})


def _told_labels(scale: DraftedScale, question: Question, language: str) -> Labels:
    """The options as the structure has them; on a known set in its order, low to high."""
    told = [_by_language(texts, language) for texts in question.options.values()]
    size = len(scale.known.shape) if scale.known else len(scale.labels)
    if not told or len(told) != size:
        return {}
    if scale.known is not None:
        places = [scale.known.family.place(next(iter(texts.values()), "")) for texts in told]
        if None in places:
            return {}
        told = [texts for _, texts in sorted(zip(places, told, strict=True), key=lambda pair: pair[0] or 0)]
    complete = [code for code in told[0] if all(code in texts for texts in told)]
    return {code: [texts[code] for texts in told] for code in complete}


def _shared(scales: Iterable[DraftedScale]) -> dict[str, Scale]:
    """One scale per name; of a known set each label as it is spelled most."""
    shared: dict[str, Scale] = {}
    observed: dict[str, Counter[str]] = defaultdict(Counter)
    for one in scales:
        shared.setdefault(one.name, one.scale)
        if one.known is not None and one.name != "single":
            observed[one.name].update(one.known.labels)
            labels = one.known.scale_labels([text for text, _ in observed[one.name].most_common()])
            shared[one.name] = one.known.scale(labels)
    return shared


def _aliases(made: _Making, instrument: Instrument) -> dict[str, dict[str, float | str]]:
    """The spellings that the scales, as they became, do not know."""
    labels: dict[str, dict[str, float | str]] = {}
    for one in made.kept:
        scale, id = made.scales[one.index], made.ids[one.index]
        if scale.known is not None:
            needed = scale.known.aliases(scale.known.labels, instrument.scale_of(id).labels)
            if needed:
                labels.setdefault(id if scale.name == "single" else scale.name, {}).update(needed)
    return labels
