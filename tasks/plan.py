"""The plan: what the experiment would ask and cost, said before the first call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from prefect.artifacts import create_markdown_artifact
from prefect.results import get_result_store

from seedwise import plan
from seedwise.arms import Arm
from seedwise.config import ExperimentConfig, RunConfig
from seedwise.progress import tell
from seedwise.records import Dataset, Draw, Guides, Harvest
from tasks.generate import harvest_key
from tasks.support import stage_task


@stage_task("estimate", "estimate requests, tokens, money, time")
def estimate(
    dataset: Dataset,
    draws: Sequence[Draw],
    guides: Sequence[Guides],
    special: Mapping[Arm, Sequence[Guides]],
    config: ExperimentConfig,
    run: RunConfig,
) -> plan.Estimate:
    """Say what the experiment will ask, use and cost, and what that rests on."""
    found = _estimate(dataset, draws, guides, special, config, run)
    for line in plan.estimate_lines(found):
        tell(line)
    create_markdown_artifact(
        plan.estimate_markdown(found), key="estimate", description="What the experiment was expected to cost"
    )
    return found


@stage_task("plan", "plan requests, tokens, money, time")
def foresee(
    dataset: Dataset,
    draws: Sequence[Draw],
    guides: Sequence[Guides],
    special: Mapping[Arm, Sequence[Guides]],
    config: ExperimentConfig,
    run: RunConfig,
) -> plan.Plan:
    """Put together what can be said before anything is paid: the estimate, and prompts of each arm."""
    firsts = {arm: special.get(arm, guides)[0] for arm in config.evaluate.grown}
    prompts = plan.sample_prompts(dataset.labels, draws[0], firsts, config)
    return plan.Plan(_estimate(dataset, draws, guides, special, config, run), tuple(prompts))


def _estimate(
    dataset: Dataset,
    draws: Sequence[Draw],
    guides: Sequence[Guides],
    special: Mapping[Arm, Sequence[Guides]],
    config: ExperimentConfig,
    run: RunConfig,
) -> plan.Estimate:
    bare = plan.Material(dataset, draws, guides, special=special)
    material = replace(bare, finished=tuple(_find_stored(bare, config)))
    return plan.estimate(material, config, run)


def _find_stored(material: plan.Material, config: ExperimentConfig) -> Iterator[Harvest]:
    """Find the rows that `generate_rows` will be served from its store instead of growing them."""
    store = get_result_store()
    for arm in config.evaluate.grown:
        for draw, guide in zip(material.draws, material.guides_of(arm), strict=True):
            parts = {"draw": draw, "guides": guide, "dataset": material.dataset}
            key = harvest_key({"arm": arm, "config": config, **parts})
            if store.exists(key):
                yield store.read(key).result
