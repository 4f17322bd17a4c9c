"""From an inlined chart to an image file of its own."""

from __future__ import annotations

import re

from seedwise.report.figures.palette import SURFACE

_TAG = re.compile(r"<[^>]+>")
_VARIABLE = re.compile(r"var\(--[\w-]+, (#[0-9a-f]{6})\)")
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)" width="100%"')


def standalone(svg: str) -> str:
    """Make a chart fit to be opened alone: light colours on their own ground, with a size of its own.

    Viewers outside a page know no CSS variables, and may have a dark ground; texts stay untouched.
    """
    plain = _TAG.sub(lambda tag: _VARIABLE.sub(r"\1", tag.group()), svg)
    sized = _SIZE.sub(r'viewBox="0 0 \1 \2" width="\1" height="\2"', plain, count=1)
    return sized.replace('style="', f'style="background: {SURFACE.light}; ', 1)
