"""Scored cells of an experiment, cached one by one."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seedwise.config import Evaluator, ExperimentConfig
from seedwise.embeddings import VectorStore, fill_store
from seedwise.errors import DataError
from seedwise.evaluate.f1 import measure_quality
from seedwise.evaluate.fit import CELL_VERSION, EMBEDDED, Bench, Fit, Outcome
from seedwise.evaluate.pool import RunFits, run_fits
from seedwise.evaluate.store import CellStore
from seedwise.evaluate.training import TrainingSet
from seedwise.identity import derive_seed, digest, stage_key
from seedwise.progress import Progress
from seedwise.records import Dataset, Score

MOST_CLASSES = 127

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cell:
    """A training set met by a classifier; cells of equal content share their fit."""

    training: TrainingSet
    fit: Fit


def plan_cells(plan: Sequence[TrainingSet], dataset: Dataset, config: ExperimentConfig) -> tuple[Cell, ...]:
    """Pair every training set with every evaluation classifier: by classifier, then as planned.

    Raises
    ------
    ConfigError
        For a classifier whose extra is not installed.
    """
    # Imported here, so that a verdict can be read without scikit-learn.
    from seedwise.classify import check_evaluators

    check_evaluators(config.evaluate.evaluators)
    target = {label: index for index, label in enumerate(dataset.labels)}
    scene = _scene(dataset)
    root = config.seeds.root_seed
    return tuple(
        Cell(training, _fit_of(training, classifier, scene, target, root))
        for classifier in config.evaluate.evaluators
        for training in plan
    )


def _scene(dataset: Dataset) -> str:
    """Digest what all cells share: classes, test texts and the code that builds the classifiers."""
    # Imported here, so that a verdict can be read without scikit-learn.
    from seedwise.classify import STAGE_VERSION as CLASSIFY_VERSION

    return digest([CLASSIFY_VERSION, dataset.labels, dataset.test.texts])


def _fit_of(
    training: TrainingSet, classifier: Evaluator, scene: str, target: Mapping[str, int], root_seed: int
) -> Fit:
    # The same seed for all arms of a draw: they differ in their rows and in nothing else.
    seed = derive_seed(root_seed, "evaluate", "fit", classifier, training.draw)
    settings = {"classifier": classifier, "seed": seed}
    key = stage_key("cell", CELL_VERSION, [training.content_digest, scene], settings)
    targets = tuple(target[label] for label in training.labels)
    return Fit(key, classifier, seed, training.texts, targets, training.weights)


def predict_cells(
    cells: Sequence[Cell],
    test_texts: Sequence[str],
    jobs: int,
    store: CellStore,
    progress: Progress,
    run: RunFits = run_fits,
) -> Mapping[str, Outcome]:
    """Find or make the predictions of every distinct fit; a new one is stored as soon as it is there.

    Parameters
    ----------
    jobs : int
        Processes; 0 means one a processor. No process is started while the store knows all fits.
    run : RunFits
        Who runs the fits that the store lacks; not called while it lacks none.

    Returns
    -------
    mapping of str to Outcome
        By fit key.
    """
    fits = {cell.fit.key: cell.fit for cell in cells}
    outcomes = {key: kept for key in fits if (kept := store.read(key)) is not None}
    missing = [fit for key, fit in fits.items() if key not in outcomes]
    _log.info(
        "%d cells, %d distinct fits, %d of them kept from before.", len(cells), len(fits), len(outcomes)
    )
    processes = jobs or os.cpu_count() or 1

    def tell(note: str) -> None:
        progress(len(outcomes), len(fits), note)

    tell("from the store")
    bench = _lay_bench(missing, test_texts, processes, store, tell)
    for outcome in run(missing, bench, processes) if missing else ():
        store.write(outcome)
        outcomes[outcome.key] = outcome
        tell(fits[outcome.key].classifier)
    return outcomes


def _lay_bench(
    fits: Sequence[Fit], test_texts: Sequence[str], jobs: int, store: CellStore, tell: Callable[[str], None]
) -> Bench:
    """Lay out what the fits share; embeddings, if any of them needs some, are computed here and kept."""
    embedded = [fit for fit in fits if fit.classifier in EMBEDDED]
    if not embedded:
        return Bench(tuple(test_texts))

    def tell_of_texts(done: int, total: int, note: str = "") -> None:
        tell(f"{note}: {done:,} of {total:,} texts")

    vectors = VectorStore(store.embeddings)
    texts = [text for fit in embedded for text in fit.texts]
    fill_store([*test_texts, *texts], vectors, jobs, tell_of_texts)
    return Bench(tuple(test_texts), vectors.path)


def score_cells(
    cells: Sequence[Cell],
    outcomes: Mapping[str, Outcome],
    truth: npt.NDArray[np.int8],
    labels: tuple[str, ...],
) -> tuple[Score, ...]:
    """Score every cell, in order, against the label indices of the real test rows (``truth``)."""
    return tuple(_score(cell, outcomes[cell.fit.key], truth, labels) for cell in cells)


def label_indices(dataset: Dataset) -> npt.NDArray[np.int8]:
    """Write the test labels as indices into ``dataset.labels``: shape (n_test,).

    Raises
    ------
    DataError
        For more classes than eight bits can number.
    """
    if len(dataset.labels) > MOST_CLASSES:
        raise DataError(
            found=f"{len(dataset.labels)} classes",
            expected=f"at most {MOST_CLASSES}",
            remedy="check that the label column is the right one, or merge classes",
        )
    target = {label: index for index, label in enumerate(dataset.labels)}
    return np.array([target[label] for label in dataset.test.labels], dtype=np.int8)


def _score(cell: Cell, outcome: Outcome, truth: npt.NDArray[np.int8], labels: tuple[str, ...]) -> Score:
    training = cell.training
    quality = measure_quality(truth, outcome.predicted, labels)
    return Score(
        arm=training.arm,
        classifier=cell.fit.classifier,
        added=training.added,
        draw=training.draw,
        n_train=len(training.texts),
        n_added=training.n_added,
        macro_f1=quality.macro_f1,
        per_class_f1=quality.per_class_f1,
        weighted_f1=quality.weighted_f1,
        balanced_accuracy=quality.balanced_accuracy,
        mcc=quality.mcc,
        predicted=outcome.predicted,
        seconds=outcome.seconds,
    )
