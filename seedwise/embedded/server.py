"""Starting and ending the processes that serve an embedded model."""

from __future__ import annotations

import selectors
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from seedwise.errors import LLMError

CONTEXT_TOKENS = 2048
"""Tokens that a prompt and its answer may have together."""

_START_SECONDS = 120.0
_END_SECONDS = 5.0
_LOG_LINES = 8


@dataclass(slots=True)
class _Process:
    handle: subprocess.Popen[str]
    log: IO[bytes]
    url: str = ""


class ServerPool:
    """Servers of one model on this machine, each a process with one thread; ended by `close`.

    Attributes
    ----------
    urls : list of str
        OpenAI-compatible base URLs on the loopback interface, one a server.
    """

    def __init__(self, processes: Sequence[_Process]) -> None:
        self._processes = list(processes)

    @property
    def urls(self) -> list[str]:
        """The servers' base URLs."""
        return [f"{process.url}/v1" for process in self._processes]

    @property
    def pids(self) -> list[int]:
        """The servers' process ids."""
        return [process.handle.pid for process in self._processes]

    @property
    def is_alive(self) -> bool:
        """Whether every server runs."""
        return bool(self._processes) and all(process.handle.poll() is None for process in self._processes)

    def close(self) -> None:
        """End every process; closing twice does no harm."""
        for process in self._processes:
            _end(process)
        self._processes.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def start_servers(model: Path, *, count: int, slots: int, timeout: float = _START_SECONDS) -> ServerPool:
    """Start servers of a model, and wait until each is ready.

    Parameters
    ----------
    model
        A GGUF file.
    count
        Processes; each uses one processor.
    slots
        Answers that one server writes at once: the greatest ``n`` that a request may ask for.
    timeout
        Seconds within which all must be ready.

    Raises
    ------
    LLMError
        Where a server ends or does not get ready in time; all are ended by then.
    """
    deadline = time.monotonic() + timeout
    with ExitStack() as stack:
        pool = ServerPool([_launch(model, slots) for _ in range(count)])
        stack.callback(pool.close)
        for process in pool._processes:
            process.url = _read_address(process, model, deadline)
            _check_health(process, model, deadline)
        stack.pop_all()
        return pool


def _launch(model: Path, slots: int) -> _Process:
    log = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process
    arguments = ["--model", str(model), "--slots", str(slots), "--context", str(CONTEXT_TOKENS)]
    handle = subprocess.Popen(
        [sys.executable, "-m", "seedwise.embedded", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        # Out of the terminal's group: Ctrl-C must not end the server under requests that may finish.
        start_new_session=True,
    )
    return _Process(handle, log)


def _read_address(process: _Process, model: Path, deadline: float) -> str:
    assert process.handle.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.handle.stdout, selectors.EVENT_READ)
        ready = selector.select(max(0.0, deadline - time.monotonic()))
    address = process.handle.stdout.readline().strip() if ready else ""
    if not address:
        raise _not_started(process, model, "ended" if ready else "was not ready in time")
    return address


def _check_health(process: _Process, model: Path, deadline: float) -> None:
    # No proxy: the environment's may not know that this address is local.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline and process.handle.poll() is None:
        try:
            with opener.open(f"{process.url}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise _not_started(process, model, "did not answer")


def _not_started(process: _Process, model: Path, what: str) -> LLMError:
    _end(process, keep_log=True)
    process.log.seek(0)
    lines = process.log.read().decode("utf-8", "replace").strip().splitlines()[-_LOG_LINES:]
    return LLMError(
        found=f"the server of {model} {what}; its last words:\n" + "\n".join(f"  {line}" for line in lines),
        expected="a GGUF model that llama.cpp can load into this machine's memory",
        remedy="try --llm embedded/smollm2, which needs 0.6 GB a server; free memory if it is short",
    )


def _end(process: _Process, *, keep_log: bool = False) -> None:
    """Ask by closing the standard input, then insist."""
    for stream in (process.handle.stdin, process.handle.stdout):
        if stream is not None:
            stream.close()
    try:
        process.handle.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.handle.kill()
        process.handle.wait()
    if not keep_log:
        process.log.close()
