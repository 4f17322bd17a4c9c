"""Foreign text made fit to stand inside a prompt."""

from __future__ import annotations

import re

from seedwise.textual import normalise

_CONTROL = re.compile(r"<(?=\|)|(?<=\|)>")
_TAG = re.compile(r"<(?=\s*/?\s*example)", re.IGNORECASE)


def one_line(text: str) -> str:
    """Put a text on one line that cannot break out of its place.

    It is brought into normal form (which has no line breaks), and the marks that models and this
    package's templates give a meaning to (``<|…|>``, ``<example>``) are spaced apart so that they
    mean nothing.
    """
    return _TAG.sub("< ", _CONTROL.sub(_space, normalise(text)))


def _space(mark: re.Match[str]) -> str:
    return "< " if mark.group() == "<" else " >"
