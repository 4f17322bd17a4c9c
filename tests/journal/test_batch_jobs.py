"""Batch jobs in the journal: what they hold, who looks after them, and that each answer is kept once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from seedwise.arms import Arm
from seedwise.journal import Caps, Entry, Failure, Job, Journal, LapsedClaimError, Need, Spent, Terms
from seedwise.records import Choice, Message, Prompt, Request, Response, Sampling

SAMPLING = Sampling(temperature=1.2, top_p=None, min_p=None, max_tokens=64, n=2, seed=5)
JOB = Job("our-own-id", "openai/some-model", "http://nowhere", "budget", started_at=0.0)


@pytest.fixture
def journal(journal_url: str) -> Iterator[Journal]:
    with Journal(journal_url) as opened:
        yield opened


def make_request(number: int) -> Request:
    """A request with everything that one can have, odd characters included."""
    prompt = Prompt(
        id=f"guided/joy/{number}",
        arm=Arm.GUIDED,
        label="joy",
        template="lines@1",
        messages=(Message("user", f"Write {number}! \ud800 \x00 é"),),
        repeat=number,
        hints=("sun", "sea"),
        exemplars=("r1",),
        stop=("\n",),
    )
    return Request(JOB.model, JOB.base_url, prompt, SAMPLING)


REQUESTS = [make_request(number) for number in range(6)]
KEYS = [request.key for request in REQUESTS]


def open_job(journal: Journal, job: Job = JOB) -> Terms:
    """Claim all requests, and hand them over to a job."""
    terms = Terms(journal.make_owner(), job.budget)
    journal.admit([Need(key, 10) for key in KEYS], terms)
    journal.jobs.open(job, REQUESTS, terms)
    return terms


def entry_of(request: Request) -> Entry:
    choices = (Choice("fine", "stop"),)
    return Entry(request, Response(request.key, choices, 11, 7, cost=0.25, seconds=0.0), budget=JOB.budget)


def test_requests_come_back_as_they_were(journal):
    open_job(journal)
    assert journal.jobs.read_requests(JOB, [KEYS[1], "unknown"]) == {KEYS[1]: REQUESTS[1]}
    listed = [request for some in journal.jobs.list_requests(JOB) for request in some]
    assert sorted(listed, key=lambda r: KEYS.index(r.key)) == REQUESTS


def test_a_job_holds_its_requests_whatever_becomes_of_who_opened_it(journal):
    terms = open_job(journal)
    journal.release_all(terms)
    another = Terms(journal.make_owner(), JOB.budget)
    assert journal.admit([Need(key, 10) for key in KEYS], another).held == set(KEYS)
    assert journal.jobs.find_holders([*KEYS, "unknown"]) == dict.fromkeys(KEYS, JOB.id)


def test_open_jobs_are_found_by_their_model(journal):
    before = time.time()
    assert not journal.jobs.any_open()
    terms = open_job(journal)
    journal.jobs.name(JOB, "batch_1", terms.owner)
    [found] = journal.jobs.find_open(JOB.model, JOB.base_url)
    assert replace(found, started_at=0.0) == replace(JOB, name="batch_1")
    assert before - 1 <= found.started_at <= time.time() + 1
    assert journal.jobs.any_open()
    assert journal.jobs.find_open("another", JOB.base_url) == []


def test_a_job_whose_claims_have_lapsed_is_not_opened(journal):
    terms = Terms(journal.make_owner())
    journal.admit([Need(key, 10) for key in KEYS], terms)
    journal.release(KEYS[:1], terms)
    with pytest.raises(LapsedClaimError, match="1 of 6"):
        journal.jobs.open(JOB, REQUESTS, terms)
    assert not journal.jobs.any_open()
    assert journal.jobs.find_holders(KEYS) == {}


def test_only_one_at_a_time_submits_a_job_and_nobody_a_submitted_one(journal):
    terms, another = open_job(journal), journal.make_owner()
    assert not journal.jobs.take_over(JOB, another)
    assert journal.jobs.take_over(JOB, terms.owner)
    journal.release_all(terms)
    assert journal.jobs.take_over(JOB, another)
    assert not journal.jobs.take_over(JOB, terms.owner)
    journal.jobs.name(JOB, "batch_1", another)
    assert not journal.jobs.take_over(JOB, another)


def test_each_request_is_settled_once_and_then_the_job_is_over(journal):
    open_job(journal)
    entries = [entry_of(request) for request in REQUESTS[:3]]
    failures = [Failure(key, "expired", "its time was over") for key in KEYS[3:5]]
    assert journal.settle_job(JOB, entries[:2], failures[:1]) == {*KEYS[:2], KEYS[3]}
    assert journal.settle_job(JOB, entries, failures) == {KEYS[2], KEYS[4]}
    assert journal.jobs.find_holders(KEYS) == {KEYS[5]: JOB.id}
    assert journal.jobs.any_open()
    assert journal.settle_job(JOB, [entry_of(REQUESTS[5])], []) == {KEYS[5]}
    assert not journal.jobs.any_open()
    assert journal.read_spent(JOB.budget) == Spent(4, 72, 1.0)
    assert set(journal.find(KEYS)) == {*KEYS[:3], KEYS[5]}
    assert list(journal.jobs.list_requests(JOB)) == []


def test_of_many_who_read_the_same_results_each_request_is_settled_by_one(journal):
    open_job(journal)
    entries = [entry_of(request) for request in REQUESTS]
    with ThreadPoolExecutor(4) as pool:
        settled = list(pool.map(lambda _: journal.settle_job(JOB, entries, []), range(8)))
    assert sorted(key for some in settled for key in some) == sorted(KEYS)
    assert journal.read_spent(JOB.budget).requests == len(KEYS)


def test_a_dropped_job_leaves_nothing_claimed(journal):
    terms = open_job(journal)
    journal.jobs.drop(JOB)
    assert not journal.jobs.any_open()
    again = journal.admit([Need(key, 10) for key in KEYS], replace(terms, owner=journal.make_owner()))
    assert set(again.starts) == set(KEYS)


def test_what_jobs_may_use_is_reserved_in_their_budget(journal):
    open_job(journal)
    terms = Terms(journal.make_owner(), JOB.budget, Caps(requests=7))
    needs = [Need("one more", 10), Need("one too many", 10)]
    admission = journal.admit(needs, terms)
    assert set(admission.starts) == {"one more"}
    assert admission.barred == {"one too many"}
    assert not admission.is_final
