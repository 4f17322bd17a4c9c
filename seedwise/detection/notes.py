"""What a reader of detections must know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seedwise.config import ExperimentConfig
from seedwise.detection.detect import Part
from seedwise.detection.trial import FOLDS, LEAST_ROWS
from seedwise.features import Space
from seedwise.records import ALL, Exhibit


def note_detections(
    exhibit: Exhibit, parts: Sequence[Part], space: Space, config: ExperimentConfig
) -> Iterator[str]:
    """Say in full sentences what could not be told apart, what was sampled, and what would be better."""
    untold = [_name(part.label) for part in parts if part.bench is None]
    if untold:
        yield (
            f"Whether rows of {exhibit.name} can be told from real ones was not measured for "
            f"{', '.join(untold)}: that takes {LEAST_ROWS} distinct texts a side, of {FOLDS} near-duplicate "
            "groups at least."
        )
    floorless = [_name(part.label) for part in parts if part.bench is not None and part.real_bench is None]
    if floorless:
        yield (
            f"Too few real texts to tell real from real beside {exhibit.name}, so detectors have no floor "
            f"for {', '.join(floorless)}: that takes {2 * LEAST_ROWS} distinct texts."
        )
    looked_at = sum(len(part.rows) // 2 for part in parts if part.label == ALL)
    if looked_at == config.audit.most_rows < len(exhibit.rows):
        yield (
            f"Detectors looked at {looked_at:,} of the {len(exhibit.rows):,} rows of {exhibit.name} "
            "(audit.most_rows), beside as many real ones."
        )
    if space.note:
        yield space.note


def _name(label: str) -> str:
    return "all classes together" if label == ALL else label
