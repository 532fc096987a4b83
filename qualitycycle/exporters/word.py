"""The questionnaire as a Word document that Microsoft Forms turns into a form ("quick import").

Forms makes a question of every numbered paragraph and an option of every lettered line below
it, and takes everything else for text. So there is nothing else: no tables, headers or footers.
Its export has the text of a question as the header of its column; a question that begins with
a stem is written as ``stem [question]``, by which importing knows it.
"""

from __future__ import annotations

from pathlib import Path
from string import ascii_uppercase

from qualitycycle.errors import Refused
from qualitycycle.exporters.form import Block, Form, Question
from qualitycycle.findings import Finding


def word_form(form: Form, path: Path) -> None:
    """Write the form to ``path`` (.docx). Raises Refused when python-docx is not installed."""
    try:
        from docx import Document
    except ModuleNotFoundError:
        raise Refused(Finding("form.no_docx", file=path.name)) from None
    document = Document()
    document.core_properties.title = form.title(form.language)
    document.core_properties.author = ""
    document.core_properties.language = form.language
    document.add_paragraph(form.title(form.language), style="Title")
    for number, (text, options) in enumerate(word_questions(form), start=1):
        question = document.add_paragraph(f"{number}. {text}")
        question.paragraph_format.keep_with_next = bool(options)
        for letter, option in zip(ascii_uppercase, options, strict=False):
            line = document.add_paragraph(f"{letter}. {option}")
            line.paragraph_format.space_after = 0
    document.save(str(path))


def word_questions(form: Form) -> list[tuple[str, list[str]]]:
    """Every question with its options as they stand in the document; an open one has none.

    >>> from qualitycycle.config import load_config, shipped
    >>> from qualitycycle.exporters.form import build_form
    >>> from qualitycycle.vocabulary import Moment
    >>> form = build_form(load_config(shipped("config").parent).instrument, Moment.PRE)
    >>> word_questions(form)[0][0][:11], word_questions(form)[2][0][:25]
    ('Koppelcode:', 'Hoe goed lukt het je om .')
    """
    language = form.language
    asked: list[tuple[str, list[str]]] = []
    if form.asks_link_code:
        asked.append((form.link_code_text(language), []))
    return asked + [
        (_text(block, question, language), [option.text(language) for option in question.options])
        for block in form.blocks
        for question in block.questions
    ]


def _text(block: Block, question: Question, language: str) -> str:
    stem = block.stem_text(language)
    return question.text(language) if stem is None else f"{stem} [{question.text(language)}]"
