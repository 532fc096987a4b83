from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle.checking.label_families import FAMILIES, Family, family_of


def test_every_set_has_the_same_places_in_every_language_and_spells_none_twice() -> None:
    for family in FAMILIES:
        assert len({len(places) for places in family.words.values()}) == 1, family.name
        for places in family.words.values():
            spelled = [word for place in places for word in place.split("|")]
            assert len(spelled) == len(set(spelled)), family.name
        for label in itertools.chain.from_iterable(
            place.split("|") for p in family.words.values() for place in p
        ):
            assert family.is_spelled(label)
        for shape in family.shapes:
            assert list(shape) == sorted(set(shape))
            assert max(shape) < len(family.words["nl"])


@pytest.mark.parametrize(
    ("labels", "key"),
    [
        (["Strongly Agree", "Agree", "Disagree", "Strongly Disagree"], "agree4"),
        (["Agree", "Strongly agree", "Neutral"], "agree5"),
        (["helemaal mee eens", "Strongly disagree", "agree"], "agree5"),
        (["Somewhat agree", "Agree", "Neutral", "Strongly disagree"], "agree7"),
        (["Very satisfied", "Veri satisfied", "Satisfied"], "satisfied5"),
        (["All of the time", "Often", "Sometimes", "Rarely"], "often5"),
        (["Too slow", "Just right"], "pace5"),
        (["Ja", "Nee"], "yes_no"),
        (["No"], "yes_no"),
    ],
)
def test_a_known_set_is_recognised_with_its_points(labels: list[str], key: str) -> None:
    found = family_of(labels)
    assert found is not None and found.key == key


@pytest.mark.parametrize(
    "labels",
    [
        ["Easy", "Neutral", "Difficult"],
        ["Neutral"],
        ["Agree", "Satisfied"],
        ["Yes", "No", "Maybe"],
        ["Not at all able", "Slightly able", "Neutral", "Moderately able", "Extremely able"],
        ["Good"],
        [],
    ],
)
def test_other_words_are_no_known_set(labels: list[str]) -> None:
    assert family_of(labels) is None


def test_labels_are_spelled_as_observed_and_the_rest_becomes_an_alias() -> None:
    observed = ["Strongly Agree", "Neither agree nor disagree", "Neutral", "Stongly agree"]
    found = family_of(observed)
    assert found is not None
    labels = found.scale_labels(observed)
    assert labels["en"] == [
        "Strongly disagree",
        "Disagree",
        "Neither agree nor disagree",
        "Agree",
        "Strongly Agree",
    ]
    assert labels["nl"][0] == "helemaal mee oneens"
    assert found.aliases(observed, labels) == {"Neutral": 3.0, "Stongly agree": 5.0}


def test_the_scale_of_a_set() -> None:
    pace = family_of(["Too slow", "Too fast", "Just right"])
    assert pace is not None
    scale = pace.scale(pace.scale_labels(pace.labels))
    assert (scale.kind, scale.points, scale.favourable) == ("balanced", 5, (3,))
    agree = family_of(["Agree", "Disagree", "Strongly agree", "Strongly disagree"])
    assert agree is not None
    four = agree.scale(agree.scale_labels(agree.labels))
    assert (four.kind, four.points, four.favourable, four.uses_mean) == ("ordinal", 4, (3, 4), False)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([f for f in FAMILIES if f.kind != "single"]), st.data())
def test_every_spelling_scores_its_own_place(family: Family, data: st.DataObject) -> None:
    """Whatever answers of a set are seen, each is a label or an alias, and in the set's order."""
    language = data.draw(st.sampled_from(sorted(family.words)))
    shape = data.draw(st.sampled_from(family.shapes))
    places = [place.split("|") for at, place in enumerate(family.words[language]) if at in shape]
    some = data.draw(st.lists(st.sampled_from(range(len(places))), min_size=2, unique=True))
    observed = [data.draw(st.sampled_from(places[at])) for at in some]
    found = family_of(observed)
    assert found is not None
    labels = found.scale_labels(observed)
    aliases = found.aliases(observed, labels)
    flat = {label: point for words in labels.values() for point, label in enumerate(words, 1)}
    scores = [flat.get(label, aliases.get(label)) for label in observed]
    assert None not in scores
    ranks = sorted(range(len(some)), key=lambda at: some[at])
    ordered = [scores[at] for at in ranks]
    assert ordered == sorted(ordered, key=lambda score: float(score or 0))
    assert len(set(ordered)) == len(ordered)
