"""Families of versions, the sides of a broken bridge, and what a bridge or local block must say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitycycle import wording
from qualitycycle.instrument import Instrument
from qualitycycle.versions import family_of, in_order, number_of, sides, version_problems, wordings

LABELS = {"nl": ["nee", "soms", "ja"]}


def version(
    id: str,
    text: str = "Hoe was het?",
    bridges: Iterable[tuple[str, str]] = (),
    labels: Mapping[str, list[str]] = LABELS,
    **more: Any,
) -> Instrument:
    """A version that asks X; ``bridges`` are (since, kind) pairs for it."""
    return Instrument.model_validate(
        {
            "id": id,
            "title": {"nl": "Lijst"},
            "scales": {
                "S": {
                    "kind": "ordinal",
                    "points": len(labels["nl"]),
                    "labels": labels,
                    "favourable": [len(labels["nl"])],
                }
            },
            "items": [
                {"id": "X", "text": {"nl": text}, "scale": "S"},
                {"id": "Y", "text": {"nl": "En verder?"}, "scale": "S"},
                *more.pop("items", ()),
            ],
            "bridges": [{"item": "X", "since": since, "kind": kind} for since, kind in bridges],
            **more,
        }
    )


def codes(*instruments: Instrument) -> list[str]:
    return [found.code for found in version_problems({one.id: one for one in instruments})]


def test_a_family_is_the_id_without_its_version() -> None:
    assert family_of("nl-mentor-1.0") == family_of("nl-mentor-2") == "nl-mentor"
    assert family_of("eigen") == "eigen" and number_of("eigen") == ()


def test_versions_are_ordered_by_number_and_not_by_letter() -> None:
    ids = [one.id for one in in_order([version("a-1.10"), version("a-1.9"), version("a-2")])]
    assert ids == ["a-1.9", "a-1.10", "a-2"]


def test_what_is_asked_the_same_way_continues() -> None:
    assert sides([version("a-1.0"), version("a-1.1")], "X") == {"a-1.0": "a-1.0", "a-1.1": "a-1.0"}


def test_a_broken_bridge_splits_and_later_versions_follow_the_one_they_name() -> None:
    versions = [
        version("a-1.0"),
        version("a-2.0", "Anders?", [("a-1.0", "broken")]),
        version("a-2.1", "Anders nu?", [("a-2.0", "comparable")]),
        version("a-3.0", bridges=[("a-1.0", "identical")]),
    ]
    found = sides(versions, "X")
    assert found == {"a-1.0": "a-1.0", "a-2.0": "a-2.0", "a-2.1": "a-2.0", "a-3.0": "a-1.0"}
    assert wordings(versions, "a-1.0").apart == {"X": {"a-2.0", "a-2.1"}}
    assert set(sides(versions, "Y").values()) == {"a-1.0"}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["same", "identical", "comparable", "broken"]), max_size=6))
def test_sides_are_the_stretches_between_broken_bridges(kinds: list[str]) -> None:
    versions = [version("a-0")]
    expected = ["a-0"]
    for at, kind in enumerate(kinds, 1):
        same = kind == "same"
        text = versions[-1].item("X").text["nl"] if same else f"Hoe was het {at}?"
        versions.append(version(f"a-{at}", text, [] if same else [(f"a-{at - 1}", kind)]))
        expected.append(f"a-{at}" if kind == "broken" else expected[-1])
    assert codes(*versions) == []
    assert list(sides(reversed(versions), "X").values()) == expected
    apart = wordings(versions, "a-0").apart.get("X", frozenset())
    ids = [one.id for one in versions]
    assert apart == {id for id, side in zip(ids, expected, strict=True) if side != expected[-1]}


def test_the_same_words_in_another_questionnaire_are_the_same_question_and_others_are_not() -> None:
    versions = [version("a-1.0"), version("b-1.0"), version("c-1.0", "Iets anders?")]
    assert wordings(versions, "a-1.0").apart == {"X": {"c-1.0"}}


@pytest.mark.parametrize(
    "second",
    [
        version("a-2.0", "Hoe was dit?"),
        version("a-2.0", labels={"nl": ["nee", "een beetje", "ja"]}),
        version("a-2.0", labels={"nl": ["nee", "ja"]}),
        version("a-2.0", stems={"S": {"nl": "Vandaag:"}}),
    ],
    ids=["text", "labels", "points", "stem"],
)
def test_another_wording_without_a_bridge_is_a_problem(second: Instrument) -> None:
    assert "versions.no_bridge" in codes(version("a-1.0"), second)


def test_another_language_is_no_other_wording() -> None:
    second = version("a-2.0", labels={"nl": LABELS["nl"], "en": ["no", "some", "yes"]})
    assert codes(version("a-1.0"), second) == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_problem_gives_the_lines_to_add(language: str) -> None:
    both = {one.id: one for one in (version("a-1.0"), version("a-2.0", "Hoe was dit?"))}
    (found,) = version_problems(both)
    said = wording.message(found, language)
    for part in ("[[bridges]]", 'item = "X"', 'since = "a-1.0"', "identical", "comparable", "broken"):
        assert part in said
    assert found.file == "config/instruments/a-2.0.toml"


@pytest.mark.parametrize("kind", ["identical", "comparable"])
def test_another_number_of_points_cannot_go_together(kind: str) -> None:
    second = version("a-2.0", bridges=[("a-1.0", kind)], labels={"nl": ["nee", "ja"]})
    assert "versions.other_scale" in codes(version("a-1.0"), second)


@pytest.mark.parametrize("since", ["a-0.9", "a-2.0", "a-3.0", "b-1.0"])
def test_a_bridge_leads_to_an_earlier_version_of_the_same_questionnaire(since: str) -> None:
    others = (version("a-1.0"), version("a-3.0"), version("b-1.0"))
    assert codes(*others, version("a-2.0", bridges=[(since, "broken")])) == ["versions.unknown_version"]


def test_one_bridge_per_question() -> None:
    second = version("a-2.0", bridges=[("a-1.0", "identical"), ("a-1.0", "broken")])
    assert codes(version("a-1.0"), second) == ["versions.bridge_twice"]


def test_a_bridge_to_a_version_without_the_question() -> None:
    extra = [{"id": "Z", "text": {"nl": "Nieuw?"}, "scale": "S"}]
    second = version("a-2.0", items=extra)
    bridged = second.model_copy(update={"bridges": (*_bridge("Z", "a-1.0"),)})
    assert codes(version("a-1.0"), second) == []
    assert codes(version("a-1.0"), bridged) == ["versions.not_in_version"]


def _bridge(item: str, since: str) -> tuple[Any, ...]:
    first = version("a-9", bridges=[(since, "identical")]).bridges[0]
    return (first.model_copy(update={"item": item}),)


def local(n: int, **more: Any) -> Instrument:
    ids = [f"L{at}" for at in range(n)]
    items = [{"id": id, "text": {"nl": f"Eigen {id}?"}, "scale": "S"} for id in ids]
    blocks = more.pop("blocks", [{"partnership": "DUIN", "items": ids}])
    return version(more.pop("id", "a-1.0"), items=items, local_blocks=blocks, **more)


def test_five_local_items_are_fine_and_six_are_not_also_over_two_blocks() -> None:
    assert codes(local(5)) == []
    assert codes(local(6)) == ["versions.local_too_many"]
    split = [{"partnership": "DUIN", "items": [f"L{at}" for at in part]} for part in (range(3), range(3, 6))]
    assert codes(local(6, blocks=split)) == ["versions.local_too_many"]


def test_a_local_item_is_of_one_partnership() -> None:
    blocks = [{"partnership": name, "items": ["L0"]} for name in ("DUIN", "MEER")]
    assert "versions.local_twice" in codes(local(1, blocks=blocks))


def test_a_local_item_is_no_part_of_a_score_and_not_the_primary_one() -> None:
    score = {"Q": {"title": {"nl": "Samen"}, "items": ["X", "L0"]}}
    assert codes(local(1, scores=score, primary="L0")) == [
        "versions.local_in_score",
        "versions.local_primary",
    ]


def test_a_local_id_is_nobody_elses_question() -> None:
    shared = version("b-1.0", items=[{"id": "L0", "text": {"nl": "Voor allen?"}, "scale": "S"}])
    assert codes(local(1), shared) == ["versions.local_clash"]
    other = local(1, id="b-1.0", blocks=[{"partnership": "MEER", "items": ["L0"]}])
    assert codes(local(1), other) == ["versions.local_clash", "versions.local_clash"]


def test_every_problem_reads_in_both_languages() -> None:
    first = version("a-1.0")
    bad = local(6, id="a-2.0", text="Anders?", primary="L0")
    for found in version_problems({one.id: one for one in (first, bad)}):
        for language in ("nl", "en"):
            assert "{" not in wording.message(found, language).replace("{ nl", "").replace("{ en", "")


K = {"kind": "ordinal", "points": 3, "labels": {"nl": ["slecht", "gaat", "goed"]}, "favourable": [3]}


def mark(lowest: int) -> dict[str, Any]:
    return {"kind": "mark", "minimum": lowest, "maximum": lowest + 9, "favourable_from": lowest + 6}


def put_otherwise(kind: str | None, item: Mapping[str, Any], scale: Mapping[str, Any] = K) -> list[str]:
    """The findings when a second version asks Z with ``item`` and ``scale`` (of the first: scale S)."""
    plain = {"id": "Z", "text": {"nl": "Lukt het?"}, "scale": "S"}
    first = version("a-1.0", items=[plain])
    bridges = [{"item": "Z", "since": "a-1.0", "kind": kind}] if kind else []
    more = first.model_dump(exclude={"items", "bridges", "id"}, exclude_none=True)
    more["scales"]["K"] = scale
    kept = [one.model_dump(exclude_none=True) for one in first.items[:2]]
    whole = {**more, "id": "a-2.0", "items": [*kept, {**plain, **item}], "bridges": bridges}
    return [p.code for p in version_problems({"a-1.0": first, "a-2.0": Instrument.model_validate(whole)})]


@pytest.mark.parametrize("kind", ["identical", "comparable"])
@pytest.mark.parametrize(
    "item", [{"direction": "lower"}, {"labels": {"nl": ["ja", "soms", "nee"]}}], ids=["direction", "order"]
)
def test_what_turns_a_score_round_only_breaks(kind: str, item: Mapping[str, Any]) -> None:
    assert put_otherwise(kind, item) == ["versions.other_scale"]
    assert put_otherwise("broken", item) == [] and put_otherwise(None, item) == ["versions.no_bridge"]


def test_another_scale_is_never_identical() -> None:
    assert put_otherwise("identical", {"scale": "K"}) == ["versions.other_scale"]
    assert put_otherwise("comparable", {"scale": "K"}) == put_otherwise("broken", {"scale": "K"}) == []


def test_the_same_scale_under_another_name_and_a_corrected_label_stay_identical() -> None:
    assert put_otherwise("identical", {"scale": "K"}, {**K, "labels": LABELS}) == []
    assert put_otherwise("identical", {"labels": {"nl": ["nee", "soms wel", "ja"]}}) == []


def test_a_mark_that_starts_elsewhere_is_another_scale() -> None:
    plain = {"scales": {"S": mark(1)}}
    first = Instrument.model_validate({**version("a-1.0").model_dump(exclude_none=True), **plain})
    later = version("a-2.0", bridges=[("a-1.0", "identical")]).model_dump(exclude_none=True)
    found = codes(first, Instrument.model_validate({**later, "scales": {"S": mark(0)}}))
    assert sorted(found) == ["versions.no_bridge", "versions.other_scale"]
