"""Failures that a person can mend, told in words before any traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Failed

from seedwise.errors import UserError

P = ParamSpec("P")
R = TypeVar("R")

_LOGGERS = ("prefect.task_runs", "prefect.flow_runs")
_AFTERWARDS = (
    "Every answer received and every finished stage is kept. Once it is mended, press *Retry* on the run's "
    "page, or start the run again: it goes on from there, and nothing is paid for twice."
)


def told_in_words(body: Callable[P, R]) -> Callable[P, R]:
    """Let a flow's page say what to mend where it fails.

    What a person can mend becomes the failed state's message. Whoever calls the flow gets the error raised,
    as from any flow.
    """

    @wraps(body)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        with without_tracebacks():
            try:
                return body(*args, **kwargs)
            except UserError as exc:
                # A state that a flow returns is taken for its own, so it never reaches whoever called.
                return cast(R, failed_in_words(exc))

    return told


def failed_in_words(exc: UserError) -> State[UserError]:
    """Make the state of a run that failed: found, expected, remedy; and an artifact that says the same."""
    create_markdown_artifact(_page(exc), key="what-to-mend", description="What went wrong, and what to do")
    return Failed(message=str(exc), data=exc)


@contextmanager
def without_tracebacks() -> Iterator[None]:
    """Keep tracebacks of errors that a person can mend out of a run's log, while the block runs."""
    plain = _InWords()
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.addFilter(plain)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(plain)


class _InWords(logging.Filter):
    """Puts the words of a `UserError` in the place of its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mend a record; all of them go on."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, UserError):
            record.msg, record.args, record.exc_info = str(error), (), None
        return True


def _page(exc: UserError) -> str:
    parts = {"Found": exc.found, "Expected": exc.expected, "What to do": exc.remedy}
    told = [f"**{name}.** {_escaped(words)}" for name, words in parts.items()]
    return "\n\n".join(["# What to mend", *told, _AFTERWARDS])


def _escaped(words: str) -> str:
    """Keep what was found from being read as Markdown or HTML; its lines stay lines."""
    plain = "".join(f"\\{char}" if char in "\\`*_{}[]<>#|" else char for char in words)
    return "  \n".join(line.strip() for line in plain.splitlines())
