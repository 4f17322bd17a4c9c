"""How much each row counts when explanations are averaged."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from seedwise.records import Rows

FloatArray = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.number[Any]]


def weigh_rows(distinct: Rows, seeds: Rows, emphasis: Mapping[str, float] | None) -> FloatArray:
    """Give each de-duplicated row its weight.

    Parameters
    ----------
    distinct : Rows
        One seed row a near-duplicate group and class.
    seeds : Rows
        All seeds.
    emphasis : mapping of str to float, optional
        Weight of a seed row, by its id, 0 or more; a row that is not named weighs 1. None: all rows
        weigh 1.

    Returns
    -------
    numpy.ndarray
        Weights (distinct rows). A row stands for its copies: its weight is the mean of theirs.

    Raises
    ------
    ValueError
        For a weight that is negative or no number, an id that no seed has, or no weight above 0.
    """
    if emphasis is None:
        return np.ones(len(distinct))
    _check(emphasis, seeds)
    copies: defaultdict[tuple[int, str], list[float]] = defaultdict(list)
    for row in seeds:
        copies[row.group, row.label].append(emphasis.get(row.id, 1.0))
    weights = np.array([np.mean(copies[row.group, row.label]) for row in distinct])
    if not weights.any():
        raise ValueError("no row has a weight above 0")
    return weights


def compute_focus(held_weight: Numbers, held_rows: Numbers, weight: Numbers, rows: Numbers) -> FloatArray:
    """Compute how much more than others the rows that hold a token weigh.

    A weighted mean over a token's own rows alone would not tell a token of hard rows from one of easy
    rows; this factor does. It is our choice.

    Parameters
    ----------
    held_weight, held_rows : numpy.ndarray
        Weight and number of the rows that hold each token (classes × tokens).
    weight, rows : numpy.ndarray
        Weight and number of all rows there are (classes).

    Returns
    -------
    numpy.ndarray
        Mean weight of the rows that hold the token over the mean weight of all (classes × tokens):
        exactly 1 where all rows weigh 1, 0 where no row holds the token or none has a weight.
    """
    mean = _divide(weight, rows)[:, None]
    return _divide(_divide(held_weight, held_rows), np.broadcast_to(mean, held_weight.shape))


def _divide(numerator: Numbers, denominator: Numbers) -> FloatArray:
    return np.divide(numerator, denominator, out=np.zeros(numerator.shape), where=denominator > 0)


def _check(emphasis: Mapping[str, float], seeds: Rows) -> None:
    unknown = emphasis.keys() - {row.id for row in seeds}
    if unknown:
        raise ValueError(f"no seed is called {min(unknown)!r}")
    wrong = {id_: weight for id_, weight in emphasis.items() if not 0 <= weight < math.inf}
    if wrong:
        raise ValueError(f"weights must be numbers of 0 or more, got {wrong}")
