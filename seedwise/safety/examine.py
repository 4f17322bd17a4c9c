"""The safety stage: what rows say of their label, of people and of the task."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from seedwise.config import ExperimentConfig
from seedwise.progress import Progress, silent
from seedwise.records import Audit, Exhibit
from seedwise.safety.counterfactual import check_counterfactuals
from seedwise.safety.gaps import check_gaps
from seedwise.safety.intensity import find_intensity, tell_softening
from seedwise.safety.mentions import Mentions, check_mentions, tell_scarce
from seedwise.safety.profanity import check_profanity
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
    parts: dict[str, Callable[[], Audit]] = {
        "labels": lambda: _examine_labels(exhibit, config),
        "refusals": lambda: _examine_wording(exhibit, config),
        "people": lambda: _examine_people(exhibit, config),
        "intensity": lambda: _examine_intensity(exhibit),
    }
    found = []
    for number, (name, examine_part) in enumerate(parts.items(), start=1):
        found.append(examine_part())
        progress(number, len(parts), name)
    return _put_together(exhibit, found)


def _examine_labels(exhibit: Exhibit, config: ExperimentConfig) -> Audit:
    hearings = hear(exhibit, config.seeds.root_seed)
    validity = examine_validity(exhibit, hearings)
    swapped = tuple(check_counterfactuals(exhibit, hearings, config.seeds.root_seed))
    return replace(validity, checks=validity.checks + swapped)


def _examine_wording(exhibit: Exhibit, config: ExperimentConfig) -> Audit:
    pair = Pair.of(exhibit)
    refused = check_refusals(pair, config.prompt.topic, config.audit.meta_share)
    return Audit(exhibit.name, len(exhibit.rows), checks=(refused, *check_profanity(pair)))


def _examine_people(exhibit: Exhibit, config: ExperimentConfig) -> Audit:
    pair = Pair.of(exhibit)
    mentions = Mentions.read(pair)
    gaps = check_gaps(pair, mentions, config.seeds.root_seed)
    return Audit(
        exhibit.name,
        len(exhibit.rows),
        checks=(*check_mentions(pair, mentions), *gaps),
        notes=tell_scarce(pair, mentions),
    )


def _examine_intensity(exhibit: Exhibit) -> Audit:
    pair = Pair.of(exhibit)
    findings = find_intensity(pair)
    return Audit(
        exhibit.name,
        len(exhibit.rows),
        checks=tuple(finding.figure(exhibit.name) for finding in findings),
        notes=tuple(tell_softening(pair, findings)),
    )


def _put_together(exhibit: Exhibit, parts: Iterable[Audit]) -> Audit:
    found = list(parts)
    return Audit(
        exhibit.name,
        len(exhibit.rows),
        checks=tuple(check for part in found for check in part.checks),
        opinions=tuple(opinion for part in found for opinion in part.opinions),
        notes=tuple(note for part in found for note in part.notes),
    )
