"""The plan: what the experiment would ask and cost, said before the first call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prefect.artifacts import create_markdown_artifact
from prefect.results import get_result_store

from seedwise import plan
from seedwise.config import ExperimentConfig, RunConfig
from seedwise.progress import tell
from seedwise.records import Dataset, Draw, Guides, Harvest
from tasks.generate import harvest_key
from tasks.support import stage_task, task_logger


@stage_task("estimate", "estimate requests, tokens, money, time")
def estimate(
    dataset: Dataset,
    draws: Sequence[Draw],
    guides: Sequence[Guides],
    config: ExperimentConfig,
    run: RunConfig,
) -> plan.Estimate:
    """Say what the experiment will ask, use and cost, and what that rests on."""
    found = _estimate(dataset, draws, guides, config, run)
    for line in plan.estimate_lines(found):
        tell(line)
        task_logger().info(line)
    create_markdown_artifact(
        plan.estimate_markdown(found), key="estimate", description="What the experiment was expected to cost"
    )
    return found


@stage_task("plan", "plan requests, tokens, money, time")
def foresee(
    dataset: Dataset,
    draws: Sequence[Draw],
    guides: Sequence[Guides],
    config: ExperimentConfig,
    run: RunConfig,
) -> plan.Plan:
    """Put together what can be said before anything is paid: the estimate, and prompts of each arm."""
    prompts = plan.sample_prompts(dataset.labels, draws[0], guides[0], config)
    return plan.Plan(_estimate(dataset, draws, guides, config, run), tuple(prompts))


def _estimate(
    dataset: Dataset,
    draws: Sequence[Draw],
    guides: Sequence[Guides],
    config: ExperimentConfig,
    run: RunConfig,
) -> plan.Estimate:
    stored = tuple(_find_stored(dataset, draws, guides, config))
    return plan.estimate(plan.Material(dataset, draws, guides, stored), config, run)


def _find_stored(
    dataset: Dataset, draws: Sequence[Draw], guides: Sequence[Guides], config: ExperimentConfig
) -> Iterator[Harvest]:
    """Find the rows that `generate_rows` will be served from its store instead of growing them."""
    store = get_result_store()
    for arm in config.evaluate.generated:
        for draw, guide in zip(draws, guides, strict=True):
            key = harvest_key(
                {"arm": arm, "draw": draw, "guides": guide, "dataset": dataset, "config": config}
            )
            if store.exists(key):
                yield store.read(key).result
