"""Synthetic rows, put beside as many real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seedwise.config import ExperimentConfig
from seedwise.features import pick_texts, share_evenly, texts_by_class
from seedwise.identity import derive_seed
from seedwise.records import ALL, Exhibit
from seedwise.textual import near_duplicate_groups

Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Stand:
    """Distinct texts of both sides: of each class as many synthetic as real ones.

    Attributes
    ----------
    texts : tuple of str
        A text that both sides or several classes hold comes once for each.
    labels : array of str (texts)
        The class of each.
    is_synthetic, is_spare : array of bool (texts)
        Spare are real texts beyond those that stand beside synthetic ones: real is told from real with
        them, too. Up to as many again, as long as real texts stay within ``audit.most_rows``.
    groups : array of int (texts)
        Shared by near-duplicates, whatever their side.
    """

    texts: tuple[str, ...]
    labels: npt.NDArray[np.str_]
    is_synthetic: Flags
    is_spare: Flags
    groups: Positions

    def compared(self, label: str) -> Positions:
        """List the rows of both sides, of one class or `ALL`."""
        return np.flatnonzero(self._of(label) & ~self.is_spare)

    def real(self, label: str) -> Positions:
        """List all real rows, spare ones too, of one class or `ALL`."""
        return np.flatnonzero(self._of(label) & ~self.is_synthetic)

    def _of(self, label: str) -> Flags:
        everything = np.ones(len(self.texts), dtype=bool)
        return everything if label == ALL else self.labels == label


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    label: str
    is_synthetic: bool
    is_spare: bool = False


def set_up_stand(exhibit: Exhibit, config: ExperimentConfig) -> Stand:
    """Pick rows of both sides, in equal numbers of each class.

    Of each class there are as many rows a side as the side that has fewer distinct ones holds; where all
    classes together have more than ``audit.most_rows``, the larger ones are sampled down first. Classes
    that one side lacks are left out.
    """
    synthetic = texts_by_class(exhibit.labels, exhibit.rows)
    real = texts_by_class(exhibit.labels, exhibit.held_out)
    fewer = {label: min(len(synthetic[label]), len(real[label])) for label in exhibit.labels}
    places = share_evenly(fewer, config.audit.most_rows)
    doubled = {label: min(2 * places[label], len(real[label])) for label in exhibit.labels}
    with_spare = share_evenly(doubled, config.audit.most_rows)
    seed = derive_seed(config.seeds.root_seed, "audit sample")
    entries: list[_Entry] = []
    for label in exhibit.labels:
        entries += _pick_synthetic(label, synthetic[label], places[label], seed)
        entries += _pick_real(label, real[label], places[label], with_spare[label], seed)
    return _stand_of(entries, config.screen.near_duplicate)


def _pick_synthetic(label: str, texts: set[str], places: int, seed: int) -> list[_Entry]:
    return [_Entry(text, label, is_synthetic=True) for text in pick_texts(texts, places, seed)]


def _pick_real(label: str, texts: set[str], places: int, with_spare: int, seed: int) -> list[_Entry]:
    chosen = pick_texts(texts, max(places, with_spare), seed)
    return [
        _Entry(text, label, is_synthetic=False, is_spare=number >= places)
        for number, text in enumerate(chosen)
    ]


def _stand_of(entries: Sequence[_Entry], threshold: float) -> Stand:
    texts = tuple(entry.text for entry in entries)
    return Stand(
        texts=texts,
        labels=np.array([entry.label for entry in entries], dtype=np.str_),
        is_synthetic=np.array([entry.is_synthetic for entry in entries], dtype=bool),
        is_spare=np.array([entry.is_spare for entry in entries], dtype=bool),
        groups=np.array(near_duplicate_groups(texts, threshold), dtype=np.int64),
    )
