"""The yearly report of a partnership: a value in, a document, then a page.

``document(report, language)`` puts a ``ReportInput`` into words, tables and figures;
``render(document)`` makes it one self-contained HTML page.
"""

from qualitycycle.report.document import Document
from qualitycycle.report.html import render
from qualitycycle.report.model import ReportInput
from qualitycycle.report.sections import SECTIONS, document

__all__ = ["SECTIONS", "Document", "ReportInput", "document", "render"]
