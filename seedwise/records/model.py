"""A fitted classifier to take home."""

from __future__ import annotations

from dataclasses import dataclass

from seedwise.arms import Arm


@dataclass(frozen=True, slots=True)
class Model:
    """A classifier as it was scored: the seeds of a draw, and what an arm has added to them.

    ``skops`` is the file's content, see `seedwise.classify.load_model`.
    """

    classifier: str
    arm: Arm
    draw: int
    added: int
    n_train: int
    skops: bytes
