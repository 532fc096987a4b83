"""A file read the way its mapping wants, without one mapping changing how another file is read."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from qualitycycle.checking.columns import fitting_mapping
from qualitycycle.config import Config
from qualitycycle.config_checks import STRUCTURES
from qualitycycle.errors import Refused
from qualitycycle.labels import normalise_header
from qualitycycle.mapping import SurveyMapping
from qualitycycle.readers import Peek, RawExport, peek, read


def read_export(config: Config, file: Path | Peek, mapping_name: str | None = None) -> RawExport:
    """Read a file the way its mapping wants: which column is the tool's id, which to keep.

    Without a name the mapping that fits decides. Columns that a reader takes out or joins by
    itself are kept only when that mapping names them. A mapping with a structure is read with
    that structure.
    """
    file = peek(file) if isinstance(file, Path) else file
    mapping = config.mappings.get(mapping_name) if mapping_name is not None else None
    several = [mapping] if mapping is not None else list(config.mappings.values())
    untold = all(one.response_id is None for one in several)
    plain = read(file) if untold else read(file, response_id=False)
    if mapping_name is None:
        mapping = _fitting(config, file, plain)
    if mapping is None:
        return plain if untold else read(file)
    structure = _structure(config, mapping)
    explained = plain if structure is None else read(file, structure=structure, response_id=False)
    hidden = _hidden(mapping, explained)
    wants = (mapping.response_id, mapping.submitted, structure, mapping.day_first, *hidden)
    if untold and not any(one is not None for one in wants) and mapping.format in (None, plain.format):
        return plain
    return read(
        file,
        structure=structure,
        format=mapping.format,
        response_id=mapping.response_id,
        submitted=mapping.submitted,
        keep=hidden,
        day_first=mapping.day_first,
    )


def _structure(config: Config, mapping: SurveyMapping) -> Path | None:
    return config.folder / STRUCTURES / mapping.structure if mapping.structure is not None else None


def _fitting(config: Config, file: Peek, plain: RawExport) -> SurveyMapping | None:
    """The mapping that fits the file as it reads by itself, else as mappings would have it read."""
    name = fitting_mapping(plain, config)
    if name is None:
        hidden = {header for one in config.mappings.values() for header in _hidden(one, plain)}
        structures = [_structure(config, one) for one in config.mappings.values()]
        others = dict.fromkeys([None, *structures]) if hidden else {}
        reads = (_explained(file, one, hidden) for one in others)
        fits = (fitting_mapping(one, config) for one in reads if one is not None)
        name = next((fit for fit in fits if fit is not None), None)
    return config.mappings[name] if name is not None else None


def _explained(file: Peek, structure: Path | None, keep: Collection[str]) -> RawExport | None:
    """The file as another survey's mapping would have it read; None when that structure is not its tool's."""
    try:
        return read(file, structure=structure, response_id=False, keep=keep)
    except Refused:
        return None


def _hidden(mapping: SurveyMapping, export: RawExport) -> list[str]:
    """The headers a mapping names that are not among the columns as the reader gives them."""
    seen = {normalise_header(header) for header in export.headers}
    return [header for header in mapping.headers() if normalise_header(header) not in seen]
