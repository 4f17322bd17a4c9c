"""A run that is told to end does not wait for ever."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from tasks.patience import ended_in_time


class Told(BaseException):
    """Raised where SIGTERM arrives, as Prefect does."""


@pytest.fixture(autouse=True)
def _raising() -> Iterator[None]:
    def tell(*_: object) -> None:
        raise Told

    before = signal.signal(signal.SIGTERM, tell)
    yield
    signal.signal(signal.SIGTERM, before)


def test_the_second_signal_ends_what_the_first_one_waits_for() -> None:
    def finish() -> None:
        with ended_in_time(0.05):
            try:
                os.kill(os.getpid(), signal.SIGTERM)
                time.sleep(30)
            finally:
                time.sleep(30)
                pytest.fail("nobody interrupted the wait")

    with pytest.raises(Told) as caught:
        finish()
    assert isinstance(caught.value.__context__, Told)


def test_what_ends_in_time_is_told_once() -> None:
    with pytest.raises(Told), ended_in_time(0.05):
        os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(0.2)


def test_other_signals_are_left_alone() -> None:
    with pytest.raises(KeyboardInterrupt), ended_in_time(0.05):
        os.kill(os.getpid(), signal.SIGINT)
    with ended_in_time(0.05):
        signal.signal(signal.SIGUSR1, lambda *_: None)
        os.kill(os.getpid(), signal.SIGUSR1)
        time.sleep(0.2)


def test_a_thread_hears_no_signals_and_changes_nothing() -> None:
    def run() -> None:
        with ended_in_time():
            pass

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert signal.set_wakeup_fd(-1) == -1
