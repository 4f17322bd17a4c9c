"""What a run may spend, it may spend; the next request is not sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import openai_server as server
import pytest
from engine_factory import FakeLLM, chat, fake_engine, raw, reply_to, requests_of

from seedwise.config import GenerationConfig, RunConfig
from seedwise.errors import BudgetError, ConfigError
from seedwise.generate import RetryPolicy, open_engine
from seedwise.generate.engine import Limits
from seedwise.generate.needs import UNKNOWN_TARIFF, Tariff, bound_prompt_tokens, find_caps, find_tariff
from seedwise.journal import Caps, Journal, Spent
from seedwise.llm import Fault, Price, TransientError
from seedwise.records import Request, Sampling

BAD = TransientError("HTTP 500", Fault.SERVER_ERROR)
BUSY = TransientError("HTTP 429", Fault.LIMITED, retry_after=0.001)
SAMPLING = Sampling(temperature=1.0, top_p=None, min_p=None, max_tokens=64, n=2, seed=3)
DOLLARS = Price(prompt=0.001, completion=0.01, batch_prompt=None, batch_completion=None, source="made up")
A_REPLY = 11 + 7
"""Tokens that the fake model says it has used."""


@pytest.fixture
def journal(journal_url) -> Iterator[Journal]:
    with Journal(journal_url) as opened:
        yield opened


def limits_of(caps: Caps, tariff: Tariff = UNKNOWN_TARIFF) -> Limits:
    return Limits("b", caps, tariff=tariff)


# --------------------------------------------------------------------------- what a request may use


def test_a_prompt_is_bounded_by_its_bytes():
    # 9 bytes and 10 (an e with an accent has two): 4 and 5 tokens, and 8 for each message's frame.
    prompt = chat("Write it!")
    assert bound_prompt_tokens(Request("m", "u", prompt, SAMPLING)) == 4 + 8
    two = Request("m", "u", chat("Écris-le!"), SAMPLING)
    assert bound_prompt_tokens(two) == 5 + 8
    assert bound_prompt_tokens(Request("m", "u", raw("Write: "), SAMPLING)) == 3 + 8


def test_a_request_may_use_its_prompt_and_all_its_answers_in_full():
    need = Tariff(DOLLARS).need_of(Request("m", "u", chat("Write it!"), SAMPLING))
    assert need.tokens == 12 + 2 * 64
    assert need.cost == pytest.approx(12 * 0.001 + 128 * 0.01)


def test_without_a_price_no_cost_is_made_up():
    need = UNKNOWN_TARIFF.need_of(Request("m", "u", chat("Write it!"), SAMPLING))
    assert (need.tokens, need.cost) == (140, 0.0)
    assert UNKNOWN_TARIFF.cost_of(5, 5) is None


def test_the_user_s_own_price_counts_and_the_client_s_does_not():
    request = Request("m", "u", chat("Write it!"), SAMPLING)
    own, table = Tariff(DOLLARS, is_own=True), Tariff(DOLLARS)
    response = reply_to(request, cost=0.25).response
    assert own.apply(response).cost == pytest.approx(11 * 0.001 + 7 * 0.01)
    assert table.apply(response).cost == 0.25


def test_the_user_s_price_is_of_a_million_tokens():
    generation = GenerationConfig(llm="openai/some-model", llm_base_url="http://127.0.0.1:9/v1")
    tariff = find_tariff(generation, RunConfig(prompt_price=2.0, completion_price=8.0))
    assert tariff.is_own
    assert tariff.cost_of(1_000_000, 500_000) == pytest.approx(2.0 + 4.0)


def test_a_cap_on_a_cost_that_nobody_knows_is_refused():
    with pytest.raises(ConfigError, match="whose price is not known"):
        find_caps(RunConfig(max_cost=1.0), UNKNOWN_TARIFF)
    assert find_caps(RunConfig(max_cost=1.0), Tariff(DOLLARS)) == Caps(cost=1.0)
    assert find_caps(RunConfig(max_tokens=9, max_requests=2), UNKNOWN_TARIFF) == Caps(2, 9)


# --------------------------------------------------------------------------- the engine


@pytest.mark.parametrize("concurrency", [1, 8])
def test_exactly_as_many_requests_are_sent_as_may_be(journal, concurrency):
    llm = FakeLLM()
    engine = fake_engine(llm, journal, limits=limits_of(Caps(requests=13)), concurrency=concurrency)
    with engine, pytest.raises(BudgetError) as caught:
        engine.ask(requests_of(engine, *(str(i) for i in range(40))))
    assert caught.value.exit_code == 3
    assert "has used 13 of 13 requests" in caught.value.found
    assert "13 of 40 new responses are kept" in caught.value.found
    assert "--max-requests" in caught.value.remedy
    assert len(llm.asked) == journal.count() == 13


def test_a_run_that_just_fits_is_not_ended(journal):
    llm = FakeLLM()
    with fake_engine(llm, journal, limits=limits_of(Caps(requests=13))) as engine:
        assert len(engine.ask(requests_of(engine, *(str(i) for i in range(13))))) == 13
        assert len(engine.ask(requests_of(engine, *(str(i) for i in range(13))))) == 13
    assert len(llm.asked) == 13


def test_the_tokens_that_were_used_count_not_those_that_might_have_been(journal):
    # A request may use 1 + 8 tokens for its two bytes and 128 for its answers; it uses 18.
    llm = FakeLLM()
    engine = fake_engine(llm, journal, limits=limits_of(Caps(tokens=500)))
    with engine, pytest.raises(BudgetError) as caught:
        engine.ask(requests_of(engine, *(str(i % 10) + "abcdefghi"[i // 10] for i in range(60))))
    used = journal.read_spent("b")
    # With 20 answered, 360 are used and 137 more fit; with 21, 378 are used and 515 would be too many.
    assert used == Spent(requests=21, tokens=21 * A_REPLY, cost=21 * 0.25)
    assert "378 of 500 tokens" in caught.value.found


def test_money_is_capped(journal):
    llm = FakeLLM(lambda request, _: reply_to(request, cost=0.5))
    limits = limits_of(Caps(cost=5.0), Tariff(DOLLARS))
    engine = fake_engine(llm, journal, limits=limits)
    with engine, pytest.raises(BudgetError) as caught:
        engine.ask(requests_of(engine, *(str(i) for i in range(40))))
    # A request may cost 8 × 0.001 + 128 × 0.01 = 1.288 dollars: with 4.0 spent, there is no room for it.
    assert journal.read_spent("b").cost == 4.0
    assert "4.0000 of 5.0000 US dollars" in caught.value.found


def test_a_budget_is_carried_across_runs(journal):
    asked = 0
    for wanted in (5, 12, 40):
        llm = FakeLLM()
        with fake_engine(llm, journal, limits=limits_of(Caps(requests=13))) as engine:
            try:
                engine.ask(requests_of(engine, *(str(i) for i in range(wanted))))
            except BudgetError:
                assert wanted == 40
        asked += len(llm.asked)
    assert asked == 13


def test_a_raised_cap_lets_it_go_on(journal):
    for cap, total in ((3, 3), (7, 7)):
        engine = fake_engine(FakeLLM(), journal, limits=limits_of(Caps(requests=cap)))
        with engine, pytest.raises(BudgetError):
            engine.ask(requests_of(engine, *(str(i) for i in range(40))))
        assert journal.count() == total


def test_two_workers_share_a_budget(journal_url):
    llms, ended = (FakeLLM(), FakeLLM()), []

    def work(number: int) -> None:
        limits = limits_of(Caps(requests=31))
        with (
            Journal(journal_url) as journal,
            fake_engine(llms[number], journal, limits=limits, concurrency=4) as engine,
        ):
            try:
                engine.ask(requests_of(engine, *(f"{number}-{i}" for i in range(40))))
            except BudgetError:
                ended.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == [0, 1]
    assert len(llms[0].asked) + len(llms[1].asked) == 31


def test_failed_tries_count_and_refusals_do_not(journal):
    llm = FakeLLM(lambda request, index: [BAD, BUSY, BUSY][index] if index < 3 else reply_to(request))
    policy = RetryPolicy(retries=2, first_wait=0.01)
    with fake_engine(llm, journal, limits=limits_of(Caps(requests=3)), policy=policy) as engine:
        engine.ask(requests_of(engine, "a", "b"))
    assert len(llm.asked) == 5
    assert journal.read_spent("b").requests == 3


def test_what_the_journal_holds_costs_nothing(journal):
    with fake_engine(FakeLLM(), journal) as engine:
        engine.ask(requests_of(engine, *"abcdef"))
    with fake_engine(FakeLLM(), journal, limits=limits_of(Caps(requests=1))) as engine:
        assert len(engine.ask(requests_of(engine, *"abcdefg"))) == 7
    assert journal.read_spent("b").requests == 1


# --------------------------------------------------------------------------- as the user sets it


def test_settings_prices_and_bill_through_the_real_client(openai_server, tmp_path):
    openai_server.default = server.usage({"prompt_tokens": 100, "completion_tokens": 50})
    generation = GenerationConfig(llm="openai/some-model", llm_base_url=openai_server.url)
    run = RunConfig(state_dir=tmp_path, prompt_price=2.0, completion_price=8.0, max_requests=3)
    with open_engine(generation, run, budget="mine") as engine, pytest.raises(BudgetError) as caught:
        engine.ask(requests_of(engine, *"abcdef"))
    assert "budget 'mine' has used 3 of 3 requests" in caught.value.found
    assert len(openai_server.asked) == 3
    with Journal(run.journal) as journal:
        assert journal.read_spent("mine") == Spent(3, 450, pytest.approx(3 * (100 * 2 + 50 * 8) / 1e6))


def test_a_budget_that_the_user_names_is_shared_by_all_who_name_it(openai_server, tmp_path):
    generation = GenerationConfig(llm="openai/some-model", llm_base_url=openai_server.url)
    run = RunConfig(state_dir=tmp_path, max_requests=3, budget="sweep")
    with open_engine(generation, run, budget="one") as engine:
        engine.ask(requests_of(engine, *"ab"))
    with open_engine(generation, run, budget="two") as engine, pytest.raises(BudgetError):
        engine.ask(requests_of(engine, *"cd"))
    assert len(openai_server.asked) == 3
