"""What a prompt shows, before a template gives it a form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seedwise.prompt.attributes import Trait
from seedwise.records import Message


@dataclass(frozen=True, slots=True)
class Original:
    """A text of another class that is to be rewritten: its row id, the text, the words to be replaced.

    The id is empty for a text that was made up of an exemplar.
    """

    id: str
    text: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """What one text is asked to be like; an empty tuple asks for nothing.

    ``words`` are to be in it, ``avoid`` are not; ``original`` is what it is to be made of.
    """

    words: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    traits: tuple[Trait, ...] = ()
    original: Original | None = None


NOTHING = Ask()
"""Asks for nothing but the class."""


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A real text of the class: its row id, the text on one line, and what could have been asked for it.

    ``plan`` says of it what a writer might have put down first: its keywords and traits.
    """

    id: str
    text: str
    ask: Ask = NOTHING
    plan: Ask = NOTHING


@dataclass(frozen=True, slots=True)
class Shown:
    """The class that is asked for, what is shown to help, and what the new text is to be like.

    ``topic`` is what a text is called, ``label`` the user's own name of the class; both on one line.
    """

    topic: str
    label: str
    exemplars: tuple[Exemplar, ...] = ()
    ask: Ask = NOTHING

    @property
    def row_ids(self) -> tuple[str, ...]:
        """Ids of all the real rows that are shown."""
        asks = (*(exemplar.ask for exemplar in self.exemplars), self.ask)
        rewritten = (ask.original.id for ask in asks if ask.original and ask.original.id)
        return tuple(dict.fromkeys((*(exemplar.id for exemplar in self.exemplars), *rewritten)))


@dataclass(frozen=True, slots=True)
class Wording:
    """A template's result: chat ``messages`` or a ``completion``, as in `seedwise.records.Prompt`."""

    template: str
    messages: tuple[Message, ...] = ()
    completion: str = ""
    stop: tuple[str, ...] = ()


Template = Callable[[Shown], Wording]
"""Gives what is shown a form."""
