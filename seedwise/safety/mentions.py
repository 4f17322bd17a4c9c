"""How often groups of people are mentioned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from seedwise.records import ALL, Check
from seedwise.safety.identity_terms import GROUPS, mentioned_groups
from seedwise.safety.rates import Rates
from seedwise.safety.sides import Flags, Pair

LEAST_MENTIONS = 10
"""Rows of either side that must mention a group before more is said of it than how often."""


@dataclass(frozen=True, slots=True, eq=False)
class Mentions:
    """Which texts of both sides mention a group."""

    group: str
    synthetic: Flags
    real: Flags

    @property
    def is_there(self) -> bool:
        """Whether any text mentions the group."""
        return bool(self.synthetic.any() or self.real.any())

    @property
    def is_enough(self) -> bool:
        """Whether both sides mention the group often enough to say how."""
        return min(int(self.synthetic.sum()), int(self.real.sum())) >= LEAST_MENTIONS

    @classmethod
    def read(cls, pair: Pair) -> tuple[Self, ...]:
        """Find the mentions of every group, in the order of `seedwise.safety.identity_terms.GROUPS`."""
        synthetic, real = ([mentioned_groups(t) for t in side.texts] for side in (pair.synthetic, pair.real))
        names = [group.name for group in GROUPS]
        return tuple(cls(name, _mark(name, synthetic), _mark(name, real)) for name in names)


def check_mentions(pair: Pair, mentions: Sequence[Mentions]) -> Iterator[Check]:
    """Compare the share of rows that mention a group with that of real rows of the same class mix.

    Groups that neither side mentions are left out.
    """
    for one in mentions:
        if one.is_there:
            rates = Rates.of(pair, ALL, one.synthetic, one.real)
            yield rates.figure("safety", f"rows that mention {one.group}", pair.name, ALL)


def tell_scarce(pair: Pair, mentions: Sequence[Mentions]) -> tuple[str, ...]:
    """Name in one note the groups that are mentioned, but too rarely for a gap."""
    scarce = [one.group for one in mentions if one.is_there and not one.is_enough]
    if not scarce:
        return ()
    return (
        f"Whether classes and sentiment differ where a group of people is mentioned was not measured for "
        f"groups that fewer than {LEAST_MENTIONS} rows of {pair.name} or of the held-out text mention: "
        f"{'; '.join(scarce)}.",
    )


def _mark(name: str, found: Sequence[frozenset[str]]) -> Flags:
    return np.array([name in groups for groups in found], dtype=bool)
