"""You said, we do: the sheet is refused until both halves signed, and holds no name and no small figure."""

from __future__ import annotations

import html
import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from qualitycycle.cli import app
from qualitycycle.config import shipped
from qualitycycle.errors import Refused, UsageProblem
from qualitycycle.vocabulary import Variant
from qualitycycle.workspace import Workspace, init_workspace
from qualitycycle.workspace.replying import ON_A_PAGE, QUOTES
from qualitycycle.workspace.view import take_view
from tests.test_theming import decide

CYCLE = "2025-2026"
DAY = date(2026, 7, 3)
EVALUATED = tuple(
    f"{lead}-2526-{number:02}"
    for lead, numbers in (("DUIN", (2, 4, 7)), ("MEER", (2, 4, 5, 7, 8, 11, 15)))
    for number in numbers
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demo's register and what came back after ten sessions of one cycle."""
    made = init_workspace(tmp_path_factory.mktemp("replies") / "ws")
    examples = shipped("examples")
    assert made.import_register(examples / "register.xlsx").status == "imported"
    exports = [
        path for path in sorted((examples / "exports").glob("*.xlsx")) if path.stem.endswith(EVALUATED)
    ]
    assert made.import_evaluations(exports).exit_code == 0
    return made


def session_of(workspace: Workspace, variant: Variant, lead: str = "DUIN") -> Any:
    sessions = take_view(workspace).sessions.values()
    return next(
        one
        for one in sessions
        if (one.variant, one.lead, one.cycle) == (variant, lead, CYCLE) and one.last_date
    )


def signers(facts: Any) -> dict[str, str]:
    return {f"signed_{of}": trainer for trainer, of in zip(facts.trainers, facts.affiliations, strict=True)}


def reply(number: int, **values: Any) -> dict[str, Any]:
    return {
        "id": f"T-DUIN-2025-{number}",
        "partnership": "DUIN",
        "cycle": CYCLE,
        "said": "Er was te weinig tijd om te oefenen.",
        "answer": "we_do",
        "what": "Vanaf september oefent u elke bijeenkomst twee keer.",
        "signed_on": DAY,
        **values,
    }


def store(workspace: Workspace, *rows: dict[str, Any], **more: Any) -> None:
    workspace.records.update(lambda now: {"replies": list(rows), **more})


def page(workspace: Workspace, folder: Path, **choices: Any) -> str:
    path = folder / "blad.html"
    workspace.write_reply(path, force=True, **choices)
    return html.unescape(path.read_text(encoding="utf-8"))


def codes(caught: Any) -> list[str]:
    return sorted(found.code.removeprefix("practice.") for found in caught.value.findings)


def test_the_sheet_of_a_tandem_session(workspace: Workspace, tmp_path: Path) -> None:
    facts = session_of(workspace, Variant.TANDEM)
    later = reply(
        2, session=facts.id, answer="not_now", said="Graag online.", what="Samen oefenen werkt beter."
    )
    store(workspace, reply(1, session=facts.id, **signers(facts)), {**later, **signers(facts)})
    said = page(workspace, tmp_path, session=facts.id.lower())
    assert "Er was te weinig tijd om te oefenen." in said and "Samen oefenen werkt beter." in said
    assert said.index("U zei, wij doen") < said.index("U zei, nu niet, want")
    assert "Namens de school, akkoord op 3 juli 2026" in said
    assert "Namens de opleiding, akkoord op 3 juli 2026" in said
    english = page(Workspace(workspace.root, workspace.config, "en"), tmp_path, session=facts.id)
    assert 'lang="en"' in english and "On behalf of the institute, agreed on 3 July 2026" in english


@pytest.mark.parametrize("half", ["school", "institute"])
def test_it_is_refused_when_one_half_has_not_signed(workspace: Workspace, tmp_path: Path, half: str) -> None:
    facts = session_of(workspace, Variant.TANDEM)
    signed = {name: who for name, who in signers(facts).items() if half not in name}
    store(workspace, reply(1, session=facts.id, **signed), reply(2, session=facts.id, **signed))
    with pytest.raises(Refused) as caught:
        workspace.write_reply(tmp_path / "blad.html", session=facts.id)
    assert codes(caught) == [f"unsigned_{half}"] * 2
    assert not (tmp_path / "blad.html").exists()


@pytest.mark.parametrize(
    ("variant", "half", "other"),
    [
        (Variant.SCHOOL_ONLY, "school", "De opleiding gaf deze training niet"),
        (Variant.INSTITUTE_ONLY, "institute", "De school gaf deze training niet"),
    ],
)
def test_of_a_session_that_one_half_gave_that_half_signs(
    workspace: Workspace, tmp_path: Path, variant: Variant, half: str, other: str
) -> None:
    facts = session_of(workspace, variant)
    store(workspace, reply(1, session=facts.id))
    with pytest.raises(Refused) as caught:
        workspace.write_reply(tmp_path / "a.html", session=facts.id)
    assert codes(caught) == [f"unsigned_{half}"]
    store(workspace, reply(1, session=facts.id, **signers(facts)))
    assert other in page(workspace, tmp_path, session=facts.id)


def test_of_a_session_of_an_outsider_or_of_nobody_known(workspace: Workspace, tmp_path: Path) -> None:
    """With an outsider the half that was there signs; of nobody known both halves do, by the register."""
    joined = session_of(workspace, Variant.OTHER, "MEER")
    [half] = [name for name in signers(joined) if name in ("signed_school", "signed_institute")]
    store(workspace, reply(1, session=joined.id, **{half: signers(joined)[half]}))
    assert "gaf deze training niet" in page(workspace, tmp_path, session=joined.id)
    unknown = session_of(workspace, Variant.UNKNOWN)
    assert not unknown.trainers
    any_two = signers(session_of(workspace, Variant.TANDEM))
    store(workspace, reply(1, session=unknown.id, signed_school=any_two["signed_school"]))
    with pytest.raises(Refused) as caught:
        workspace.write_reply(tmp_path / "a.html", session=unknown.id)
    assert codes(caught) == ["unsigned_institute"]
    store(workspace, reply(1, session=unknown.id, **any_two))
    assert "Namens de opleiding" in page(workspace, tmp_path, session=unknown.id)


def test_nobody_signs_for_the_other_half(workspace: Workspace, tmp_path: Path) -> None:
    facts = session_of(workspace, Variant.TANDEM)
    turned = dict(zip(signers(facts), reversed(signers(facts).values()), strict=True))
    store(workspace, reply(1, session=facts.id, **turned))
    with pytest.raises(Refused) as caught:
        workspace.write_reply(tmp_path / "a.html", session=facts.id)
    assert codes(caught) == ["signed_wrong_institute", "signed_wrong_school"]
    store(workspace, reply(1, **turned))
    with pytest.raises(Refused) as caught:
        workspace.write_reply(tmp_path / "a.html", partnership="DUIN", cycle=CYCLE)
    assert codes(caught) == ["signed_wrong_institute", "signed_wrong_school"]


def test_everything_that_is_missing_is_said_at_once(workspace: Workspace, tmp_path: Path) -> None:
    facts = session_of(workspace, Variant.TANDEM)
    half = {"signed_school": signers(facts)["signed_school"], "signed_on": None}
    store(
        workspace,
        reply(1, session=facts.id, what=None, **half),
        reply(2, session=facts.id, what=None, answer="not_now", signed_on=None),
    )
    with pytest.raises(Refused) as caught:
        workspace.write_reply(tmp_path / "a.html", session=facts.id)
    unsigned = ["unsigned_day", "unsigned_institute", "unsigned_institute", "unsigned_school"]
    assert codes(caught) == ["no_deed", "no_reason", *unsigned]


def test_no_name_is_on_the_sheet_and_the_writer_hears_of_it(workspace: Workspace, tmp_path: Path) -> None:
    facts = session_of(workspace, Variant.TANDEM)
    people = workspace.records.load()
    mentor = people["mentors"][0]["name"]
    store(workspace, reply(1, said=f"{mentor} wilde meer tijd (06-12345678).", **signers(facts)))
    written = workspace.write_reply(tmp_path / "a.html", partnership="DUIN", cycle=CYCLE)
    said = html.unescape((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert [found.code for found in written.findings] == ["practice.names_removed"]
    assert "[naam] wilde meer tijd ([telefoon])." in said
    for table in ("trainers", "mentors"):
        for person in people[table]:
            assert person["name"] not in said and person["id"] not in said


def test_the_action_behind_a_deed_says_when(workspace: Workspace, tmp_path: Path) -> None:
    facts = session_of(workspace, Variant.TANDEM)
    action = {
        "id": "A-DUIN-2025-7",
        "partnership": "DUIN",
        "what": "oefenen",
        "owner": "programmaleider",
        "indicator": "TRN3",
        "due": date(2026, 9, 15),
    }
    kept = workspace.records.load()["actions"]
    row = reply(1, action=action["id"], **signers(facts))
    store(workspace, row, actions=[*kept, action])
    assert "Klaar op 15 september 2026" in page(workspace, tmp_path, partnership="DUIN", cycle=CYCLE)
    bare = {**row, "what": None}
    store(workspace, bare, actions=[*kept, {**action, "status": "done", "closed_on": date(2026, 9, 1)}])
    assert "<td>oefenen" in page(workspace, tmp_path, partnership="DUIN", cycle=CYCLE)
    assert "Gedaan op 1 september 2026" in page(workspace, tmp_path, partnership="DUIN", cycle=CYCLE)


def test_how_many_answered_only_where_that_may_be_shown(workspace: Workspace, tmp_path: Path) -> None:
    """A session with forms, and one without: what status hides, the sheet hides."""
    status = workspace.status(cycle=CYCLE, partnership="DUIN", as_of="2026-07-31", kind=None).payload
    forms = {one["session"]: one["completed"] for one in status["denominators"]["by_session"]}
    tandems = [
        one
        for one in take_view(workspace).sessions.values()
        if (one.variant, one.lead, one.cycle) == (Variant.TANDEM, "DUIN", CYCLE)
    ]
    store(workspace, *(reply(n, session=one.id, **signers(one)) for n, one in enumerate(tandems, 1)))
    shown = {}
    for one in tandems:
        found = re.search(
            r"(\d+) (?:van de \d+ )?deelnemers vulden", page(workspace, tmp_path, session=one.id)
        )
        shown[one.id] = int(found.group(1)) if found else None
    assert shown == {id: forms[id] or None for id in shown}
    assert any(shown.values()) and not all(shown.values())


def test_which_sheet_and_which_file(workspace: Workspace, tmp_path: Path) -> None:
    facts = session_of(workspace, Variant.TANDEM)
    store(workspace, reply(1, session=facts.id, **signers(facts)))
    wrong: list[dict[str, Any]] = [
        {},
        {"partnership": "DUIN"},
        {"session": facts.id, "partnership": "DUIN", "cycle": CYCLE},
        {"session": facts.id, "quotes": True},
        {"session": "geen"},
        {"partnership": "NERGENS", "cycle": CYCLE},
    ]
    for choices in wrong:
        with pytest.raises(UsageProblem):
            workspace.write_reply(tmp_path / "a.html", **choices)
    with pytest.raises(UsageProblem):
        workspace.write_reply(tmp_path / "a.txt", session=facts.id)
    with pytest.raises(Refused) as caught:
        workspace.write_reply(tmp_path / "a.html", partnership="MEER", cycle=CYCLE)
    assert codes(caught) == ["no_replies"]
    page(workspace, tmp_path, session=facts.id)
    with pytest.raises(Refused):
        workspace.write_reply(tmp_path / "blad.html", session=facts.id)


def test_quotes_are_those_a_reviewer_released_of_a_group_that_is_large_enough(
    workspace: Workspace, tmp_path: Path
) -> None:
    made = Workspace(Path(shutil.copytree(workspace.root, tmp_path / "ws")), workspace.config, "nl")
    whole = signers(session_of(made, Variant.TANDEM))
    store(made, reply(1, partnership="MEER", **whole), reply(2, **whole))
    asked: dict[str, Any] = {"cycle": CYCLE, "quotes": True}
    assert not quotes_on(page(made, tmp_path, partnership="MEER", **asked)), "nobody has read them yet"
    decide(made, tmp_path / "comments.xlsx")
    released = {one["text"] for one in made.themes(partnership="MEER", **asked).payload["quotes"]}
    shown = quotes_on(page(made, tmp_path, partnership="MEER", **asked))
    assert 0 < len(shown) <= QUOTES and set(shown) <= released
    assert not quotes_on(page(made, tmp_path, partnership="MEER", cycle=CYCLE)), "not asked for"
    assert not quotes_on(page(made, tmp_path, partnership="DUIN", **asked)), "too few to be read"
    decide(made, tmp_path / "again.xlsx", state="withhold")
    assert not quotes_on(page(made, tmp_path, partnership="MEER", **asked))


def quotes_on(said: str) -> list[str]:
    return re.findall(r"<blockquote>(.*?)</blockquote>", said, re.DOTALL)


def test_from_reply_to_sheet_on_the_command_line(workspace: Workspace, tmp_path: Path) -> None:
    made = Workspace(Path(shutil.copytree(workspace.root, tmp_path / "ws")), workspace.config, "nl")
    store(made, actions=[])
    facts = session_of(made, Variant.TANDEM)
    said = ["--said", "Er was weinig tijd.", "--answer", "not_now", "--what", "Er is geen geld voor."]
    place = ["--partnership", "DUIN", "--cycle", CYCLE, "--session", facts.id]
    added = json.loads(run(made, "add", *place, *said, "--json").output)
    assert (added["status"], added["id"]) == ("recorded", "T-DUIN-2025-1")
    target = str(tmp_path / "blad.html")
    refused = run(made, "sheet", target, "--session", facts.id)
    assert refused.exit_code == 1 and not Path(target).exists()
    signed = [part for name, who in signers(facts).items() for part in (f"--{name.replace('_', '-')}", who)]
    assert run(made, "edit", added["id"], *signed, "--signed-on", "3-7-2026").exit_code == 0
    assert "Er is geen geld voor." in run(made, "list", "--partnership", "DUIN").output
    written = json.loads(run(made, "sheet", target, "--session", facts.id, "--json").output)
    assert written == {"file": target, "replies": 1, "findings": []}
    assert run(made, "sheet", target, "--session", facts.id).exit_code == 1
    done = run(made, "sheet", target, "--session", facts.id, "--force")
    assert done.exit_code == 0 and "één antwoord" in done.output


def run(workspace: Workspace, *arguments: str) -> Any:
    command = ["--workspace", str(workspace.root), "act", "reply", *arguments]
    done = CliRunner().invoke(app, command)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


@pytest.mark.browser
def test_the_sheet_is_one_page_of_a4(workspace: Workspace, tmp_path: Path, chromium: str) -> None:
    import pypdf

    facts = session_of(workspace, Variant.TANDEM)
    long = {"said": "Er was te weinig tijd om met feedback geven te oefenen. " * 2, **signers(facts)}
    store(workspace, *(reply(n, session=facts.id, **long) for n in range(1, ON_A_PAGE + 1)))
    assert not workspace.write_reply(tmp_path / "blad.pdf", session=facts.id).findings
    [sheet] = pypdf.PdfReader(tmp_path / "blad.pdf").pages
    assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == (595, 842)
    assert "Namens de opleiding" in sheet.extract_text()


def test_a_sheet_that_becomes_long_is_said(workspace: Workspace, tmp_path: Path) -> None:
    facts = session_of(workspace, Variant.TANDEM)
    rows = [reply(n, session=facts.id, **signers(facts)) for n in range(1, ON_A_PAGE + 2)]
    store(workspace, *rows)
    written = workspace.write_reply(tmp_path / "blad.html", session=facts.id)
    assert [(found.code, found.count) for found in written.findings] == [("practice.long_sheet", len(rows))]
