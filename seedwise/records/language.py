"""How synthetic text reads beside real text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Trait:
    """One linguistic measure of one exhibit and class beside held-out real text of the class.

    ``arm`` is the exhibit's name: an arm, or a file that was not made here.

    ``floor_low`` and ``floor_high`` bound what real text shows against real text at the same size;
    ``outside`` says that ``value`` lies beyond them. None where a measure is undefined (too little text).
    """

    family: str
    measure: str
    unit: str
    arm: str
    label: str
    value: float | None
    real: float | None
    floor_low: float | None
    floor_high: float | None
    outside: bool | None


@dataclass(frozen=True, slots=True)
class Linguistics:
    """All traits of an experiment and the token budget at which richness was measured."""

    traits: tuple[Trait, ...]
    token_budget: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether something that was claimed of synthetic text holds of one exhibit and label.

    ``claim`` says it in a few words: ``poorer vocabulary``. ``figures`` are the traits that ``verdict``
    rests on, ``sentence`` says how.
    """

    name: str
    label: str
    claim: str
    verdict: Literal["holds", "does not hold", "cannot tell"]
    figures: tuple[Trait, ...]
    sentence: str
