"""Seed rows that show a class best."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import numpy.typing as npt

from seedwise.records import Rows


def rank_exemplars(
    rows: Rows, advantage: npt.NDArray[np.float64], label: str, seeds: Rows
) -> tuple[str, ...]:
    """Rank a class's rows by how clearly fits that did not see them tell their class.

    Parameters
    ----------
    rows : Rows
        De-duplicated rows of all classes.
    advantage : numpy.ndarray
        Out-of-sample margin of each row's own class less the best other one's (rows); NaN where every
        fit saw the row.
    label : str
        The class.
    seeds : Rows
        All seeds: a group with two labels among them conflicts.

    Returns
    -------
    tuple of str
        Row ids, each near-duplicate group once: highest advantage first, then rows without one, last
        the rows of conflicting groups; ties by id.
    """
    conflicting = find_conflicts(seeds)
    scored = [
        (row.group in conflicting, _rank_value(float(value)), row.id)
        for row, value in zip(rows, advantage, strict=True)
        if row.label == label
    ]
    return tuple(id_ for *_, id_ in sorted(scored))


def find_conflicts(seeds: Rows) -> frozenset[int]:
    """Find the near-duplicate groups whose rows disagree on the label."""
    labels: defaultdict[int, set[str]] = defaultdict(set)
    for row in seeds:
        labels[row.group].add(row.label)
    return frozenset(group for group, found in labels.items() if len(found) > 1)


def _rank_value(advantage: float) -> float:
    return math.inf if math.isnan(advantage) else -advantage
