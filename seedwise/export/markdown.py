"""Text from data, models and settings as harmless Markdown."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

UNDEFINED = "–"
"""What stands for a value that is not there."""

_SPECIAL = re.compile(r"([\\`*\[\]{}|~#!]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z]))")
_LIST_MARK = re.compile(r"^(\s*\d*)([-+=.)])(?=[-=\s]|$)")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LINKS = (("://", ":&#47;&#47;"), ("www.", "www&#46;"), ("@", "&#64;"))
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_EMOJI_JOINER = "\u200d"


class Markdown(str):
    """Text that is Markdown already, and is not escaped again."""

    __slots__ = ()

    def __html__(self) -> str:
        """Tell a template engine that this is fit to be shown."""
        return self


def escape(value: Any) -> Any:
    r"""Write a value so that Markdown shows it as it is, on one line; what is Markdown already stays.

    HTML, links, emphasis, tables, headings and lists lose their meaning; addresses are not made into
    links; control characters and those that turn the direction of writing become spaces. None is a dash;
    thousands of a whole number are parted.

    Examples
    --------
    >>> print(escape("<b>*bold* | seed_only"))
    &lt;b&gt;\*bold\* \| seed_only
    """
    if hasattr(value, "__html__"):
        return value
    if value is None:
        return Markdown(UNDEFINED)
    written = f"{value:,}" if isinstance(value, int) else str(value)
    shown = "".join(" " if _is_unseen(char) else char for char in written)
    text = _SPECIAL.sub(r"\\\1", shown).translate(_ENTITIES)
    for link, plain in _LINKS:
        text = text.replace(link, plain)
    return Markdown(_LIST_MARK.sub(r"\1\\\2", text))


def fence(text: str) -> Markdown:
    """Put text between fences that it cannot close."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    marks = "`" * max(3, longest + 1)
    return Markdown(f"{marks}yaml\n{text.rstrip()}\n{marks}")


def _is_unseen(char: str) -> bool:
    return unicodedata.category(char) in _UNSEEN and char != _EMOJI_JOINER
