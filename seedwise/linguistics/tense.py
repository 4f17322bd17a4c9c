"""Finite verb forms in informal English, found by rule.

The suffix alone says little: "-ed" ends adjectives ("so excited", "I am tired") more often than pasts in
emotional posts. A form counts as past only where it stands as a finite verb: after a subject, not after
an article, a preposition, a degree adverb, "be", "have" or another linking verb.

Known limits, all on purpose: forms that equal the base ("I read it", "he put") are not counted as past;
posts that drop the subject count only before an object ("Watched the game"); a participle behind a noun
("a man named Bob") is left out where its clause already has a verb that these rules know, else it is
counted; "'d" is ambiguous and never counted; lexical presents count after a pronoun, or in a few
unmistakable third persons. Of 50 past forms found in TweetEval's test tweets, which the rules were not
written on, 48 were finite pasts when read by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from seedwise.linguistics import verbs
from seedwise.linguistics.grammar import COMMA, SENTENCE_END, tokenize


class Form(StrEnum):
    """What a verb form expresses."""

    PAST = "past"
    PRESENT = "present"
    FUTURE = "future"
    PERFECT = "perfect"
    PROGRESSIVE = "progressive"


@dataclass(frozen=True, slots=True)
class VerbForm:
    """One form found, with the index of its word; of a group of words, the first."""

    form: Form
    index: int
    word: str


@dataclass(frozen=True, slots=True)
class _Place:
    """A word in its surroundings.

    ``clause_has_verb`` tells that a finite verb came before it in the same clause, ``sentence_has_past``
    that a past other than "was" or "were" came before it in the same sentence: "I cried and laughed".
    """

    tokens: tuple[str, ...]
    index: int
    clause_has_verb: bool = False
    sentence_has_past: bool = False

    @property
    def word(self) -> str:
        return self.tokens[self.index]

    @property
    def next(self) -> str:
        return self._at(self.index + 1)

    @property
    def before(self) -> str:
        return self._at(self.index - 1)

    @property
    def anchor(self) -> str:
        """The nearest earlier word that is no adverb."""
        return self._at(self.anchor_index)

    @property
    def before_anchor(self) -> str:
        return self._at(self.anchor_index - 1)

    @property
    def anchor_index(self) -> int:
        index = self.index - 1
        while index >= 0 and is_adverb(self.tokens[index]):
            index -= 1
        return index

    @property
    def ahead_index(self) -> int:
        """Where the next word is that is neither an adverb nor the subject of a question."""
        index = self.index + 1
        while is_adverb(self._at(index)) or self._at(index) in verbs.ASKED:
            index += 1
        return index

    @property
    def ahead(self) -> str:
        return self._at(self.ahead_index)

    def _at(self, index: int) -> str:
        return self.tokens[index] if 0 <= index < len(self.tokens) else SENTENCE_END


def is_adverb(word: str) -> bool:
    """Tell whether a word is an adverb that may stand between a subject and its verb."""
    return word in verbs.ADVERB or (word.endswith("ly") and len(word) > 4 and word != "family")


def is_regular_past(word: str) -> bool:
    """Tell whether a word could be a regular past by its shape."""
    return (
        word.endswith("ed")
        and len(word) > 3
        and word.isalpha()
        and word not in verbs.NOT_REGULAR_PAST
        and not word.startswith("un")
    )


# ------------------------------------------------------------------------------ future


def _is_future(place: _Place) -> bool:
    if place.word in ("'ll", "shall"):
        return True
    if place.word == "will":
        return place.before not in verbs.DETERMINER | {"free", "good", "ill"} and place.next != SENTENCE_END
    if place.word == "gonna":
        return place.anchor not in verbs.BE_PAST
    return place.word == "going" and _going_to(place.tokens, place.index)


def _going_to(tokens: tuple[str, ...], index: int) -> bool:
    """Tell "is going to rain" from "is going to the beach" and "was going to rain"."""
    if tokens[index + 1 : index + 2] != ("to",) or len(tokens) < index + 3:
        return False
    goal = tokens[index + 2]
    if not goal.isalpha() or goal in verbs.DETERMINER | verbs.OBJECT | verbs.PLACE:
        return False
    place = _Place(tokens, index)
    return place.anchor in verbs.BE_PRESENT | {"'s"} | verbs.SUBJECT


def _leads_to_future(place: _Place) -> bool:
    """Tell the "is" of "is going to rain", which is no present of its own."""
    return place.ahead == "gonna" or (place.ahead == "going" and _going_to(place.tokens, place.ahead_index))


# ------------------------------------------------------------------------------ past


def _is_past(place: _Place) -> bool:
    word = place.word
    if word in verbs.BE_PAST or word == "did":
        return True
    if word == "had":
        return place.anchor not in verbs.HAVE | verbs.MODAL | {"to"}
    if word in ("got", "used") and place.next == "to":
        return word == "used" and place.anchor not in verbs.LINKING
    if word in verbs.PAST_ONLY:
        return _may_be_finite(place)
    return _is_shaped_like_past(word) and _may_be_finite(place) and _has_subject(place)


def _is_shaped_like_past(word: str) -> bool:
    return word in verbs.PAST_OR_OTHER or (word != "used" and is_regular_past(word))


def _may_be_finite(place: _Place) -> bool:
    """Rule out the places of adjectives, participles and nouns."""
    if place.before in verbs.DEGREE or _follows_auxiliary(place):
        return False
    return place.anchor in verbs.SUBJECT or place.anchor not in verbs.NEVER_BEFORE_FINITE


_GOVERNORS = verbs.AUXILIARY | {"n't", "let", "make", "to"}


def _follows_auxiliary(place: _Place) -> bool:
    """Tell "do you like" or "makes me": the subject at hand is that of another verb."""
    return place.anchor in verbs.ASKED and place.before_anchor in _GOVERNORS


def _has_subject(place: _Place) -> bool:
    anchor = place.anchor
    is_adjective = place.word in verbs.PARTICIPIAL_ADJECTIVE and not _takes_object(place)
    if anchor in verbs.SUBJECT:
        return not (is_adjective and anchor in verbs.DEMONSTRATIVE)
    if place.word in verbs.PARTICIPIAL_ADJECTIVE:
        return False
    if anchor in (SENTENCE_END, COMMA) or anchor in verbs.CONJUNCTION:
        return _takes_object(place) or (anchor in verbs.CONJUNCTION and place.sentence_has_past)
    return _may_be_noun(anchor) and not place.clause_has_verb and place.next != "by"


def _takes_object(place: _Place) -> bool:
    return place.next in verbs.DETERMINER | verbs.OBJECT | {"you", "it"}


def _may_be_noun(word: str) -> bool:
    if word[0] in "#@":
        return word[0] == "@" and len(word) > 1
    return word.isalpha() and word not in verbs.NOT_A_VERB


# ------------------------------------------------------------------------------ present


def _is_present(place: _Place) -> bool:
    word = place.word
    if word in verbs.BE_PRESENT or _is_contracted_is(place):
        return not _leads_to_future(place)
    if word in ("does", "has", "'ve"):
        return place.before not in verbs.MODAL
    if word == "do":
        return place.next in verbs.SUBJECT | {"n't", "not"} or place.anchor in verbs.PERSONAL_SUBJECT
    return _is_lexical_present(place)


def _is_contracted_is(place: _Place) -> bool:
    """Tell the "'s" of "it's" and "what's" from the possessive; "let's" is neither."""
    openers = verbs.SINGULAR_SUBJECT | {
        "that",
        "what",
        "there",
        "here",
        "who",
        "how",
        "where",
        "this",
        "when",
    }
    return place.word == "'s" and place.before in openers


def _is_lexical_present(place: _Place) -> bool:
    word, anchor = place.word, place.anchor
    if not word.isalpha() or is_adverb(word) or _follows_auxiliary(place):
        return False
    if anchor in verbs.PERSONAL_SUBJECT:
        return _may_be_base(word)
    if anchor in ("you", "u", "ya"):
        return word in verbs.COMMON_VERB | {"have"}
    if anchor in verbs.SINGULAR_SUBJECT:
        return word.endswith("s") and word not in verbs.NOT_A_VERB and len(word) > 3
    return word in verbs.CLEAR_SINGULAR and anchor not in verbs.DETERMINER | verbs.PREPOSITION


_NO_BASE = (
    verbs.NOT_A_VERB
    | verbs.AUXILIARY - {"have"}
    | verbs.PAST_ONLY
    | verbs.PAST_OR_OTHER
    | verbs.BE
    | (verbs.PARTICIPLE - verbs.COMMON_VERB)
    | {"used"}
)


def _may_be_base(word: str) -> bool:
    return word in ("need", "like") or (word not in _NO_BASE and not word.endswith(("ing", "ed")))


# ------------------------------------------------------------------------------ aspect


def _is_perfect(place: _Place) -> bool:
    if place.word in ("'s", "'d"):
        return place.ahead == "been"
    return place.word in verbs.HAVE and (place.ahead in verbs.PARTICIPLE or is_regular_past(place.ahead))


def _is_progressive(place: _Place) -> bool:
    if place.word not in verbs.BE:
        return False
    last = place.ahead
    if not last.endswith("ing") or last in verbs.NOT_PROGRESSIVE or not last.isalpha():
        return False
    return not _leads_to_future(place)


_TENSES: tuple[tuple[Form, Callable[[_Place], bool]], ...] = (
    (Form.FUTURE, _is_future),
    (Form.PAST, _is_past),
    (Form.PRESENT, _is_present),
)
_ASPECTS: tuple[tuple[Form, Callable[[_Place], bool]], ...] = (
    (Form.PERFECT, _is_perfect),
    (Form.PROGRESSIVE, _is_progressive),
)


@lru_cache(maxsize=200_000)
def find_verb_forms(text: str) -> tuple[VerbForm, ...]:
    """Find the verb forms of a text, in order.

    A word has one tense at most, and may open a perfect or a progressive group besides: "was running"
    is a past and a progressive, "have seen" a present and a perfect, "is going to rain" a future.

    Examples
    --------
    >>> [(str(found.form), found.word) for found in find_verb_forms("I was so excited, then it rained")]
    [('past', 'was'), ('past', 'rained')]
    """
    return tuple(_scan(tokenize(text)))


def _scan(tokens: tuple[str, ...]) -> Iterator[VerbForm]:
    has_verb = has_past = False
    for index, word in enumerate(tokens):
        place = _Place(tokens, index, has_verb, has_past)
        tense = next((form for form, rule in _TENSES if rule(place)), None)
        if tense:
            yield VerbForm(tense, index, word)
        yield from (VerbForm(form, index, word) for form, rule in _ASPECTS if rule(place))
        has_verb = (has_verb or tense is not None) and not _opens_clause(word)
        has_past = (has_past or _is_active_past(tense, word)) and word != SENTENCE_END


def _is_active_past(tense: Form | None, word: str) -> bool:
    return tense is Form.PAST and word not in verbs.BE_PAST


_CLAUSE_OPENERS = verbs.CONJUNCTION | verbs.SUBORDINATOR | verbs.BARE_CLAUSE_VERB | {SENTENCE_END, COMMA}


def _opens_clause(word: str) -> bool:
    return word in _CLAUSE_OPENERS


def count_form(text: str, form: Form) -> int:
    """Count one kind of verb form in a text."""
    return sum(found.form is form for found in find_verb_forms(text))


def mixes_tenses(text: str) -> bool:
    """Tell whether a text holds at least two of past, present and future."""
    tenses = {found.form for found in find_verb_forms(text)} & {Form.PAST, Form.PRESENT, Form.FUTURE}
    return len(tenses) > 1
