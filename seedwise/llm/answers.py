"""Reading of the answers that servers of OpenAI's shape send."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from seedwise.records import Choice

_MOST_TOKENS = 10**9


class UnreadableAnswerError(ValueError):
    """A body that came whole and is no answer; its text says why, without quoting the body."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a body of OpenAI's shape says.

    ``choices`` are in the order in which they came, and may be none. Token counts that are missing or
    no counts are 0, and ``is_counted`` tells whether both were there: they are never estimated.
    ``served_model`` is empty where the server does not say.
    """

    choices: tuple[Choice, ...]
    prompt_tokens: int
    completion_tokens: int
    is_counted: bool
    served_model: str


def read_answer(body: bytes) -> Answer:
    """Read the body of a chat answer or of a completion.

    Finish reasons stay as the server writes them; a missing one is ``unknown``. A choice without text
    has the empty text, and so has a refusal, whose finish reason becomes ``refusal``.

    Raises
    ------
    UnreadableAnswerError
        For what is no JSON, not UTF-8, or has no list of choices.
    """
    parsed = _parse(body)
    choices = parsed.get("choices")
    if not isinstance(choices, list):
        raise UnreadableAnswerError("it has no list of choices")
    prompt_tokens, completion_tokens = _read_usage(parsed.get("usage"))
    served = parsed.get("model")
    return Answer(
        choices=tuple([_read_choice(choice) for choice in choices]),
        prompt_tokens=prompt_tokens or 0,
        completion_tokens=completion_tokens or 0,
        is_counted=prompt_tokens is not None and completion_tokens is not None,
        served_model=mend_name(served) if isinstance(served, str) else "",
    )


def _parse(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except UnicodeDecodeError:
        raise UnreadableAnswerError("it is not UTF-8") from None
    except (ValueError, RecursionError):
        raise UnreadableAnswerError("it is no JSON") from None
    if not isinstance(parsed, dict):
        raise UnreadableAnswerError("it is no JSON object")
    return parsed


def _read_choice(choice: Any) -> Choice:
    if not isinstance(choice, dict):
        raise UnreadableAnswerError("one of its choices is no object")
    finish = choice.get("finish_reason")
    message = choice.get("message")
    if not isinstance(message, dict):
        message = {"content": choice.get("text")}
    if message.get("refusal"):
        return Choice("", "refusal")
    text = mend_text(_read_content(message.get("content")))
    return Choice(text, finish if isinstance(finish, str) and finish else "unknown")


def _read_content(content: Any) -> str:
    """Read a text, or a list of parts whose texts belong together; None is the empty text."""
    if isinstance(content, str):
        return content
    if content is None:
        return ""
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        raise UnreadableAnswerError("the content of one of its choices is no text")
    texts = (part.get("text") for part in content)
    return "".join(text for text in texts if isinstance(text, str))


def mend_text(text: str) -> str:
    """Replace halves of characters, which JSON can write and UTF-8 cannot, by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def mend_name(name: str) -> str:
    """Replace what no database stores in a name: halves of characters, and NUL."""
    return mend_text(name).replace("\0", "\N{REPLACEMENT CHARACTER}")


def _read_usage(usage: Any) -> tuple[int | None, int | None]:
    if not isinstance(usage, dict):
        return None, None
    return read_count(usage.get("prompt_tokens")), read_count(usage.get("completion_tokens"))


def read_count(count: Any) -> int | None:
    """Read a number of tokens; None for what cannot be one."""
    is_count = isinstance(count, int) and not isinstance(count, bool) and 0 <= count <= _MOST_TOKENS
    return count if is_count else None
