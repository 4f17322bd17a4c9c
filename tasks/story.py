"""What a run's page in Prefect tells of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from prefect.runtime import flow_run

from seedwise.config import ExperimentConfig
from seedwise.settings import under_preset
from tasks.mend import told_in_words
from tasks.patience import ended_in_time
from tasks.stages import told_whereabouts

P = ParamSpec("P")
R = TypeVar("R")


def name_run() -> str:
    """Name the experiment under way by its parameters: ``120 seeds, embedded/smollm2 (smoke)``."""
    given = flow_run.parameters
    preset = given.get("preset", "none")
    config = under_preset(preset, ExperimentConfig.model_validate(given.get("config", {})))
    origin = "" if preset == "none" else f" ({preset})"
    return f"{config.seeds.seed_size} seeds, {config.generation.llm}{origin}"


def told_on_its_page(body: Callable[P, R]) -> Callable[P, R]:
    """Let a flow's page tell where it is, and what to mend where it fails; see `told_in_words`."""

    @told_in_words
    @wraps(body)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        with ended_in_time(), told_whereabouts("progress"):
            return body(*args, **kwargs)

    return told
