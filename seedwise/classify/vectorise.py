"""Texts as sparse TF-IDF rows.

Every matrix is CSR with no stored zeros, and stays so: XGBoost reads the entries that a sparse matrix
does not store as missing, but the zeros of a dense one as values, so a model trained on one
representation is wrong on the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from sys import intern
from typing import Any, Self

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer, TfidfVectorizer

from seedwise.errors import DataError

MAX_FEATURES = 5_000
MAX_CHAR_FEATURES = 20_000
MIN_DOCUMENTS = 2

MOST_REMEMBERED = 10_000
"""Texts whose terms a process remembers, for each way to cut texts into terms."""

LETTERS = r"[^\W\d_]{2,}"

_MENTION = re.compile(r"@\w+")
_ENDING = re.compile("['\u2019](?:ll|re|ve|[dms])\\b")
_APOSTROPHE = re.compile("['\u2019]")

# Contractions of stop words as they are without an apostrophe. Those that are also words of their own
# (ill, hell, shell, wed, shed, id) are left out.
_CONTRACTIONS = (
    "aint arent cant couldnt didnt doesnt dont hadnt hasnt havent isnt mustnt neednt shouldnt wasnt "
    "werent wont wouldnt im ive youre youve youll youd hes shes its weve theyre theyve theyll theyd "
    "thats theres whats whos lets"
)

STOP_WORDS: frozenset[str] = frozenset(ENGLISH_STOP_WORDS) | frozenset(_CONTRACTIONS.split())
"""Function words that the paper-like vectoriser leaves out: scikit-learn's English list and contractions."""


_CUTTING = (
    *("input", "encoding", "decode_error", "strip_accents", "lowercase", "preprocessor", "tokenizer"),
    *("analyzer", "stop_words", "token_pattern", "ngram_range"),
)
"""Parameters of a vectoriser that tell how a text is cut into terms."""

Cut = Callable[[str], tuple[str, ...]]


class SeedTfidfVectorizer(TfidfVectorizer):  # type: ignore[misc]  # scikit-learn ships no types
    """A `TfidfVectorizer` that a handful of texts does not crash, and that cuts each text once.

    Training sets of an experiment are largely the same texts over and over, so the process remembers the
    terms of a text; counts and weights are scikit-learn's. Where no term reaches ``min_df``, every term
    counts (``min_df`` 1); the parameter itself is left as it was.

    Raises
    ------
    DataError
        On fitting, where the texts hold no term at all.
    """

    min_df: float

    def build_analyzer(self) -> Cut:
        """Make the function that cuts a text into its terms, in order."""
        chosen = ((name, getattr(self, name)) for name in _CUTTING)
        return _recall(tuple((name, tuple(v) if isinstance(v, list) else v) for name, v in chosen))

    def fit(self, raw_documents: Iterable[str], y: Any = None) -> Self:
        """Learn the vocabulary; see `fit_transform`."""
        self.fit_transform(raw_documents, y)
        return self

    def fit_transform(self, raw_documents: Iterable[str], y: Any = None) -> Any:
        """Learn the vocabulary, then return the texts' TF-IDF rows as CSR (texts × terms)."""
        texts = list(raw_documents)
        try:
            return super().fit_transform(texts, y)
        except ValueError:
            return self._fit_every_term(texts, y)

    def _fit_every_term(self, texts: list[str], y: Any) -> Any:
        min_df, self.min_df = self.min_df, 1
        try:
            return super().fit_transform(texts, y)
        except ValueError as exc:
            raise DataError(
                found=f"no word is left of {len(texts)} texts once stop words and symbols are out",
                expected="texts with words in them",
                remedy="check the text column, or use more seeds",
            ) from exc
        finally:
            self.min_df = min_df


@lru_cache(maxsize=16)
def _recall(settings: tuple[tuple[str, Hashable], ...]) -> Cut:
    cut = CountVectorizer(**dict(settings)).build_analyzer()
    # Most terms are in many texts: interned, they are in memory once.
    return lru_cache(MOST_REMEMBERED)(lambda text: tuple(intern(str(term)) for term in cut(text)))


def clean_paper_text(text: str) -> str:
    """Lower-case a text; drop @mentions, endings (``they'll`` → ``they``) and apostrophes (``dont``)."""
    return _APOSTROPHE.sub("", _ENDING.sub(" ", _MENTION.sub(" ", text.lower())))


def build_paper_vectoriser() -> SeedTfidfVectorizer:
    """Make the paper-like vectoriser: letters-only words without stop words, at most 5,000 of them.

    Terms are runs of two letters or more, of any script, in two texts at least. The paper does not
    name its vectoriser: this one is inferred, because it gives default XGBoost the paper's range of
    macro-F1 on real rows. What becomes of contractions is our choice; it keeps their fragments
    (*don*, *ve*) out of the guides.
    """
    return SeedTfidfVectorizer(
        preprocessor=clean_paper_text,
        token_pattern=LETTERS,
        stop_words=sorted(STOP_WORDS),
        min_df=MIN_DOCUMENTS,
        max_features=MAX_FEATURES,
    )


def build_gram_vectoriser() -> SeedTfidfVectorizer:
    """Make the word 1-2-gram vectoriser: stop words kept, at most 5,000 terms of two texts at least."""
    return SeedTfidfVectorizer(ngram_range=(1, 2), min_df=MIN_DOCUMENTS, max_features=MAX_FEATURES)


def build_char_vectoriser() -> SeedTfidfVectorizer:
    """Make the character 2-5-gram vectoriser: within words, at most 20,000 terms, sublinear counts."""
    return SeedTfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(2, 5),
        min_df=MIN_DOCUMENTS,
        max_features=MAX_CHAR_FEATURES,
        sublinear_tf=True,
    )
