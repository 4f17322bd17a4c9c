"""Answering requests through the jobs of a provider's batch API."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from seedwise.errors import LLMError
from seedwise.generate.batch_means import BatchMeans
from seedwise.generate.batch_results import Collection, Haul
from seedwise.generate.batch_submit import Submission, pack
from seedwise.generate.caller import Caller
from seedwise.generate.needs import over_budget
from seedwise.journal import Job, LapsedClaimError, Need, Terms
from seedwise.llm import TransientError
from seedwise.llm.batches import JobState, Phase
from seedwise.progress import tell
from seedwise.records import Choice, Request, Response

Watch = Callable[[str], None]
"""Told now and then, in a few words, how far the jobs are."""

_GROWTH = 1.5


@dataclass(slots=True)
class _Ticket:
    """A request that waits for its answer, for so many who want it; ``job`` is our id of the job it is in."""

    request: Request
    need: Need
    wanted: int = 1
    job: str = ""
    failures: int = 0
    fault: TransientError | None = None


class BatchRun:
    """One caller's requests on their way through jobs, all of one model; used in one thread.

    What a job is asked is claimed by the job itself: it lives on when the process is dead, and any
    process that wants one of its answers looks after it. A request that a job could not answer goes into
    one more job, as often as the policy allows.

    Parameters
    ----------
    means : BatchMeans
        What it works with.
    terms : Terms
        Owner of the claims until a job takes them over, the budget, and its caps.
    watch : callable
        Told how far the jobs are.
    """

    def __init__(self, means: BatchMeans, terms: Terms, watch: Watch) -> None:
        journal, patience = means.journal, means.patience
        self._means, self._terms, self._watch = means, terms, watch
        self._caller = Caller(means.loop, means.policy, partial(journal.renew, terms), means.stop_at)
        self._submission = Submission(means.llm, self._caller, journal, terms, patience.doubt)
        self._collection = Collection(
            means.llm,
            self._caller,
            journal,
            means.tariff,
            pause=patience.first,
            lost=patience.doubt.lost,
        )
        self._tickets: dict[str, _Ticket] = {}
        self._states: dict[str, JobState] = {}
        self._most, self._is_throttled, self._is_barred = means.bounds.requests, False, False
        self._answered = 0

    def stream(self, requests: Iterable[Request]) -> Generator[Response]:
        """Answer requests that the journal does not hold, in whatever order the answers come.

        Yields a response for each request, also where several share a key. Closed early, it leaves the jobs
        at work.

        Raises
        ------
        LLMError, ConfigError
            Where the provider refuses for good, or is out of reach for too long.
        BudgetError
            Where a cap, or the time, ends the run.
        """
        try:
            for request in requests:
                self._take_in(request)
            pause = self._means.patience.first
            while self._tickets:
                before = len(self._states), len(self._tickets)
                yield from self._take_turn()
                has_moved = (len(self._states), len(self._tickets)) != before
                pause = self._means.patience.first if has_moved else pause
                if self._tickets:
                    self._caller.wait(pause)
                pause = min(self._means.patience.longest, _GROWTH * pause)
        except TransientError as fault:
            raise _out_of_patience(fault) from fault
        finally:
            self._leave()

    def _take_in(self, request: Request) -> None:
        if request.key in self._tickets:
            self._tickets[request.key].wanted += 1
        else:
            self._tickets[request.key] = _Ticket(request, self._means.tariff.need_of(request))

    def _take_turn(self) -> Iterator[Response]:
        """Look after every job that matters, then submit what is in none."""
        for job in self._find_jobs():
            yield from self._look_after(job)
        yield from self._submit_free()
        self._report()

    # ------------------------------------------------------------------ handing in

    def _submit_free(self) -> Iterator[Response]:
        """Claim and submit what is in no job, as far as the budget and the provider's queue allow."""
        self._is_barred = False
        for some in self._group([ticket for ticket in self._tickets.values() if not ticket.job]):
            is_busy = any(ticket.job for ticket in self._tickets.values())
            if self._is_barred or (self._is_throttled and is_busy):
                return
            yield from self._admit(some)

    def _group(self, tickets: Iterable[_Ticket]) -> Iterator[list[_Ticket]]:
        """Part tickets by endpoint, and into no more than a job may hold."""
        by_endpoint: dict[str, list[_Ticket]] = {}
        for ticket in tickets:
            by_endpoint.setdefault(self._means.llm.endpoint_of(ticket.request), []).append(ticket)
        for group in by_endpoint.values():
            while group:
                yield group[: self._most]
                del group[: self._most]

    def _admit(self, tickets: Sequence[_Ticket]) -> Iterator[Response]:
        admission = self._means.journal.admit([ticket.need for ticket in tickets], self._terms)
        self._is_barred = bool(admission.barred)
        if admission.barred and admission.is_final:
            raise over_budget(admission.spent, self._terms)
        for key, job in self._means.journal.jobs.find_holders(admission.held).items():
            self._tickets[key].job = job
        self._submit([ticket.request for ticket in tickets if ticket.need.key in admission.starts])
        for response in admission.answered.values():
            yield from self._deliver(response)

    def _submit(self, requests: Sequence[Request]) -> None:
        bounds = self._means.bounds
        for packed in pack(requests, self._means.llm, bounds.requests, bounds.size):
            try:
                job = self._submission.submit(packed)
            except LapsedClaimError:  # they are claimed anew next time, those that are free
                self._means.journal.release([request.key for request in packed], self._terms)
                continue
            for request in packed:
                self._tickets[request.key].job = job.id
            self._means.tally.add(sent=len(packed))
            tell(
                f"batch job {job.name} has {len(packed)} requests; it may take a day. Ctrl-C leaves it at "
                "work, and the same command picks its answers up"
            )

    # ------------------------------------------------------------------ looking after

    def _find_jobs(self) -> list[Job]:
        """Find the open jobs that hold what is wanted, or what bars the budget; free what is in none."""
        wanted = {ticket.job for ticket in self._tickets.values()}
        first = next(iter(self._tickets.values()), None)
        if first is None:
            return []
        jobs = self._means.journal.jobs.find_open(first.request.model, first.request.base_url)
        ids = {job.id for job in jobs}
        self._free(wanted - ids)
        return [job for job in jobs if job.id in wanted or self._bars(job)]

    def _bars(self, job: Job) -> bool:
        return self._is_barred and job.budget == self._terms.budget

    def _free(self, jobs: Iterable[str]) -> None:
        """Note that jobs are at their end: what they have not answered may be asked again."""
        ended = frozenset(jobs)
        for ticket in self._tickets.values():
            ticket.job = "" if ticket.job in ended else ticket.job
        for job in ended:
            self._states.pop(job, None)

    def _look_after(self, job: Job) -> Iterator[Response]:
        known = job if job.name else self._submission.resume(job)
        if known is None:
            return
        state = self._caller.call(partial(self._means.llm.desk.poll, known.name))
        self._states[job.id] = state
        if state.phase is not Phase.RUNNING:
            yield from self._finish(known, state)

    def _finish(self, job: Job, state: JobState) -> Iterator[Response]:
        """Keep what came of a job at its end; then raise what the user must mend."""
        size = sum(ticket.job == job.id for ticket in self._tickets.values())
        if not size and state.phase in (Phase.FAILED, Phase.UNKNOWN):
            return  # it only bars the budget: those whose job it is are told
        if state.is_crowded_out and size > 1:
            self._shrink(job, size)
            return
        refusal = self._check_end(job, state)
        for haul in self._find_hauls(job, state):
            refusal = haul.refusal or refusal
            self._answered += len(haul.responses)
            self._note_faults(haul)
            for response in haul.responses:
                yield from self._deliver(response)
        self._free([job.id])
        if refusal is not None and size:
            raise refusal
        yield from self._set_aside()

    def _find_hauls(self, job: Job, state: JobState) -> Iterator[Haul]:
        if state.phase in (Phase.FAILED, Phase.UNKNOWN):
            return self._collection.give_up(job, state)
        return self._collection.collect(job, state)

    def _check_end(self, job: Job, state: JobState) -> LLMError | None:
        """Find what the user must mend about a job's end; raised at once where the job may still live."""
        if state.phase is Phase.UNKNOWN:
            if time.time() - job.started_at < self._means.patience.doubt.lost:
                raise _out_of_sight(job, state, self._means.patience.doubt.lost)
            tell(f"batch job {job.name} is given up: the provider knows it no more; it is asked again")
        if state.phase is Phase.FAILED:
            return _rejected(job, state)
        return _cancelled(job) if state.phase is Phase.CANCELLED else None

    def _shrink(self, job: Job, size: int) -> None:
        """Forget a job for which the provider's queue has no room, and ask for less at once."""
        self._means.journal.jobs.drop(job)
        self._free([job.id])
        self._most, self._is_throttled = size // 2, True
        tell(
            f"the provider's queue has no room for {size} requests: they go in jobs of {self._most}, in turn"
        )

    def _note_faults(self, haul: Haul) -> None:
        self._means.tally.add(failed=(fault.fault.value for fault in haul.faults.values()))
        for key, fault in haul.faults.items():
            if (ticket := self._tickets.get(key)) is not None:
                ticket.failures, ticket.fault = ticket.failures + 1, fault

    def _set_aside(self) -> Iterator[Response]:
        """Keep as failed what too many jobs could not answer, though they answered others."""
        spent = [t for t in self._tickets.values() if t.failures > self._means.policy.retries]
        for ticket in spent:
            assert ticket.fault is not None
            if not self._answered:
                raise _spent(ticket.failures, ticket.fault)
            response = Response(ticket.need.key, (Choice("", "failed"),), 0, 0, cost=0.0, seconds=0.0)
            raw = ticket.fault.raw or ticket.fault.reason.encode()
            self._means.journal.record(ticket.request, response, raw)
            self._means.tally.add(set_aside=1)
            yield from self._deliver(response)

    def _deliver(self, response: Response) -> Iterator[Response]:
        """Hand a response out to all who want it; to nobody where it is another run's."""
        ticket = self._tickets.pop(response.key, None)
        for _ in range(ticket.wanted if ticket is not None else 0):
            yield response

    def _report(self) -> None:
        states = list(self._states.values())
        if states:
            done = sum(state.completed + state.failed for state in states)
            total = sum(state.total for state in states) or len(self._tickets)
            words = ", ".join(sorted({state.word for state in states}))
            self._watch(f"batch jobs ({len(states)}): {done} of {total} requests done, {words}")
        elif self._is_barred:
            self._watch("waiting for room in the budget")
        elif self._tickets and not any(ticket.job for ticket in self._tickets.values()):
            self._watch("waiting for the answers that another run has asked for")

    def _leave(self) -> None:
        """Give up the claims that no job has taken over, and say what goes on without this run."""
        self._means.journal.release_all(self._terms)
        inside = [ticket.job for ticket in self._tickets.values() if ticket.job]
        if inside:
            tell(
                f"{len(inside)} requests stay with the provider in batch jobs ({len(set(inside))}); the same "
                "command picks their answers up"
            )


