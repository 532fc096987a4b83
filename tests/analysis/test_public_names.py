"""The plain functions can be had from ``qualitycycle.analysis``, each explained, and none by surprise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from qualitycycle import analysis

MODULES = {path.stem for path in Path(analysis.__file__).parent.iterdir()}


@pytest.mark.parametrize("name", analysis.__all__)
def test_every_plain_function_has_an_example_and_a_source(name: str) -> None:
    """A source of its own, its module's, or the name of the function that has it."""
    function = getattr(analysis, name)
    assert callable(function) and name not in MODULES
    said = function.__doc__
    assert ">>>" in said
    others = {other for other in analysis.__all__ if other != name and f"`{other}`" in said}
    assert "Source:" in said + str(sys.modules[function.__module__].__doc__) or others


def test_the_names_of_the_design_are_there() -> None:
    named = ["cronbach_alpha", "mcdonald_omega", "icc", "funnel", "mann_kendall", "jonckheere_terpstra"]
    assert {*named, "brunner_munzel", "superiority", "permutation_test"} <= set(analysis.__all__)
    assert analysis.__all__ == sorted(analysis.__all__) == dir(analysis)


def test_other_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute"):
        _ = analysis.nonsense


def test_importing_the_room_loads_no_statistics() -> None:
    code = "import sys, qualitycycle.analysis as a; print('scipy' in sys.modules, 'pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
