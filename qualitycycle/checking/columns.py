"""Which column is which question.

With a mapping, the mapping decides. Without one, a header that is the id, the text
(Dutch or English) or an alias of an item is that item; the instrument that recognises
most headers is taken. A header that is only *nearly* an item is never taken silently.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from qualitycycle.checking.export import (
    ColumnPlan,
    Export,
    ItemColumn,
    bare,
    column_index,
    is_filled,
    is_link_code_header,
    own_column,
    own_columns,
)
from qualitycycle.checking.repairs import (
    list_missing,
    list_unmapped,
    missing_column,
    nothing_recognised,
    other_words,
    renamed_columns,
    strange_scales,
)
from qualitycycle.checking.similarity import item_texts, without_number
from qualitycycle.config import Config
from qualitycycle.findings import Finding
from qualitycycle.instrument import Instrument, Item
from qualitycycle.labels import normalise_header
from qualitycycle.mapping import SurveyMapping
from qualitycycle.vocabulary import INSTRUMENT_COLUMN

__all__ = [
    "ColumnPlan",
    "Export",
    "ItemColumn",
    "column_index",
    "fitting_mapping",
    "list_missing",
    "list_unmapped",
    "own_column",
    "plan_columns",
]


def plan_columns(
    export: Export, config: Config, mapping_name: str | None = None
) -> ColumnPlan | list[Finding]:
    """Decide what each column of ``export`` is, or return the findings that prevent it.

    ``mapping_name`` names a mapping in ``config/mappings``; without it the mapping whose
    columns are all in the file is used, else the headers speak for themselves.
    """
    file = export.path.name
    if mapping_name is not None and mapping_name not in config.mappings:
        known = ", ".join(config.mappings) or "-"
        return [
            Finding("checking.unknown_mapping", file=file, value=mapping_name, details={"expected": known})
        ]
    name = mapping_name or fitting_mapping(export, config)
    if name is not None:
        return _by_mapping(export, config, name)
    return _by_headers(export, config)


def fitting_mapping(export: Export, config: Config) -> str | None:
    """The mapping whose columns are all in the file; of several the one with most columns.

    Where the file has a question in words beside a code, the words must be the mapping's too.
    A mapping that leaves out a column that is plainly one of its questions is of another form.
    """
    headers = {normalise_header(header): at for at, header in reversed(list(enumerate(export.headers)))}
    fitting = [
        (len(mapping.columns), name)
        for name, mapping in config.mappings.items()
        if mapping.format in (None, export.format)
        and all(normalise_header(column) in headers for column in mapping.columns)
        and not _other_words(export, mapping, headers)
        and not _left_out(export, mapping, config.instruments[mapping.instrument])
    ]
    return max(fitting)[1] if fitting else None


def _other_words(export: Export, mapping: SurveyMapping, headers: Mapping[str, int]) -> list[str]:
    """The headers under which the file has another question in words than the mapping says."""
    differing = []
    for header, words in mapping.titles.items():
        code = normalise_header(header)
        at = headers.get(code)
        if at is not None and normalise_header(export.title(at)) not in (code, normalise_header(words)):
            differing.append(header)
    return differing


def _left_out(export: Export, mapping: SurveyMapping, instrument: Instrument) -> list[str]:
    """The headers that are a question of the instrument of which the mapping says nothing."""
    named = [*mapping.headers(), *mapping.ignore, *mapping.doubtful]
    told = {normalise_header(header) for header in named}
    mapped = set(mapping.columns.values())
    return [
        column.header
        for column in _recognised(export, instrument)
        if column.item.id not in mapped and normalise_header(column.header) not in told
    ]


def _by_mapping(export: Export, config: Config, name: str) -> ColumnPlan | list[Finding]:
    mapping = config.mappings[name]
    instrument = config.instruments[mapping.instrument]
    file = export.path.name
    named = [header for header in mapping.special_headers() if not _is_metadata(mapping, header)]
    findings: list[Finding] = []
    items: list[ItemColumn] = []
    for header, item_id in mapping.columns.items():
        index = column_index(export, header)
        if index is None:
            findings.append(missing_column(export, header, name, mapping))
            continue
        item = instrument.item(item_id)
        items.append(ItemColumn(index, export.headers[index], item, instrument.scale_of(item_id)))
    for header in named:
        if column_index(export, header) is None:
            findings.append(missing_column(export, header, name, mapping))
    headers = {normalise_header(header): at for at, header in enumerate(export.headers)}
    findings += other_words(export, _other_words(export, mapping, headers), name)
    findings += _claimed_twice(file, items)
    if findings:
        return findings
    special = {column_index(export, header) for header in named}
    taken = {column.index for column in items} | special | own_columns(export)
    ignored = {normalise_header(header) for header in mapping.ignore}
    unmapped = [
        header
        for index, header in enumerate(export.headers)
        if index not in taken and normalise_header(header) not in ignored and is_filled(export.columns[index])
    ]
    link_code = column_index(export, mapping.link_code) if mapping.link_code else None
    strange = strange_scales(export, items, mapping)
    return ColumnPlan(instrument, tuple(items), tuple(unmapped), mapping, name, link_code, tuple(strange))


def _is_metadata(mapping: SurveyMapping, header: str) -> bool:
    """Whether the reader already took this column out of the content."""
    return header in (mapping.response_id, mapping.submitted)


def _claimed_twice(file: str, items: Iterable[ItemColumn]) -> list[Finding]:
    first: dict[str, str] = {}
    findings = []
    for column in items:
        other = first.setdefault(column.item.id, column.header)
        if other != column.header:
            findings.append(
                Finding(
                    "checking.item_twice",
                    file=file,
                    column=column.header,
                    value=column.item.id,
                    details={"other": other},
                )
            )
    return findings


def _instruments(export: Export, config: Config) -> list[Instrument] | Finding:
    """The instruments a file may be of: the one its own form names, else every one."""
    at = own_column(export, INSTRUMENT_COLUMN)
    named = (
        {str(cell).strip() for cell in export.columns[at] if cell is not None} if at is not None else set()
    )
    if not named:
        return config.ordered_instruments()
    known = [instrument for id, instrument in config.instruments.items() if id in named]
    if len(named) == 1 and known:
        return known
    expected = ", ".join(config.instruments)
    return Finding(
        "instrument_out.instrument_unclear",
        file=export.path.name,
        column=export.headers[at or 0],
        value=", ".join(sorted(named)),
        details={"expected": expected},
    )


def _by_headers(export: Export, config: Config) -> ColumnPlan | list[Finding]:
    file = export.path.name
    instruments = _instruments(export, config)
    if isinstance(instruments, Finding):
        return [instruments]
    plans = [(instrument, _recognised(export, instrument)) for instrument in instruments]
    instrument, items = max(plans, key=lambda plan: len(plan[1]))
    link_code = _link_code_column(export)
    taken = {column.index for column in items} | {link_code} | own_columns(export)
    unmapped = [
        (i, header)
        for i, header in enumerate(export.headers)
        if i not in taken and is_filled(export.columns[i])
    ]
    at = [index for index, _ in unmapped]
    renamed = renamed_columns(export, config, instrument, items, at)
    if not items:
        return [nothing_recognised(export, config), *renamed]
    return ColumnPlan(
        instrument,
        tuple(items),
        tuple(header for _, header in unmapped),
        link_code=link_code,
        findings=(*renamed, *_claimed_twice(file, items), *strange_scales(export, items, None)),
    )


def _recognised(export: Export, instrument: Instrument) -> list[ItemColumn]:
    by_text = _item_texts(instrument)
    columns = []
    for index, header in enumerate(export.headers):
        title = export.title(index)
        words = normalise_header(title)
        whole = (normalise_header(header), words, without_number(words))
        texts = (*whole, _row_text(title), *_below_groups(title))
        found = next((by_text[text] for text in texts if text in by_text), None)
        if found is not None:
            columns.append(ItemColumn(index, header, found, instrument.scale_of(found.id)))
    return columns


def _item_texts(instrument: Instrument) -> dict[str, Item]:
    """Every text that is an item, with its stem or without, and its id; also where a tool takes
    letters and digits only.
    """
    known: dict[str, Item] = {}
    for item in instrument.items:
        for text in (normalise_header(item.id), *item_texts(item, instrument)):
            known.setdefault(text, item)
    ids = Counter(bare(item.id) for item in instrument.items)
    for item in instrument.items:
        if ids[bare(item.id)] == 1:
            known.setdefault(bare(item.id), item)
    return known


def _row_text(header: str) -> str:
    """The statement in ``Question [statement]``, the way grids are exported."""
    if not header.rstrip().endswith("]") or "[" not in header:
        return ""
    return normalise_header(header[header.rindex("[") + 1 : header.rindex("]")])


def _below_groups(header: str) -> list[str]:
    """What stands after each ``/`` in ``group/question``, the longest first; a question may hold one too."""
    parts = header.split("/")
    return [normalise_header("/".join(parts[at:])) for at in range(1, len(parts))]


def _link_code_column(export: Export) -> int | None:
    for index, header in enumerate(export.headers):
        if is_link_code_header(header):
            return index
    return None
