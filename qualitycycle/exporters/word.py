"""The questionnaire as a Word document that Microsoft Forms turns into a form ("quick import").

Forms makes a question of every numbered paragraph and an option of every lettered line below
it, and takes everything else for text. So there is nothing else: no tables, headers or footers,
and numbers and letters are typed, since automatic ones are not part of the text. Its export has
the text of a question, with the stem in front, as the header of its column; importing knows both.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from qualitycycle.errors import Refused
from qualitycycle.exporters.form import Block, Form, Question
from qualitycycle.exporters.ms_forms import ZIP_DATE, without_clock
from qualitycycle.findings import Finding, Level

if TYPE_CHECKING:
    from docx.document import Document


def word_form(form: Form, path: Path) -> list[Finding]:
    """Write the form to ``path`` (.docx) and say what is left to do by hand in Microsoft Forms.

    The same form gives the same bytes. Raises Refused when the extra ``docx`` is not installed.
    """
    try:
        from docx import Document
    except ModuleNotFoundError:
        raise Refused(Finding("form.no_docx", file=path.name)) from None
    document = Document()
    _describe(document, form)
    document.add_paragraph(form.title(form.language), style="Title")
    for number, (text, options) in enumerate(word_questions(form), start=1):
        lines = [f"{number}. {text}"]
        lines += [f"{letter}. {option}" for letter, option in zip(ascii_uppercase, options, strict=False)]
        for line in lines:
            paragraph = document.add_paragraph(line)
            paragraph.paragraph_format.keep_with_next = line != lines[-1]
            paragraph.paragraph_format.space_after = None if line == lines[-1] else 0
    saved = io.BytesIO()
    document.save(saved)
    path.write_bytes(without_clock(saved.getvalue(), datetime(*ZIP_DATE[:3])))
    return list(_by_hand(form))


def word_questions(form: Form) -> list[tuple[str, list[str]]]:
    """Every question with its options as they stand in the document.

    An open question has no options; neither has one with more options than there are letters.

    >>> from qualitycycle.config import load_config, shipped
    >>> from qualitycycle.exporters.form import build_form
    >>> from qualitycycle.vocabulary import Moment
    >>> form = build_form(load_config(shipped("config").parent).instrument, Moment.PRE)
    >>> word_questions(form)[0][0][:11], word_questions(form)[2][0][:37]
    ('Koppelcode:', 'Hoe goed lukt het je om ... Feedback ')
    """
    language = form.language
    asked: list[tuple[str, list[str]]] = []
    if form.asks_link_code:
        asked.append((form.link_code_text(language), []))
    for block in form.blocks:
        for question in block.questions:
            options = [] if _is_typed(question) else question.options
            labels = [_one_line(option.text(language)) for option in options]
            asked.append((_text(block, question, language), labels))
    return asked


def _describe(document: Document, form: Form) -> None:
    """Title and language of the document; without its language a spelling checker marks every word."""
    document.core_properties.title = form.title(form.language)
    document.core_properties.author = ""
    document.core_properties.language = form.language
    styles: Any = document.styles.element
    for language in styles.xpath("w:docDefaults//w:lang"):
        for name in [name for name in language.attrib if name.endswith("}val")]:
            language.set(name, form.language)


def _text(block: Block, question: Question, language: str) -> str:
    stem = block.stem_text(language)
    return _one_line(f"{stem or ''} {question.text(language)}")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _is_typed(question: Question) -> bool:
    """Whether there are more options than letters, so that the answer is typed."""
    return len(question.options) > len(ascii_uppercase)


def _by_hand(form: Form) -> Iterator[Finding]:
    """What quick import cannot know: several answers, and options beyond the letters."""
    several = [one for one in form.questions if one.kind == "multi" and not _is_typed(one)]
    for code, questions in (
        ("form.word_several", several),
        ("form.word_typed", [one for one in form.questions if _is_typed(one)]),
    ):
        if questions:
            texts = ", ".join(f"'{one.text(form.language)}'" for one in questions)
            yield Finding(code, Level.INFO, count=len(questions), details={"questions": texts})
