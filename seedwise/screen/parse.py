"""Taking the generated texts out of an answer."""

from __future__ import annotations

import re

from seedwise.textual import normalise

_BULLET = re.compile(r"^(?:[-*•–]\s+|\(?\d{1,3}[.):]\s+)")
_EXAMPLE_TAG = re.compile(r"</?example>", re.IGNORECASE)
_FENCE = re.compile(r"^(?:```\w*|---+|\*\*\*+)$")
_OF_TURNS = ("chat", "scaffold_turns", "counterfactual_turns")
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "«": "»", "*": "*", "`": "`"}


def parse(answer: str, template: str, topic: str) -> list[str]:
    """Take the texts out of an answer, by the form of the prompt that asked for it.

    Parameters
    ----------
    answer : str
        The model's raw answer.
    template : str
        Template of the prompt; the answer to one of turns may be wrapped in quotes, list marks, an
        introduction or a leading "Tweet:", any other one is a line to be taken as it is. Under a
        ``scaffold`` template only what follows the plan is looked at: the line that "Tweet:" opens.
    topic : str
        What a text is called.

    Returns
    -------
    list of str
        Texts in normal form, none of them empty: every item of a list, else the first line that is no
        introduction. Empty where nothing is left, or a plan is followed by no text.
    """
    if template.startswith("scaffold"):
        answer = _after_plan(answer, topic)
    if not template.startswith(_OF_TURNS):
        first = normalise(answer.split("\n", 1)[0])
        return [first] if first else []
    lines = [line for line in map(str.strip, answer.splitlines()) if line and not _FENCE.match(line)]
    items = [line for line in lines if _BULLET.match(line)]
    kept = items if len(items) > 1 else _without_introduction(lines)[:1]
    return [text for line in kept if (text := _unwrap(line, topic))]


def _after_plan(answer: str, topic: str) -> str:
    opened = re.search(
        rf"^[ \t*_]*{re.escape(topic)}[*_]*:[*_]*\s*(.*)", answer, re.IGNORECASE | re.MULTILINE
    )
    return opened.group(1) if opened else ""


def _without_introduction(lines: list[str]) -> list[str]:
    introduced = len(lines) > 1 and lines[0].endswith(":")
    return lines[1:] if introduced else lines


def _unwrap(line: str, topic: str) -> str:
    label = re.compile(rf"^[*_]*{re.escape(topic)}[*_]*\s*:\s*[*_]*\s*", re.IGNORECASE)
    text, before = line, ""
    while text != before:
        before = text
        text = _unquote(label.sub("", _BULLET.sub("", _EXAMPLE_TAG.sub("", text).strip())))
    return normalise(text)


def _unquote(text: str) -> str:
    closing = _QUOTES.get(text[:1])
    if not closing or len(text) < 2 or not text.endswith(closing):
        return text
    inner = text[1:-1]
    return text if text[0] in inner or closing in inner else inner.strip()
