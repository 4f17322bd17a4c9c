"""The stem that the inflections of a word share."""

from __future__ import annotations

from functools import cache
from typing import Any


def stem(word: str) -> str:
    """Cut a word down to its stem, by the English Snowball algorithm (Porter's second).

    Words of other alphabets stay as they are, but for their case.

    Parameters
    ----------
    word : str
        One word.

    Returns
    -------
    str
        In lower case; often no word itself.

    Examples
    --------
    >>> [stem(word) for word in ("worried", "Worries", "worrying")]
    ['worri', 'worri', 'worri']
    """
    return str(_load_stemmer().stem(word))


@cache
def _load_stemmer() -> Any:
    # Loaded late: NLTK takes a second or more to import, and few runs ask for stems.
    from nltk.stem.snowball import EnglishStemmer

    return EnglishStemmer()
