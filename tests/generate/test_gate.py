"""All pass the gate in turn: as many as may, none while the provider wants to be left alone."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from virtual_time import now, run

from seedwise.generate.gate import Gate
from seedwise.llm import Fault, TransientError

BROKEN_AFTER = 10
BAD = TransientError("HTTP 500", Fault.SERVER_ERROR)


async def settle() -> None:
    """Let all that can happen now happen."""
    for _ in range(20):
        await asyncio.sleep(0)


async def enter_many(gate: Gate, count: int) -> list[asyncio.Task[None]]:
    tasks = [asyncio.ensure_future(gate.enter()) for _ in range(count)]
    await settle()
    return tasks


def passed(tasks: list[asyncio.Task[None]]) -> int:
    return sum(task.done() for task in tasks)


def in_a_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run a test on an event loop whose clock leaps."""

    def wrapped(**arguments: object) -> None:
        run(test(**arguments))

    wrapped.__name__, wrapped.__doc__ = test.__name__, test.__doc__
    return wrapped


# --------------------------------------------------------------------------- how many


@in_a_loop
async def test_as_many_pass_as_may_and_the_next_when_one_comes_back():
    gate = Gate(3)
    tasks = await enter_many(gate, 5)
    assert passed(tasks) == 3
    gate.succeed()
    await settle()
    assert passed(tasks) == 4
    gate.fail(BAD)
    gate.give_up()
    await settle()
    assert passed(tasks) == 5
    assert gate.traffic.sent == 5


@in_a_loop
async def test_those_who_came_first_pass_first():
    gate, order = Gate(1), []

    async def enter(name: str) -> None:
        await gate.enter()
        order.append(name)
        gate.succeed()

    await asyncio.gather(*(enter(name) for name in "abcdef"))
    assert order == list("abcdef")


@in_a_loop
async def test_who_is_cancelled_while_waiting_takes_no_place():
    gate = Gate(1)
    tasks = await enter_many(gate, 4)
    tasks[1].cancel()
    tasks[2].cancel()
    await settle()
    gate.succeed()
    await settle()
    assert tasks[3].done()
    assert not tasks[3].cancelled()
    assert gate.traffic.sent == 2


@in_a_loop
async def test_who_is_cancelled_just_when_his_turn_has_come_gives_it_to_the_next():
    gate = Gate(1)
    tasks = await enter_many(gate, 3)
    gate.succeed()  # it is the second one's turn, who has not noticed yet
    tasks[1].cancel()
    await settle()
    assert tasks[1].cancelled()
    assert tasks[2].done()
    assert gate.traffic.sent == 2


@in_a_loop
async def test_who_withdraws_has_sent_nothing():
    gate = Gate(1)
    tasks = await enter_many(gate, 2)
    gate.withdraw()
    await settle()
    assert passed(tasks) == 2
    assert gate.traffic.sent == 1


@settings(max_examples=60)
@given(ceiling=st.integers(1, 5), seed=st.integers(0, 2**32), steps=st.integers(1, 120))
def test_no_slot_is_lost_or_won_whatever_happens(ceiling, seed, steps):
    """Clients enter, come back well or badly and are cancelled at any moment, in any order."""
    left, let_in, limit = run(stir(ceiling, random.Random(seed), steps))
    assert left == 0
    assert let_in == limit


async def stir(ceiling: int, chance: random.Random, steps: int) -> tuple[int, int, int]:
    """Stir a gate; who is inside of it afterwards, and how many of many it then lets in at which limit."""
    gate, inside, tasks = Gate(ceiling), 0, []

    async def visit() -> None:
        nonlocal inside
        await gate.enter()
        inside += 1
        assert inside <= ceiling
        try:
            await asyncio.sleep(chance.uniform(0, 2))
        except asyncio.CancelledError:
            inside -= 1
            gate.give_up()
            raise
        inside -= 1
        come_back(gate, chance.choice(["well", "well", "refused", "failed", "for good"]))

    for _ in range(steps):
        if tasks and chance.random() < 0.3:
            chance.choice(tasks).cancel()
        else:
            tasks.append(asyncio.ensure_future(visit()))
        if chance.random() < 0.5:
            await asyncio.sleep(chance.uniform(0, 1))
    await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(task.exception()) for task in tasks if not task.cancelled()} <= {type(None)}
    for _ in range(BROKEN_AFTER * ceiling):  # mend it and find its limit again
        await gate.enter()
        gate.succeed()
    visitors = await enter_many(gate, ceiling + 1)
    return inside, passed(visitors), gate.limit


def come_back(gate: Gate, how: str) -> None:
    if how == "well":
        gate.succeed()
    elif how == "refused":
        gate.refuse(now(), None)
    elif how == "failed":
        gate.fail(BAD)
    else:
        gate.give_up()


# --------------------------------------------------------------------------- when


@in_a_loop
async def test_retry_after_holds_all_back_to_the_second():
    gate = Gate(3)
    await enter_many(gate, 2)
    began = now()
    assert 7.0 <= gate.refuse(began, retry_after=7.0) <= 7.0 * 1.05
    waiting = await enter_many(gate, 3)
    await asyncio.sleep(6.99)
    assert passed(waiting) == 0
    await asyncio.gather(waiting[0])
    assert 7.0 <= now() - began <= 7.36
    assert gate.traffic.paused == pytest.approx(now() - began, abs=0.01)


