"""Responses that look as if nobody read the questions: tests, straight lines, haste.

Every rule here says how a response looks, never what it is: people who agree with everything
exist. So the rules are kept narrow, and what they flag stays and counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

import numpy as np

from qualitycycle.checking.coded import Scored
from qualitycycle.checking.odd import Answered, Odd, Responses
from qualitycycle.instrument import Scale
from qualitycycle.labels import normalise_label
from qualitycycle.vocabulary import AnswerState

STRAIGHT_FROM = 6
"""So many answers on one scale, all the same, is straight-lining."""

CEILING = 0.6
"""Where more than this part of the others' answers is the best one, giving only that is no sign."""

REVERSED_SHARE = 0.8
"""Who is against so much of what is put to them, and content after all, read the scale upside down."""

CONTENT_SHARE = 2 / 3
"""So much of the marks and described answers must be good for "content after all"."""

HIGH_MARK = 7 / 9
"""From this part of the way up a mark is high: 8 on a scale of 1 to 10."""

SECONDS_PER_ANSWER = 2.0
HASTE = 1 / 3
ENOUGH_TIMES = 10

TEST_WORDS = frozenset({"test", "tests", "testing", "testen", "testje", "tets", "proef"})
SHORTEST = [word for word in TEST_WORDS if not any(other in word for other in TEST_WORDS - {word})]
"""Every test word holds one of these."""

BESIDE_TEST = frozenset({"dit", "is", "een", "alleen", "maar", "this", "a", "just", "only"})
WORD = re.compile(r"[^\W\d_]+")


def test_rows(responses: Responses) -> Odd:
    """Responses in which everything that was typed says "test".

    Typed are the answers to open questions, what was filled in beside the options of a choice,
    and texts where a label was expected (which a mapping may let pass as missing).
    """
    typed = np.zeros(responses.size, dtype=bool)
    serious = np.zeros(responses.size, dtype=bool)
    for one in responses.answers:
        texts = [_typed(raw, cell) for raw, cell in zip(one.scored.cells, one.scored.distinct, strict=True)]
        said = np.array([text is not None for text in texts], dtype=bool)
        test = np.array([text is not None and _says_test(text) for text in texts], dtype=bool)
        typed |= said[one.scored.at]
        serious |= (said & ~test)[one.scored.at]
    return Odd(np.flatnonzero(typed & ~serious).tolist())


def straight_lines(responses: Responses) -> Odd:
    """Responses that give one and the same answer to all of six or more items of one scale.

    A scale is one whose labels are the same for every item; items with answers of their own
    are different questions. Giving the best answer throughout is no straight line where the
    others give it too (``CEILING``, of this file): there it is simply the answer, unless some
    of the items are worded the other way round.

    Source: simple non-differentiation, the indicator that Kim et al. (2019, Social Science
    Computer Review 37, 214-233) find to be the plainest and most used; Schonlau and Toepoel
    (2015, Survey Research Methods 9, 125-137) and Curran (2016, Journal of Experimental Social
    Psychology 66, 4-19) warn that identical answers can be true where all items point one way.
    """
    flagged = np.zeros(responses.size, dtype=bool)
    for items in _by_scale(responses.answers).values():
        if len(items) < STRAIGHT_FROM:
            continue
        scores = np.array([one.scored.scores() for one in items])
        known = ~np.isnan(scores)
        given = known.sum(axis=0)
        lowest = np.where(known, scores, np.inf).min(axis=0)
        same = lowest == np.where(known, scores, -np.inf).max(axis=0)
        is_best = lowest == _best(items)
        best_elsewhere = (scores == _best(items)).sum() - given > CEILING * (given.sum() - given)
        flagged |= same & (given >= STRAIGHT_FROM) & ~(is_best & best_elsewhere)
    return Odd(np.flatnonzero(flagged).tolist())


def reversed_scales(responses: Responses) -> Odd:
    """Responses that are against nearly everything and yet content, so probably misread the scale.

    Against: the unfavourable half of a scale on at least ``REVERSED_SHARE`` of six or more of
    its items. Content: at least ``CONTENT_SHARE`` of the marks and of the answers that are
    described at the question (which cannot be read upside down) are good.

    Source: in two public files 38 of 1,013 and 9 of 276 people totally disagree with (nearly)
    everything, and all of them recommend the course or give it 8 or more.
    """
    telling = [one for one in responses.answers if _is_telling(one)]
    against: set[int] = set()
    for items in _by_scale(responses.answers).values():
        if len(items) >= STRAIGHT_FROM and telling:
            against |= set(_against(items, responses.size))
    return Odd(sorted(position for position in against if _is_content(position, telling)))


