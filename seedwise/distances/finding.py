"""What was found of one label."""

from __future__ import annotations

from dataclasses import dataclass

from seedwise.distances.plan import Plan
from seedwise.records import Distance


@dataclass(frozen=True, slots=True)
class Finding:
    """The distances of one label, and how it was sampled.

    ``axes`` are the principal axes used, and ``note`` what a reader must know of the embedding (possibly
    nothing); 0 and empty where nothing was measured.
    """

    plan: Plan
    distances: tuple[Distance, ...]
    axes: int = 0
    note: str = ""
