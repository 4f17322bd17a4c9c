"""Parts of speech, coarse enough for a rule to tell apart."""

from __future__ import annotations

from enum import StrEnum


class Tag(StrEnum):
    """The universal parts of speech (Petrov et al. 2012; Universal Dependencies), some joined.

    A noun may be a name. Possessives are pronouns and the copula is an auxiliary, as in Universal
    Dependencies. ``OTHER`` is what no rate counts: symbols, foreign words.
    """

    NOUN = "noun"
    VERB = "verb"
    AUXILIARY = "auxiliary"
    ADJECTIVE = "adjective"
    ADVERB = "adverb"
    PRONOUN = "pronoun"
    DETERMINER = "determiner"
    ADPOSITION = "adposition"
    CONJUNCTION = "conjunction"
    SUBORDINATOR = "subordinator"
    PARTICLE = "particle"
    NUMBER = "number"
    INTERJECTION = "interjection"
    OTHER = "other"
