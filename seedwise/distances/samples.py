"""The pairs of samples behind a distance and its floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seedwise.distances.look import Look
from seedwise.distances.plan import Plan
from seedwise.distances.scene import IntArray, Pair

COMPARED = 20
"""Pairs of synthetic and real samples that a value is the mean of, where there are as many in the floor."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Pairs of synthetic and real samples, and pairs of real ones, as indices into a look."""

    compared: tuple[Pair, ...]
    floor: tuple[Pair, ...]


def draw_samples(look: Look, plan: Plan, count: int, rng: np.random.Generator) -> Samples:
    """Split real rows again and again, and lay synthetic samples beside one half.

    All samples hold the plan's rows of each class, so that neither the number of rows nor the mix of
    classes tells sides apart. The halves of a split share no near-duplicate of one class: synthetic rows
    have none among the real ones.

    Two samples that share no row need no widening of their floor (see `seedwise.linguistics.floor`, where
    a sample is compared with the pool that it comes from). What the one has more of the other has less of:
    the difference of their means has the variance s²(1/m + 1/m) of independent samples, whatever the pool.
    """
    real = [look.real(number) for number in plan.classes]
    synthetic = [look.synthetic(number) for number in plan.classes]
    compared: list[Pair] = []
    floor: list[Pair] = []
    for _ in range(count):
        split = _split(real, plan.sizes, look.groups, rng)
        floor.append(split)
        if len(compared) < COMPARED:
            compared.append(Pair(_draw(synthetic, plan.sizes, rng), split.right))
    return Samples(tuple(compared), tuple(floor))


def _split(
    strata: Sequence[IntArray], sizes: Sequence[int], groups: IntArray, rng: np.random.Generator
) -> Pair:
    """Put groups in a random order, the same in all classes, and take the rows from either end."""
    order = rng.permutation(int(groups.max()) + 1)
    ranked = [rows[np.argsort(order[groups[rows]], kind="stable")] for rows in strata]
    left = [rows[:size] for rows, size in zip(ranked, sizes, strict=True)]
    right = [rows[len(rows) - size :] for rows, size in zip(ranked, sizes, strict=True)]
    return Pair(rng.permutation(np.concatenate(left)), rng.permutation(np.concatenate(right)))


def _draw(strata: Sequence[IntArray], sizes: Sequence[int], rng: np.random.Generator) -> IntArray:
    drawn = [rng.choice(rows, size, replace=False) for rows, size in zip(strata, sizes, strict=True)]
    return rng.permutation(np.concatenate(drawn))
