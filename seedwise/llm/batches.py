"""What the generation engine expects of a provider's batch API."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from seedwise.errors import SeedwiseError
from seedwise.llm.answers import UnreadableAnswerError
from seedwise.llm.ports import Fault, Reply, TransientError
from seedwise.records import Request

MOST_REQUESTS = 50_000
"""Requests that a job may hold, with OpenAI."""

MOST_FILE_BYTES = 200 * 1000**2
"""Bytes that a job's file may have, with OpenAI."""

LABEL = "seedwise"
"""Name of the metadata that hold our own id of a job."""


class Phase(StrEnum):
    """How far a job is."""

    RUNNING = "running"
    COMPLETED = "completed"
    """All was tried; requests may have failed one by one."""
    EXPIRED = "expired"
    """Its time was over; what was answered by then can be fetched."""
    CANCELLED = "cancelled"
    """Somebody has cancelled it; what was answered by then can be fetched."""
    FAILED = "failed"
    """The provider refused it as a whole; nothing was asked."""
    UNKNOWN = "unknown"
    """The provider knows no such job, or does not show it to this key."""


@dataclass(frozen=True, slots=True)
class JobState:
    """What a provider says of a job.

    Attributes
    ----------
    phase : Phase
        How far it is.
    word : str
        The provider's own word for that.
    total, completed, failed : int
        Requests as the provider counts them; all 0 where it does not.
    files : tuple of str
        Results to be fetched; both of what succeeded and of what failed.
    code, problem : str
        Why the job has failed, as a word and a sentence, where it has.
    """

    phase: Phase
    word: str = ""
    total: int = 0
    completed: int = 0
    failed: int = 0
    files: tuple[str, ...] = ()
    code: str = ""
    problem: str = ""

    @property
    def is_crowded_out(self) -> bool:
        """Whether the job was refused for want of room in the provider's queue, not for what it is."""
        return self.phase is Phase.FAILED and "limit_exceeded" in self.code


@dataclass(frozen=True, slots=True)
class Result:
    """What a line of a job's results says of one request.

    Attributes
    ----------
    key : str
        The request's.
    status : int
        HTTP status of the answer; 0 where the request has never run.
    body : bytes
        The answer's body, as JSON.
    code, problem : str
        Why it has not run.
    raw : bytes
        The line as it came.
    """

    key: str
    status: int
    body: bytes
    code: str
    problem: str
    raw: bytes


class NeverRunError(TransientError):
    """A request that its job has not come to: it cost nothing, and may be asked again."""


class JobsHiddenError(SeedwiseError):
    """A provider that lists no jobs, so that none can be found by our own label."""


class JobDesk(Protocol):
    """Where jobs are handed in and their results are handed out.

    Every method raises TransientError where trying again may succeed, and LLMError or ConfigError where
    it cannot before the user mends something.
    """

    async def upload(self, file: Path) -> str:
        """Hand in a file of requests; its id."""

    async def submit(self, file: str, endpoint: str, label: str) -> str:
        """Make a job of an uploaded file, and let it bear our own label; the provider's id of the job."""

    async def find(self, label: str, since: float) -> str:
        """Look for the job with our label among those made since a moment (in seconds since 1970).

        Returns
        -------
        str
            The provider's id of the job; empty where there is none.

        Raises
        ------
        JobsHiddenError
            Where the provider lists no jobs.
        """

    async def poll(self, job: str) -> JobState:
        """Ask how far a job is."""

    async def download(self, file: str, sink: BinaryIO) -> None:
        """Fetch a file of results into a sink."""

    async def aclose(self) -> None:
        """Give back connections, on the event loop that asked."""


class BatchLLM(Protocol):
    """A language model that can be asked through jobs."""

    @property
    def desk(self) -> JobDesk:
        """Where its jobs go."""

    def endpoint_of(self, request: Request) -> str:
        """Name the endpoint of a request; a job's requests share one."""

    def encode(self, request: Request) -> bytes:
        """Write a request as a line of a job's file, its end included."""

    def read(self, request: Request, result: Result) -> Reply:
        """Understand a request's result as if the request had been asked by itself.

        Raises
        ------
        TransientError
            Where asking again may succeed; NeverRunError where nothing was asked at all.
        LLMError
            Where it cannot, before the user mends something.
        """


def read_result(raw: bytes) -> Result:
    """Read one line of a job's results, of OpenAI's shape.

    Raises
    ------
    UnreadableAnswerError
        For a line that is none: cut off, no JSON, without id, or with neither answer nor error.
    """
    line = _parse(raw)
    response, error = line.get("response"), line.get("error")
    key = line.get("custom_id")
    if not isinstance(key, str) or not (isinstance(response, dict) or isinstance(error, dict)):
        raise UnreadableAnswerError("it says of no request what became of it")
    status, body = _read_response(response, error)
    told: dict[str, Any] = error if isinstance(error, dict) else {}
    return Result(key, status, body, _word(told, "code"), _word(told, "message"), raw)


def _parse(raw: bytes) -> dict[str, Any]:
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        raise UnreadableAnswerError("it is no JSON") from None
    if not isinstance(line, dict):
        raise UnreadableAnswerError("it is no JSON object")
    return line


def _read_response(response: Any, error: Any) -> tuple[int, bytes]:
    status = response.get("status_code") if isinstance(response, dict) else None
    if not isinstance(status, int) or status == 0:
        return 0, b""
    body = response.get("body")
    # Where the error stands beside an answer without a body (Azure), it is what the body would have said.
    if body is None and error is not None:
        body = {"error": error}
    return status, body.encode() if isinstance(body, str) else json.dumps(body).encode()


def _word(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    return "" if value is None else str(value)


def explain_unrun(result: Result) -> NeverRunError | TransientError:
    """Sort a request that was not answered, and not refused either, by the provider's reason."""
    words = result.problem or result.code or "no reason given"
    if result.code in ("batch_expired", "batch_cancelled"):
        return NeverRunError(words, Fault.SERVER_ERROR)
    fault = Fault.TIMEOUT if result.code == "request_timeout" else Fault.SERVER_ERROR
    return TransientError(words, fault, raw=result.raw)