def too_fast(responses: Responses) -> Odd:
    """Responses that came faster than anybody can read.

    Under ``SECONDS_PER_ANSWER`` per closed question answered, or under a third of the median
    of the file where at least ten times are known. A time of nothing or less is no time.

    Source: two seconds per question: Huang et al. (2012, Journal of Business and Psychology 27,
    99-114). Times against the typical time of the same form: Leiner (2019, Survey Research
    Methods 13, 229-248), who takes half of it per page; of a whole form, where people pause and
    files are small, a third, as access panels do.
    """
    seconds = [None if time is None or time <= 0 else time for time in responses.seconds or ()]
    known = [time for time in seconds if time is not None]
    if not known:
        return Odd()
    floor = HASTE * median(known) if len(known) >= ENOUGH_TIMES else 0.0
    answers = np.zeros(len(seconds), dtype=int)
    for one in responses.answers:
        if one.column.scale.kind != "open":
            answers += one.scored.is_in(AnswerState.ANSWERED, AnswerState.NOT_APPLICABLE)
    return Odd(
        [
            position
            for position, (time, n) in enumerate(zip(seconds, answers.tolist(), strict=True))
            if time is not None and n and time < max(floor, SECONDS_PER_ANSWER * n)
        ]
    )


def two_languages(responses: Responses) -> Odd:
    """Responses with labels of one language and of another."""
    return Odd(
        [at for at, spoken in enumerate(languages_of(responses.answers, responses.size)) if len(spoken) > 1]
    )


def languages_of(answers: Sequence[Answered], size: int) -> list[frozenset[str]]:
    """The languages of the labels in each response; a label that two languages share says nothing."""
    names: dict[str, int] = {}
    spoken = np.zeros(size, dtype=np.int64)
    for one in answers:
        tongues = _tongues(one.column.scale)
        if not tongues:
            continue
        for language in tongues.values():
            names.setdefault(language, 1 << len(names))
        said = [
            tongues.get(normalise_label(cell)) if isinstance(cell, str) else None for cell in one.scored.cells
        ]
        spoken |= np.array([names.get(language or "", 0) for language in said], dtype=np.int64)[one.scored.at]
    known = {
        int(bits): frozenset(name for name, bit in names.items() if bits & bit) for bits in np.unique(spoken)
    }
    return [known[bits] for bits in spoken.tolist()]


def _tongues(scale: Scale) -> dict[str, str]:
    """Label -> language, of the labels that one language has."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for language, labels in scale.labels.items():
        for label in labels:
            owners[normalise_label(label)].add(language)
    alone = {label: min(of) for label, of in owners.items() if len(of) == 1}
    return alone if len(scale.labels) > 1 else {}


def _typed(raw: Any, cell: Scored) -> str | None:
    """What somebody typed in a cell, rather than chose."""
    unknown = cell.problem == "checking.unknown_label" and isinstance(raw, str)
    return cell.text or (raw if unknown else None)


def _says_test(text: str) -> bool:
    folded = text.casefold()
    if not any(word in folded for word in SHORTEST):
        return False
    words = set(WORD.findall(normalise_label(text)))
    return bool(words & TEST_WORDS) and words <= TEST_WORDS | BESIDE_TEST


def _by_scale(answers: Sequence[Answered]) -> Mapping[str, list[Answered]]:
    """The items of each scale whose labels are the scale's own."""
    found: defaultdict[str, list[Answered]] = defaultdict(list)
    for one in answers:
        if one.column.scale.kind == "ordinal" and not one.column.item.labels:
            found[one.column.item.scale].append(one)
    return found


def _best(items: Sequence[Answered]) -> float | None:
    """The best answer, when it is the same one for all items."""
    directions = {one.column.item.direction for one in items}
    scores = items[0].column.scale.scores()
    return None if len(directions) > 1 else scores[-1] if directions == {"higher"} else scores[0]


def _against(items: Sequence[Answered], size: int) -> Iterator[int]:
    """Who is in the unfavourable half on nearly all of these items."""
    given, low = np.zeros(size, dtype=int), np.zeros(size, dtype=int)
    for one in items:
        scale_scores = one.column.scale.scores()
        middle = (scale_scores[0] + scale_scores[-1]) / 2
        sign = 1 if one.column.item.direction == "higher" else -1
        scores = one.scored.scores()
        given += ~np.isnan(scores)
        low += sign * (scores - middle) < 0
    yield from np.flatnonzero((given >= STRAIGHT_FROM) & (low >= REVERSED_SHARE * given)).tolist()


def _is_telling(one: Answered) -> bool:
    scale, item = one.column.scale, one.column.item
    return scale.kind == "mark" or (scale.kind == "ordinal" and bool(item.labels))


def _is_content(position: int, telling: Sequence[Answered]) -> bool:
    given = [(one, score) for one in telling if (score := one.scored[position].score) is not None]
    good = sum(_is_good(one, score) for one, score in given)
    return bool(given) and good >= CONTENT_SHARE * len(given)


def _is_good(one: Answered, score: float) -> bool:
    """A high mark, or a described answer that counts as favourable."""
    scale = one.column.scale
    scores = scale.scores()
    if one.column.item.direction == "lower":
        score = scores[0] + scores[-1] - score
    if scale.kind == "mark":
        return score >= scores[0] + HIGH_MARK * (scores[-1] - scores[0]) - 1e-9
    return scale.is_favourable(score)
