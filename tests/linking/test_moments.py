from __future__ import annotations

import pytest

from qualitycycle.config import load_config, shipped
from qualitycycle.instrument import Instrument
from qualitycycle.linking import find_moments
from qualitycycle.mapping import SurveyMapping
from qualitycycle.vocabulary import Moment

PRE = ["INH3", "ZEL1", "ZEL2", "ZEL3", "ZEL4", "ZEL5", "TRF2"]


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return load_config(shipped("config").parent).instrument


def find(instrument: Instrument, ids: list[str], **choices: object) -> tuple[list[Moment], list[str]]:
    items = [instrument.item(id) for id in ids]
    rows = choices.pop("rows", (2,))
    moments, findings = find_moments(items, instrument, file="f", rows=rows, **choices)  # type: ignore[arg-type]
    return moments, [finding.code for finding in findings]


def test_the_only_moment_that_fits(instrument: Instrument) -> None:
    assert find(instrument, ["VRM1", "TRN3"]) == ([Moment.POST], [])
    assert find(instrument, ["TRF3"]) == ([Moment.FOLLOW_UP], [])
    assert find(instrument, ["STU1", "STU2"]) == ([Moment.STUDENT], [])


def test_exactly_the_questions_of_a_moment_beat_a_wider_fit(instrument: Instrument) -> None:
    assert find(instrument, PRE) == ([Moment.PRE], [])


def test_a_set_that_fits_more_moments_is_asked_for(instrument: Instrument) -> None:
    assert find(instrument, ["ZEL1"]) == ([], ["linking.moment_unclear"])
    assert find(instrument, ["ZEL1"], given=Moment.FOLLOW_UP) == ([Moment.FOLLOW_UP], [])


def test_a_column_may_hold_the_moment(instrument: Instrument) -> None:
    mapping = SurveyMapping(
        instrument="i", columns={"a": "ZEL1"}, moment_column="When", moments={"Before": Moment.PRE}
    )
    choices = {"mapping": mapping, "rows": (2, 3)}
    assert find(instrument, ["ZEL1"], column=["before ", "post"], **choices)[0] == [Moment.PRE, Moment.POST]
    assert find(instrument, ["ZEL1"], column=["before", "ooit"], **choices)[1] == ["linking.unknown_moment"]
