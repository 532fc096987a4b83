"""Where answers belong: the collection, the moment, and the code that pairs moments."""

from qualitycycle.linking.codes import LINK_CODE_LENGTH, LinkCodes, normalise_code
from qualitycycle.linking.collections import (
    Candidate,
    cancelled_sessions,
    find_collections,
    session_in_name,
)
from qualitycycle.linking.moments import find_moments
from qualitycycle.linking.students import students_in_sessions

__all__ = [
    "LINK_CODE_LENGTH",
    "Candidate",
    "LinkCodes",
    "cancelled_sessions",
    "find_collections",
    "find_moments",
    "normalise_code",
    "session_in_name",
    "students_in_sessions",
]
