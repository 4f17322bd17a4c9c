"""Several finished runs beside one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from seedwise.compare.gather import gather_runs
from seedwise.compare.grounds import Group, group_runs, tell_of_repeats, warn_of_grounds
from seedwise.compare.runs import Run


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs in groups that may be held against each other, and what a reader must know of them.

    ``warnings`` say which runs cannot be compared and why, empty where all can; ``notes`` name repeats
    and what else sets runs apart.
    """

    groups: tuple[Group, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def runs(self) -> tuple[Run, ...]:
        """All runs, group by group."""
        return tuple(run for group in self.groups for run in group.runs)


def compare_runs(paths: Sequence[Path]) -> Comparison:
    """Read the runs that the paths lead to, and group them by what their scores rest on.

    Parameters
    ----------
    paths : sequence of Path
        Folders of runs, or folders of such folders; a run that comes twice is counted once, and said.

    Raises
    ------
    DataError
        Where a path holds no run, or a report is damaged or of another version.
    """
    gathered = gather_runs(paths)
    groups = group_runs(gathered.runs)
    cautions = [_placed(group, caution, len(groups)) for group in groups for caution in group.cautions]
    lone = ("There is only one run: nothing to compare it with.",) if len(gathered.runs) == 1 else ()
    return Comparison(groups, warn_of_grounds(groups), (*tell_of_repeats(gathered), *lone, *cautions))


def _placed(group: Group, caution: str, groups: int) -> str:
    return caution if groups == 1 else f"Group {group.number}: {caution}"
