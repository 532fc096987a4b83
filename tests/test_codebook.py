"""The codebook: shipped in two languages, and checked when a workspace loads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from qualitycycle.errors import Refused
from qualitycycle.workspace import init_workspace, open_workspace


def test_every_shipped_theme_is_there_in_both_languages(tmp_path: Path) -> None:
    themes = init_workspace(tmp_path / "w").config.codebook.themes
    assert 10 <= len(themes) <= 15
    for theme in themes.values():
        for part in (theme.name, theme.description, theme.terms, theme.examples):
            assert set(part) == {"nl", "en"}


def test_a_wrong_theme_is_a_finding_with_file_and_key(tmp_path: Path) -> None:
    init_workspace(tmp_path / "w")
    book = tmp_path / "w" / "config" / "codebook.toml"
    book.write_text(
        '[themes.Tijd]\nname.nl = "Tijd"\ndescription.nl = "x"\nterms.nl = ["tijd"]\n'
        '[themes.form]\nname.nl = "Vorm"\nterms.nl = []\nwords = 1\n',
        encoding="utf-8",
    )
    with pytest.raises(Refused) as refused:
        open_workspace(tmp_path / "w")
    found = {(one.file, one.column) for one in refused.value.findings}
    assert {file for file, _ in found} == {"config/codebook.toml"}
    assert any("Tijd" in str(key) for _, key in found)
    assert {key for _, key in found} >= {"themes.form.description", "themes.form.words"}


def test_a_workspace_without_a_codebook_has_the_shipped_one(tmp_path: Path) -> None:
    init_workspace(tmp_path / "w")
    (tmp_path / "w" / "config" / "codebook.toml").unlink()
    assert open_workspace(tmp_path / "w").config.codebook.themes
