"""Processes that write at the same time, started fresh (never forked)."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from multiprocessing.synchronize import Barrier
from typing import Any

SPAWN = multiprocessing.get_context("spawn")
PATIENCE = 120


def at_once(work: Callable[..., Any], arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Run ``work`` once per tuple of arguments, each in its own process, all from one start."""
    barrier = SPAWN.Barrier(len(arguments))
    results = SPAWN.SimpleQueue()
    processes = [
        SPAWN.Process(target=_run, args=(work, given, position, barrier, results))
        for position, given in enumerate(arguments)
    ]
    for process in processes:
        process.start()
    found = dict(results.get() for _ in processes)
    for process in processes:
        process.join(PATIENCE)
    for outcome in found.values():
        if isinstance(outcome, BaseException):
            raise outcome
    return [found[position] for position in range(len(arguments))]


def _run(
    work: Callable[..., Any], given: tuple[Any, ...], position: int, barrier: Barrier, results: Any
) -> None:
    try:
        barrier.wait(PATIENCE)
        results.put((position, work(*given)))
    except BaseException as problem:
        results.put((position, RuntimeError(repr(problem))))
