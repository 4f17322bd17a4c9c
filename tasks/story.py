"""What a run's page in Prefect tells of it."""

from __future__ import annotations

from prefect.runtime import flow_run

from seedwise.config import ExperimentConfig
from seedwise.settings import under_preset


def name_run() -> str:
    """Name the experiment under way by its parameters: ``120 seeds, embedded/smollm2 (smoke)``."""
    given = flow_run.parameters
    preset = given.get("preset", "none")
    config = under_preset(preset, ExperimentConfig.model_validate(given.get("config", {})))
    origin = "" if preset == "none" else f" ({preset})"
    return f"{config.seeds.seed_size} seeds, {config.generation.llm}{origin}"
