"""Sorting of a provider's refusals into those worth another try and those the user must mend."""

from __future__ import annotations

import email.utils
import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from seedwise.errors import LLMError
from seedwise.llm.ports import Fault, TransientError

HEAD_BYTES = 64 * 1024
"""Of a body that is kept as evidence of a failure, at most this much from its beginning."""

_TRANSIENT_STATUS = frozenset({408, 409, 425})
_FILTER_CODES = frozenset({"content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation"})
_OUT_OF_MONEY = re.compile(r"insufficient_quota|exceeded your current quota|billing_hard_limit_reached")
_MESSAGE_LENGTH = 300
_SECRET_NAME = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?)$")
_SECRET_SHAPE = re.compile(r"\b(sk|pk|gsk|xai|hf|AIza)[-_]?[A-Za-z0-9*_-]{12,}|(?<=Bearer )\S+")
_SHORTEST_SECRET = 6
_CLIENT_PREFIX = re.compile(r"^(litellm\.)?(\w+Error: )+(\w+ - )?")


def find_transient(
    status: int, message: str, headers: Mapping[str, str], raw: bytes = b""
) -> TransientError | None:
    """Recognise a status that may pass: 429, 5xx and the like; None for one that may not.

    Parameters
    ----------
    status
        The HTTP status.
    message
        The provider's own words.
    headers
        By lower-case name.
    raw
        The body; kept with its secrets struck out.
    """
    is_limited = status == 429 and not _OUT_OF_MONEY.search(message)
    if not is_limited and status not in _TRANSIENT_STATUS and status < 500:
        return None
    fault = Fault.LIMITED if is_limited else Fault.SERVER_ERROR
    reason = f"HTTP {status}: {redact(message)}"
    return TransientError(reason, fault, retry_after=read_retry_after(headers), raw=redact_bytes(raw))


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
    if status == 404 or 300 <= status < 400:
        return LLMError(
            found=found,
            expected="a model that the provider serves, at the right base URL",
            remedy="correct --llm and --llm-base-url (most base URLs end in /v1)",
        )
    return _bad_request(found, message, n)


def is_filtered(status: int, body: bytes) -> bool:
    """Tell whether an error's body says that a content filter refused the prompt or the answer.

    OpenAI and Azure do so with HTTP 400 and a code of their own, beside the ``error`` or inside of it.
    """
    return status == 400 and not _FILTER_CODES.isdisjoint(_codes(_parse(body)))


def read_words(body: bytes) -> str:
    """Find the provider's own words in an error's body, as far as it follows a known shape.

    OpenAI's ``error.message``, FastAPI's ``detail``, a bare ``message``; else the whole body as text.
    """
    parsed = _parse(body)
    error = parsed.get("error") or parsed.get("message") or parsed.get("detail")
    words = error.get("message") if isinstance(error, dict) else error
    return words if isinstance(words, str) and words else body[:HEAD_BYTES].decode("utf-8", "replace")


def redact(text: str) -> str:
    """Shorten a provider's message, and strike out what is, or looks like, a secret.

    Control characters go too: the message is shown in terminals.
    """
    for value in _secrets():
        text = text.replace(value, "[secret]")
    text = _SECRET_SHAPE.sub("[secret]", _CLIENT_PREFIX.sub("", " ".join(text.split())))
    text = "".join(character for character in text if character.isprintable())
    return text if len(text) <= _MESSAGE_LENGTH else text[:_MESSAGE_LENGTH] + " …"


def redact_bytes(body: bytes) -> bytes:
    """Strike the environment's secrets out of a body that is kept as evidence of a failure."""
    for value in _secrets():
        body = body.replace(value.encode("utf-8", "surrogateescape"), b"[secret]")
    return body


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Read how many seconds a provider wants to be left alone, from headers by lower-case name.

    ``retry-after-ms``, or ``retry-after`` as seconds or as an HTTP date; None without them or where they
    cannot be read. OpenAI's ``x-ratelimit-reset-*`` is left alone: it tells when all of the limit is
    free again, which may be minutes after the next request would be accepted.
    """
    if (milliseconds := _number(headers.get("retry-after-ms"))) is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    if (seconds := _number(value)) is not None or value is None:
        return seconds
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return max(0.0, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - time.time())


def _secrets() -> Iterator[str]:
    for name, value in os.environ.items():
        if len(value) >= _SHORTEST_SECRET and _SECRET_NAME.search(name.upper()):
            yield value


def _number(value: str | None) -> float | None:
    try:
        number = float(value) if value is not None else None
    except ValueError:
        return None
    return number if number is not None and 0 <= number < float("inf") else None


def _parse(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _codes(parsed: dict[str, Any]) -> Iterator[str]:
    error = parsed.get("error")
    inner = error.get("innererror") if isinstance(error, dict) else None
    for place in (parsed, error, inner):
        if isinstance(place, dict):
            yield from (str(place.get(name)) for name in ("code", "type"))


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
