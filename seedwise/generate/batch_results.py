"""Keeping what came of a batch job, each request once, however often its results are read."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from seedwise.errors import LLMError
from seedwise.generate.caller import Caller
from seedwise.generate.needs import Tariff
from seedwise.journal import Entry, Failure, Job, Journal, Spent
from seedwise.llm import Fault, TransientError
from seedwise.llm.answers import UnreadableAnswerError
from seedwise.llm.batches import BatchLLM, JobState, NeverRunError, Phase, Result, read_result
from seedwise.records import Request, Response

_LINES_AT_ONCE = 500
_FETCHES = 3
_UNANSWERED = {
    Phase.EXPIRED: "expired",
    Phase.CANCELLED: "cancelled",
    Phase.FAILED: "rejected",
    Phase.UNKNOWN: "lost",
}


@dataclass(frozen=True, slots=True)
class Haul:
    """What came of some requests of a job: responses, and the reasons why others have none, by key.

    ``refusal`` is the first reason that the user must mend.
    """

    responses: tuple[Response, ...] = ()
    faults: Mapping[str, TransientError] = field(default_factory=dict)
    refusal: LLMError | None = None


class Collection:
    """Fetches the results of jobs, and keeps them in the journal.

    Parameters
    ----------
    llm, caller, journal, tariff
        Who understands the results, how they are fetched, where they are kept, and what they cost.
    pause, lost : float
        Seconds before results that cannot be read are fetched again, and seconds after which they are
        given up.
    """

    def __init__(
        self,
        llm: BatchLLM,
        caller: Caller,
        journal: Journal,
        tariff: Tariff,
        *,
        pause: float,
        lost: float,
    ) -> None:
        self._llm, self._caller, self._journal, self._tariff = llm, caller, journal, tariff
        self._pause, self._lost = pause, lost

    def collect(self, job: Job, state: JobState) -> Iterator[Haul]:
        """Keep every result of a job that is at its end, some hundred at a time.

        Raises
        ------
        LLMError
            Where results cannot be read, once those that can are kept. The job then stays open, so that
            nothing that was paid for is asked again.
        TransientError
            Where they cannot be fetched.
        """
        for attempt in range(1, _FETCHES + 1):
            census = _Census()
            with TemporaryDirectory(prefix="seedwise-") as folder:
                for number, name in enumerate(state.files):
                    path = Path(folder) / str(number)
                    self._caller.call(partial(self._fetch, name, path))
                    with path.open("rb") as lines:
                        yield from self._read(job, lines, census)
            if not census.is_short_of(state):
                break
            self._check_damage(job, state, census, attempt)
        yield from self.give_up(job, state)

    def give_up(self, job: Job, state: JobState) -> Iterator[Haul]:
        """Note that nothing came of what is left of a job, and free it to be asked again."""
        word = _UNANSWERED.get(state.phase, "missing")
        # A job that says it has answered, or is out of sight, may well have been billed.
        unpriced = state.phase in (Phase.COMPLETED, Phase.UNKNOWN)
        used = Spent(requests=int(unpriced), unpriced=int(unpriced))
        reason = _explain(job, state, word)
        for requests in self._journal.jobs.list_requests(job):
            failures = [Failure(request.key, word, reason, used=used) for request in requests]
            settled = self._journal.settle_job(job, [], failures)
            fault = TransientError(reason, Fault.SERVER_ERROR)
            yield Haul(faults=dict.fromkeys(settled, fault))

    async def _fetch(self, name: str, path: Path) -> None:
        with path.open("wb") as sink:  # emptied at every try
            await self._llm.desk.download(name, sink)

    def _read(self, job: Job, lines: BinaryIO, census: _Census) -> Iterator[Haul]:
        some: dict[str, Result] = {}
        for line in lines:
            if (result := census.count(line)) is not None:
                some.setdefault(result.key, result)
            if len(some) == _LINES_AT_ONCE:
                yield self._settle(job, some)
                some = {}
        if some:
            yield self._settle(job, some)

    def _settle(self, job: Job, results: Mapping[str, Result]) -> Haul:
        sorting = _Sorting()
        for key, request in self._journal.jobs.read_requests(job, results).items():
            self._sort(job, request, results[key], sorting)
        settled = self._journal.settle_job(job, sorting.entries, sorting.failures)
        return Haul(
            responses=tuple(e.response for e in sorting.entries if e.response.key in settled),
            faults={key: fault for key, fault in sorting.faults.items() if key in settled},
            refusal=sorting.refusal,
        )

    def _sort(self, job: Job, request: Request, result: Result, sorting: _Sorting) -> None:
        try:
            reply = self._llm.read(request, result)
        except TransientError as fault:
            sorting.faults[request.key] = fault
            sorting.failures.append(_failure_of(request, result, fault))
        except LLMError as refusal:
            sorting.refusal = sorting.refusal or refusal
            used = Spent(requests=1)
            sorting.failures.append(Failure(request.key, "refused", refusal.found, result.raw, used))
        else:
            response = self._tariff.apply(reply.response)
            sorting.entries.append(Entry(request, response, reply.raw, reply.served_model, job.budget))

    def _check_damage(self, job: Job, state: JobState, census: _Census, attempt: int) -> None:
        if attempt < _FETCHES:
            self._caller.wait(attempt * self._pause)
        elif time.time() - job.started_at < self._lost:
            raise _damaged(job, state, census, self._lost)


@dataclass(slots=True)
class _Sorting:
    entries: list[Entry] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    faults: dict[str, TransientError] = field(default_factory=dict)
    refusal: LLMError | None = None


@dataclass(slots=True)
class _Census:
    """How many lines of a job's results were well, and how many were not."""

    answers: int = 0
    unreadable: int = 0

    def count(self, line: bytes) -> Result | None:
        """Read a line, and count it; None for one that cannot be read."""
        if not line.strip():
            return None
        try:
            result = read_result(line)
        except UnreadableAnswerError:
            self.unreadable += 1
            return None
        self.answers += 200 <= result.status < 300
        return result

    def is_short_of(self, state: JobState) -> bool:
        """Tell whether the results are not all that the provider says there are."""
        return self.unreadable > 0 or self.answers < state.completed


def _failure_of(request: Request, result: Result, fault: TransientError) -> Failure:
    if isinstance(fault, NeverRunError):
        return Failure(request.key, result.code.removeprefix("batch_"), fault.reason, result.raw)
    used = Spent(requests=1, unpriced=int(fault.may_be_billed))
    return Failure(request.key, fault.fault.value, fault.reason, result.raw, used)


def _explain(job: Job, state: JobState, word: str) -> str:
    reasons = {
        "expired": "its time was over before this request was asked",
        "cancelled": "it was cancelled before this request was asked",
        "rejected": f"the provider did not take it: {state.problem or state.code}",
        "lost": "the provider knows no such job any more",
        "missing": "its results say nothing of this request",
    }
    return f"batch job {job.name}: {reasons[word]}"


def _damaged(job: Job, state: JobState, census: _Census, lost: float) -> LLMError:
    return LLMError(
        found=f"the results of batch job {job.name} hold {census.answers} answers, and {census.unreadable} "
        "lines that cannot be read",
        expected=f"{state.completed or 'all'} answers, each a line of JSON",
        remedy="run the same command again, which fetches them anew; what cannot be read by then is asked "
        f"again {lost / 3600:.0f} hours after the job was begun",
    )
