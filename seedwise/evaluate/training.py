"""Training set of every cell."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig
from seedwise.evaluate.supply import Shortage, Source, Texts, find_shortages, open_source
from seedwise.identity import digest
from seedwise.options import of_arm
from seedwise.quotas import quotas
from seedwise.records import Dataset, Draw, Harvest, Rows

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """The seeds of a draw, then what an arm adds to them, class by class.

    ``added`` is what was asked for, ``n_added`` what is there; ``shortages`` names the classes that make
    the difference. ``content_digest`` covers texts and labels only: equal sets are fitted once.
    """

    arm: Arm
    draw: int
    added: int
    texts: Texts
    labels: Texts
    n_added: int
    shortages: tuple[Shortage, ...]
    content_digest: str


def plan_training_sets(
    dataset: Dataset, draws: Sequence[Draw], harvests: Sequence[Harvest], config: ExperimentConfig
) -> tuple[TrainingSet, ...]:
    """Lay out the training sets of all arms: by arm in standard order, then draw, then size.

    ``seed_only`` has one set a draw, with ``added`` = 0. A generated arm is laid out for the draws that
    it has a harvest of.

    Raises
    ------
    ValueError
        Where a compared arm has no harvest at all.
    """
    _require_harvests(harvests, config)
    by_cell = {(harvest.arm, harvest.draw): harvest for harvest in harvests}
    plan: list[TrainingSet] = []
    for arm in config.evaluate.compared:
        for draw in draws:
            harvest = by_cell.get((arm.rows, draw.index))
            if arm is Arm.SEED_ONLY:
                plan.append(_bare_seeds(draw))
            elif arm.is_generated and harvest is None:
                if draw.index < config.llm_draws:
                    _log.warning("Arm %s has no rows for draw %d: left out there.", arm.value, draw.index)
            else:
                plan.extend(_grow(dataset, draw, arm, harvest, config))
    return tuple(plan)


def shortages(
    dataset: Dataset, draws: Sequence[Draw], harvests: Sequence[Harvest], config: ExperimentConfig
) -> tuple[Shortage, ...]:
    """List every class of every cell for which an arm had fewer rows than the class mix asks for.

    Returns
    -------
    tuple of Shortage
        By arm, draw, size and class; empty where all arms are complete.
    """
    plan = plan_training_sets(dataset, draws, harvests, config)
    return tuple(shortage for cell in plan for shortage in cell.shortages)


def _require_harvests(harvests: Sequence[Harvest], config: ExperimentConfig) -> None:
    there = {harvest.arm for harvest in harvests}
    missing = [arm.value for arm in config.evaluate.grown if arm not in there]
    if missing:
        raise ValueError(f"no harvest of {', '.join(missing)}")


def _bare_seeds(draw: Draw) -> TrainingSet:
    return _training_set(Arm.SEED_ONLY, draw, 0, {}, ())


def _grow(
    dataset: Dataset, draw: Draw, arm: Arm, harvest: Harvest | None, config: ExperimentConfig
) -> Iterator[TrainingSet]:
    settings = of_arm(config, arm).evaluate
    mixes = {n: quotas(dataset.labels, n, settings.mix, draw.seeds) for n in settings.added}
    source = open_source(arm, draw, harvest, mixes[max(mixes)], config.seeds.root_seed)
    for added, wanted in mixes.items():
        short = find_shortages(source, added, wanted)
        yield _training_set(arm, draw, added, _take(source, wanted), short)


def _take(source: Source, wanted: Mapping[str, int]) -> Mapping[str, Texts]:
    return {label: source.texts[label][:n] for label, n in wanted.items()}


def _training_set(
    arm: Arm, draw: Draw, added: int, extra: Mapping[str, Texts], short: tuple[Shortage, ...]
) -> TrainingSet:
    extra_texts = [text for texts in extra.values() for text in texts]
    extra_labels = [label for label, texts in extra.items() for _ in texts]
    seeds = Rows() if arm.is_alone else draw.seeds
    texts = (*seeds.texts, *extra_texts)
    labels = (*seeds.labels, *extra_labels)
    content = digest([texts, labels])
    return TrainingSet(arm, draw.index, added, texts, labels, len(extra_texts), short, content)
