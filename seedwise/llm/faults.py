"""Sorting of a provider's failures into those worth another try and those the user must mend."""

from __future__ import annotations

import email.utils
import os
import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

import httpx
import openai

from seedwise.errors import LLMError
from seedwise.llm.ports import Fault, TransientError

_TRANSIENT_STATUS = frozenset({408, 409, 425})
_MESSAGE_LENGTH = 300
_SECRET_NAME = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?)$")
_SECRET_SHAPE = re.compile(r"\b(sk|pk|gsk|xai|hf|AIza)[-_]?[A-Za-z0-9*_-]{12,}|(?<=Bearer )\S+")
_SHORTEST_SECRET = 6
_CLIENT_PREFIX = re.compile(r"^(litellm\.)?(\w+Error: )+(\w+ - )?")


def find_transient(exc: Exception, base_url: str) -> TransientError | None:
    """Recognise a failure that may pass: no connection, no answer in time, 429, 5xx and the like.

    The exception's causes are looked at too, since clients wrap them. An exception without a status
    counts as passing: it is most often an answer that cannot be read.
    """
    if (fault := _connection_fault(exc, base_url)) is not None:
        return fault
    status, message = find_status(exc), redact(str(exc))
    is_limited = status == 429 and not _is_out_of_money(message)
    if is_limited or status in _TRANSIENT_STATUS or status >= 500:
        reason = f"HTTP {status}: {message}"
        fault_kind = Fault.LIMITED if is_limited else Fault.SERVER_ERROR
        return TransientError(reason, fault_kind, retry_after=_retry_after(exc))
    return None


def find_status(exc: Exception) -> int:
    """Find the HTTP status of a failure; 500 where it has none."""
    status = getattr(exc, "status_code", None)
    return int(status) if status is not None else 500


def explain_refusal(status: int, where: str, message: str, n: int) -> LLMError:
    """Tell the user how to mend what a provider refuses for good.

    Parameters
    ----------
    status
        The HTTP status.
    where
        Who answered what, in words.
    message
        The provider's own words, redacted.
    n
        Answers that were asked for at once.
    """
    found = f"{where}: {message}"
    if status in (401, 403):
        return _bad_key(found)
    if status in (402, 429):
        return LLMError(
            found=found,
            expected="an account with money or quota left",
            remedy="top the account up, then run the same command again: nothing paid for is asked twice",
        )
    if status == 404:
        return LLMError(
            found=found,
            expected="a model that the provider serves, at the right base URL",
            remedy="correct --llm and --llm-base-url (most base URLs end in /v1)",
        )
    return _bad_request(found, message, n)


def redact(text: str) -> str:
    """Shorten a provider's message, and strike out what is, or looks like, a secret."""
    for name, value in os.environ.items():
        if len(value) >= _SHORTEST_SECRET and _SECRET_NAME.search(name.upper()):
            text = text.replace(value, "[secret]")
    text = _SECRET_SHAPE.sub("[secret]", _CLIENT_PREFIX.sub("", " ".join(text.split())))
    return text if len(text) <= _MESSAGE_LENGTH else text[:_MESSAGE_LENGTH] + " …"


def _connection_fault(exc: BaseException, base_url: str) -> TransientError | None:
    chain = list(_causes(exc))
    where = base_url or "the provider"
    if any(isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout) for cause in chain):
        return TransientError(f"{where} cannot be reached", Fault.UNREACHABLE)
    if any(isinstance(c, TimeoutError | httpx.TimeoutException | openai.APITimeoutError) for c in chain):
        return TransientError(f"{where} did not answer in time", Fault.TIMEOUT)
    if any(isinstance(cause, httpx.TransportError) for cause in chain):
        return TransientError(f"{where} broke the connection", Fault.BROKEN)
    return None


def _causes(exc: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while exc is not None and id(exc) not in seen:
        seen.add(id(exc))
        yield exc
        exc = exc.__cause__ or exc.__context__


def _retry_after(exc: Exception) -> float | None:
    headers = next((h for cause in _causes(exc) for h in _headers(cause)), {})
    if (milliseconds := _number(headers.get("retry-after-ms"))) is not None:
        return milliseconds / 1000
    return _parse_retry_after(headers.get("retry-after"))


def _headers(exc: BaseException) -> Iterator[Mapping[str, str]]:
    candidates: list[Any] = [
        getattr(exc, "litellm_response_headers", None),
        getattr(exc, "headers", None),
        getattr(getattr(exc, "response", None), "headers", None),
    ]
    for headers in candidates:
        if headers:
            lowered = {str(name).lower(): str(value) for name, value in dict(headers).items()}
            if "retry-after" in lowered or "retry-after-ms" in lowered:
                yield lowered


def _parse_retry_after(value: str | None) -> float | None:
    if value is None or (seconds := _number(value)) is not None:
        return seconds if value is not None else None
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - time.time())


def _number(value: str | None) -> float | None:
    try:
        number = float(value) if value is not None else None
    except ValueError:
        return None
    return number if number is not None and 0 <= number < float("inf") else None


def _is_out_of_money(message: str) -> bool:
    return "insufficient_quota" in message or "exceeded your current quota" in message


def _bad_key(found: str) -> LLMError:
    return LLMError(
        found=found,
        expected="an API key that the provider accepts, in its environment variable (OPENAI_API_KEY, …)",
        remedy="export the key and run the same command again",
    )


def _bad_request(found: str, message: str, n: int) -> LLMError:
    if re.search(r"context.{0,20}(length|size|window)|exceed_context|too many tokens", message, re.I):
        return LLMError(
            found=found,
            expected="a prompt that fits the model's context",
            remedy="show fewer exemplars (--exemplars) or choose a model with a longer context",
        )
    if n > 1 and re.search(
        r"\bn\b|num_?choices|candidate_?count|only one (completion|choice)", message, re.I
    ):
        return LLMError(
            found=found,
            expected=f"a provider that writes {n} answers at once",
            remedy="ask for one answer at a time: --answers-per-request 1",
        )
    return LLMError(
        found=found,
        expected="a request that the provider accepts",
        remedy="correct the sampling settings (temperature, top_p, max_tokens) or choose another model",
    )
