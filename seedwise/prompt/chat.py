"""The conversation with a model that follows instructions."""

from __future__ import annotations

from seedwise.prompt.shown import Shown, Wording
from seedwise.records import Message

TEMPLATE = "chat_turns@1"


def chat_turns(shown: Shown) -> Wording:
    """Ask for one text of the class; exemplars are earlier turns in which the same was asked and answered.

    Real texts thus stand alone in a turn of their own, where they can be taken for nothing else. With
    nothing to show the conversation is the naive prompt: one request.
    """
    turns = [turn for exemplar in shown.exemplars for turn in _turns(shown, exemplar.keywords, exemplar.text)]
    request = Message("user", _request(shown, shown.hints))
    return Wording(template=TEMPLATE, messages=(*turns, request), stop=("\n",))


def _turns(shown: Shown, keywords: tuple[str, ...], text: str) -> tuple[Message, Message]:
    return Message("user", _request(shown, keywords)), Message("assistant", text)


def _request(shown: Shown, keywords: tuple[str, ...]) -> str:
    with_words = f", with the words: {', '.join(keywords)}" if keywords else ""
    task = f"Write one {shown.topic} that expresses {shown.label}{with_words}."
    return f"{task} Answer with the {shown.topic} only."
