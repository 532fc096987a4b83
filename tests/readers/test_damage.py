"""Half a file of every platform reads or says what is wrong with it; there is never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from qualitycycle import wording
from qualitycycle.errors import Refused
from qualitycycle.readers import read
from tests.readers.files import save_xlsx
from tests.readers.platform_twins import PLATFORM_TWINS
from tests.readers.questionnaires import CHOICES, SETTINGS, SURVEY, archive, lsr, lss, tsv

CUTS = (0.02, 0.2, 0.45, 0.7, 0.9, 0.99)
QUESTIONNAIRES = ("lss", "newer lss", "tsv", "lsa", "xlsform")


def questionnaire(name: str, path: Path) -> bytes:
    if name == "lsa":
        return archive(path, lss=lss(), lsr=lsr([{"id": "1"}])).read_bytes()
    if name == "xlsform":
        save_xlsx(SURVEY, path, sheet="survey", choices=CHOICES, settings=SETTINGS)
        return path.read_bytes()
    return {"lss": lss(), "newer lss": lss(640), "tsv": tsv(True)}[name].encode()


@pytest.mark.parametrize("name", [*PLATFORM_TWINS, *QUESTIONNAIRES])
def test_half_a_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / "export.data"
    twin = PLATFORM_TWINS.get(name)
    whole = questionnaire(name, path) if twin is None else twin.write(path).read_bytes()
    for cut in CUTS:
        path.write_bytes(whole[: int(cut * len(whole))])
        try:
            export = read(path)
        except Refused as refused:
            for found in refused.findings:
                assert found.file == path.name
                assert wording.message(found, "nl") != found.code
        else:
            assert all(len(column) == len(export.rows) for column in export.columns)
