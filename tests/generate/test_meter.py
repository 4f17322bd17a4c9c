"""What the meter says of a round."""

from __future__ import annotations

import pytest

from seedwise.generate.meter import Meter, clock_face
from seedwise.records import Choice, Response


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def response(cost: float | None = 0.0, *, reused: bool = False) -> Response:
    return Response("key", (Choice("fine", "stop"),), 30, 10, cost=cost, seconds=1.0, reused=reused)


def metered(count: int, *, total: int, each: float, cost: float | None, reused: bool = False) -> Meter:
    clock = Clock()
    meter = Meter(clock)
    meter.expect(total)
    for _ in range(count):
        clock.now += each
        meter.count(response(cost, reused=reused))
    return meter


@pytest.mark.parametrize(
    ("meter", "words"),
    [
        (metered(10, total=100, each=0.5, cost=0.02), "2.0/s · $0.20 · 0:45 left"),
        (metered(10, total=100, each=0.05, cost=0.0001), "20/s · $0.0010 · 0:04 left"),
        (metered(10, total=10, each=0.5, cost=None), "2.0/s · 400 tokens"),
        (metered(10, total=100, each=2, cost=None), "32/min · 400 tokens · 2:49 left"),
        (metered(300, total=301, each=0.01, cost=0.0), "100/s · 12k tokens · 0:00 left"),
        (metered(2, total=100, each=0.5, cost=0.0), "80 tokens"),
        (metered(50, total=100, each=0.5, cost=0.02, reused=True), ""),
        (metered(0, total=100, each=0.5, cost=None), ""),
    ],
    ids=[
        "money",
        "small money",
        "the end",
        "slow",
        "a model for free",
        "too few to tell",
        "the journal's",
        "nothing",
    ],
)
def test_words(meter: Meter, words: str) -> None:
    assert meter.words() == words


def test_what_is_waited_for_comes_first() -> None:
    meter = metered(10, total=100, each=0.5, cost=0.02)
    assert meter.words("limit 5") == "limit 5 · 2.0/s · $0.20 · 0:45 left"


def test_the_pace_is_that_of_the_last_quarter_of_a_minute() -> None:
    clock = Clock()
    meter = Meter(clock)
    meter.expect(1000)
    for _ in range(300):
        clock.now += 0.25
        meter.count(response())
    clock.now += 10
    assert meter.words().startswith("1.4/s")


@pytest.mark.parametrize(
    ("seconds", "face"), [(0, "0:00"), (59.6, "1:00"), (754, "12:34"), (3671, "1:01:11")]
)
def test_clock_face(seconds: float, face: str) -> None:
    assert clock_face(seconds) == face
