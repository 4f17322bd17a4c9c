"""A provider's hidden limit is found, kept, and looked for again when it changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from virtual_time import Course, HiddenLimit, run, saturate

from seedwise.generate.gate import Gate
from seedwise.generate.rate import AdaptiveLimit

NOW = 1000.0
LATER = NOW + 1.0


def refuse_all(limit: AdaptiveLimit, allowed: int, at: float = NOW) -> None:
    """Refuse whatever of a full volley is beyond what is allowed."""
    for left in range(limit.value - 1, allowed - 1, -1):
        limit.refuse(sent_at=at - 0.1, now=at, left=left, pause=0.0)


def answer(limit: AdaptiveLimit, count: int, at: float) -> None:
    for _ in range(count):
        limit.succeed(at, under_way=limit.value)


# --------------------------------------------------------------------------- by hand


def test_it_begins_at_the_ceiling():
    limit = AdaptiveLimit(16, NOW)
    assert limit.value == 16
    assert [(change.second, change.limit, change.cause) for change in limit.changes] == [(0.0, 16, "start")]


def test_one_refusal_takes_a_tenth():
    limit = AdaptiveLimit(100, NOW)
    limit.refuse(NOW, LATER, left=60, pause=0)
    assert limit.value == 90


def test_one_refusal_of_what_is_one_too_many_takes_that_one():
    limit = AdaptiveLimit(51, NOW)
    limit.refuse(NOW, LATER, left=50, pause=0)
    assert limit.value == 50


@pytest.mark.parametrize("allowed", [1, 7, 50, 199])
def test_a_refused_volley_tells_the_limit_at_once(allowed):
    limit = AdaptiveLimit(200, NOW)
    refuse_all(limit, allowed)
    assert limit.value == allowed


def test_late_refusals_of_one_volley_do_not_lower_it_again():
    limit = AdaptiveLimit(100, NOW)
    limit.refuse(NOW, LATER, left=95, pause=0)
    assert limit.value == 95
    limit.refuse(NOW, LATER + 0.1, left=94, pause=0)
    assert limit.value == 94  # not nine tenths of 95
    limit.refuse(LATER + 0.2, LATER + 0.5, left=60, pause=0)
    assert limit.value == 84  # this one was sent after the decrease


def test_it_grows_by_one_a_round_trip_and_not_before_its_time():
    limit = AdaptiveLimit(100, NOW)
    refuse_all(limit, 10)
    answer(limit, 50, NOW + 3.9)
    assert limit.value == 10
    answer(limit, 10, NOW + 4.1)
    assert limit.value == 10  # ten tenths, less what rounding has taken
    answer(limit, 1, NOW + 4.1)
    assert limit.value == 11


def test_the_provider_s_pause_is_waited_for_before_it_grows():
    limit = AdaptiveLimit(100, NOW)
    limit.refuse(NOW - 0.1, NOW, left=50, pause=30.0)
    before = limit.value
    answer(limit, 100, NOW + 33.9)
    assert limit.value == before
    answer(limit, 100, NOW + 34.1)
    assert limit.value == before + 1


def test_a_limit_that_is_refused_again_and_again_is_tried_ever_less_often():
    limit, at, waits = AdaptiveLimit(100, NOW), NOW, []
    refuse_all(limit, 20, at)
    for _ in range(6):
        refused_at = at
        while limit.value == 20:
            at += 0.1
            answer(limit, 20, at)
        waits.append(round(at - refused_at))
        limit.refuse(at, at, left=20, pause=0)
        assert limit.value == 20
    assert waits == [4, 8, 16, 32, 60, 60]


def test_what_does_not_fill_the_bound_teaches_nothing():
    limit = AdaptiveLimit(100, NOW)
    refuse_all(limit, 10)
    for _ in range(1000):
        limit.succeed(NOW + 60, under_way=5)
    assert limit.value == 10


@pytest.mark.parametrize("probes", [0, 1, 7], ids=lambda count: f"{count} refused probes")
def test_after_everything_was_refused_it_doubles_each_round_trip(probes):
    limit, at = AdaptiveLimit(100, NOW), NOW
    refuse_all(limit, 0)
    assert limit.value == 1
    for number in range(probes):
        at = NOW + number
        limit.refuse(at, at, left=0, pause=0)
    sizes = []
    for _ in range(7):
        answer(limit, limit.value, at + 61)
        sizes.append(limit.value)
    assert sizes[:5] == [2, 4, 8, 16, 32]
    assert 50 <= sizes[5] <= 52  # half of what it was; from there, by one each
    assert sizes[6] == sizes[5] + 1 or sizes[6] == sizes[5]


def test_its_history_is_kept_by_the_ends_of_its_runs():
    limit = AdaptiveLimit(100, NOW)
    refuse_all(limit, 50, NOW + 1)
    answer(limit, 200, NOW + 10)
    history = [(change.second, change.limit, change.cause) for change in limit.changes]
    assert history == [(0.0, 100, "start"), (1.0, 50, "refused"), (10.0, limit.value, "grown")]


# --------------------------------------------------------------------------- whatever comes

EVENTS = st.lists(
    st.tuples(st.booleans(), st.floats(0, 5), st.integers(0, 400), st.floats(0, 60)), max_size=200
)


@given(ceiling=st.integers(1, 300), events=EVENTS)
def test_it_stays_between_one_and_the_ceiling(ceiling, events):
    limit, now = AdaptiveLimit(ceiling, NOW), NOW
    for is_answer, gap, left, pause in events:
        sent_at, now = now, now + gap
        if is_answer:
            limit.succeed(now, under_way=limit.value)
        else:
            limit.refuse(sent_at, now, min(left, limit.value - 1), pause)
        assert 1 <= limit.value <= ceiling
    seconds = [change.second for change in limit.changes]
    assert seconds == sorted(seconds)
    assert limit.changes[-1].limit == limit.value


def test_its_history_does_not_grow_without_end():
    limit = AdaptiveLimit(5, NOW)
    for number in range(1000):
        at = NOW + 100.0 * number
        limit.refuse(at, at, left=limit.value - 1, pause=0)
        answer(limit, 10, at + 90)
    assert 200 <= len(limit.changes) <= 401
    assert limit.changes[0].cause == "start"
    assert limit.changes[-1].second == pytest.approx(99_990)


# --------------------------------------------------------------------------- against servers


def course_before(server_of, ceiling: int, seconds: float) -> tuple[Course, HiddenLimit]:
    async def main() -> tuple[Course, HiddenLimit]:
        server = server_of()
        return await saturate(Gate(ceiling), server, ceiling + 50, seconds), server

    return run(main())


MEAN_LATENCY = 0.3


def test_a_hidden_limit_of_50_is_found_and_kept():
    course, server = course_before(lambda: HiddenLimit(lambda _: 50), 200, 60)
    assert course.limits[0] == 200
    for start in range(5, 60, 5):
        assert course.mean_limit(start, start + 5) == pytest.approx(50, rel=0.05)
    assert course.rate(0, 60) >= 0.95 * 50 / MEAN_LATENCY
    # 150 of the first volley, and less than one in ten seconds after it.
    assert 150 <= server.refused <= 156


def test_a_limit_of_one_is_kept_too():
    course, server = course_before(lambda: HiddenLimit(lambda _: 1), 16, 60)
    assert course.mean_limit(5, 60) == pytest.approx(1, abs=0.1)
    assert course.rate(5, 60) >= 0.85 / MEAN_LATENCY
    assert server.refused <= 60


def test_no_limit_is_no_reason_to_hold_back():
    course, server = course_before(lambda: HiddenLimit(lambda _: 10_000), 100, 20)
    assert set(course.limits) == {100}
    assert server.refused == 0


def test_a_limit_that_rises_is_found():
    course, _ = course_before(lambda: HiddenLimit(lambda t: 20 if t < 20 else 60), 100, 120)
    assert course.mean_limit(10, 20) == pytest.approx(20, rel=0.05)
    assert course.mean_limit(90, 120) == pytest.approx(60, rel=0.05)


def test_a_limit_that_falls_is_found_within_seconds():
    course, _ = course_before(lambda: HiddenLimit(lambda t: 60 if t < 20 else 15), 100, 40)
    assert course.mean_limit(10, 20) == pytest.approx(60, rel=0.05)
    assert course.mean_limit(25, 40) == pytest.approx(15, rel=0.05)


def test_it_recovers_after_everything_was_refused():
    course, server = course_before(lambda: HiddenLimit(lambda t: 0 if t < 3 else 50), 200, 40)
    assert course.mean_limit(2, 3) == 1
    assert course.mean_limit(20, 40) == pytest.approx(50, rel=0.05)
    assert server.refused <= 250


def test_retry_after_is_obeyed_and_the_limit_is_found_all_the_same():
    course, server = course_before(lambda: HiddenLimit(lambda _: 50, retry_after=1.0), 200, 60)
    assert course.mean_limit(5, 60) == pytest.approx(50, rel=0.05)
    assert course.rate(0, 60) >= 0.85 * 50 / MEAN_LATENCY
    assert server.refused <= 160
