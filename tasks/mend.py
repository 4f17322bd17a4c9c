"""Failures that a person can mend, told in words before any traceback."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Failed

from seedwise.errors import UserError

_LOGGERS = ("prefect.task_runs", "prefect.flow_runs")
_AFTERWARDS = (
    "Every answer received and every finished stage is kept. Once it is mended, press *Retry* on the run's "
    "page, or start the run again: it goes on from there, and nothing is paid for twice."
)


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
    """Keep what was found from being read as Markdown or HTML."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|" else char for char in words)
