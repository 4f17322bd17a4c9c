"""How many rows of which classes a label's samples hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from seedwise.distances.look import Look
from seedwise.records import ALL

LEAST_ROWS = 10
"""Samples of fewer rows say nothing, and are not compared."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Samples of one label.

    ``sizes`` are the rows a sample holds of each class, ``synthetic`` and ``real`` those that there are of
    all of them.
    """

    label: str
    classes: tuple[int, ...]
    sizes: tuple[int, ...]
    synthetic: int
    real: int

    @property
    def rows(self) -> int:
        """Rows in a sample."""
        return sum(self.sizes)

    @property
    def is_enough(self) -> bool:
        """Whether samples are worth comparing."""
        return self.rows >= LEAST_ROWS


def plan_labels(look: Look, labels: Sequence[str]) -> Iterator[Plan]:
    """Plan the samples of each class, then of all classes pooled.

    Pooled samples hold as many rows of each class as samples of the class alone: both sides have the same
    mix, and a scarce class takes nothing from the others.
    """
    for number, label in enumerate(labels):
        yield _plan(look, label, [number])
    yield _plan(look, ALL, range(len(labels)))


def _plan(look: Look, label: str, classes: Iterable[int]) -> Plan:
    present = tuple(number for number in classes if look.size(number))
    return Plan(
        label=label,
        classes=present,
        sizes=tuple(look.size(number) for number in present),
        synthetic=sum(len(look.synthetic(number)) for number in classes),
        real=sum(len(look.real(number)) for number in classes),
    )
