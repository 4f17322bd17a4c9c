"""Training set of every cell."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig
from seedwise.evaluate.sizes import sizes_of
from seedwise.evaluate.supply import Shortage, Source, Texts, find_shortages, open_source, take
from seedwise.identity import derive_seed, digest
from seedwise.options import of_arm
from seedwise.quotas import quotas
from seedwise.records import Dataset, Draw, Harvest, Rows

LEAST_CLASSES = 2
"""Classes that a training set has to hold for a classifier to learn to tell them apart."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """The seeds of a draw, then what an arm adds to them, class by class.

    ``added`` is what was asked for, ``n_added`` what is there; ``shortages`` names the classes that make
    the difference. ``weights`` are those of all rows, in order; None where all weigh the same.
    ``content_digest`` covers texts, labels and weights only: equal sets are fitted once.
    """

    arm: Arm
    draw: int
    added: int
    texts: Texts
    labels: Texts
    n_added: int
    shortages: tuple[Shortage, ...]
    content_digest: str
    weights: tuple[float, ...] | None = None


def plan_training_sets(
    dataset: Dataset, draws: Sequence[Draw], harvests: Sequence[Harvest], config: ExperimentConfig
) -> tuple[TrainingSet, ...]:
    """Lay out the training sets of all arms: by arm in standard order, then draw, then size.

    ``seed_only`` has one set a draw, with ``added`` = 0; ``real`` has the sizes of its learning curve too.
    A generated arm is laid out for the draws that it has a harvest of. A set that holds fewer than two
    classes, as one without the seeds may, teaches no classifier: it is left out, and the log says so.

    Raises
    ------
    ValueError
        Where a compared arm has no harvest at all.
    """
    seeds = {draw.index: draw.seeds for draw in draws}
    laid_out = filter(_can_teach, _lay_out(dataset, draws, harvests, config))
    return tuple(_weigh(training, seeds[training.draw], config) for training in laid_out)


def shortages(
    dataset: Dataset, draws: Sequence[Draw], harvests: Sequence[Harvest], config: ExperimentConfig
) -> tuple[Shortage, ...]:
    """List every class of every cell for which an arm had fewer rows than the class mix asks for.

    Returns
    -------
    tuple of Shortage
        By arm, draw, size and class; empty where all arms are complete.
    """
    laid_out = _lay_out(dataset, draws, harvests, config)
    return tuple(shortage for training in laid_out for shortage in training.shortages)


def _lay_out(
    dataset: Dataset, draws: Sequence[Draw], harvests: Sequence[Harvest], config: ExperimentConfig
) -> Iterator[TrainingSet]:
    _require_harvests(harvests, config)
    by_cell = {(harvest.arm, harvest.draw): harvest for harvest in harvests}
    for arm in config.evaluate.compared:
        sizes = sizes_of(arm, dataset, draws, config)
        for draw in draws:
            harvest = by_cell.get((arm.rows, draw.index))
            if arm is Arm.SEED_ONLY:
                yield _bare_seeds(draw)
            elif arm.is_generated and harvest is None:
                _tell_of_gap(arm, draw, config)
            else:
                yield from _grow(dataset, draw, arm, harvest, sizes, config)


def _tell_of_gap(arm: Arm, draw: Draw, config: ExperimentConfig) -> None:
    if draw.index < config.llm_draws:
        _log.warning("Arm %s has no rows for draw %d: left out there.", arm.value, draw.index)


def _can_teach(training: TrainingSet) -> bool:
    there = len(set(training.labels))
    if there < LEAST_CLASSES:
        _log.warning(
            "Arm %s has rows of %d classes, of two needed, for draw %d with %d added: left out there.",
            training.arm.value,
            there,
            training.draw,
            training.added,
        )
    return there >= LEAST_CLASSES


def _require_harvests(harvests: Sequence[Harvest], config: ExperimentConfig) -> None:
    there = {harvest.arm for harvest in harvests}
    missing = [arm.value for arm in config.evaluate.grown if arm not in there]
    if missing:
        raise ValueError(f"no harvest of {', '.join(missing)}")


def _bare_seeds(draw: Draw) -> TrainingSet:
    return _training_set(Arm.SEED_ONLY, draw, 0, {}, ())


def _grow(
    dataset: Dataset,
    draw: Draw,
    arm: Arm,
    harvest: Harvest | None,
    sizes: Sequence[int],
    config: ExperimentConfig,
) -> Iterator[TrainingSet]:
    settings = of_arm(config, arm)
    mixes = {n: quotas(dataset.labels, n, settings.evaluate.mix, draw.seeds) for n in sizes}
    most, by_stem = mixes[max(mixes)], settings.explain.merge_stems
    source = open_source(arm, draw, harvest, most, config.seeds.root_seed, by_stem=by_stem)
    if arm.is_masked and harvest is not None:
        _tell_of_mask(source, harvest)
    for added, wanted in mixes.items():
        short = find_shortages(source, added, wanted)
        yield _training_set(arm, draw, added, take(source, wanted), short)


def _tell_of_mask(source: Source, harvest: Harvest) -> None:
    arm, draw = source.arm.value, source.draw.index
    if not any(row.hints for row in harvest.accepted):
        _log.warning("Arm %s: no prompt of draw %d hinted at a word, so nothing is masked.", arm, draw)
    empty = sum(not text for texts in source.texts.values() for text in texts)
    if empty:
        _log.warning(
            "Arm %s: rows of draw %d left out, since masking leaves no word of them: %d.", arm, draw, empty
        )


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


def _weigh(training: TrainingSet, seeds: Rows, config: ExperimentConfig) -> TrainingSet:
    """Give the generated rows of a set their weights, where the arm asks for that; seeds weigh 1."""
    is_asked = of_arm(config, training.arm).evaluate.weights == "importance"
    if not (is_asked and training.arm.is_generated and training.n_added):
        return training
    # Imported here, so that a verdict can be read without scikit-learn.
    from seedwise.evaluate.weights import importance_weights

    own = slice(len(training.texts) - training.n_added, None)
    seed = derive_seed(config.seeds.root_seed, "evaluate", "weights", training.draw)
    found = importance_weights(seeds, training.texts[own], training.labels[own], seed)
    weights = (*([1.0] * (len(training.texts) - training.n_added)), *found)
    content = digest([training.texts, training.labels, weights])
    return replace(training, weights=weights, content_digest=content)