@in_a_loop
async def test_of_two_pauses_the_longer_one_counts():
    gate = Gate(4)
    await enter_many(gate, 3)
    began = now()
    gate.refuse(began, retry_after=10.0)
    left = gate.refuse(began, retry_after=1.0)
    assert 10.0 <= left <= 10.5
    await gate.enter()
    assert now() - began >= 10.0


@in_a_loop
async def test_without_retry_after_the_pause_doubles_with_each_refused_probe():
    gate, pauses = Gate(1), []
    for _ in range(12):
        await gate.enter()
        pauses.append(gate.refuse(now(), retry_after=None))
    means = [min(8.0, 0.05 * 2**number) for number in range(12)]
    for pause, mean in zip(pauses, means, strict=True):
        assert 0.5 * mean <= pause <= 1.5 * mean


@in_a_loop
async def test_an_answer_ends_the_doubling():
    gate = Gate(1)
    for _ in range(6):
        await gate.enter()
        gate.refuse(now(), retry_after=None)
    await gate.enter()
    gate.succeed()
    await gate.enter()
    assert gate.refuse(now(), retry_after=None) <= 0.075


@in_a_loop
async def test_refusals_of_one_volley_are_one_pause():
    gate = Gate(8)
    await enter_many(gate, 8)
    pauses = [gate.refuse(now(), retry_after=None) for _ in range(8)]
    assert max(pauses) <= 0.075
    assert gate.traffic.refused == 8


# --------------------------------------------------------------------------- the circuit breaker


@in_a_loop
async def test_after_ten_failures_in_a_row_one_request_at_a_time_goes_through():
    gate = Gate(16)
    await enter_many(gate, 16)
    for _ in range(BROKEN_AFTER - 1):
        gate.fail(BAD)
    assert (gate.limit, gate.is_broken) == (16, False)
    gate.fail(BAD)
    assert (gate.limit, gate.is_broken) == (1, True)
    waiting = await enter_many(gate, 5)
    for _ in range(6):  # the rest of those that were under way
        gate.fail(BAD)
        await asyncio.sleep(3)
        assert passed(waiting) == (1 if gate.failures == 16 else 0)
    gate.fail(BAD)
    await asyncio.sleep(3)
    assert passed(waiting) == 2


@in_a_loop
async def test_while_it_is_broken_the_provider_is_left_alone_between_probes():
    gate, pauses = Gate(1), []
    for _ in range(BROKEN_AFTER + 8):
        began = now()
        await gate.enter()
        pauses.append(round(now() - began, 2))
        gate.fail(BAD)
    assert pauses == [0] * BROKEN_AFTER + [0.05, 0.1, 0.2, 0.4, 0.5, 0.5, 0.5, 0.5]


@in_a_loop
async def test_one_answer_mends_it():
    gate = Gate(16)
    await enter_many(gate, BROKEN_AFTER)
    for _ in range(BROKEN_AFTER):
        gate.fail(BAD)
    waiting = await enter_many(gate, 20)
    await asyncio.sleep(1)
    assert passed(waiting) == 1
    gate.succeed()
    await settle()
    assert passed(waiting) == 17
    causes = [(change.limit, change.cause) for change in gate.traffic.limits]
    assert causes == [(16, "start"), (1, "broken"), (16, "mended")]


@in_a_loop
async def test_refusals_neither_break_nor_mend_it():
    gate = Gate(2)
    for _ in range(2 * BROKEN_AFTER):
        await gate.enter()
        gate.refuse(now(), retry_after=None)
    assert not gate.is_broken
    for _ in range(BROKEN_AFTER):
        await gate.enter()
        gate.fail(BAD)
    await gate.enter()
    gate.refuse(now(), retry_after=None)
    assert gate.is_broken


@in_a_loop
async def test_failures_between_answers_do_not_break_it():
    gate = Gate(2)
    for _ in range(5):
        for _ in range(BROKEN_AFTER - 1):
            await gate.enter()
            gate.fail(BAD)
        await gate.enter()
        gate.succeed()
    assert not gate.is_broken
    assert gate.traffic.failed == {"server_error": 45}


# --------------------------------------------------------------------------- shared with other workers


class Slots:
    """A bound that this worker shares with others who do not exist."""

    def __init__(self, held: int) -> None:
        self.held = held
        self.told: list[tuple[int, int]] = []

    def use(self, under_way: int, wanted: int) -> None:
        self.told.append((under_way, wanted))


@in_a_loop
async def test_no_more_pass_than_slots_are_held():
    slots = Slots(held=2)
    gate = Gate(8, slots)
    tasks = await enter_many(gate, 5)
    assert passed(tasks) == 2
    assert slots.told[-1] == (2, 5)
    slots.held = 4
    gate.wake()
    await settle()
    assert passed(tasks) == 4
    for _ in range(4):
        gate.succeed()
    await settle()
    gate.succeed()
    assert slots.told[-1] == (0, 0)


@in_a_loop
async def test_never_more_slots_are_wanted_than_the_user_allows():
    slots = Slots(held=3)
    gate = Gate(3, slots)
    await enter_many(gate, 10)
    assert slots.told[-1] == (3, 3)
