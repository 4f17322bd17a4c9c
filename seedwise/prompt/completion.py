"""The lines that a base-like model is to continue."""

from __future__ import annotations

from seedwise.prompt.shown import Shown, Wording

TEMPLATE = "keyword_lines@1"


def keyword_lines(shown: Shown) -> Wording:
    """Write one heading, a block of lines an exemplar, and the beginning of the block to be written.

    A block is a ``Keywords:`` line, left out where there are none, and a line with the text. What
    changes least comes first, so that a server can reuse the prefix it has read before.
    """
    name = shown.topic[:1].upper() + shown.topic[1:]
    blocks = [_block(name, exemplar.keywords, f" {exemplar.text}") for exemplar in shown.exemplars]
    opening = _block(name, shown.hints, "")
    completion = "\n".join([heading(shown), *blocks, opening])
    return Wording(template=TEMPLATE, completion=completion, stop=("\n",))


def heading(shown: Shown) -> str:
    """Write the line that names the class."""
    return f"Each {shown.topic} below expresses: {shown.label}"


def _block(name: str, keywords: tuple[str, ...], text: str) -> str:
    return f"Keywords: {', '.join(keywords)}\n{name}:{text}" if keywords else f"{name}:{text}"