def _out_of_patience(fault: TransientError) -> LLMError:
    return LLMError(
        found=f"{fault.reason}, again and again",
        expected="a provider that can be reached",
        remedy="run the same command again later: jobs that were submitted go on meanwhile; if it never "
        "answers, correct --llm-base-url",
    )


def _out_of_sight(job: Job, state: JobState, lost: float) -> LLMError:
    return LLMError(
        found=f"the provider knows no batch job {job.name}: {state.problem or 'not found'}",
        expected="the API key, project and address with which it was submitted",
        remedy="set them again and run the same command; where the job is gone for good, its requests are "
        f"asked again {lost / 3600:.0f} hours after it was begun",
    )


def _rejected(job: Job, state: JobState) -> LLMError:
    return LLMError(
        found=f"the provider did not take batch job {job.name}: {state.problem or state.code or state.word}",
        expected="a job that the provider accepts",
        remedy="correct what it says, or leave out --batch; nothing of the job was asked",
    )


def _cancelled(job: Job) -> LLMError:
    return LLMError(
        found=f"batch job {job.name} was cancelled at the provider; what it had answered is kept",
        expected="a job that is left to its end",
        remedy="run the same command again: what is missing goes into another job",
    )


def _spent(tries: int, fault: TransientError) -> LLMError:
    return LLMError(
        found=f"a request failed in {tries} batch jobs and no other was answered; last: {fault.reason}",
        expected="an answer within the retries",
        remedy="try again later, or allow more with --retries",
    )
