"""What asking by batch works with."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from seedwise.config import GenerationConfig, RunConfig
from seedwise.embedded import is_embedded
from seedwise.errors import ConfigError
from seedwise.generate.batch_submit import Doubt
from seedwise.generate.loop import LoopThread
from seedwise.generate.needs import Tariff
from seedwise.generate.retry import RetryPolicy
from seedwise.journal import Journal
from seedwise.llm import open_batch_llm
from seedwise.llm.batches import MOST_FILE_BYTES, MOST_REQUESTS, BatchLLM
from seedwise.records import Traffic


@dataclass(frozen=True, slots=True)
class Patience:
    """How a run waits for its jobs.

    Attributes
    ----------
    first, longest : float
        Seconds between two looks at the jobs: when something has happened, and when nothing has for long.
    doubt : Doubt
        How long a job may be in doubt.
    """

    first: float = 5.0
    longest: float = 60.0
    doubt: Doubt = field(default_factory=Doubt)


@dataclass(frozen=True, slots=True)
class Bounds:
    """A provider's bounds of one job: requests, and bytes of their file."""

    requests: int = MOST_REQUESTS
    size: int = MOST_FILE_BYTES


@dataclass(frozen=True, slots=True)
class BatchSetup:
    """How a model is asked by batch: how it is opened, how its jobs are waited for, and their bounds."""

    open_llm: Callable[[], BatchLLM]
    patience: Patience = field(default_factory=Patience)
    bounds: Bounds = field(default_factory=Bounds)


def find_batch(generation: GenerationConfig, run: RunConfig, tariff: Tariff) -> BatchSetup | None:
    """Find out how the configured model is asked by batch; None where it is to be asked at once.

    Raises
    ------
    ConfigError
        Where Seedwise serves the model itself.
    """
    if not run.batch:
        return None
    if is_embedded(generation.llm):
        raise ConfigError(
            found=f"batch is asked for, and {generation.llm} runs on this machine",
            expected="a provider with a batch API",
            remedy="leave out --batch: an embedded model costs nothing and answers at once",
        )
    timeout, price = run.request_timeout, tariff.price
    return BatchSetup(
        lambda: open_batch_llm(generation.llm, generation.llm_base_url, timeout=timeout, price=price)
    )


class Tally:
    """What it took to be answered by batch so far; shared by all threads that ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent = self._set_aside = 0
        self._failed: Counter[str] = Counter()

    def add(self, *, sent: int = 0, set_aside: int = 0, failed: Iterable[str] = ()) -> None:
        """Count requests that went into a job, were set aside, or failed by the names of their faults."""
        with self._lock:
            self._sent += sent
            self._set_aside += set_aside
            self._failed.update(failed)

    @property
    def traffic(self) -> Traffic:
        """The counts, as a run reports them."""
        with self._lock:
            return Traffic(sent=self._sent, failed=dict(self._failed), set_aside=self._set_aside)


@dataclass(frozen=True, slots=True)
class BatchMeans:
    """What asking by batch works with.

    Attributes
    ----------
    llm, loop
        Who is asked, and where the calls run.
    journal
        Where requests are claimed, jobs written down, and answers kept.
    policy
        How often a request goes into one more job, and how long a provider may fail at a stretch.
    tariff
        What requests cost by batch.
    stop_at
        When to wait no longer, by `time.monotonic`.
    patience, bounds
        How often to look at the jobs, and how large they may be.
    tally
        Where tries are counted.
    """

    llm: BatchLLM
    loop: LoopThread
    journal: Journal
    policy: RetryPolicy
    tariff: Tariff
    stop_at: float | None = None
    patience: Patience = field(default_factory=Patience)
    bounds: Bounds = field(default_factory=Bounds)
    tally: Tally = field(default_factory=Tally)
