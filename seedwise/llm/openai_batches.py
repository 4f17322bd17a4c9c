"""Batch jobs of servers that have OpenAI's /files and /batches."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from seedwise.errors import ConfigError, UserError
from seedwise.llm.batches import (
    LABEL,
    JobDesk,
    JobsHiddenError,
    JobState,
    Phase,
    Result,
    explain_unrun,
)
from seedwise.llm.dialect import Dialect, path_of
from seedwise.llm.faults import explain_refusal, find_transient, read_words, redact, redact_bytes
from seedwise.llm.files import FileTransport
from seedwise.llm.ports import Fault, Reply, TransientError
from seedwise.llm.transport import Received
from seedwise.records import Request

_FILES, _JOBS = "/files", "/batches"
_WINDOW = "24h"
_PAGE = 100
_BEING_READ = frozenset({"pending", "running"})
_READING_SECONDS = 1.0
_CLOCK_SKEW = 3600.0
_ABSENT = frozenset({404, 405, 501})
_PHASES = {
    "completed": Phase.COMPLETED,
    "expired": Phase.EXPIRED,
    "cancelled": Phase.CANCELLED,
    "failed": Phase.FAILED,
}
"""Every other word means that the job is not at its end."""


class OpenAIBatches:
    """A model that writes OpenAI's language, asked through jobs; see `seedwise.llm.batches.BatchLLM`.

    Parameters
    ----------
    dialect : Dialect
        The same as for asking at once, so that a request's answer does not depend on the way.
    desk : JobDesk
        Where the jobs go.
    root : str
        What an endpoint begins with: OpenAI names it with its version, whatever the base URL.
    """

    def __init__(self, dialect: Dialect, desk: JobDesk, root: str = "/v1") -> None:
        self.desk = desk
        self._dialect, self._root = dialect, root

    def endpoint_of(self, request: Request) -> str:
        """Name the endpoint of a request."""
        return self._root + path_of(request)

    def encode(self, request: Request) -> bytes:
        """Write a request as a line of a job's file."""
        head = {"custom_id": request.key, "method": "POST", "url": self.endpoint_of(request)}
        # The body is not read again: it stays byte for byte what asking at once would post.
        return json.dumps(head).encode()[:-1] + b', "body": ' + self._dialect.encode(request) + b"}\n"

    def read(self, request: Request, result: Result) -> Reply:
        """Understand a request's result."""
        if not result.status:
            raise explain_unrun(result)
        reply = self._dialect.read(request, Received(result.status, {}, result.body), 0.0)
        return replace(reply, raw=self._dialect.strike_key(result.raw))


