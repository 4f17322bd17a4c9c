"""Text as every stage reads it: normalised, tokenised, compared."""

from seedwise.textual.groups import near_duplicate_groups
from seedwise.textual.index import Match, SimilarityIndex
from seedwise.textual.nearest import Likeness, find_most_alike
from seedwise.textual.normal import normalise
from seedwise.textual.one_word import OneWordIndex, is_one_word_apart
from seedwise.textual.shingles import jaccard, shingles
from seedwise.textual.stems import stem
from seedwise.textual.words import content_words, words

__all__ = [
    "Likeness",
    "Match",
    "OneWordIndex",
    "SimilarityIndex",
    "content_words",
    "find_most_alike",
    "is_one_word_apart",
    "jaccard",
    "near_duplicate_groups",
    "normalise",
    "shingles",
    "stem",
    "words",
]
