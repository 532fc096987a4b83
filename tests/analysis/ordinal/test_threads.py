"""BLAS has one thread while a model is fitted, and what it had afterwards."""

from __future__ import annotations

from threadpoolctl import threadpool_info

from qualitycycle.analysis.ordinal.threads import one_thread


def blas() -> list[int]:
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_one_thread_inside_and_as_before_outside() -> None:
    before = blas()
    assert before
    with one_thread():
        assert set(blas()) == {1}
    assert blas() == before
