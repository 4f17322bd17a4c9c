"""One audit from the findings of every room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from itertools import chain

from seedwise import detection, distances, linguistics, privacy, safety
from seedwise.audit.composite import composites
from seedwise.config import ExperimentConfig
from seedwise.progress import Progress, silent
from seedwise.records import Audit, Exhibit, Trait

STAGE_VERSION = 3
"""Raised when the code of this stage, or of a room that it asks, changes what is found."""

Examiner = Callable[[Exhibit, ExperimentConfig, Progress], Audit]

EXAMINERS: tuple[tuple[str, Examiner], ...] = (
    ("contrasts", linguistics.examine),
    ("detection", detection.examine),
    ("distances", distances.examine),
    ("privacy", privacy.examine),
    ("safety", safety.examine),
)
"""What is examined, in this order; each finds a part of the audit, and leaves the others empty."""


def examine(
    exhibit: Exhibit, traits: Sequence[Trait], config: ExperimentConfig, progress: Progress = silent
) -> Audit:
    """Examine synthetic rows in every respect.

    Parameters
    ----------
    exhibit
        The rows and the real text that they are held against.
    traits
        What `seedwise.linguistics.describe` found of them, for the composite.
    config
        Bounds of the gates, sizes of the samples, and the root seed.
    progress
        Told after each part.
    """
    parts = []
    for number, (name, examiner) in enumerate(EXAMINERS, start=1):
        parts.append(examiner(exhibit, config, silent))
        progress(number, len(EXAMINERS), f"{exhibit.name}, {name}")
    return _put_together(exhibit, traits, parts)


def _put_together(exhibit: Exhibit, traits: Sequence[Trait], parts: Sequence[Audit]) -> Audit:
    names = [field.name for field in fields(Audit) if field.name not in ("name", "rows", "composites")]
    found = {name: tuple(chain.from_iterable(getattr(part, name) for part in parts)) for name in names}
    whole = Audit(exhibit.name, len(exhibit.rows), **found)
    return replace(whole, composites=composites(exhibit, traits, whole.distances))
