"""Appendix: the method in plain words, what was hidden, and what this report was made from."""

from __future__ import annotations

from collections.abc import Iterator

from qualitycycle import wording
from qualitycycle.figures import numbers
from qualitycycle.figures.differences import arm_name
from qualitycycle.report.document import Block, Bullets, DataTable, Paragraph, Section, Subsection
from qualitycycle.report.model import ReportInput
from qualitycycle.report.phrases import column

METHOD = (
    "variant",
    "nested",
    "interval",
    "favourable",
    "verdicts",
    "minimum",
    "many",
    "lot",
    "evidence",
)
FLOORS = ("scores", "shares", "arm_trainers", "open_text", "board_inside", "board_outside")


def appendix(report: ReportInput, language: str) -> Section:
    """Method, floors and manifest."""
    blocks = (
        Subsection(wording.text("report.appendix.method", language), (_method(report, language),)),
        Subsection(wording.text("report.appendix.floors", language), tuple(_floors(report, language))),
        Subsection(wording.text("report.appendix.manifest", language), tuple(_manifest(report, language))),
    )
    return Section("appendix", wording.text("report.section.appendix", language), blocks)


def manifest(report: ReportInput) -> dict[str, object]:
    """The manifest as plain values, complete, to keep with the report."""
    made = report.manifest
    return {
        "partnership": report.partnership.code,
        "cycle": report.cycle,
        "generated_on": report.generated_on.isoformat(),
        "instrument": report.instrument,
        "inputs": [
            {
                "name": file.name,
                "sha256": file.sha256,
                "import_id": file.import_id,
                "imported_on": file.imported_on.isoformat() if file.imported_on else None,
            }
            for file in made.inputs
        ],
        "snapshot": dict(made.snapshot),
        "config_hash": made.config_hash,
        "packages": dict(made.packages),
        "floors": report.floors.model_dump(),
    }


def _method(report: ReportInput, language: str) -> Bullets:
    values = {
        "reference": arm_name(report.reference, language),
        "minimum": report.floors.arm_trainers,
        "instrument": report.instrument,
    }
    return Bullets(tuple(wording.text(f"report.method.{name}", language, **values) for name in METHOD))


def _floors(report: ReportInput, language: str) -> Iterator[Block]:
    sentence = wording.text("report.appendix.hidden", language)
    if report.quality.hidden_cells:
        hidden = wording.plural("report.account.hidden", report.quality.hidden_cells, language)
        sentence = f"{sentence} {hidden}"
    yield Paragraph(sentence)
    rows = tuple(
        (
            wording.text(f"report.floor.{name}", language),
            numbers.whole(getattr(report.floors, name), language),
        )
        for name in FLOORS
    )
    columns = (column("what", language), column("minimum", language, "right"))
    yield DataTable(wording.text("report.appendix.floors_table", language), columns, rows)


def _manifest(report: ReportInput, language: str) -> Iterator[Block]:
    """The short list; fingerprints and versions are in the file beside the report."""
    name = report.manifest_name(language)
    yield Paragraph(wording.text("report.appendix.manifest_lead", language, manifest=name))
    rows = (
        ("instrument", report.instrument),
        ("files", numbers.whole(len(report.manifest.inputs), language)),
        ("made_on", numbers.day(report.generated_on, language)),
    )
    yield DataTable(
        wording.text("report.appendix.made_from", language),
        (column("what", language), column("value", language)),
        tuple((wording.text(f"report.manifest.{name}", language), value) for name, value in rows),
    )
