"""Reports of one cycle with late forms in between: an attacker who subtracts them finds no small group."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, timedelta
from itertools import combinations, pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qualitycycle import counts as query
from qualitycycle.report.account import standing_callout
from qualitycycle.report.data import as_data
from qualitycycle.report.document import Callout
from qualitycycle.report.model import ReportInput
from qualitycycle.workspace import Workspace, open_workspace
from qualitycycle.workspace.gather import about, gather, gather_evidence
from qualitycycle.workspace.gather.about import about_print
from qualitycycle.workspace.keeping import keep
from qualitycycle.workspace.view import View, take_view
from qualitycycle.workspace.waiting import Stand, Waiting, waiting
from tests.two_versions import ITEMS, NEW, SESSIONS, Filled, export, filled, workspace_of

CYCLE, FLOOR = "2025-2026", 5
DAY = date(2026, 7, 1)
HERE = [one for one in SESSIONS if one.year == 2025]
Forms = list[Filled]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, ReportInput]:
    """Two years of two partnerships, and the report of one of these over the last, which was kept."""
    workspace = workspace_of(tmp_path_factory.mktemp("waiting") / "ws", filled())
    report = gather(workspace, "DUIN", CYCLE, {}, DAY)
    keep(workspace, report)
    return workspace, report


@pytest.fixture
def workspace(printed: tuple[Workspace, ReportInput], tmp_path: Path) -> Workspace:
    shutil.copytree(printed[0].root, tmp_path / "ws")
    return open_workspace(tmp_path / "ws")


def evidence(workspace: Workspace, partnership: str = "DUIN") -> ReportInput:
    """The part of a report that is kept."""
    return gather_evidence(workspace, partnership, CYCLE, {}, DAY)


def sizes(found: ReportInput) -> set[int]:
    """How many people answered, over the questions that were asked."""
    return {one.n for one in found.items if one.n}


def late(workspace: Workspace, forms: Forms, more: dict[str, int]) -> Workspace:
    """So many more forms per session; ``forms`` grows with them."""
    rng = np.random.default_rng(len(forms))
    for id, n in more.items():
        session = next(one for one in SESSIONS if one.id == id)
        drawn = rng.integers(1, 6, (n, len(ITEMS))).tolist()
        forms += [Filled(session, NEW, dict(zip(ITEMS, one, strict=True))) for one in drawn]
        path = export(workspace.root, [one for one in forms if one.session == session])
        found = workspace.import_evaluations([path], session=id, moment="post")
        assert found.exit_code == 0, found.as_json("nl")
    return open_workspace(workspace.root)


def figures(found: ReportInput) -> dict[str, Any]:
    """Everything a report says but for what it was made from and that answers wait."""
    values = asdict(found)
    return {name: value for name, value in values.items() if name not in ("manifest", "standing")}


def answers(view: View) -> dict[str, Counter[tuple[str, Any]]]:
    """Session -> question and answer -> how often; what a print rests on."""
    frame = query.counts(view.snapshot, view.sessions, moment="post")
    found: dict[str, Counter[tuple[str, Any]]] = {}
    for row in frame[frame["state"] == "answered"].itertuples():
        found.setdefault(row.collection, Counter())[row.item, row.score] += row.n
    return found


def groups() -> Iterator[list[str]]:
    """What reports tell of: every session (a point of a chart), a partnership's year, the region's year."""
    yield from ([one.id] for one in HERE)
    yield from ([one.id for one in HERE if one.id.startswith(place)] for place in ("DUIN", "MEER"))
    yield [one.id for one in HERE]


def leaks(prints: Iterable[dict[str, Counter[tuple[str, Any]]]]) -> list[str]:
    """What an attacker with these prints learns of fewer people than the floor, or of one training."""
    found = []
    for (before, after), group in product(combinations(prints, 2), groups()):
        old, new = (sum((some.get(id, Counter()) for id in group), Counter()) for some in (before, after))
        for item in ITEMS:
            came, went = (
                sum(n for what, n in one.items() if what[0] == item) for one in (new - old, old - new)
            )
            if 0 < max(came, went) < FLOOR:
                found.append(f"{item} of {group}: {came} came, {went} went")
        moved = {id for id in group if before.get(id) != after.get(id)}
        if len(group) > 1 and len(moved) == 1:
            found.append(f"{group}: all of {moved}")
    return found


def attacked(workspace: Workspace, turns: int) -> list[str]:
    """Random late forms at both partnerships, prints of either in between, everything subtracted."""
    rng = np.random.default_rng(3)
    forms, prints = filled(), [answers(waiting(workspace).view)]
    for turn in range(turns):
        chosen = rng.choice(len(HERE), int(rng.integers(1, 5)), replace=False)
        workspace = late(workspace, forms, {HERE[at].id: int(rng.integers(1, 9)) for at in chosen})
        prints.append(answers(about_print(workspace, "DUIN", CYCLE, DAY).view))
        keep(workspace, evidence(workspace, ("DUIN", "MEER")[turn % 2]))
    assert any(before != after for before, after in pairwise(prints)), "nothing ever counted"
    return leaks(prints)


def test_an_attacker_with_every_print_finds_no_small_group(workspace: Workspace) -> None:
    assert attacked(workspace, turns=3) == []


def test_without_waiting_the_attacker_does(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_waits(workspace: Workspace) -> Waiting:
        view = take_view(workspace)
        return Waiting(Stand(len(workspace.evaluations.history())), view, view)

    monkeypatch.setattr(about, "waiting", nothing_waits)
    assert attacked(workspace, turns=1)


def test_one_late_form_changes_no_figure_and_the_report_says_why(
    printed: tuple[Workspace, ReportInput], workspace: Workspace
) -> None:
    before, workspace = printed[1], late(workspace, filled(), {"DUIN-2025-0": 1})
    after = gather(workspace, "DUIN", CYCLE, {}, DAY)
    assert figures(after) == figures(before)
    assert before.standing is None
    assert after.standing is not None and (after.standing.own, after.standing.day) == (True, DAY)
    assert as_data(after)["standing"] == {"own": True, "day": "2026-07-01"}
    for language, words in (("nl", "de antwoorden die er op 1 juli 2026 waren"), ("en", "on 1 July 2026")):
        shown = [one.text for one in standing_callout(after, language) if isinstance(one, Callout)]
        assert words in shown[0].replace("\u00a0", " ")
    first = evidence(workspace)
    keep(workspace, after)
    assert evidence(open_workspace(workspace.root)) == first


def test_a_late_form_elsewhere_waits_too_for_the_comparison_with_the_region(workspace: Workspace) -> None:
    before = answers(take_view(workspace))
    workspace = late(workspace, filled(), {"MEER-2025-1": 2})
    assert answers(about_print(workspace, "DUIN", CYCLE, DAY).view) == before
    found = evidence(workspace)
    assert found.standing is not None and not found.standing.own
    theirs = evidence(workspace, "MEER")
    assert (sizes(theirs), theirs.standing and theirs.standing.own) == ({24}, True)


def test_enough_late_forms_of_two_trainings_count(workspace: Workspace) -> None:
    found = evidence(late(workspace, filled(), {"DUIN-2025-0": 5, "DUIN-2025-1": 6}))
    assert (found.standing, sizes(found)) == (None, {35})


def test_a_few_of_a_training_wait_while_others_count(workspace: Workspace) -> None:
    more = {"DUIN-2025-0": 5, "DUIN-2025-1": 6, "DUIN-2025-2": 2}
    found = evidence(late(workspace, filled(), more))
    assert (found.standing is not None, sizes(found)) == (True, {35})


def test_answers_to_one_question_are_counted_by_themselves(workspace: Workspace) -> None:
    """Ten late forms, but of one question only four answers."""
    forms, rng = filled(), np.random.default_rng(2)
    late_ones = {"DUIN-2025-0": 0, "DUIN-2025-1": 0}
    for session in (one for one in SESSIONS if one.id in late_ones):
        for at in range(5):
            scores = dict(zip(ITEMS, rng.integers(1, 6, len(ITEMS)).tolist(), strict=True))
            if at > 1:
                del scores["INH3"]
            forms.append(Filled(session, NEW, scores))
    assert sizes(evidence(late(workspace, forms, late_ones))) == {24}


def test_every_earlier_print_counts_not_only_the_last(workspace: Workspace) -> None:
    """A training that was printed, then taken back, then imported again with one form more."""
    keep(workspace, evidence(late(workspace, forms := filled(), {"DUIN-2025-0": 6, "DUIN-2025-1": 6})))
    for event in workspace.history():
        if {"DUIN-2025-0", "DUIN-2025-1"} & {*event["collections"]}:
            workspace.retract(event["import_id"])
    workspace = open_workspace(workspace.root)
    found = evidence(workspace)
    assert (found.standing, sizes(found)) == (None, {12})
    keep(workspace, found)
    assert sizes(evidence(late(workspace, forms, {"DUIN-2025-0": 1, "DUIN-2025-1": 0}))) == {12}


def test_answers_that_are_gone_for_good_are_not_replaced_by_about_as_many(workspace: Workspace) -> None:
    """Taken back, cleared from the disk, imported again with one form more: nothing is left to compare."""
    (event,) = (one for one in workspace.history() if one["collections"] == ["DUIN-2025-0"])
    workspace.retract(event["import_id"])
    assert event["import_id"] in workspace.evaluations.sweep(timedelta(0))
    found = evidence(late(open_workspace(workspace.root), filled(), {"DUIN-2025-0": 1}))
    assert (sizes(found), found.standing is not None) == (set(), True)


def test_a_first_print_is_of_everything(workspace: Workspace) -> None:
    shutil.rmtree(workspace.root / "cycle" / "kept")
    found = evidence(late(workspace, filled(), {"DUIN-2025-0": 1}))
    assert (found.standing, sizes(found)) == (None, {25})