class OpenAIDesk:
    """OpenAI's /files and /batches; see `seedwise.llm.batches.JobDesk`.

    Parameters
    ----------
    transport : FileTransport
        Becomes this desk's to close.
    asked : str
        The model string that the user wrote, for messages.
    """

    def __init__(self, transport: FileTransport, asked: str) -> None:
        self._transport, self._asked = transport, asked

    async def upload(self, file: Path) -> str:
        """Hand in a file of requests."""
        received = await self._transport.upload(_FILES, {"purpose": "batch"}, file)
        kept = self._read(received, f"POST {_FILES}")
        while kept.get("status") in _BEING_READ:  # Azure makes no job of a file before it has read it
            await asyncio.sleep(_READING_SECONDS)
            path = f"{_FILES}/{quote(_read_id(kept), safe='')}"
            kept = self._read(await self._transport.get(path), f"GET {path}")
        return _read_id(kept)

    async def submit(self, file: str, endpoint: str, label: str) -> str:
        """Make a job of an uploaded file."""
        body = {
            "input_file_id": file,
            "endpoint": endpoint,
            "completion_window": _WINDOW,
            "metadata": {LABEL: label},
        }
        received = await self._transport.post(_JOBS, json.dumps(body).encode())
        return _read_id(self._read(received, f"POST {_JOBS}"))

    async def find(self, label: str, since: float) -> str:
        """Look for the job with our label, newest first."""
        query = {"limit": str(_PAGE)}
        while True:
            received = await self._transport.get(_JOBS, query)
            if received.status in _ABSENT:
                raise JobsHiddenError(f"{self._transport.where} lists no jobs")
            page = self._read(received, f"GET {_JOBS}")
            jobs = [job for job in page.get("data") or () if isinstance(job, dict)]
            if found := [job for job in jobs if (job.get("metadata") or {}).get(LABEL) == label]:
                return _read_id(found[0])
            if not jobs or not page.get("has_more") or _made_at(jobs[-1]) < since - _CLOCK_SKEW:
                return ""
            query["after"] = _read_id(jobs[-1])

    async def poll(self, job: str) -> JobState:
        """Ask how far a job is."""
        path = f"{_JOBS}/{quote(job, safe='')}"
        received = await self._transport.get(path)
        if received.status == 404:
            return JobState(Phase.UNKNOWN, problem=redact(read_words(received.body)))
        return read_state(self._read(received, f"GET {path}"))

    async def download(self, file: str, sink: BinaryIO) -> None:
        """Fetch a file of results into a sink."""
        path = f"{_FILES}/{quote(file, safe='')}/content"
        received = await self._transport.download(path, sink)
        if not received.is_ok:
            raise self._sort(received, f"GET {path}")

    async def aclose(self) -> None:
        """Close the connections, on the event loop that asked."""
        await self._transport.aclose()

    def _read(self, received: Received, asked: str) -> dict[str, Any]:
        if not received.is_ok:
            raise self._sort(received, asked)
        try:
            body = json.loads(received.body)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            reason = f"{self._transport.where} sent an answer to {asked} that cannot be read"
            raise TransientError(reason, Fault.UNREADABLE, raw=redact_bytes(received.body))
        return body

    def _sort(self, received: Received, asked: str) -> TransientError | UserError:
        message = read_words(received.body)
        absent = received.status in _ABSENT and asked in (f"POST {_FILES}", f"POST {_JOBS}")
        if absent:
            return explain_no_batches(f"{self._transport.where} answered HTTP {received.status} to {asked}")
        if (fault := find_transient(received.status, message, received.headers, received.body)) is not None:
            return fault
        where = f"{self._transport.where} answered HTTP {received.status} to {asked} for {self._asked}"
        return explain_refusal(received.status, where, redact(message), 1)


def explain_no_batches(found: str) -> ConfigError:
    """Tell the user which providers can be asked by batch."""
    return ConfigError(
        found=found,
        expected="a provider with a batch API that is within reach: OpenAI, any server with OpenAI's /files "
        "and /batches (openai/<model> with --llm-base-url), azure/…, mistral/… or xai/…",
        remedy="leave out --batch, or choose such a provider; a LiteLLM proxy gives others the same shape",
    )


def read_state(job: dict[str, Any]) -> JobState:
    """Read what OpenAI's batch object says of a job."""
    word = str(job.get("status") or "")
    counts = job.get("request_counts") if isinstance(job.get("request_counts"), dict) else {}
    total, completed, failed = (_count(counts, name) for name in ("total", "completed", "failed"))
    files = (job.get("output_file_id"), job.get("error_file_id"))
    code, problem = _read_problem(job.get("errors"))
    return JobState(
        phase=_PHASES.get(word.lower(), Phase.RUNNING),
        word=word.lower(),
        total=total,
        completed=completed,
        failed=failed,
        files=tuple(dict.fromkeys(str(file) for file in files if file)),
        code=code,
        problem=problem,
    )


def _count(counts: Any, name: str) -> int:
    value = counts.get(name)
    return value if isinstance(value, int) and value > 0 else 0


def _read_problem(errors: Any) -> tuple[str, str]:
    listed = errors.get("data") if isinstance(errors, dict) else None
    first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}
    message = str(first.get("message") or "")
    if first.get("line") is not None:
        message += f" (line {first['line']})"
    return str(first.get("code") or ""), redact(message)


def _read_id(body: dict[str, Any]) -> str:
    name = body.get("id")
    if not isinstance(name, str) or not name:
        raise TransientError("an answer without an id", Fault.UNREADABLE)
    return name


def _made_at(job: dict[str, Any]) -> float:
    moment = job.get("created_at")
    return float(moment) if isinstance(moment, int | float) else float("inf")
