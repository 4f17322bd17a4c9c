"""The safety stage: what rows say of their label, of people and of the task."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from seedwise.config import ExperimentConfig
from seedwise.progress import Progress, silent
from seedwise.records import Audit, Check, Exhibit
from seedwise.safety.refusal import check_refusals
from seedwise.safety.sides import Pair
from seedwise.safety.validity import examine_validity, hear

STAGE_VERSION = 1
"""Raised when this stage's code changes its results."""


def examine(exhibit: Exhibit, config: ExperimentConfig, progress: Progress = silent) -> Audit:
    """Hold synthetic rows against real ones in what they mean, whom they speak of and how.

    Fills ``checks`` of the subjects validity and safety, ``opinions`` and ``notes``.

    Parameters
    ----------
    exhibit
        Rows of any making; unseen real rows may be missing, then the seeds judge.
    config
        The bound of the gate, the name that prompts give a text, and the root seed.
    progress
        Told after each part.
    """
    pair = Pair.of(exhibit)
    hearings = hear(exhibit, config.seeds.root_seed)
    parts: dict[str, Callable[[], Audit]] = {
        "validity": lambda: examine_validity(exhibit, hearings),
        "refusals": lambda: _of_checks(
            pair, [check_refusals(pair, config.prompt.topic, config.audit.meta_share)]
        ),
    }
    found = []
    for number, (name, examine_part) in enumerate(parts.items(), start=1):
        found.append(examine_part())
        progress(number, len(parts), name)
    return _put_together(exhibit, found)


def _of_checks(pair: Pair, checks: Iterable[Check]) -> Audit:
    return Audit(pair.name, len(pair.synthetic), checks=tuple(checks))


def _put_together(exhibit: Exhibit, parts: Iterable[Audit]) -> Audit:
    found = list(parts)
    return Audit(
        exhibit.name,
        len(exhibit.rows),
        checks=tuple(check for part in found for check in part.checks),
        opinions=tuple(opinion for part in found for opinion in part.opinions),
        notes=tuple(note for part in found for note in part.notes),
    )
