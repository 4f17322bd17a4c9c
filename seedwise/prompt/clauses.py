"""The words in which a prompt says what a text is to be like."""

from __future__ import annotations

from seedwise.prompt.shown import Ask


def clauses(ask: Ask) -> str:
    """Say in one clause a kind what a text is to be like, with the comma before it; empty for nothing.

    Examples
    --------
    >>> clauses(Ask(words=("sun", "sea"), avoid=("rain",)))
    ', with the words: sun, sea; without the words: rain'
    """
    said = (listed("with the words: ", ask.words), listed("without the words: ", ask.avoid), phrases(ask))
    joined = "; ".join(filter(None, said))
    return f", {joined}" if joined else ""


def listed(name: str, words: tuple[str, ...]) -> str:
    """Name a list of words; empty for none."""
    return f"{name}{', '.join(words)}" if words else ""


def phrases(ask: Ask) -> str:
    """Say which traits a text is to have."""
    return ", ".join(trait.phrase for trait in ask.traits)


def planned(plan: Ask) -> str:
    """Write down a plan: keywords, then traits."""
    return "; ".join(filter(None, (", ".join(plan.words), phrases(plan))))


def lines(*written: str) -> str:
    """Put what is written on lines, leaving out what is empty."""
    return "\n".join(filter(None, written))
