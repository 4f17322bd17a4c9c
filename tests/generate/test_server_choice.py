"""Requests to an embedded model are spread over its servers, and follow a server that is replaced."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import pytest
from engine_factory import FakeLLM, chat, reply_to

from seedwise.config import GenerationConfig
from seedwise.errors import LLMError
from seedwise.generate import Identity, make_request
from seedwise.generate.embedded import EmbeddedLLM, Station
from seedwise.llm import Fault, TransientError
from seedwise.records import Choice

IDENTITY = Identity("embedded/smollm2", "embedded:0123456789abcdef", is_embedded=True)
BROKEN = LLMError(found="it does not start", expected="", remedy="")


@dataclass
class FakeLoan:
    url: str
    is_closed: bool = False

    def close(self) -> None:
        self.is_closed = True


class FakeHost:
    """A machine on which one server runs after the other; each url leads to a client of its own.

    An exception in place of a client is raised when that server is borrowed; the last one stays.
    """

    def __init__(self, *clients: FakeLLM | Exception) -> None:
        self.running = list(clients)
        self.loans: list[FakeLoan] = []
        self.opened: list[str] = []

    def borrow(self) -> FakeLoan:
        if isinstance(self.running[0], Exception):
            raise self.running[0]
        loan = FakeLoan(f"http://server-{len(self.running)}")
        self.loans.append(loan)
        return loan

    def open(self, url: str) -> FakeLLM:
        self.opened.append(url)
        return self.running[0]

    def station(self) -> Station:
        return Station(self.borrow, self.open)


def embedded(*hosts: FakeHost) -> EmbeddedLLM:
    return EmbeddedLLM([host.station() for host in hosts])


def request_of(name: str):
    return make_request(chat(name), IDENTITY, GenerationConfig(answers_per_request=2), 0)


async def ask(llm: EmbeddedLLM, count: int) -> list[object]:
    asked = (llm.complete(request_of(f"Write {i}!")) for i in range(count))
    return await asyncio.gather(*asked, return_exceptions=True)


def failing(fault: Fault) -> FakeLLM:
    return FakeLLM(lambda *_: TransientError("gone", fault))


def faults(outcomes) -> int:
    return sum(isinstance(outcome, Exception) for outcome in outcomes)


def test_servers_share_the_work_evenly():
    servers = [FakeLLM(), FakeLLM(), FakeLLM()]
    hosts = [FakeHost(server) for server in servers]
    asyncio.run(ask(embedded(*hosts), 12))
    assert [len(server.asked) for server in servers] == [4, 4, 4]
    assert [len(host.loans) for host in hosts] == [1, 1, 1]


def test_no_more_servers_are_borrowed_than_requests_need():
    hosts = [FakeHost(FakeLLM()), FakeHost(FakeLLM())]
    asyncio.run(ask(embedded(*hosts), 1))
    assert [len(host.loans) for host in hosts] == [1, 0]


@pytest.mark.parametrize("fault", [Fault.UNREACHABLE, Fault.BROKEN, Fault.TIMEOUT, Fault.SERVER_ERROR])
def test_the_next_try_reaches_the_server_that_replaced_a_dead_one(fault):
    dead, successor = failing(fault), FakeLLM()
    host = FakeHost(dead, successor)
    llm = embedded(host)

    async def main():
        assert faults(await ask(llm, 3)) == 3
        del host.running[0]
        assert faults(await ask(llm, 3)) == 0
        await llm.aclose()

    asyncio.run(main())
    assert (len(dead.asked), len(successor.asked)) == (3, 3)
    assert [loan.is_closed for loan in host.loans] == [True, True]
    assert dead.closed
    assert successor.closed


def test_a_server_that_turns_out_to_be_well_keeps_its_client():
    outcomes = iter([TransientError("slow", Fault.TIMEOUT)])
    host = FakeHost(FakeLLM(lambda request, _: next(outcomes, None) or reply_to(request)))
    llm = embedded(host)

    async def main():
        return faults(await ask(llm, 1)) + faults(await ask(llm, 2))

    assert asyncio.run(main()) == 1
    assert len(host.opened) == 1
    assert [loan.is_closed for loan in host.loans] == [False, True]


def test_a_limited_server_is_not_doubted():
    host = FakeHost(failing(Fault.LIMITED))

    async def main():
        llm = embedded(host)
        await ask(llm, 1)
        await ask(llm, 1)

    asyncio.run(main())
    assert len(host.loans) == 1


def test_a_late_failure_of_the_old_server_does_not_cast_doubt_on_the_new():
    class Slow(FakeLLM):
        async def complete(self, request):
            await asyncio.sleep(0.05 if request.prompt.messages[-1].content == "Write 1!" else 0)
            raise TransientError("gone", Fault.BROKEN)

    host = FakeHost(Slow(), FakeLLM())
    llm = embedded(host)

    async def main():
        late = asyncio.create_task(ask(llm, 2))
        await asyncio.sleep(0.02)
        del host.running[0]
        assert faults(await ask(llm, 1)) == 0
        assert faults(await late) == 2
        assert faults(await ask(llm, 1)) == 0

    asyncio.run(main())
    assert len(host.loans) == 2


def test_a_server_that_cannot_be_replaced_is_left_for_another():
    broken, well = FakeHost(BROKEN), FakeHost(FakeLLM())
    llm = embedded(broken, well)

    async def main():
        first = await ask(llm, 4)
        # A second try finds the other server: the engine asks again what failed in passing.
        assert [isinstance(outcome, TransientError) for outcome in first] == [True, False, True, False]
        assert faults(await ask(llm, 4)) == 0

    asyncio.run(main())


def test_without_any_server_the_reason_is_told():
    [outcome] = asyncio.run(ask(embedded(FakeHost(BROKEN)), 1))
    assert outcome is BROKEN


def test_a_request_that_is_given_up_does_not_keep_others_from_the_server():
    host = FakeHost(FakeLLM())
    llm = embedded(host)

    async def main():
        hasty = asyncio.create_task(ask(llm, 1))
        patient = asyncio.create_task(ask(llm, 1))
        await asyncio.sleep(0)
        hasty.cancel()
        return faults(await patient)

    assert asyncio.run(main()) == 0
    assert len(host.loans) == 1


@pytest.mark.parametrize(
    ("texts", "tokens"), [(("abcd",), 7), (("abcd", "abcd"), 14), (("abcd", ""), 8), ((), 7)]
)
def test_the_token_count_of_the_first_answer_is_extended_to_all(texts, tokens):
    def behave(request, _):
        reply = reply_to(request)
        choices = tuple(Choice(text, "stop") for text in texts)
        return replace(reply, response=replace(reply.response, choices=choices))

    [reply] = asyncio.run(ask(embedded(FakeHost(FakeLLM(behave))), 1))
    assert reply.response.completion_tokens == tokens
