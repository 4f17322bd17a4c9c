"""Asking by batch: the same answers as at once, each request in one job, nothing asked twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import pytest
from batch_factory import (
    MODEL,
    ask_at_once,
    ask_by_batch,
    batch_engine,
    open_journal,
    raw_requests_of,
    requests_of,
    texts,
)
from batch_server import (
    BatchServer,
    Outcome,
    done_but_broken,
    done_but_failed,
    done_but_overtaken,
    done_in_a_while,
    good,
    only,
    refused,
    status,
    unrun,
    untold,
)
from engine_factory import server_engine

from seedwise.config import GenerationConfig, RunConfig
from seedwise.errors import BudgetError, ConfigError, LLMError
from seedwise.generate import RetryPolicy, open_engine
from seedwise.generate.batch_means import Bounds
from seedwise.generate.batch_submit import Doubt
from seedwise.journal import Entry, Need, Terms
from seedwise.records import Choice, Response, Traffic


@pytest.fixture
def server() -> Iterator[BatchServer]:
    with BatchServer() as started:
        yield started


def failures_in(folder) -> list[tuple[str, str]]:
    with open_journal(folder) as journal:
        return journal.database.read(
            lambda c: [tuple(row) for row in c.exec_driver_sql("SELECT fault, reason FROM failures")]
        )


def spent_in(folder, budget: str = ""):
    with open_journal(folder) as journal:
        return journal.read_spent(budget)


# --------------------------------------------------------------------------- the same as at once


def test_answers_are_those_of_asking_at_once(server, tmp_path):
    at_once = ask_at_once(server.url, tmp_path / "at once", "a", "b", "c")
    by_batch = ask_by_batch(server.url, tmp_path / "by batch", "a", "b", "c")
    assert [(r.key, r.choices, r.prompt_tokens, r.completion_tokens) for r in by_batch] == [
        (r.key, r.choices, r.prompt_tokens, r.completion_tokens) for r in at_once
    ]
    assert not any(response.reused for response in by_batch)


def test_a_job_asks_byte_for_byte_what_is_asked_at_once(server, tmp_path):
    with server_engine(server.url, tmp_path / "at once") as engine:
        engine.ask([*requests_of(engine, "a", "ü\ud800"), *raw_requests_of(engine, "b")])
    with batch_engine(server.url, tmp_path / "by batch") as engine:
        engine.ask([*requests_of(engine, "a", "ü\ud800"), *raw_requests_of(engine, "b")])
    lines = [line for job in server.jobs.values() for line in job.lines]
    asked = sorted((f"/v1{asked.path}", str(asked.body)) for asked in server.online)
    assert sorted((line["url"], str(line["body"])) for line in lines) == asked
    assert len(lines) == 3


def test_each_endpoint_has_a_job_of_its_own(server, tmp_path):
    with batch_engine(server.url, tmp_path) as engine:
        responses = engine.ask([*requests_of(engine, "a"), *raw_requests_of(engine, "b")])
    assert [job.request["endpoint"] for job in server.jobs.values()] == [
        "/v1/chat/completions",
        "/v1/completions",
    ]
    assert len(responses) == 2


def test_what_the_journal_holds_is_asked_neither_way_again(server, tmp_path):
    by_batch = ask_by_batch(server.url, tmp_path, "a", "b")
    calls = len(server.calls)
    again = ask_by_batch(server.url, tmp_path, "a", "b")
    at_once = ask_at_once(server.url, tmp_path, "a", "b")
    assert texts(by_batch) == texts(again) == texts(at_once)
    assert all(response.reused for response in again + at_once)
    assert len(server.calls) == calls


def test_the_journal_keeps_the_line_as_it_came(server, tmp_path):
    [response] = ask_by_batch(server.url, tmp_path, "a")
    with open_journal(tmp_path) as journal:
        assert journal.read_raw(response.key) == server.files["batch_0-output"]


def test_requests_that_share_a_key_share_the_answer(server, tmp_path):
    with batch_engine(server.url, tmp_path) as engine:
        requests = requests_of(engine, "a", "b", "a")
        arrived = list(engine.stream(requests))
    assert Counter(response.key for response in arrived) == Counter(request.key for request in requests)
    assert server.asked.total() == 2


def test_nothing_missing_opens_no_connection(server, tmp_path):
    with batch_engine(server.url, tmp_path) as engine:
        assert engine.ask([]) == []
        assert engine.traffic == Traffic()
    assert server.calls == []


def test_jobs_keep_to_the_bounds(server, tmp_path):
    ask_by_batch(server.url, tmp_path / "count", *"abcde", bounds=Bounds(requests=2))
    assert [len(job.lines) for job in server.jobs.values()] == [2, 2, 1]
    line = len(server.files["file-2"])
    server.jobs.clear()
    ask_by_batch(server.url, tmp_path / "size", *"abcde", bounds=Bounds(size=2 * line + 1))
    assert [len(job.lines) for job in server.jobs.values()] == [2, 2, 1]


def test_progress_says_how_far_the_jobs_are(server, tmp_path):
    server.looks = 2
    told = []
    with batch_engine(server.url, tmp_path) as engine:
        engine.ask(requests_of(engine, "a", "b"), lambda *words: told.append(words))
    assert (0, 2, "batch jobs (1): 0 of 2 requests done, in_progress") in told
    assert told[-1][:2] == (2, 2)


def test_an_engine_as_configured_asks_by_batch(server, tmp_path):
    generation = GenerationConfig(llm=MODEL, llm_base_url=server.url, answers_per_request=2)
    run, soon = RunConfig(state_dir=tmp_path, batch=True), time.monotonic() + 0.5
    with open_engine(generation, run, stop_at=soon) as engine, pytest.raises(BudgetError):
        engine.ask(requests_of(engine, "a"))
    assert engine.traffic == Traffic(sent=1)
    assert len(ask_by_batch(server.url, tmp_path, "a")) == 1
    assert server.asked.total() == 1
    assert server.online == []


def test_an_embedded_model_has_no_batch(tmp_path):
    with (
        pytest.raises(ConfigError, match="runs on this machine"),
        open_engine(GenerationConfig(), RunConfig(state_dir=tmp_path, batch=True)),
    ):
        pass


# --------------------------------------------------------------------------- requests that fail


def test_what_a_filter_refuses_is_kept_as_that(server, tmp_path):
    server.decide = only("b", refused(400, "filtered", code="content_filter"))
    responses = ask_by_batch(server.url, tmp_path, "a", "b")
    assert [choice.finish for choice in responses[1].choices] == ["content_filter"]
    assert len(responses[0].choices) == 2


def test_azures_filter_is_known_by_the_error_beside_an_empty_answer(server, tmp_path):
    server.decide = only("b", Outcome(400, None, {"code": "content_filter", "message": "filtered"}))
    [response] = ask_by_batch(server.url, tmp_path, "b")
    assert [choice.finish for choice in response.choices] == ["content_filter"]


def test_a_refusal_for_good_ends_the_run_and_keeps_the_rest(server, tmp_path):
    server.decide = only("b", refused(400, "Invalid value for 'temperature'"))
    with pytest.raises(LLMError, match=r"(?s)HTTP 400.*temperature.*2 of 3 new responses are kept"):
        ask_by_batch(server.url, tmp_path, "a", "b", "c")
    responses = ask_by_batch(server.url, tmp_path, "a", "b", "c")
    assert [response.reused for response in responses] == [True, False, True]
    assert server.contents == {"a": 1, "b": 2, "c": 1}


@pytest.mark.parametrize(
    ("outcome", "fault", "requests", "unpriced"),
    [
        (refused(500), "server_error", 3, 2),
        (refused(429, "slow down"), "limited", 3, 2),
        (Outcome(200, {"choices": "none"}), "unreadable", 3, 3),
        (unrun("batch_expired"), "expired", 2, 2),
        (unrun("request_timeout"), "timeout", 3, 3),
        (untold(), "missing", 3, 3),
    ],
)
def test_what_a_job_could_not_answer_goes_into_one_more(server, tmp_path, outcome, fault, requests, unpriced):
    server.decide = only("b", outcome)
    responses = ask_by_batch(server.url, tmp_path, "a", "b")
    assert [response.choices[0].finish for response in responses] == ["stop", "stop"]
    assert [len(job.lines) for job in server.jobs.values()] == [2, 1]
    assert server.contents == {"a": 1, "b": 2}
    assert [kind for kind, _ in failures_in(tmp_path)] == [fault]
    spent = spent_in(tmp_path)
    assert (spent.requests, spent.unpriced) == (requests, unpriced)


def test_what_fails_in_every_job_is_set_aside_when_others_are_answered(server, tmp_path):
    server.decide = only("b", *[refused(500)] * 9)
    with batch_engine(server.url, tmp_path, policy=RetryPolicy(retries=1, first_wait=0.01)) as engine:
        responses = engine.ask(requests_of(engine, "a", "b"))
        assert engine.traffic == Traffic(sent=3, failed={"server_error": 2}, set_aside=1)
    assert [choice.finish for choice in responses[1].choices] == ["failed"]
    assert len(server.jobs) == 2
    calls = len(server.calls)
    assert ask_by_batch(server.url, tmp_path, "b")[0].choices[0].finish == "failed"
    assert len(server.calls) == calls


def test_a_provider_that_answers_nothing_ends_the_run(server, tmp_path):
    server.decide = lambda body: refused(503, "out of order")
    with pytest.raises(LLMError, match="failed in 3 batch jobs and no other was answered"):
        ask_by_batch(server.url, tmp_path, "a", "b")
    assert len(server.jobs) == 3
    server.decide = good
    assert len(ask_by_batch(server.url, tmp_path, "a", "b")) == 2


# --------------------------------------------------------------------------- jobs that fail


def test_an_expired_job_gives_what_it_has_answered(server, tmp_path):
    server.ends.append("expired")
    server.decide = only("b", untold())
    responses = ask_by_batch(server.url, tmp_path, "a", "b")
    assert len(responses) == 2
    assert server.contents == {"a": 1, "b": 2}
    [(fault, reason)] = failures_in(tmp_path)
    assert fault == "expired"
    assert "its time was over" in reason
    assert spent_in(tmp_path).requests == 2


def test_a_cancelled_job_is_not_submitted_again_unasked(server, tmp_path):
    server.ends.append("cancelled")
    server.decide = only("b", unrun("batch_cancelled"))
    with pytest.raises(LLMError, match="was cancelled at the provider"):
        ask_by_batch(server.url, tmp_path, "a", "b")
    assert len(server.jobs) == 1
    responses = ask_by_batch(server.url, tmp_path, "a", "b")
    assert [response.reused for response in responses] == [True, False]
    assert failures_in(tmp_path) == [("cancelled", "This request could not be executed in time.")]


def test_a_job_that_is_refused_as_a_whole_frees_its_requests(server, tmp_path):
    server.ends.append("failed")
    server.errors = [{"code": "mismatched_model", "message": "only one model a file", "line": 2}]
    with pytest.raises(LLMError, match=r"did not take batch job batch_0: only one model a file \(line 2\)"):
        ask_by_batch(server.url, tmp_path, "a", "b")
    assert {kind for kind, _ in failures_in(tmp_path)} == {"rejected"}
    assert spent_in(tmp_path).requests == 0
    assert len(ask_at_once(server.url, tmp_path, "a", "b")) == 2


def test_a_full_queue_is_met_with_smaller_jobs_in_turn(server, tmp_path):
    server.ends.extend(["failed", "failed"])
    server.errors = [{"code": "token_limit_exceeded", "message": "Enqueued token limit reached"}]
    responses = ask_by_batch(server.url, tmp_path, *"abcdefgh")
    assert len(responses) == 8
    assert [len(job.lines) for job in server.jobs.values()] == [8, 4, 2, 2, 2, 2]
    assert set(server.asked.values()) == {1}
    assert failures_in(tmp_path) == []


def test_a_queue_with_no_room_for_one_request_ends_the_run(server, tmp_path):
    server.ends.extend(["failed"] * 9)
    server.errors = [{"code": "token_limit_exceeded", "message": "Enqueued token limit reached"}]
    with pytest.raises(LLMError, match="Enqueued token limit reached"):
        ask_by_batch(server.url, tmp_path, *"abcd")
    assert [len(job.lines) for job in server.jobs.values()] == [4, 2, 1]


def test_a_file_that_came_damaged_is_fetched_again(server, tmp_path):
    server.damage.append(lambda data: data[: len(data) - 40])
    responses = ask_by_batch(server.url, tmp_path, "a", "b")
    assert len(responses) == 2
    assert len(server.jobs) == 1
    assert spent_in(tmp_path).requests == 2


@pytest.mark.parametrize("cut", [40, 0])
def test_a_file_that_stays_damaged_costs_no_second_request(server, tmp_path, cut):
    def damage(data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        return b"".join(lines[:-1]) + (lines[-1][:-cut] if cut else b"")

    server.damage.extend([damage] * 3)
    with pytest.raises(LLMError, match=r"hold 2 answers, and [01] lines that cannot be read"):
        ask_by_batch(server.url, tmp_path, "a", "b", "c")
    responses = ask_by_batch(server.url, tmp_path, "a", "b", "c")
    assert sorted(response.reused for response in responses) == [False, True, True]
    assert set(server.asked.values()) == {1}
    assert spent_in(tmp_path).requests == 3


def test_answers_that_stay_lost_are_asked_again_in_the_end(server, tmp_path):
    server.damage.extend([lambda data: data.split(b"\n")[0] + b"\n"] * 3)
    responses = ask_by_batch(server.url, tmp_path, "a", "b", doubt=Doubt(0.2, lost=0.0))
    assert len(responses) == 2
    assert sorted(server.asked.values()) == [1, 2]
    assert [kind for kind, _ in failures_in(tmp_path)] == ["missing"]


def test_a_job_out_of_sight_is_kept_until_it_is_surely_lost(server, tmp_path):
    with batch_engine(server.url, tmp_path, stop_at=time.monotonic() + 0.3) as engine:
        server.looks = 99
        with pytest.raises(BudgetError):
            engine.ask(requests_of(engine, "a"))
    hidden = server.jobs.pop("batch_0")
    with pytest.raises(LLMError, match="knows no batch job batch_0: No such batch"):
        ask_by_batch(server.url, tmp_path, "a")
    server.looks = 0
    server.jobs["batch_other"] = hidden
    assert len(ask_by_batch(server.url, tmp_path, "a", doubt=Doubt(0.2, lost=0.0))) == 1
    assert [kind for kind, _ in failures_in(tmp_path)] == ["lost"]


# --------------------------------------------------------------------------- handing in


@pytest.mark.parametrize("route", ["POST /files", "POST /batches"])
def test_a_server_that_stumbles_gets_the_job_once(server, tmp_path, route):
    server.fail_next(route, status(500), status(429, "slow down", Retry_After="0.05"), status(503))
    assert len(ask_by_batch(server.url, tmp_path, "a", policy=RetryPolicy(2, 0.02, patience=5))) == 1
    assert len(server.jobs) == 1


def test_a_file_is_read_by_the_server_before_a_job_is_made_of_it(server, tmp_path):
    server.fail_next("POST /files", done_in_a_while)
    assert len(ask_by_batch(server.url, tmp_path, "a")) == 1
    assert server.calls[:3] == ["POST /files", "GET /files/file-0", "POST /batches"]


@pytest.mark.parametrize("broken", [done_but_failed, done_but_broken, done_but_overtaken])
def test_a_job_whose_receipt_was_lost_is_found_by_its_label(server, tmp_path, broken):
    server.page = 1
    with batch_engine(server.url, tmp_path, policy=RetryPolicy(2, 0.02, patience=5)) as engine:
        engine.ask(requests_of(engine, "before"))
        server.fail_next("POST /batches", broken)
        server.fail_next("GET /batches", status(500))
        assert len(engine.ask(requests_of(engine, "a", "b"))) == 2
    assert [len(job.lines) for job in server.jobs.values() if job.label] == [1, 2]
    assert server.calls.count("POST /batches") == 2


def test_a_provider_without_batches_is_named_and_nothing_stays_claimed(server, tmp_path):
    server.fail_next("POST /files", status(404, "no such path"))
    with pytest.raises(ConfigError, match="answered HTTP 404 to POST /files"):
        ask_by_batch(server.url, tmp_path, "a")
    server.fail_next("POST /batches", status(405))
    with pytest.raises(ConfigError, match="answered HTTP 405 to POST /batches"):
        ask_by_batch(server.url, tmp_path, "a")
    assert len(ask_at_once(server.url, tmp_path, "a")) == 1


@pytest.mark.parametrize(("code", "words"), [(401, "API key"), (402, "money or quota")])
def test_a_refused_account_ends_the_run_with_the_remedy(server, tmp_path, code, words):
    server.fail_next("POST /batches", status(code, "not you"))
    with pytest.raises(LLMError, match=rf"(?s)not you.*{words}"):
        ask_by_batch(server.url, tmp_path, "a")
    assert len(ask_by_batch(server.url, tmp_path, "a")) == 1


def test_a_server_out_of_order_ends_the_run_once_patience_is_over(server, tmp_path):
    server.fail_next("POST /files", *[status(500)] * 50)
    with pytest.raises(LLMError, match="HTTP 500: something went wrong, again and again"):
        ask_by_batch(server.url, tmp_path, "a")
    server.scripts.clear()
    assert len(ask_by_batch(server.url, tmp_path, "a")) == 1


def test_an_address_where_nobody_listens_is_given_up_early(tmp_path):
    started = time.monotonic()
    with pytest.raises(LLMError, match="cannot be reached"):
        ask_by_batch("http://127.0.0.1:9/v1", tmp_path, "a", policy=RetryPolicy(2, 0.01, patience=600))
    assert time.monotonic() - started < 60


def test_doubt_that_the_provider_cannot_resolve_is_never_resolved_by_paying_twice(server, tmp_path):
    server.fail_next("POST /batches", done_but_failed)
    server.fail_next("GET /batches", status(404), status(404))
    with pytest.raises(LLMError, match="lists no jobs"):
        ask_by_batch(server.url, tmp_path, "a")
    with pytest.raises(LLMError, match=f"seedwise={server.jobs['batch_0'].label}"):
        ask_by_batch(server.url, tmp_path, "a")
    assert len(server.jobs) == 1
    # Listed after all: taken up again.
    assert len(ask_by_batch(server.url, tmp_path, "a")) == 1
    assert len(server.jobs) == 1


# --------------------------------------------------------------------------- budgets, time, others


def test_a_cap_lets_as_many_through_as_fit_and_keeps_their_answers(server, tmp_path):
    with pytest.raises(BudgetError, match=r"used 3 of 3 requests.*3 of 5 new responses"):
        ask_by_batch(server.url, tmp_path, *"abcde", max_requests=3, budget="b")
    assert [len(job.lines) for job in server.jobs.values()] == [3]
    assert len(ask_by_batch(server.url, tmp_path, *"abcde", max_requests=5, budget="b")) == 5
    assert spent_in(tmp_path, "b").requests == 5
    assert set(server.asked.values()) == {1}


def test_what_a_job_has_left_of_its_bound_is_used_by_the_next(server, tmp_path):
    # A request is bounded by more than 128 answer tokens, and uses 18 in all.
    with pytest.raises(BudgetError, match="of 300 tokens"):
        ask_by_batch(server.url, tmp_path, *"abcdefghijklmnopqrstuvwxyz", max_tokens=300, budget="b")
    assert len(server.jobs["batch_0"].lines) == 2
    assert 9 <= spent_in(tmp_path, "b").requests <= 16
    assert spent_in(tmp_path, "b").tokens <= 300


def test_an_own_price_is_counted(server, tmp_path):
    responses = ask_by_batch(
        server.url, tmp_path, "a", "b", prompt_price=1.0, completion_price=2.0, max_cost=1.0, budget="b"
    )
    assert [response.cost for response in responses] == [pytest.approx(25e-6)] * 2
    assert spent_in(tmp_path, "b").cost == pytest.approx(50e-6)


def test_time_that_is_over_leaves_the_job_at_work(server, tmp_path, caplog):
    server.looks = 10**6
    with pytest.raises(BudgetError, match="max_minutes"):
        ask_by_batch(server.url, tmp_path, "a", "b", stop_at=time.monotonic() + 0.3)
    assert "2 requests stay with the provider in batch jobs (1)" in caplog.text
    server.looks = 0
    assert len(ask_by_batch(server.url, tmp_path, "a", "b")) == 2
    assert set(server.asked.values()) == {1}


def test_asking_at_once_leaves_what_a_job_is_asked_alone(server, tmp_path):
    server.looks = 10**6
    with pytest.raises(BudgetError):
        ask_by_batch(server.url, tmp_path, "a", stop_at=time.monotonic() + 0.3)
    with pytest.raises(
        LLMError, match=r"(?s)requests that an earlier run has put into batch jobs: 1.*--batch"
    ):
        ask_at_once(server.url, tmp_path, "a", "b")
    assert server.online == []
    assert len(ask_at_once(server.url, tmp_path, "b")) == 1


def test_what_another_run_asks_at_once_is_waited_for(server, tmp_path):
    with batch_engine(server.url, tmp_path) as engine, open_journal(tmp_path) as journal:
        wanted = requests_of(engine, "a", "b")
        another = Terms(journal.make_owner())
        journal.admit([Need(wanted[0].key, 10)], another)
        notes = []

        def watch(words: str) -> None:
            notes.append(words)
            if words.startswith("waiting for the answers"):
                response = Response(wanted[0].key, (Choice("theirs", "stop"),), 1, 1, cost=None, seconds=0.1)
                journal.settle([Entry(wanted[0], response)], [], another, {})

        answers = {response.key: response for response in engine.stream(wanted, watch)}
    assert answers[wanted[0].key].choices[0].text == "theirs"
    assert answers[wanted[0].key].reused
    assert server.contents == {"b": 1}


def test_another_runs_trouble_ends_no_run_that_it_only_bars(server, tmp_path):
    server.looks = 10**6
    with pytest.raises(BudgetError):
        ask_by_batch(server.url, tmp_path, "a", budget="b", stop_at=time.monotonic() + 0.3)
    server.looks = 0
    server.jobs["batch_0"].end = "expired"
    server.decide = only("a", refused(400, "Invalid value for 'temperature'"))
    with pytest.raises(BudgetError, match="used 2 of 2 requests"):
        ask_by_batch(server.url, tmp_path, "b", "c", budget="b", max_requests=2)
    assert server.contents == {"a": 1, "b": 1}


def test_whoever_looks_after_a_job_keeps_all_of_it(server, tmp_path):
    server.looks = 10**6
    with pytest.raises(BudgetError):
        ask_by_batch(server.url, tmp_path, "a", "b", "c", stop_at=time.monotonic() + 0.3)
    server.looks = 0
    assert len(ask_by_batch(server.url, tmp_path, "b", "d")) == 2
    with open_journal(tmp_path) as journal:
        assert journal.count() == 4
        assert not journal.jobs.any_open()
    assert len(ask_at_once(server.url, tmp_path, "a", "c")) == 2
    assert server.online == []


def test_a_stream_that_is_closed_leaves_the_job_at_work(server, tmp_path):
    with batch_engine(server.url, tmp_path, bounds=Bounds(requests=1)) as engine:
        arrivals = engine.stream(requests_of(engine, "a", "b"))
        first = next(arrivals)
        arrivals.close()
        assert {response.reused for response in engine.ask(requests_of(engine, "a", "b"))} == {True, False}
    assert first.choices
    assert set(server.asked.values()) == {1}
