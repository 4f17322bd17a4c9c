"""Naive against guided against real: in classification, in explanation, in language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seedwise import classify, evaluate, explain, linguistics
from seedwise.classify import check_evaluators
from seedwise.config import ExperimentConfig, RunConfig
from seedwise.evaluate.edits import measure_edits
from seedwise.evaluate.fit import CELL_VERSION
from seedwise.evaluate.models import MODELS_VERSION
from seedwise.evaluate.models import keep_models as fit_anew
from seedwise.evaluate.recall import measure_recall
from seedwise.exhibits import exhibit_arms
from seedwise.progress import announce
from seedwise.records import (
    Dataset,
    Draw,
    Edits,
    Evaluation,
    Harvest,
    Linguistics,
    Model,
    Recall,
    Selection,
)
from tasks.runners import find_fitter
from tasks.support import content_key, stage_task


def require_extras(config: ExperimentConfig) -> None:
    """End a run that asks for a classifier or tagger that is not installed, before anything is paid for."""
    check_evaluators(config.evaluate.evaluators)
    linguistics.check_tagger(config.linguistics.tagger)


def _read_by_cells(config: ExperimentConfig) -> list[Any]:
    """Name the settings that shape the cells; whether stems are merged does so where words are masked."""
    shared = [classify.STAGE_VERSION, CELL_VERSION, config.evaluate, config.seeds.root_seed]
    is_masked = any(arm.is_masked for arm in config.evaluate.arms)
    return [*shared, config.explain.merge_stems] if is_masked else shared


@stage_task(
    "evaluate arms",
    "evaluate arms",
    lambda p: content_key(
        "evaluate",
        evaluate.STAGE_VERSION,
        [p["dataset"], p["draws"], p["harvests"]],
        _read_by_cells(p["config"]),
    ),
)
def evaluate_arms(
    dataset: Dataset,
    draws: Sequence[Draw],
    harvests: Sequence[Harvest],
    config: ExperimentConfig,
    run: RunConfig,
) -> Evaluation:
    """Train every cell, score it on untouched real rows, compare the arms."""
    cells, progress = run.state_dir / "cells", announce("evaluation")
    fitter = find_fitter(run)
    return evaluate.evaluate(dataset, draws, harvests, config, run.processes, cells, progress, fitter)


@stage_task(
    "keep models",
    "keep models",
    lambda p: content_key(
        "models",
        MODELS_VERSION,
        [p["dataset"], p["draws"], p["harvests"]],
        [evaluate.STAGE_VERSION, *_read_by_cells(p["config"])],
    ),
)
def keep_models(
    dataset: Dataset, draws: Sequence[Draw], harvests: Sequence[Harvest], config: ExperimentConfig
) -> tuple[Model, ...]:
    """Write down the classifiers that are taken home."""
    return fit_anew(dataset, draws, harvests, config)


@stage_task(
    "recall attributions",
    "recall attributions, draw {draw.index}",
    lambda p: content_key(
        "recall",
        evaluate.STAGE_VERSION,
        [p["draw"].pool, p["draw"].index, p["dataset"].labels, p["selection"].chosen, p["harvests"]],
        [classify.STAGE_VERSION, explain.STAGE_VERSION, p["config"].explain, p["config"].seeds.root_seed],
    ),
)
def recall_in_draw(
    dataset: Dataset,
    draw: Draw,
    selection: Selection,
    harvests: Sequence[Harvest],
    config: ExperimentConfig,
) -> tuple[Recall, ...]:
    """Explain the selected classifier again, fitted on each arm's rows alone and on real rows."""
    return measure_recall(draw, dataset.labels, selection, harvests, config)


def recall_attributions(
    dataset: Dataset,
    draws: Sequence[Draw],
    selections: Sequence[Selection],
    harvests: Sequence[Harvest],
    config: ExperimentConfig,
) -> tuple[Recall, ...]:
    """Tell, draw by draw, how far each arm's rows teach a classifier what real rows do."""
    return tuple(
        recall
        for draw, selection in zip(draws, selections, strict=True)
        for recall in recall_in_draw(dataset, draw, selection, _of_draw(harvests, draw), config)
    )


def _of_draw(harvests: Sequence[Harvest], draw: Draw) -> list[Harvest]:
    return [harvest for harvest in harvests if harvest.draw == draw.index]


@stage_task(
    "describe language",
    "describe language",
    lambda p: content_key(
        "linguistics",
        linguistics.STAGE_VERSION,
        [p["dataset"], p["draws"], p["harvests"]],
        [p["config"].linguistics, p["config"].seeds.root_seed],
    ),
)
def describe_language(
    dataset: Dataset, draws: Sequence[Draw], harvests: Sequence[Harvest], config: ExperimentConfig
) -> Linguistics:
    """Measure what the synthetic text lost against held-out real text."""
    exhibits = exhibit_arms(dataset, draws, harvests)
    return linguistics.describe(exhibits, config.linguistics, config.seeds.root_seed, announce("language"))


def measure_rewriting(
    dataset: Dataset, draws: Sequence[Draw], harvests: Sequence[Harvest]
) -> tuple[Edits, ...]:
    """Measure, of the arms that rewrite seeds, whether the class changed and how little else."""
    by_index = {draw.index: draw for draw in draws}
    measured = (measure_edits(harvest, by_index[harvest.draw], dataset.labels) for harvest in harvests)
    return tuple(edits for edits in measured if edits is not None)
