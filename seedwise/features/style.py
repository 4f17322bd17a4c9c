"""Texts as habits of writing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seedwise.linguistics import by_text

CONTENT_FAMILIES = frozenset({"emotion"})
"""Families of measures that content words decide: what is said, rather than how."""


@dataclass(frozen=True, slots=True, eq=False)
class StyleTable:
    """Texts by habits: ``values`` has shape (texts, habits), finite, in each habit's own unit; read-only."""

    names: tuple[str, ...]
    values: npt.NDArray[np.float64]


def style_table(texts: Sequence[str]) -> StyleTable:
    """Measure habits of writing that hold no content words.

    The measures are those of `seedwise.linguistics.by_text` but for `CONTENT_FAMILIES`. What is undefined
    for a text (most rates of a text without words) is 0, so that a row never depends on other texts.

    Parameters
    ----------
    texts : sequence of str
        Any number.
    """
    table = by_text(texts)
    kept = [place for place, family in enumerate(table.families) if family not in CONTENT_FAMILIES]
    values = np.nan_to_num(table.values[:, kept], nan=0.0, posinf=0.0, neginf=0.0)
    values.setflags(write=False)
    return StyleTable(tuple(table.names[place] for place in kept), values)
