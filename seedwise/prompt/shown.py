"""What a prompt shows, before a template gives it a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seedwise.records import Message


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A real text of the class: its row id, the text on one line and the words that stand for it."""

    id: str
    text: str
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """The class that is asked for, and what is shown to help; an empty tuple shows nothing.

    ``topic`` is what a text is called, ``label`` the user's own name of the class; both on one line.
    ``hints`` are the words that the new text should hold.
    """

    topic: str
    label: str
    exemplars: tuple[Exemplar, ...] = ()
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """A template's result: chat ``messages`` or a ``completion``, as in `seedwise.records.Prompt`."""

    template: str
    messages: tuple[Message, ...] = ()
    completion: str = ""
    stop: tuple[str, ...] = ()


Template = Callable[[Shown], Wording]
"""Gives what is shown a form."""
