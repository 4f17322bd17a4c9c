"""What the paper says of synthetic text, held against what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from seedwise.linguistics.wordset import word_set
from seedwise.records import Claim, Trait

NOTICEABLE = 0.25
"""Share of the real value whose loss a floor must be narrow enough to show."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A claim as we read it: the measures that it is about; ``rises`` are higher where it holds."""

    claim: str
    measures: tuple[str, ...]
    rises: frozenset[str] = frozenset()


PAPER = (
    _Reading(
        "poorer vocabulary",
        ("types_at_budget", "mtld", "hd_d", "mattr_50", "mattr_500", "yules_k"),
        word_set("yules_k"),
    ),
    _Reading("fewer personal expressions", ("first_person", "second_person", "third_person")),
    _Reading(
        "fewer temporally complex expressions",
        ("past_forms", "future_forms", "perfect", "progressive", "time_words", "mixed_tenses"),
    ),
)
"""The paper's three claims. Which measures stand for them is our reading: it names none."""


class _Vote(Enum):
    """What one measure says of a claim."""

    FOR = "for"
    AGAINST = "against"
    UNCLEAR = "unclear"


def paper_claims(traits: Sequence[Trait]) -> tuple[Claim, ...]:
    """Tell of every exhibit and label whether the paper's three claims hold.

    The rule, fixed before results were looked at: a measure speaks *for* a claim where synthetic text
    lies outside the real-vs-real floor on the poorer side; *against* it where it does not, provided that it
    lies beyond the other side, or that the floor is narrow enough to have shown the loss of a quarter of
    the real value; else, and where it was not measured, it is *unclear*. A claim holds where more than half
    of its measures speak for it, does not hold where at least half speak against it, and else nobody can
    tell. Every measure has one voice, though those of a claim go together; each is in the figures.

    Parameters
    ----------
    traits
        What `describe` found, of any exhibits.

    Returns
    -------
    tuple of Claim
        Three an exhibit and label, in the order of the traits.
    """
    places = dict.fromkeys((trait.arm, trait.label) for trait in traits)
    return tuple(
        claim
        for name, label in places
        for claim in _claims(name, label, [one for one in traits if (one.arm, one.label) == (name, label)])
    )


def _claims(name: str, label: str, traits: Sequence[Trait]) -> Iterator[Claim]:
    for reading in PAPER:
        figures = tuple(trait for trait in traits if trait.measure in reading.measures)
        votes = [_vote(trait, reading) for trait in figures]
        verdict = _verdict(votes, len(reading.measures))
        yield Claim(name, label, reading.claim, verdict, figures, _sentence(reading, figures, votes))


def _vote(trait: Trait, reading: _Reading) -> _Vote:
    if trait.value is None or trait.real is None or trait.floor_low is None or trait.floor_high is None:
        return _Vote.UNCLEAR
    is_rising = trait.measure in reading.rises
    loss = trait.value - trait.real if is_rising else trait.real - trait.value
    if trait.outside:
        return _Vote.FOR if loss > 0 else _Vote.AGAINST
    width = trait.floor_high - trait.real if is_rising else trait.real - trait.floor_low
    return _Vote.AGAINST if width <= NOTICEABLE * trait.real else _Vote.UNCLEAR


def _verdict(votes: Sequence[_Vote], measures: int) -> Literal["holds", "does not hold", "cannot tell"]:
    if 2 * votes.count(_Vote.FOR) > measures:
        return "holds"
    if 2 * votes.count(_Vote.AGAINST) >= measures:
        return "does not hold"
    return "cannot tell"


def _sentence(reading: _Reading, figures: Sequence[Trait], votes: Sequence[_Vote]) -> str:
    poorer = [trait for trait, vote in zip(figures, votes, strict=True) if vote is _Vote.FOR]
    unclear = votes.count(_Vote.UNCLEAR) + len(reading.measures) - len(figures)
    found = f"{len(poorer)} of {len(reading.measures)} measures lie outside the floor on the poorer side"
    named = f" ({', '.join(map(_figure, poorer))})" if poorer else ""
    doubt = f"; of {unclear} there is too little text to tell" if unclear else ""
    return f"{found}{named}{doubt}."


def _figure(trait: Trait) -> str:
    return f"{trait.measure.replace('_', ' ')} {trait.value:.3g} where real text has {trait.real:.3g}"
