"""Batched LLM generation: rounds of prompts until every class has its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seedwise import classify, explain, feedback, generate, grow, prompt, screen, select
from seedwise.arms import Arm
from seedwise.config import ExperimentConfig, RunConfig
from seedwise.options import of_arm
from seedwise.progress import announce, both
from seedwise.records import Dataset, Draw, Guides, Harvest
from tasks.limits import find_lender, find_stop
from tasks.progress import shown_on_page
from tasks.secrets import provide_key
from tasks.support import content_key, stage_task, task_logger


def harvest_key(p: Mapping[str, Any]) -> str:
    """Name the rows of an arm and draw by all that shapes them; takes the parameters of `generate_rows`."""
    config = of_arm(p["config"], p["arm"])
    return content_key(
        "grow",
        grow.STAGE_VERSION,
        [p["arm"], p["draw"], p["guides"], p["dataset"].test, p["dataset"].labels],
        [
            prompt.STAGE_VERSION,
            screen.STAGE_VERSION,
            config.prompt,
            config.generation,
            config.screen,
            config.refine,
            config.seeds.root_seed,
            max(config.evaluate.added),
            config.evaluate.mix,
            select.STAGE_VERSION if config.refine.overgenerate > 1 else None,
            *(_read_by_seed_classifier() if grow.asks_classifier(config) else ()),
            *(_read_by_coach(config) if grow.count_rounds(config) > 1 else ()),
            *(("canaries", config.audit.canaries) if config.audit.canaries else ()),
        ],
    )


def _read_by_seed_classifier() -> tuple[Any, ...]:
    return ("classify", classify.STAGE_VERSION)


def _read_by_coach(config: ExperimentConfig) -> tuple[Any, ...]:
    versions = feedback.STAGE_VERSION, explain.STAGE_VERSION, classify.STAGE_VERSION
    return *versions, config.explain, config.classify


@stage_task("generate rows", "generate {arm} rows, draw {draw.index}", harvest_key)
def generate_rows(
    arm: Arm, dataset: Dataset, draw: Draw, guides: Guides, config: ExperimentConfig, run: RunConfig
) -> Harvest:
    """Ask the model for rows; every response is journalled before anything looks at it."""
    title = f"{arm}, draw {draw.index}"
    coach = feedback.open_coach(arm, draw, dataset, guides, config)
    provide_key(config.generation, run)
    lender = find_lender(config.generation, run)
    with (
        shown_on_page(_page_key(arm, draw), title) as page,
        generate.open_engine(
            config.generation, run, budget=config.fingerprint, stop_at=find_stop(run), lender=lender
        ) as engine,
    ):
        harvest = grow.grow(arm, draw, dataset, guides, config, engine, both(announce(title), page), coach)
    for note in harvest.rounds:
        task_logger().info("%s: %s", title, feedback.tell_round(note))
    for label, missing in harvest.shortfall.items():
        task_logger().warning(
            "%s: %d rows of class %s are missing (candidate budget spent)", arm, missing, label
        )
    return harvest


def _page_key(arm: Arm, draw: Draw) -> str:
    """Name the page of an arm with the letters that Prefect allows; switched options stay apart."""
    name = arm.replace("-", "-without-").replace("+", "-with-").replace("_", "-")
    return f"generate-{name}-draw-{draw.index}"
