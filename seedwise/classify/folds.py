"""Cross-validation folds that keep near-duplicates together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedGroupKFold

from seedwise.classify.encode import encode_labels
from seedwise.config import ClassifyConfig
from seedwise.errors import ConfigError, DataError
from seedwise.identity import derive_seed
from seedwise.records import Rows

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fold:
    """One split of the seeds: positions of the rows to train on and of those to score."""

    repeat: int
    number: int
    train: Positions
    test: Positions


def split_folds(seeds: Rows, labels: Sequence[str], config: ClassifyConfig, seed: int) -> Iterator[Fold]:
    """Split the seeds into ``cv_folds`` stratified folds, anew for each of ``cv_repeats`` repeats.

    No near-duplicate group straddles a split. Too few groups of a class are an error rather than a
    reason for fewer folds: scores of differently folded draws could not be set side by side.

    Raises
    ------
    ConfigError
        Where a class has fewer near-duplicate groups than there are folds.
    DataError
        Where a class has fewer than two, so that no number of folds would do.
    """
    _check_groups(seeds, labels, config.cv_folds)
    codes, groups = encode_labels(seeds.labels, labels), [row.group for row in seeds]
    for repeat in range(config.cv_repeats):
        splitter = StratifiedGroupKFold(
            config.cv_folds, shuffle=True, random_state=derive_seed(seed, "folds", repeat)
        )
        for number, (train, test) in enumerate(splitter.split(codes, codes, groups)):
            yield Fold(repeat, number, train, test)


def _check_groups(seeds: Rows, labels: Sequence[str], folds: int) -> None:
    groups = {label: len({row.group for row in seeds.of_label(label)}) for label in labels}
    rarest = min(groups, key=groups.__getitem__)
    found = f"class {rarest!r} has {groups[rarest]} distinct texts among {len(seeds)} seeds"
    if groups[rarest] < 2:
        raise DataError(
            found=f"{found} (near-duplicates count as one)",
            expected="at least 2 distinct texts of every class",
            remedy="raise seed_size, or leave the class out of the data",
        )
    if groups[rarest] < folds:
        raise ConfigError(
            found=f"{found} (near-duplicates count as one), for cv_folds = {folds}",
            expected="at least one distinct text of every class a fold",
            remedy=f"set cv_folds to {groups[rarest]}, or raise seed_size",
        )
