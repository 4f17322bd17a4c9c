"""Handing requests in as a batch job, so that none is ever handed in twice."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from seedwise.errors import ConfigError, LLMError
from seedwise.generate.caller import Caller
from seedwise.journal import Job, Journal, Terms
from seedwise.llm import Fault, TransientError
from seedwise.llm.batches import BatchLLM, JobsHiddenError
from seedwise.progress import tell
from seedwise.records import Request

_NEVER_ARRIVED = (Fault.LIMITED, Fault.UNREACHABLE)


@dataclass(frozen=True, slots=True)
class Doubt:
    """How long a job may stay in doubt, in seconds.

    Attributes
    ----------
    listing : float
        After which a job that the provider does not list was surely never submitted.
    lost : float
        After which a job that cannot be found or fetched is given up; its time was over long before.
    """

    listing: float = 30.0
    lost: float = 48 * 3600.0


class Submission:
    """Makes jobs of requests, and finds those again whose submission was cut short.

    A job is written down, with our own label for it, before it is submitted, and the provider's name of
    it right after. In between, whoever comes next asks the provider for the job with that label.

    Parameters
    ----------
    llm, caller, journal, terms, doubt
        Whom to submit to, how, where jobs are written down, for whom, and how long to be in doubt.
    """

    def __init__(self, llm: BatchLLM, caller: Caller, journal: Journal, terms: Terms, doubt: Doubt) -> None:
        self._llm, self._caller, self._journal, self._terms = llm, caller, journal, terms
        self._doubt = doubt

    def submit(self, requests: Sequence[Request]) -> Job:
        """Submit requests of one endpoint, all of them claimed by the terms' owner.

        Raises
        ------
        TransientError, LLMError, ConfigError
            Where the provider does not take the job. It stays written down where it may have.
        LapsedClaimError
            Where a claim has passed to another meanwhile; nothing is submitted.
        """
        first = requests[0]
        job = Job(uuid.uuid4().hex, first.model, first.base_url, self._terms.budget, time.time())
        file = self._upload(job, requests)
        self._journal.jobs.open(job, requests, self._terms)
        return self._send(job, file, self._llm.endpoint_of(first))

    def resume(self, job: Job) -> Job | None:
        """Find out what became of a job whose submission was cut short, and submit it if need be.

        Returns
        -------
        Job or None
            None as long as another is at it, or the provider may not list the job yet.

        Raises
        ------
        LLMError
            Where the provider lists no jobs.
        TransientError, ConfigError
            As of `submit`.
        """
        if not self._journal.jobs.take_over(job, self._terms.owner):
            return None
        try:
            name = self._caller.call(partial(self._llm.desk.find, job.id, job.started_at))
        except JobsHiddenError as exc:
            if time.time() - job.started_at < self._doubt.lost:
                raise _in_doubt(job, exc, self._doubt) from exc
            name = ""
        if name:
            tell(f"batch job {name} had been submitted when an earlier run broke off: it is taken up again")
            return self._name(job, name)
        if time.time() - job.started_at < self._doubt.listing:
            return None
        return self._submit_again(job)

    def _submit_again(self, job: Job) -> Job:
        requests = (request for some in self._journal.jobs.list_requests(job) for request in some)
        first = next(requests)
        file = self._upload(job, _chain(first, requests))
        return self._send(job, file, self._llm.endpoint_of(first))

    def _upload(self, job: Job, requests: Iterable[Request]) -> str:
        with TemporaryDirectory(prefix="seedwise-") as folder:
            path = Path(folder) / f"seedwise-{job.id}.jsonl"
            with path.open("wb") as file:
                file.writelines(map(self._llm.encode, requests))
            return self._caller.call(partial(self._llm.desk.upload, path))

    def _send(self, job: Job, file: str, endpoint: str) -> Job:
        attempt = _Attempt(self._llm, job, file, endpoint, self._doubt.listing)
        try:
            name = self._caller.call(attempt.make)
        except JobsHiddenError as exc:
            raise _in_doubt(job, exc, self._doubt) from exc
        except (LLMError, ConfigError, TransientError):
            if not attempt.is_doubtful:
                self._journal.jobs.drop(job)
            raise
        return self._name(job, name)

    def _name(self, job: Job, name: str) -> Job:
        self._journal.jobs.name(job, name, self._terms.owner)
        return replace(job, name=name)


class _Attempt:
    """A submission that may have arrived though its answer did not."""

    def __init__(self, llm: BatchLLM, job: Job, file: str, endpoint: str, listing: float) -> None:
        self._desk, self._job, self._file, self._endpoint = llm.desk, job, file, endpoint
        self._listing, self._doubtful_at = listing, 0.0

    @property
    def is_doubtful(self) -> bool:
        """Whether some try may have arrived."""
        return self._doubtful_at > 0

    async def make(self) -> str:
        """Submit, unless an earlier try has arrived; the provider's name of the job."""
        if self.is_doubtful and (name := await self._find()):
            return name
        try:
            return await self._desk.submit(self._file, self._endpoint, self._job.id)
        except TransientError as fault:
            if fault.fault not in _NEVER_ARRIVED:
                self._doubtful_at = time.time()
            raise

    async def _find(self) -> str:
        """Look for an earlier try; empty once it would be listed if it had arrived."""
        name = await self._desk.find(self._job.id, self._job.started_at)
        if not name and time.time() - self._doubtful_at < self._listing:
            raise TransientError("a job that may have been submitted is not listed", Fault.SERVER_ERROR)
        return name


def pack(requests: Iterable[Request], llm: BatchLLM, most: int, most_bytes: int) -> Iterator[list[Request]]:
    """Part requests of one endpoint into as few jobs as a provider's bounds allow, in their order."""
    packed: list[Request] = []
    size = 0
    for request in requests:
        length = len(llm.encode(request))
        if packed and (len(packed) == most or size + length > most_bytes):
            yield packed
            packed, size = [], 0
        packed.append(request)
        size += length
    if packed:
        yield packed


def _chain(first: Request, rest: Iterator[Request]) -> Iterator[Request]:
    yield first
    yield from rest


def _in_doubt(job: Job, exc: JobsHiddenError, doubt: Doubt) -> LLMError:
    return LLMError(
        found=f"{exc}, so it cannot be told whether a batch job of an earlier run was submitted (its "
        f"metadata say seedwise={job.id})",
        expected="a provider that lists its jobs",
        remedy=f"cancel that job in the provider's console; {doubt.lost / 3600:.0f} hours after it was "
        "begun it is given up, and what it asked is asked again",
    )
