"""Why a generated row is rejected."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """The reasons in the order in which they are looked for; the first one counts.

    Copies of real rows are named first: what else is wrong with them must not hide that they are copies.
    `SURPLUS` and `NOT_SELECTED` are found last of all, in sound rows.
    """

    CONTENT_FILTER = "content_filter"
    """The provider withheld the answer."""
    REFUSED = "refused"
    """The model declined."""
    EMPTY = "empty"
    """Nothing was left after parsing."""
    COPIES_EXEMPLAR = "copies_exemplar"
    """It is near a seed that its own prompt showed."""
    COPIES_SEED = "copies_seed"
    """It is near another seed."""
    ONE_WORD_FROM_SEED = "one_word_from_seed"
    """It differs from a seed in no more than one word, and is not near it by its characters."""
    COPIES_TEST = "copies_test"
    """It is near a test row: a leak, to be counted apart."""
    TRUNCATED = "truncated"
    """The answer ran into its token limit."""
    META_TEXT = "meta_text"
    """It talks about the task, or repeats words of the prompt's form."""
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_LANGUAGE = "not_language"
    """Too few of its characters are letters."""
    REPETITIVE = "repetitive"
    """It goes round in circles: too few of its words are distinct."""
    DUPLICATE = "duplicate"
    """It equals a row accepted before."""
    NEAR_DUPLICATE = "near_duplicate"
    """It is near a row accepted before."""
    DISAGREES = "disagrees"
    """A classifier trained on the seeds alone finds the intended label too unlikely."""
    SURPLUS = "surplus"
    """Nothing is wrong with it: its class was full."""
    NOT_SELECTED = "not_selected"
    """Nothing is wrong with it: others of its class are surer, or less like those kept before."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reason with what it rests on: the id and similarity of the row it copies, the length it has."""

    reason: Reason
    detail: str
