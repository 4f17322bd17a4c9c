"""Seed sampling: real text in, nested draws out."""

from __future__ import annotations

from seedwise import data
from seedwise.config import ExperimentConfig, RunConfig
from seedwise.records import Dataset, Draw
from tasks.support import content_key, stage_task, task_logger


@stage_task("load data", "load data")
def load_dataset(config: ExperimentConfig, run: RunConfig) -> Dataset:
    """Load, normalise and split the data set; say aloud what was substituted or dropped."""
    dataset = data.load_dataset(config.data, config.seeds.root_seed, data.places_from(run))
    for note in dataset.notes:
        task_logger().warning(note)
    return dataset


@stage_task(
    "sample seeds",
    "sample seeds, draw {index}",
    lambda p: content_key(
        "draw", data.STAGE_VERSION, [p["dataset"].train, p["dataset"].labels], [p["config"].seeds, p["index"]]
    ),
)
def sample_seeds(dataset: Dataset, config: ExperimentConfig, index: int) -> Draw:
    """Draw the seeds."""
    return data.draw_seeds(dataset, config.seeds, index)
