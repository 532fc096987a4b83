from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.checking.drafted_scales import answers_of, drafted_scale
from qualitycycle.checking.drafting import Draft, draft, guess_language, slug
from qualitycycle.checking.proposals import Proposal, propose
from qualitycycle.checking.scoring import score_column
from qualitycycle.config import Config, load_config, shipped
from qualitycycle.vocabulary import Moment
from tests.checking.export import TinyExport, tiny


@dataclass(frozen=True)
class Asked:
    """A question as a structure file has it."""

    texts: Mapping[str, str]
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kind: str = "single"


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(shipped("config").parent)


def columns(config: Config, export: TinyExport) -> list[Proposal]:
    return list(propose(export, config).columns)


def drafted(config: Config, export: TinyExport, **choices: Any) -> Draft:
    made = draft(export, columns(config, export), id="new", title="New", **choices)
    assert made is not None
    return made


def times(answers: Mapping[str, int]) -> list[str]:
    return [answer for answer, n in answers.items() for _ in range(n)]


@pytest.mark.parametrize(
    ("answers", "name", "kind"),
    [
        ({"Agree": 4, "Disagree": 3}, "agree5", "ordinal"),
        ({"1": 3, "5": 4, "4": 2}, "num5", "ordinal"),
        ({"5 - heel goed": 3, "1": 4}, "num5", "ordinal"),
        ({"10": 3, "7,5": 4, "2": 1}, "mark1_10h", "mark"),
        ({"0": 3, "10": 4}, "mark0_10", "mark"),
        ({"Good (3)": 3, "Poor (1)": 2, "Fair (2)": 4}, "anchored3", "ordinal"),
        ({"Ja": 4, "Nee": 3}, "single", "single"),
        ({"rood": 9, "blauw": 7}, "single", "single"),
        ({"a;b": 4, "b;c;": 5, "a;": 3}, "multi", "multi"),
        ({"3": 4, "17": 2, "28": 2, "9": 3}, "open", "open"),
        ({"1": 4, "2": 3, "3": 3}, "single", "single"),
        ({f"Een lang antwoord nummer {n}": 1 for n in range(9)}, "open", "open"),
        ({"5": 1}, "open", "open"),
    ],
)
def test_the_scale_follows_from_the_answers(answers: Mapping[str, int], name: str, kind: str) -> None:
    found = drafted_scale(answers_of(times(answers)))
    assert (found.name, found.scale.kind) == (name, kind)


def test_words_without_a_known_order_are_options_and_get_none() -> None:
    found = drafted_scale(Counter({"Extremely able": 9, "Not at all able": 4, "Slightly able": 7}))
    assert (found.scale.kind, found.labels) == (
        "single",
        ("Extremely able", "Not at all able", "Slightly able"),
    )


def test_what_means_no_answer_is_no_option() -> None:
    assert answers_of(["Yes", None, " ", "n.v.t.", "N/A", "-", "yes", "weet ik niet"]) == {"Yes": 2}


def test_a_grid_is_one_scale_also_where_a_row_misses_its_ends(config: Config) -> None:
    export = tiny(
        {
            "Hoe was het? [Zaal]": ["4", "5", "5", "3", "1", "2"],
            "Hoe was het? [Eten]": ["3", "3", "4", "4", "3", "3"],
        }
    )
    made = drafted(config, export).instrument
    assert {item.scale for item in made.items} == {"num5"}
    assert {item.dimension for item in made.items} == {"hoe_was_het"}
    assert made.dimensions["hoe_was_het"] == {"nl": "Hoe was het?"}


def test_names_numbers_and_codes_of_people_become_no_question(config: Config) -> None:
    names = ["Piet Jansen", "An de Vries", "Kim Bakker", "Jo van Dam", "Bo Smit", "Al Visser"]
    export = tiny(
        {
            "Wie was je begeleider?": names,
            "Opmerking": [f"Mail mij op mens{n}@example.org" for n in range(6)],
            "Volgnummer": [str(n) for n in range(200, 206)],
            "Koppelcode": ["ab12cd"] * 6,
            "Zelfbedacht": ["ab12cd", "ab12cd", "ef34gh", "ij56kl", "mn78op", "qr90st"],
            "Leeg": [None] * 6,
            "Vond je het goed?": ["ja", "nee", "ja", "ja", "nee", "ja"],
        }
    )
    made = drafted(config, export)
    assert [item.text["nl"] for item in made.instrument.items] == ["Vond je het goed?"]
    assert dict(made.left_out) == {
        "Wie was je begeleider?": "names",
        "Opmerking": "names",
        "Volgnummer": "response_id",
        "Koppelcode": "link_code",
        "Zelfbedacht": "link_code",
        "Leeg": "empty",
    }
    assert made.mapping.link_code == "Koppelcode"
    assert "Leeg" not in made.mapping.ignore, "what nobody answered is not known to be nothing"


def test_ids_come_from_codes_or_first_words_and_are_unique(config: Config) -> None:
    export = tiny(
        {
            "rse3[SQ001]. Wie gebruikt je code?": ["ik", "jij"] * 3,
            "Wat vond je van de zaal?": ["goed", "slecht"] * 3,
            "Wat vond je van het eten?": ["goed", "slecht"] * 3,
            "trn3": ["a", "b"] * 3,
        }
    )
    made = drafted(config, export, taken=["TRN3"]).instrument
    assert [item.id for item in made.items] == [
        "rse3_SQ001",
        "wat_vond_je_van",
        "wat_vond_je_van_2",
        "trn3_2",
    ]
    assert made.items[0].text == {"nl": "Wie gebruikt je code?"}


