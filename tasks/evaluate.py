"""Naive against guided against real: in classification, then in language."""

from __future__ import annotations

from collections.abc import Sequence

from seedwise import evaluate, linguistics
from seedwise.config import ExperimentConfig, RunConfig
from seedwise.progress import announce
from seedwise.records import Dataset, Draw, Evaluation, Harvest, Linguistics
from tasks.support import content_key, stage_task


@stage_task(
    "evaluate arms",
    "evaluate arms",
    lambda p: content_key(
        "evaluate",
        evaluate.STAGE_VERSION,
        [p["dataset"], p["draws"], p["harvests"]],
        [p["config"].evaluate, p["config"].seeds.root_seed],
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
    cells = run.state_dir / "cells"
    return evaluate.evaluate(dataset, draws, harvests, config, run.processes, cells, announce("evaluation"))


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
    return linguistics.describe(
        dataset, draws, harvests, config.linguistics, config.seeds.root_seed, announce("language")
    )
