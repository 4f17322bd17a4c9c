"""Honest comparison of the arms on untouched real test rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from seedwise.config import ExperimentConfig
from seedwise.evaluate.cells import label_indices, plan_cells, predict_cells, score_cells
from seedwise.evaluate.compare import compare_arms
from seedwise.evaluate.guard import refuse_contamination
from seedwise.evaluate.harm import count_harms
from seedwise.evaluate.pool import RunFits, run_fits
from seedwise.evaluate.store import CellStore
from seedwise.evaluate.supply import Shortage
from seedwise.evaluate.training import plan_training_sets, shortages
from seedwise.evaluate.trends import follow_arms
from seedwise.evaluate.verdict import ClassVerdict, Verdict, VerdictRow, verdict_rows
from seedwise.evaluate.version import STAGE_VERSION
from seedwise.progress import Progress, silent
from seedwise.records import Dataset, Draw, Evaluation, Harvest

__all__ = [
    "STAGE_VERSION",
    "CellStore",
    "ClassVerdict",
    "Shortage",
    "Verdict",
    "VerdictRow",
    "evaluate",
    "shortages",
    "verdict_rows",
]


def evaluate(
    dataset: Dataset,
    draws: Sequence[Draw],
    harvests: Sequence[Harvest],
    config: ExperimentConfig,
    jobs: int,
    store: CellStore | Path,
    progress: Progress = silent,
    run: RunFits = run_fits,
) -> Evaluation:
    """Train every cell on seeds plus added rows, score it on the real test rows, compare the arms.

    Parameters
    ----------
    dataset : Dataset
        Its test rows are what every cell is scored on; nothing is learnt from them.
    draws : sequence of Draw
        The seeds that all arms share, and the pool of the real arm.
    harvests : sequence of Harvest
        What the generated arms brought in, in any order.
    config : ExperimentConfig
        Its ``evaluate`` and ``seeds`` sections are read.
    jobs : int
        Processes that fit classifiers; 0 means one a processor. Without effect on the result.
    store : CellStore or Path
        Where finished fits are kept, each under the digest of all that shapes it: another draw, size, arm
        or classifier pays for its new cells only.
    progress : Progress
        Told of every finished fit.
    run : RunFits
        Who runs the fits that the store lacks. Without effect on the result.

    Returns
    -------
    Evaluation
        Scores by classifier, arm, draw and size; comparisons by classifier, pair and size; what follows
        from them by classifier and arm. No recalls: `seedwise.evaluate.recall` measures them.

    Raises
    ------
    DataError
        Where a training row copies a test row, or where there are more than 127 classes.
    ValueError
        Where a compared arm has no harvest.
    """
    plan = plan_training_sets(dataset, draws, harvests, config)
    refuse_contamination(plan, dataset.test)
    truth = label_indices(dataset)
    cells = plan_cells(plan, dataset, config)
    kept = store if isinstance(store, CellStore) else CellStore(store)
    outcomes = predict_cells(cells, dataset.test.texts, jobs, kept, progress, run)
    scores = score_cells(cells, outcomes, truth, dataset.labels)
    comparisons = compare_arms(scores, dataset, config)
    harms = count_harms(comparisons, config)
    trends = follow_arms(scores, dataset, config)
    return Evaluation(scores, comparisons, trends.curves, trends.exchanges, harms, trends.saturations)
