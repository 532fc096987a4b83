"""Linear algebra on one thread: on a busy machine threads wait for each other longer than they work."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController


def one_thread() -> AbstractContextManager[Any]:
    """While this is open, BLAS and LAPACK use one thread.

    The matrices here are of a thousand columns at most: a second thread saves a quarter when
    the machine is idle, and costs ten times as much when it is not.
    """
    limited: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return limited


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()
