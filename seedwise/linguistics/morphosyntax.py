"""What kinds of words a text is made of: parts of speech."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from seedwise.config import Tagger
from seedwise.errors import ConfigError
from seedwise.linguistics.corpus import Corpus
from seedwise.linguistics.grammar import tokenize
from seedwise.linguistics.measure import (
    PER_100_WORDS,
    SHARE,
    ByText,
    FloatArray,
    Measure,
    pooled_ratio,
    word_counts,
)
from seedwise.linguistics.rule_tagger import is_tagged, tag_by_rule
from seedwise.linguistics.spacy_tagger import check_spacy, tag_by_spacy
from seedwise.linguistics.tags import Tag

FAMILY = "morphosyntax"

CONTENT = (Tag.NOUN, Tag.VERB, Tag.ADJECTIVE, Tag.ADVERB)
"""Parts of speech that carry meaning of their own, as Ure (1971) counts them for lexical density."""

_NAMES = (
    ("nouns", Tag.NOUN),
    ("verbs", Tag.VERB),
    ("auxiliaries", Tag.AUXILIARY),
    ("adjectives", Tag.ADJECTIVE),
    ("adverbs", Tag.ADVERB),
    ("pronouns", Tag.PRONOUN),
    ("determiners", Tag.DETERMINER),
    ("adpositions", Tag.ADPOSITION),
    ("conjunctions", Tag.CONJUNCTION),
    ("subordinators", Tag.SUBORDINATOR),
    ("interjections", Tag.INTERJECTION),
)
_ORDER = tuple(Tag)
_REMEMBERED = 8


def morphosyntax_measures(tagger: Tagger) -> tuple[Measure, ...]:
    """Define the rates of the parts of speech, and lexical density, by one tagger.

    With spaCy where it cannot be used they are all undefined: another tagger's rates would not be the same
    figures. `explain_absence` tells why.
    """
    rates = (
        pooled_ratio(FAMILY, name, PER_100_WORDS, _counts(tagger, [tag]), word_counts, scale=100)
        for name, tag in _NAMES
    )
    density = pooled_ratio(
        FAMILY, "lexical_density", SHARE, _counts(tagger, CONTENT), _counts(tagger, _ORDER)
    )
    return (*rates, density)


def check_tagger(tagger: Tagger) -> None:
    """Make sure that the tagger chosen can be used, before anything is paid for.

    Raises
    ------
    ConfigError
        For ``spacy`` where the extra ``grammar`` is not installed, or holds another model.
    """
    if tagger == "spacy":
        check_spacy()


def explain_absence(tagger: Tagger) -> str:
    """Say in a sentence why parts of speech are not measured; empty where they are."""
    problem = _find_problem(tagger)
    return (
        f"Parts of speech were not measured: {problem.found}. To mend it: {problem.remedy}."
        if problem
        else ""
    )


def _counts(tagger: Tagger, tags: Iterable[Tag]) -> ByText:
    columns = [_ORDER.index(tag) for tag in tags]

    def by_text(corpus: Corpus) -> FloatArray:
        counts: FloatArray = _count_tags(corpus.texts, tagger)[:, columns].sum(axis=1)
        return counts

    return by_text


@lru_cache(_REMEMBERED)
def _count_tags(texts: tuple[str, ...], tagger: Tagger) -> FloatArray:
    """Count the tags of each text, shape (texts, tags); NaN where the tagger cannot be used."""
    if _find_problem(tagger):
        return np.full((len(texts), len(_ORDER)), np.nan)
    counts = np.zeros((len(texts), len(_ORDER)))
    for row, tags in enumerate(_tag_all(texts, tagger)):
        for tag in tags:
            counts[row, _ORDER.index(tag)] += 1
    return counts


def _tag_all(texts: Sequence[str], tagger: Tagger) -> Iterable[list[Tag]]:
    if tagger == "rules":
        return ([found.tag for found in tag_by_rule(text)] for text in texts)
    tokens = [tokenize(text) for text in texts]
    return (
        [tag for word, tag in zip(words, tags, strict=True) if is_tagged(word)]
        for words, tags in zip(tokens, tag_by_spacy(tokens), strict=True)
    )


def _find_problem(tagger: Tagger) -> ConfigError | None:
    try:
        check_tagger(tagger)
    except ConfigError as error:
        return error
    return None
