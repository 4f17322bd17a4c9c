"""Texts of data and models, made fit for a page."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

_PICTURES = {code: 0x2400 + code for code in range(32) if code not in (9, 10)} | {127: 0x2421}
_REPLACED = dict.fromkeys([*range(128, 160), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], 0xFFFD)
_TABLE = _PICTURES | _REPLACED
"""Control characters get their pictures; what UTF-8 or HTML cannot hold, the replacement character."""

LONGEST = 400
"""Characters of a row that a page shows."""


def displayed(value: Any) -> Any:
    """Make a text displayable, whatever it holds; markup and other values are left alone."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return value.translate(_TABLE)


def cut(text: str, longest: int = LONGEST) -> str:
    """Cut a text and say how long it is."""
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text):,} characters)"
