"""Sorting of the exceptions that LiteLLM lets through, by what caused them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import httpx
import openai

from seedwise.llm.faults import HEAD_BYTES, find_transient, redact, redact_bytes
from seedwise.llm.ports import Fault, TransientError

_UNANSWERED = 500


@dataclass(frozen=True, slots=True)
class Failure:
    """What an exception tells of the provider's answer.

    ``status`` is 0 where there was none; ``headers`` are by lower-case name; ``raw`` is the body as far
    as it is at hand.
    """

    message: str
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""


def sort_exception(exc: Exception, where: str) -> TransientError | None:
    """Recognise a failure that may pass; None for one that the user must mend.

    The exception's causes are looked at, since LiteLLM wraps them. One that comes of no connection and
    no error status is most often an answer that cannot be read, so it counts as that.
    """
    if (fault := _connection_fault(exc, where)) is not None:
        return fault
    failure = read_failure(exc)
    if _is_unreadable(exc, failure):
        reason = f"{where} sent an answer that cannot be read: {redact(failure.message)}"
        return TransientError(reason, Fault.UNREADABLE, raw=redact_bytes(failure.raw))
    return find_transient(failure.status or _UNANSWERED, failure.message, failure.headers, failure.raw)


def read_failure(exc: Exception) -> Failure:
    """Gather what an exception and its causes tell of the provider's answer."""
    status = getattr(exc, "status_code", None)
    headers = next((named for cause in _causes(exc) if (named := _headers(cause))), {})
    raw = next((body for cause in _causes(exc) if (body := _body(cause))), b"")
    return Failure(str(exc), int(status) if status is not None else 0, headers, raw[:HEAD_BYTES])


def _connection_fault(exc: Exception, where: str) -> TransientError | None:
    chain = list(_causes(exc))
    if any(isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout) for cause in chain):
        return TransientError(f"{where} cannot be reached", Fault.UNREACHABLE)
    if any(isinstance(c, TimeoutError | httpx.TimeoutException | openai.APITimeoutError) for c in chain):
        return TransientError(f"{where} did not answer in time", Fault.TIMEOUT)
    if any(isinstance(cause, httpx.TransportError) for cause in chain):
        return TransientError(f"{where} broke the connection", Fault.BROKEN)
    return None


def _is_unreadable(exc: Exception, failure: Failure) -> bool:
    chain = list(_causes(exc))
    if any(isinstance(cause, httpx.HTTPStatusError | openai.APIStatusError) for cause in chain[1:]):
        return False
    parsing = (ValueError, LookupError, TypeError, AttributeError)
    return failure.status < 300 or (failure.status >= 500 and any(isinstance(c, parsing) for c in chain[1:]))


def _causes(exc: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while exc is not None and id(exc) not in seen:
        seen.add(id(exc))
        yield exc
        exc = exc.__cause__ or exc.__context__


def _headers(exc: BaseException) -> dict[str, str]:
    """Find headers that tell when to come back: LiteLLM keeps them in one of three places."""
    response = getattr(exc, "response", None)
    for holder, name in ((exc, "litellm_response_headers"), (exc, "headers"), (response, "headers")):
        headers = getattr(holder, name, None) or {}
        lowered = {str(key).lower(): str(value) for key, value in dict(headers).items()}
        if "retry-after" in lowered or "retry-after-ms" in lowered:
            return lowered
    return {}


def _body(exc: BaseException) -> bytes:
    """Find the body in what a parser, or an HTTP client, puts into its exceptions."""
    if isinstance(exc, json.JSONDecodeError):
        return exc.doc.encode("utf-8", "replace")
    if isinstance(exc, UnicodeDecodeError):
        return bytes(exc.object)
    response = getattr(exc, "response", None)
    try:
        return response.content if isinstance(response, httpx.Response) else b""
    except httpx.ResponseNotRead:
        return b""
