"""Every measure that means something of one text, text by text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from seedwise.config import Tagger
from seedwise.linguistics.corpus import Corpus
from seedwise.linguistics.measure import FloatArray
from seedwise.linguistics.registry import measures

_REMEMBERED = 8


@dataclass(frozen=True, slots=True, eq=False)
class TextTable:
    """Texts by measures.

    Attributes
    ----------
    names, families, units : tuple of str
        One a column; names are unique.
    values : float array of shape (texts, measures)
        Rates of the one text, shares of 0 or 1, counts; NaN where a measure is undefined for a text (most
        are for a text without words). Read-only.
    """

    names: tuple[str, ...]
    families: tuple[str, ...]
    units: tuple[str, ...]
    values: FloatArray

    def column(self, name: str) -> FloatArray:
        """Take one measure of all texts; KeyError for a name that is not there."""
        if name not in self.names:
            raise KeyError(name)
        column: FloatArray = self.values[:, self.names.index(name)]
        return column


def by_text(texts: Sequence[str], tagger: Tagger = "rules") -> TextTable:
    """Value texts one by one, a column for every measure that means something of a single text.

    The columns are those of the registry, in its order, without what a single post is too short for
    (vocabulary richness) or what only a set of texts has (near-duplicates). A column's value is what
    `describe` would pool: of a rate the text's own rate, of a mean over texts the text's own count.

    Parameters
    ----------
    texts
        In any number; none give a table without rows.
    tagger
        What finds parts of speech; with spaCy where it cannot be used, their columns are NaN.
    """
    return _value(tuple(texts), tagger)


@lru_cache(_REMEMBERED)
def _value(texts: tuple[str, ...], tagger: Tagger) -> TextTable:
    corpus = Corpus.of(texts)
    columns = [(one, one.by_text(corpus)) for one in measures(tagger) if one.by_text is not None]
    values = np.column_stack([column for _, column in columns])
    values.setflags(write=False)
    return TextTable(
        names=tuple(one.name for one, _ in columns),
        families=tuple(one.family for one, _ in columns),
        units=tuple(one.unit for one, _ in columns),
        values=values,
    )
