"""Which real text the synthetic text is held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from seedwise.records import Dataset, Draw, Rows


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Real rows that no prompt could have shown, and the split that they come from."""

    split: str
    rows: Rows


def choose_held_out(dataset: Dataset, draws: Sequence[Draw]) -> HeldOut:
    """Choose the held-out real text: our choice.

    The training rows that every draw has in its pool, or the test split, where that has more rows of its
    scarcest class. Training rows come first since the seeds come from among them: where a data set's
    splits differ in themselves, a difference to the test split would be laid at the synthetic text's door.
    """
    seeds = {row.text for draw in draws for row in draw.seeds}
    seeded = {row.id for draw in draws for row in draw.seeds}
    groups = {row.group for draw in draws for row in draw.seeds}
    rest = [row for row in dataset.train if row.id not in seeded and row.group not in groups]
    test = [row for row in dataset.test if row.text not in seeds]
    references = (HeldOut("training split", Rows(rest)), HeldOut("test split", Rows(test)))
    return max(references, key=lambda reference: _scarcest(reference.rows, dataset.labels))


def _scarcest(rows: Rows, labels: Sequence[str]) -> int:
    counts = Counter(rows.labels)
    return min(counts[label] for label in labels)
