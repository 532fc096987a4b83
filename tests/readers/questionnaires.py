"""Questionnaires as LimeSurvey and XLSForm keep them, written by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

Fields = Mapping[str, str]


def section(name: str, rows: Sequence[Fields]) -> str:
    """A section of LimeSurvey's XML: the fields, and the rows in CDATA."""
    fields = dict.fromkeys(field for row in rows for field in row)
    listed = "".join(f"<fieldname>{field}</fieldname>" for field in fields)
    written = "".join(
        "<row>" + "".join(f"<{key}><![CDATA[{text}]]></{key}>" for key, text in row.items()) + "</row>"
        for row in rows
    )
    return f"<{name}><fields>{listed}</fields><rows>{written}</rows></{name}>"


def document(kind: str, version: int, *sections: str, languages: Sequence[str] = ("de", "nl")) -> str:
    named = "".join(f"<language>{escape(language)}</language>" for language in languages)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<document><LimeSurveyDocType>{kind}</LimeSurveyDocType>'
        f"<DBVersion>{version}</DBVersion><languages>{named}</languages>{''.join(sections)}</document>"
    )


QUESTIONS: tuple[tuple[str, str, str, dict[str, str]], ...] = (  # number, type, code, texts
    ("10", "L", "P1", {"nl": "<p>Welke <b>taal</b>?</p>", "de": "Welche Sprache?"}),
    ("11", "F", "likert", {"nl": "De trainer was", "de": "Der Trainer war"}),
    ("12", "M", "seen", {"nl": "Wat zag je?", "de": "Was hast du gesehen?"}),
    ("13", "Y", "again", {"nl": "Weer?", "de": "Wieder?"}),
    ("14", "K", "hours", {"nl": "Hoeveel uur", "de": "Wie viele Stunden"}),
    ("15", "R", "rank", {"nl": "Zet op volgorde", "de": "Ordne"}),
    ("16", "1", "dual", {"nl": "Eerst en nu", "de": "Vorher und jetzt"}),
    ("17", "X", "intro", {"nl": "Welkom", "de": "Willkommen"}),
    ("18", "T", "open", {"nl": "Waarom?", "de": "Warum?"}),
    ("19", "*", "session", {"nl": "{'S-01'}", "de": "{'S-01'}"}),
    ("20", ":", "table", {"nl": "Per week", "de": "Pro Woche"}),
    ("21", "N", "mark", {"nl": "Cijfer", "de": "Note"}),
)
PARTS: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (  # parent, number, code, scale, texts
    ("11", "110", "SQ001", "0", {"nl": "helder", "de": "klar"}),
    ("11", "111", "SQ002", "0", {"nl": "op tijd [altijd]", "de": "pünktlich [immer]"}),
    ("12", "120", "1", "0", {"nl": "Filmpjes", "de": "Videos"}),
    ("12", "121", "2", "0", {"nl": "Dia's; en meer", "de": "Folien; und mehr"}),
    ("14", "140", "lez", "0", {"nl": "lezen", "de": "Lesen"}),
    ("16", "160", "a", "0", {"nl": "ik plan", "de": "ich plane"}),
    ("20", "200", "r", "0", {"nl": "thuis", "de": "zu Hause"}),
    ("20", "201", "c", "1", {"nl": "maandag", "de": "Montag"}),
)
ANSWERS: tuple[tuple[str, str, str, dict[str, str]], ...] = (  # question, code, scale, texts
    ("10", "A1", "0", {"nl": "Nederlands", "de": "Niederländisch"}),
    ("10", "A2", "0", {"nl": "Duits", "de": "Deutsch"}),
    # codes that are the text of another answer
    *(
        ("11", str(code), "0", {"nl": text, "de": text})
        for code, text in ((1, "0 - nee"), (2, "1"), (3, "2 - ja"))
    ),
    ("15", "x", "0", {"nl": "Eerste", "de": "Erste"}),
    ("15", "y", "0", {"nl": "Tweede", "de": "Zweite"}),
    ("16", "l", "0", {"nl": "laag", "de": "niedrig"}),
    ("16", "h", "1", {"nl": "hoog", "de": "hoch"}),
)
_SURVEY = {"sid": "758", "language": "nl", "additional_languages": "de", "admin": "Planted Admin"}
_TITLES = [
    {"surveyls_language": "de", "surveyls_title": "Auswertung"},
    {"surveyls_language": "nl", "surveyls_title": "<b>Evaluatie</b>"},
]


def _question(number: str, kind: str, code: str, parent: str = "0", scale: str = "0") -> dict[str, str]:
    other = "Y" if code in ("P1", "seen") else "N"
    place = {"gid": "275", "title": code, "question_order": number, "scale_id": scale}
    return {"qid": number, "parent_qid": parent, "type": kind, "other": other, **place}


