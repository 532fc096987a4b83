"""The words of the field as enumerations: one spelling for code, tables and JSON.

The glossary (Dutch, English, identifier) lives in the README; readers see the
translated word from the catalogues, never the identifier.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Affiliation(StrEnum):
    """On whose behalf a trainer gave a session, on that day."""

    SCHOOL = "school"
    INSTITUTE = "institute"
    EXTERNAL = "external"


class Variant(StrEnum):
    """Who gave a session; derived from the affiliations, never typed."""

    TANDEM = "tandem"
    SCHOOL_ONLY = "school_only"
    INSTITUTE_ONLY = "institute_only"
    OTHER = "other"
    UNKNOWN = "unknown"


ARMS = (Variant.TANDEM, Variant.SCHOOL_ONLY, Variant.INSTITUTE_ONLY)
"""The variants that are compared; the others are counted and listed as excluded."""


def variant_of(affiliations: Iterable[Affiliation | None]) -> Variant:
    """Who gave a session, from the affiliations of its trainers on that day.

    Any external trainer makes it ``other``; a trainer of whom it is not known on whose
    behalf makes it ``unknown``; then at least one of the school and one of the institute
    is a ``tandem``. Nobody recorded is ``unknown``.

    >>> variant_of([Affiliation.SCHOOL, Affiliation.INSTITUTE]).value
    'tandem'
    >>> variant_of([Affiliation.INSTITUTE, Affiliation.INSTITUTE]).value
    'institute_only'
    >>> variant_of([]).value
    'unknown'
    """
    present = set(affiliations)
    if Affiliation.EXTERNAL in present:
        return Variant.OTHER
    if not present or None in present:
        return Variant.UNKNOWN
    if len(present) > 1:
        return Variant.TANDEM
    return Variant.SCHOOL_ONLY if Affiliation.SCHOOL in present else Variant.INSTITUTE_ONLY


class TrainingKind(StrEnum):
    """What kind of programme a training is."""

    BASIC = "basic"
    REFRESHER = "refresher"
    DEEPENING = "deepening"
    TRAIN_THE_TRAINER = "train_the_trainer"


class SessionFormat(StrEnum):
    """How a session was held."""

    ON_SITE = "on_site"
    BLENDED = "blended"
    ONLINE = "online"


class Moment(StrEnum):
    """When a form was filled in, relative to the session.

    ``SURVEY`` is a stand-alone survey that belongs to no session, such as the
    founding survey among all mentors of the region.
    """

    PRE = "pre"
    POST = "post"
    FOLLOW_UP = "follow_up"
    RETRO_PRE = "retro_pre"
    STUDENT = "student"
    SURVEY = "survey"


class AnswerState(StrEnum):
    """The four states of an answer, kept apart everywhere."""

    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASKED = "not_asked"


class Verdict(StrEnum):
    """What a comparison allows us to say."""

    BETTER = "better"
    WORSE = "worse"
    EQUIVALENT = "equivalent"
    CANNOT_TELL = "cannot_tell"
    TOO_FEW = "too_few"


class Guarantee(StrEnum):
    """The four guarantees (waarborgen) of the national quality framework."""

    W1 = "W1"
    W2 = "W2"
    W3 = "W3"
    W4 = "W4"


class Language(StrEnum):
    """Languages with a catalogue."""

    NL = "nl"
    EN = "en"


SESSION_COLUMN = "qc_session"
INSTRUMENT_COLUMN = "qc_instrument"
MOMENT_COLUMN = "qc_moment"
OWN_COLUMNS = (SESSION_COLUMN, INSTRUMENT_COLUMN, MOMENT_COLUMN)
"""The hidden columns of a form we made ourselves: with them its export finds its place by itself."""

BLOCK_PREFIX = "qc_block_"
"""On a form we made, the name of a group of questions under one heading is this and its place."""

OPTION_PREFIX = "opt"
"""On a form we made, the code of an option of a choice is this and its place: ``opt1``, ``opt2``."""

NOT_APPLICABLE_CODE = "nvt"
"""On a form we made, the code of "not applicable / don't know"."""

DECIMAL_SIGN = "p"
"""What stands for the decimal point in a code that may hold letters and digits only: ``7p5``."""

UNFINISHED = ("open", "in_progress")
"""The states of an action that still has to be done."""

JUDGING = ("adopt", "adapt", "abandon")
"""Kinds of decision that say what is done with an action."""

ON_AN_ACTION = (*JUDGING, "investigate")
"""What may be decided when an action has been measured: one of these, or to look further."""
