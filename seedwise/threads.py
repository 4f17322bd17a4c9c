"""One thread for numerical libraries."""

from __future__ import annotations

from contextlib import AbstractContextManager

from threadpoolctl import threadpool_limits


def one_thread() -> AbstractContextManager[object]:
    """Hold the libraries that are loaded by now to one thread.

    Sums over several come out in another order, hence with other last digits, on other machines; and where
    cores are busy, threads that wait for each other in many small steps take fifty times as long.
    """
    limits: AbstractContextManager[object] = threadpool_limits(1)
    return limits