def test_a_structure_gives_texts_options_and_their_order(config: Config) -> None:
    export = replace(
        tiny({"E2": ["Schwer", "Leicht", "Leicht"], "P2": ["Nein", "Ja", "Ja"]}), titles=("Wie?", "Darf?")
    )
    easy = {
        "A1": {"de": "Leicht", "en": "Easy"},
        "A2": {"de": "Mittel", "en": "Medium"},
        "A3": {"de": "Schwer", "en": "Hard"},
    }
    may = {"Y": {"de": "Ja", "en": "Yes"}, "N": {"de": "Nein", "en": "No"}}
    questions = {
        "E2": Asked({"de": "Wie war es?", "en": "How was it?"}, easy),
        "P2": Asked({"de": "Darf es?"}, may),
    }
    made = drafted(config, export, questions=questions).instrument
    assert made.item("E2").text == {"de": "Wie war es?", "en": "How was it?"}
    assert made.item("E2").labels == {"de": ["Leicht", "Mittel", "Schwer"], "en": ["Easy", "Medium", "Hard"]}
    assert made.item("P2").labels == {"de": ["Ja", "Nein"], "en": ["Yes", "No"]}


def test_a_known_set_in_a_structure_keeps_its_order_in_every_language(config: Config) -> None:
    export = tiny({"Q1": ["Stimme zu", "Agree", "Agree"]})
    steps = ["Strongly agree", "Agree", "Neutral", "Disagree", "Strongly disagree"]
    german = ["Stimme voll zu", "Stimme zu", "Neutral", "Stimme nicht zu", "Stimme gar nicht zu"]
    options = {f"A{n}": {"en": en, "de": de} for n, (en, de) in enumerate(zip(steps, german, strict=True))}
    made = drafted(config, export, questions={"Q1": Asked({"en": "Good?"}, options, "scale")}).instrument
    scale = made.scale_of("Q1")
    assert (scale.kind, scale.labels["en"], scale.labels["de"]) == ("ordinal", steps[::-1], german[::-1])


def test_what_a_person_must_look_at_is_noted(config: Config) -> None:
    made = drafted(config, tiny({"Eens?": ["Eens", "Oneens"] * 3, "Kleur": ["rood", "blauw"] * 3}))
    assert made.notes == {"Eens": "check_direction"} or set(made.notes.values()) == {"check_direction"}
    assert len(made.notes) == 1


def test_moments_and_language(config: Config) -> None:
    made = drafted(config, tiny({"Hoe was het voor jou?": ["ja", "nee"] * 3}), moment=Moment.PRE)
    assert made.mapping.moment is Moment.PRE
    assert made.instrument.items[0].moments == (Moment.PRE,)
    assert made.instrument.title == {"nl": "New"}
    assert guess_language(["What did you think of the room?"]) == "en"
    assert guess_language(["Wie war die Schulung für dich?"]) == "de"
    assert guess_language(["Q1", "Q2"]) == "en"


def test_a_form_nobody_filled_in_still_gives_its_questions(config: Config) -> None:
    made = drafted(config, tiny({"Goed?": [None], "Waarom?": ["n.v.t."]}))
    assert [item.scale for item in made.instrument.items] == ["open", "open"]


def test_no_column_is_no_questionnaire(config: Config) -> None:
    export = TinyExport((), (), (2, 3))
    assert draft(export, columns(config, export), id="new", title="New") is None


CELLS = st.sampled_from(
    [
        *("Agree", "agree ", "Stongly agree", "Disagree", "Yes", "No", "1", "5", "10", "7,5", "0"),
        *("Good (3)", "Fair (2)", "Poor (1)", "red", "blue", "a;b;", "b;", "n.v.t.", ""),
        "A longer answer about nothing in particular",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=12, max_size=12), min_size=1, max_size=4))
def test_whatever_was_answered_the_draft_takes_every_answer(table: list[list[str]]) -> None:
    """The law of a draft: its own file has no answer that its questionnaire does not know."""
    config = load_config(shipped("config").parent)
    export = tiny({f"Question {at}?": cells for at, cells in enumerate(table)})
    made = draft(export, columns(config, export), id="new", title="New")
    assert made is not None
    instrument = made.instrument
    assert len({item.id.casefold() for item in instrument.items}) == len(instrument.items)
    for at, header in enumerate(export.headers):
        id = made.mapping.columns.get(header)
        if id is not None:
            _, findings = score_column(
                export.columns[at],
                export.rows,
                item=id,
                scale=instrument.scale_of(id),
                scale_id=instrument.item(id).scale,
                mapping=made.mapping,
                file="tiny",
                header=header,
                language="en",
            )
            assert not [found for found in findings if found.is_error], (instrument.item(id), findings)


def test_a_slug_is_short_and_plain() -> None:
    assert slug("Wat vond je, eerlijk gezegd, van de lange zaal?") == "wat_vond_je_eerlijk"
    assert slug("???") == "item"
    assert len(slug("x" * 100)) <= 24
