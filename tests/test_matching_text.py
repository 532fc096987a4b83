"""What ``match`` writes can be read back, whatever stands in a header or an answer."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.checking.drafting import Draft
from qualitycycle.checking.proposals import Certainty, Proposal, Role
from qualitycycle.checking.strange_labels import LabelAlias, StrangeLabel
from qualitycycle.instrument import Instrument, Item, Scale
from qualitycycle.mapping import SurveyMapping
from qualitycycle.vocabulary import Moment
from qualitycycle.workspace.matching_text import instrument_text, mapping_text

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=25)
TABLE = st.dictionaries(TEXT, TEXT, min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(
    TABLE,
    TABLE,
    st.dictionaries(TEXT, st.dictionaries(TEXT, st.floats(1, 5) | TEXT)),
    st.lists(TEXT),
    st.data(),
)
def test_a_mapping_reads_back_as_it_was_meant(
    columns: dict[str, str], doubtful: dict[str, str], labels: Any, ignore: list[str], data: st.DataObject
) -> None:
    meant = SurveyMapping(
        instrument=data.draw(TEXT),
        format=data.draw(st.none() | TEXT),
        structure=data.draw(st.none() | TEXT),
        moment=data.draw(st.none() | st.sampled_from(Moment)),
        response_id=data.draw(st.none() | TEXT),
        link_code=data.draw(st.none() | TEXT),
        columns=columns,
        titles=data.draw(TABLE),
        doubtful=doubtful,
        labels={key: own for key, own in labels.items() if own},
        ignore=tuple(ignore),
    )
    made = [
        Proposal(at, header, header, Role.ITEM, item, 0.6, ("near_text",))
        for at, (header, item) in enumerate({**doubtful, **columns}.items())
    ]
    label, key = data.draw(TEXT), data.draw(TEXT)
    for language in ("nl", "en"):
        text = mapping_text(
            meant,
            data.draw(TEXT),
            language,
            columns=made,
            aliases=[LabelAlias(key, label, data.draw(TEXT), 5, 3)],
            strange=[StrangeLabel(key, label, "kop", 3), StrangeLabel(key, "eens per jaar", "kop", 1)],
        )
        assert SurveyMapping.model_validate(tomllib.loads(text)) == meant
        assert "eens per jaar" not in text, "what one person wrote is not kept in the config"


@settings(max_examples=40, deadline=None)
@given(TEXT, TEXT, st.lists(TEXT, min_size=2, max_size=4), TEXT)
def test_a_questionnaire_reads_back_as_it_was_meant(id: str, text: str, labels: list[str], file: str) -> None:
    scales = {
        "agree": Scale(kind="ordinal", points=len(labels), favourable=(1,), labels={"nl": labels}),
        "mark1_10h": Scale(kind="mark", minimum=1, maximum=10, step=0.5, favourable_from=7, uses_mean=True),
        "single": Scale(kind="single"),
    }
    items = (
        Item(id="A", text={"nl": text, "en": text}, scale="agree", dimension="d", moments=(Moment.PRE,)),
        Item(id="B", text={"nl": text}, scale="single", labels={"nl": labels, "de": labels}),
        Item(id="C", text={"nl": text}, scale="mark1_10h"),
    )
    meant = Instrument(id=id, title={"nl": text}, dimensions={"d": {"nl": text}}, scales=scales, items=items)
    draft = Draft(meant, SurveyMapping(instrument=id, columns={"a": "A"}), {"A": "check_direction"})
    for language in ("nl", "en"):
        written = instrument_text(draft, file, language)
        assert Instrument.model_validate(tomllib.loads(written)) == meant


def test_how_sure_and_why_stands_behind_each_line() -> None:
    one = Proposal(0, "Cijfer", "Cijfer", Role.ITEM, "TRN3", 0.8, ("near_text", "labels_fit"))
    meant = SurveyMapping(instrument="i", columns={"Cijfer": "TRN3"})
    line = next(
        line for line in mapping_text(meant, "f.csv", "nl", columns=[one]).splitlines() if "Cijfer" in line
    )
    assert line == '"Cijfer" = "TRN3"  # waarschijnlijk: de tekst lijkt erop, de antwoorden passen'
    assert one.word is Certainty.LIKELY
