"""How far a whole run is, in Prefect's pages: which stage of how many, and what is under way in it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from seedwise.progress import LOGGER, Step
from tasks.progress import PageBar

STAGES = (
    "load data",
    "sample seeds",
    "fit classifiers",
    "extract tokens",
    "estimate",
    "generate rows",
    "recall attributions",
    "evaluate arms",
    "keep models",
    "describe language",
    "audit rows",
    "write report",
    "track in MLflow",
)
"""Names of the tasks in the order of the DAG."""

_GROWING = "generate rows"


class Whereabouts:
    """Where a run is; every change is told to a bar on its page."""

    def __init__(self, bar: PageBar) -> None:
        self._bar = bar
        self._stage = 0
        self._share = 0.0
        self._rows: dict[str, int] = {}

    def begin(self, stage: str) -> None:
        """Note that a task of a stage begins, or is found finished; no stage comes again."""
        place = STAGES.index(stage) if stage in STAGES else -1
        is_new = place > self._stage
        if is_new:
            self._stage, self._share = place, 0.0
        self._tell(stage, at_once=is_new)  # a stage may have nothing more to tell for minutes

    def step(self, step: Step) -> None:
        """Note a step within the stage under way; rows are counted while they are generated."""
        if STAGES[self._stage] == _GROWING:
            self._rows[step.stage] = step.done
        self._share = max(self._share, step.done / step.total if step.total else 0.0)
        self._tell(f"{step.stage}, {step.done} of {step.total}")

    def end(self) -> None:
        """Note that all is done."""
        self._bar.show(100.0, f"all {len(STAGES)} stages done{self._grown}", at_once=True)

    def _tell(self, now: str, *, at_once: bool = False) -> None:
        stage = STAGES[self._stage]
        place = f"stage {self._stage + 1} of {len(STAGES)}: {stage}"
        percent = 100 * (self._stage + min(1.0, self._share)) / len(STAGES)
        words = place + (f" · {now}" if now != stage else "") + self._grown
        self._bar.show(percent, words, at_once=at_once)

    @property
    def _grown(self) -> str:
        return f" · {sum(self._rows.values())} rows generated" if self._rows else ""


_CURRENT: ContextVar[Whereabouts | None] = ContextVar("whereabouts", default=None)


@contextmanager
def told_whereabouts(key: str) -> Iterator[None]:
    """Show on the run's page where it is, while the block runs; full when the block is done."""
    where = Whereabouts(PageBar(key))
    token = _CURRENT.set(where)
    try:
        with _hearing(where):
            where.begin(STAGES[0])
            yield
        where.end()
    finally:
        _CURRENT.reset(token)


def note_stage(stage: str) -> None:
    """Note that a task begins, or is looked for in the store; outside of a told run nothing is noted."""
    if where := _CURRENT.get():
        where.begin(stage)


@contextmanager
def _hearing(where: Whereabouts) -> Iterator[None]:
    """Hear every `Step` while the block runs; whoever else listens hears what he heard before."""
    logger = logging.getLogger(LOGGER)
    level = logger.level
    ear = _Ear(where, passes_on=logger.isEnabledFor(logging.INFO))
    logger.addFilter(ear)
    logger.setLevel(min(logging.INFO, logger.getEffectiveLevel()))
    try:
        yield
    finally:
        logger.removeFilter(ear)
        logger.setLevel(level)


class _Ear(logging.Filter):
    """Hears steps; without listeners of their own they end here, and fill no log."""

    def __init__(self, where: Whereabouts, *, passes_on: bool) -> None:
        super().__init__()
        self._where, self._passes_on = where, passes_on

    def filter(self, record: logging.LogRecord) -> bool:
        """Hear a record, and say whether it goes on."""
        step: Step | None = record.__dict__.get("step")
        if step is not None:
            self._where.step(step)
        return self._passes_on or record.levelno > logging.INFO
