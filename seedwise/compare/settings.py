"""Settings in which runs differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seedwise.compare.runs import Run

ABSENT = "–"
"""What stands for a setting that a run's version did not have."""


@dataclass(frozen=True, slots=True)
class Differences:
    """The settings that are not the same in all runs, and how many are.

    ``names`` are ``section.field`` in the order of the config.
    """

    names: tuple[str, ...]
    shared: int

    def of(self, run: Run) -> tuple[str, ...]:
        """Write out a run's values."""
        return tuple(run.settings.get(name, ABSENT) for name in self.names)


def find_differences(runs: Sequence[Run]) -> Differences:
    """Find the settings in which runs differ."""
    names = dict.fromkeys(name for run in runs for name in run.settings)
    differing = tuple(name for name in names if len({run.settings.get(name) for run in runs}) > 1)
    return Differences(differing, len(names) - len(differing))
