"""What every task has in common: keys made of content, stored results, retries that make sense."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE, CacheKeyFnPolicy
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext
from prefect.logging import get_run_logger
from prefect.tasks import Task

from seedwise.errors import UserError
from seedwise.identity import digest, stage_key
from tasks.stages import note_stage

P = ParamSpec("P")
R = TypeVar("R")
Key = Callable[[Mapping[str, Any]], str]


def stage_task(name: str, run_name: str, key: Key | None = None) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a function a Prefect task whose result is stored under ``key`` and served again.

    Parameters
    ----------
    name, run_name
        What the Prefect pages show; ``run_name`` may refer to parameters, as in ``"draw {index}"``.
    key
        Maps the task's parameters to its stage key; None: always run anew.
    """
    make_task = task(
        name=name,
        task_run_name=run_name,
        cache_policy=CacheKeyFnPolicy(cache_key_fn=_with_parameters(name, key)) if key else NO_CACHE,
        persist_result=key is not None,
        result_serializer="compressed/pickle",
        retry_condition_fn=_worth_a_retry,
    )

    def decorate(function: Callable[P, R]) -> Task[P, R]:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            note_stage(name)
            return function(*args, **kwargs)

        return make_task(run)

    return decorate


def content_key(stage: str, version: int, upstream: Iterable[Any], settings: Any) -> str:
    """Name a stage's result by the contents of its inputs and the settings that it reads."""
    return stage_key(stage, version, [digest(value) for value in upstream], settings)


def task_logger() -> logging.Logger | logging.LoggerAdapter[logging.Logger]:
    """Return the logger of the task run under way."""
    return get_run_logger()


def _with_parameters(name: str, key: Key) -> Callable[[TaskRunContext, dict[str, Any]], str]:
    def compute(_context: TaskRunContext, parameters: dict[str, Any]) -> str:
        note_stage(name)  # what is in store already is never run
        return key(parameters)

    return compute


async def _worth_a_retry(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    error = await state.aresult(raise_on_failure=False)
    return not isinstance(error, UserError)
