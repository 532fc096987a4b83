from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError

from qualitycycle.checking.made_mapping import mapping_of
from qualitycycle.checking.proposals import Proposal, Role
from tests.checking.export import tiny

EXPORT = replace(
    tiny(
        {
            "Q1": [1],
            "Groep": ["S1"],
            "Code": ["a"],
            "Dag": ["x"],
            "Twijfel": [2],
            "Overig": ["y"],
            "Leeg": [None],
        }
    ),
    titles=("Hoe was het?", "", "", "", "", "", ""),
    format="qualtrics",
)


def proposed(header: str, role: Role, certainty: float = 1.0, **more: object) -> Proposal:
    return replace(Proposal(EXPORT.headers.index(header), header, header, role, certainty=certainty), **more)  # type: ignore[arg-type]


COLUMNS = [
    proposed("Q1", Role.ITEM, item="TRN3"),
    proposed("Groep", Role.SESSION),
    proposed("Code", Role.LINK_CODE),
    proposed("Dag", Role.SUBMITTED, 0.55),
    proposed("Twijfel", Role.ITEM, 0.6, item="INH1"),
    proposed("Overig", Role.UNKNOWN, 0.0),
    proposed("Leeg", Role.IGNORE, reasons=("empty",)),
]


def test_what_is_sure_is_written_and_the_rest_is_ignored_or_doubtful() -> None:
    made = mapping_of(EXPORT, COLUMNS, "nl-mentor-1.0", {"Q1": "TRN3"})
    assert made.columns == {"Q1": "TRN3"}
    assert made.titles == {"Q1": "Hoe was het?"}
    assert made.format == "qualtrics"
    assert made.collection is not None and made.collection.column == "Groep"
    assert made.link_code == "Code"
    assert made.submitted is None, "a day that may be read in two ways is not taken"
    assert made.doubtful == {"Twijfel": "INH1"}
    assert made.ignore == ("Dag", "Overig")


def test_a_role_that_two_columns_claim_is_given_to_neither() -> None:
    both = [*COLUMNS[:3], proposed("Dag", Role.LINK_CODE)]
    assert mapping_of(EXPORT, both, "nl-mentor-1.0", {"Q1": "TRN3"}).link_code is None


@pytest.mark.parametrize("format", ["csv", "xlsx", "ods"])
def test_a_plain_table_may_come_back_in_another_container(format: str) -> None:
    made = mapping_of(replace(EXPORT, format=format), COLUMNS, "nl-mentor-1.0", {"Q1": "TRN3"})
    assert made.format is None


def test_a_mapping_of_nothing_is_no_mapping() -> None:
    with pytest.raises(ValidationError):
        mapping_of(EXPORT, COLUMNS, "nl-mentor-1.0", {})