def lss(version: int = 366) -> str:
    """The questionnaire above in the layout of that version: a row per language, or texts apart."""
    texts = {number: words for number, _, _, words in QUESTIONS}
    texts |= {number: words for _, number, _, _, words in PARTS}
    asked = [_question(number, kind, code) for number, kind, code, _ in QUESTIONS]
    parts = [_question(number, "T", code, parent, scale) for parent, number, code, scale, _ in PARTS]
    answers = [
        {"aid": str(at), "qid": number, "code": code, "sortorder": str(at), "scale_id": scale}
        for at, (number, code, scale, _) in enumerate(ANSWERS)
    ]
    group, names = {"gid": "275", "group_order": "0"}, {"nl": "De dag", "de": "Der Tag"}
    common = [section("surveys", [_SURVEY]), section("surveys_languagesettings", _TITLES)]
    if version >= 400:
        words = [
            {"qid": number, "question": text, "language": language}
            for number, each in texts.items()
            for language, text in each.items()
        ]
        labels = [
            {"aid": str(at), "answer": text, "language": language}
            for at, (*_, each) in enumerate(ANSWERS)
            for language, text in each.items()
        ]
        headings = [{"gid": "275", "group_name": text, "language": key} for key, text in names.items()]
        sections = {"groups": [group], "group_l10ns": headings, "questions": asked, "subquestions": parts}
        sections |= {"question_l10ns": words, "answers": answers, "answer_l10ns": labels}
        return document("Survey", version, *common, *(section(*one) for one in sections.items()))

    def repeated(rows: Sequence[Fields], field: str, each: Sequence[Mapping[str, str]]) -> list[Fields]:
        return [
            {**row, field: words[language], "language": language}
            for language in ("de", "nl")
            for row, words in zip(rows, each, strict=True)
        ]

    sections = {
        "answers": repeated(answers, "answer", [words for *_, words in ANSWERS]),
        "groups": repeated([group], "group_name", [names]),
        "questions": repeated(asked, "question", [texts[row["qid"]] for row in asked]),
        "subquestions": repeated(parts, "question", [texts[row["qid"]] for row in parts]),
    }
    return document("Survey", version, *common, *(section(*one) for one in sections.items()))


def lsr(rows: Sequence[Fields]) -> str:
    return document("Responses", 366, section("responses", rows))


def archive(path: Path, **members: str) -> Path:
    """A LimeSurvey archive; ``lss="..."`` becomes ``survey_758.lss``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for ending, text in members.items():
            package.writestr(f"survey_758.{ending}", text)
    path.write_bytes(buffer.getvalue())
    return path


def tsv(newer: bool = False) -> str:
    """The first questions above as tab-separated structure, cells with HTML and line breaks quoted."""
    lines = ["class\ttype/scale\tname\trelevance\ttext\thelp\tlanguage\tmandatory\tother"]
    lines += ["S\t\tlanguage\t\tnl\t\t\t\t", "S\t\tadditional_languages\t\tde\t\t\t\t"]
    for language in ("nl", "de"):
        title = {"nl": "Evaluatie", "de": "Auswertung"}[language]
        lines.append(f"SL\t\tsurveyls_title\t\t{title}\t\t{language}\t\t")
        lines.append(f"G\tG0\t{'De dag' if language == 'nl' else 'Der Tag'}\t1\t\t\t{language}\t\t")
        for number, kind, code, words in QUESTIONS[:5]:
            other = "Y" if code == "seen" else "N"
            text = f'"<p>{words[language]}</p>\n<br />"'
            lines.append(f"Q\t{kind}\t{code}\t1\t{text}\t\t{language}\tY\t{other}")
            for parent, _, part, scale, each in PARTS:
                if parent == number:
                    lines.append(f"SQ\t{scale}\t{part}\t1\t{each[language]}\t\t{language}\t\t")
            for parent, answer, scale, each in ANSWERS:
                if parent == number:
                    lines.append(f"A\t{scale}\t{answer}\t\t{each[language]}\t\t{language}\t\t")
    if newer:
        lines = ["id\trelated_id\t" + lines[0], *(f"{at}\t\t{line}" for at, line in enumerate(lines[1:]))]
    return "\r\n".join(lines) + "\r\n"


SURVEY: list[list[Any]] = [
    ["type", "name", "label::English (en)", "label::Nederlands (nl)", "label", "appearance", None, "label"],
    ["start", "start", None, None, None, None, None, None],
    ["begin group", "training", "The training", "De training", None, None, None, None],
    ["select_one agree", "TRN1", "<b>Clear</b>?", "Helder?", None, "likert", None, None],
    ["select_multiple media", "seen", "What did you see?", "Wat zag je?", None, None, None, None],
    ["select_one colour or_other", "colour", None, None, "Colour", None, None, "second label"],
    ["end group", None, None, None, None, None, None, None],
    [None] * 8,
    ["begin_repeat", "children", "Children", "Kinderen", None, None, None, None],
    ["integer", "age", "Age", "Leeftijd", None, None, None, None],
    ["end_repeat", None, None, None, None, None, None, None],
    ["text", "remark", "Remark", "Opmerking", None, None, None, None],
    ["note", "thanks", "Thanks", "Dank", None, None, None, None],
    ["calculate", "session", None, None, None, None, None, None],
    [None] * 8,
]
CHOICES: list[list[Any]] = [
    ["list name", "name", "label::English (en)", "label::Nederlands (nl)", "label"],
    ["agree", 1, "disagree", "oneens", None],
    ["agree", 5, "agree", "eens", None],
    ["media", "video", "Films", "Filmpjes", None],
    ["media", "slides", "Slides", "Dia's", None],
    ["colour", "red", None, None, "Red"],
    [None] * 5,
]
SETTINGS: list[list[Any]] = [["form_title", "default_language"], ["Evaluation", "Nederlands (nl)"]]
