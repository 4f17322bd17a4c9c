"""What is known of an experiment before anything is paid."""

from __future__ import annotations

from dataclasses import dataclass, field

from seedwise.arms import Arm
from seedwise.journal import NO_CAPS, Caps, Reuse, Spent
from seedwise.journal.ledger import NOTHING_SPENT
from seedwise.records import Prompt


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is expected to be used, and how much at most."""

    expected: float = 0.0
    most: float = 0.0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.expected + other.expected, self.most + other.most)


@dataclass(frozen=True, slots=True)
class Use:
    """What new requests use.

    Attributes
    ----------
    requests : Amount
        How many there are.
    tokens : Amount
        Tokens of their prompts and answers together.
    cost : Amount or None
        US dollars; None where no price is known.
    seconds : Amount or None
        Wall time; None where nothing is known of the model's pace.
    """

    requests: Amount = Amount()
    tokens: Amount = Amount()
    cost: Amount | None = Amount()
    seconds: Amount | None = Amount()

    def __add__(self, other: Use) -> Use:
        """Add what is used one after the other; with anything unknown the sum is unknown."""
        return Use(
            self.requests + other.requests,
            self.tokens + other.tokens,
            _add(self.cost, other.cost),
            _add(self.seconds, other.seconds),
        )


@dataclass(frozen=True, slots=True)
class ArmEstimate:
    """What one arm would ask in all draws.

    Attributes
    ----------
    arm : Arm
        A generated arm.
    rows : int
        Rows wanted of it.
    reuse : Reuse
        Of the requests that are known by now: how many are answered, and why the others are new.
    use : Use
        What its new requests use, those that an earlier arm shares aside.
    """

    arm: Arm
    rows: int
    reuse: Reuse
    use: Use


@dataclass(frozen=True, slots=True)
class Basis:
    """What each figure of an estimate rests on, a sentence each."""

    requests: str = ""
    tokens: str = ""
    cost: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a budget may use, and has used so far; ``name`` is what it is counted under."""

    name: str = ""
    caps: Caps = NO_CAPS
    spent: Spent = NOTHING_SPENT


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an experiment would ask, use and cost, and what that rests on.

    ``is_free`` tells that the model is known to cost nothing. ``warnings`` say which cap is in the way.
    """

    model: str
    arms: tuple[ArmEstimate, ...] = ()
    basis: Basis = field(default_factory=Basis)
    budget: Budget = field(default_factory=Budget)
    is_free: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def use(self) -> Use:
        """What all arms use together."""
        return sum((arm.use for arm in self.arms), Use())

    @property
    def reuse(self) -> Reuse:
        """Of the requests that are known by now, over all arms."""
        return sum((arm.reuse for arm in self.arms), Reuse())


@dataclass(frozen=True, slots=True)
class Plan:
    """All that can be said of an experiment before it is paid for; ``prompts`` are examples of each arm."""

    estimate: Estimate
    prompts: tuple[Prompt, ...]


def _add(one: Amount | None, other: Amount | None) -> Amount | None:
    return None if one is None or other is None else one + other
