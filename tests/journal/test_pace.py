"""No minute ever holds more requests than the limit, whoever shares it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_factory import entry_of, key_of, need_of, needs_of, terms_of

from seedwise.journal import Journal, Pace
from seedwise.journal.pace import give_back, schedule

NOW = 1_700_000_000.0


@pytest.fixture
def journal(journal_url):
    with Journal(journal_url) as opened:
        yield opened


def seconds_from_now(journal: Journal, pace: Pace, *tokens: int, now: float = 0.0) -> list[float]:
    moments = journal.database.write(lambda c: schedule(c, "m", pace, tokens, NOW + now))
    return [pytest.approx(moment - NOW, abs=1e-4) for moment in moments]


# --------------------------------------------------------------------------- by hand


def test_one_request_a_second_from_the_first_on(journal):
    assert seconds_from_now(journal, Pace(requests=60), 0, 0, 0) == [0, 1, 2]
    assert seconds_from_now(journal, Pace(requests=60), 0, now=0.5) == [3]
    assert seconds_from_now(journal, Pace(requests=60), 0, 0, now=10) == [10, 11]


def test_half_a_second_s_worth_goes_at_once(journal):
    # 1,200 a minute: 10 in half a second, and 60 / (1,200 - 10) seconds between any two.
    apart = 60 / 1190
    starts = seconds_from_now(journal, Pace(requests=1200), *[0] * 13)
    assert starts == [0] * 11 + [apart, 2 * apart]


def test_tokens_are_waited_for_by_those_who_come_after(journal):
    # 6,000 a minute: 50 in half a second, so 1,000 tokens take 1,000 × 60 / 5,950 seconds.
    second = 950 * 60 / 5950
    third = 1950 * 60 / 5950
    assert seconds_from_now(journal, Pace(tokens=6000), 1000, 1000, 10) == [0, second, third]


def test_the_stricter_limit_counts(journal):
    assert seconds_from_now(journal, Pace(requests=60, tokens=60), 1, 3, 1) == [0, 1, 4]


def test_models_have_a_pace_of_their_own(journal):
    assert seconds_from_now(journal, Pace(requests=1), 0, 0) == [0, 60]
    others = journal.database.write(lambda c: schedule(c, "other", Pace(requests=1), [0], NOW))
    assert others == [pytest.approx(NOW)]


def test_tokens_that_were_not_used_are_given_back(journal):
    pace = Pace(tokens=60)
    assert seconds_from_now(journal, pace, 30) == [0]
    journal.database.write(lambda c: give_back(c, "m", pace, 20))
    assert seconds_from_now(journal, pace, 1) == [10]


def test_settling_gives_back_what_was_reserved_and_not_used(journal):
    terms = terms_of(pace=Pace(tokens=60))
    need = need_of("a", tokens=50)
    assert journal.admit([need], terms).starts == {key_of("a"): 0.0}
    journal.settle([entry_of("a", tokens=20)], [], terms, {need.key: need})
    [start] = journal.admit([need_of("b", tokens=1)], terms).starts.values()
    assert start == pytest.approx(20, abs=3)  # less what has passed since; without it, it were 50


# --------------------------------------------------------------------------- shared


def test_all_owners_on_one_journal_keep_one_pace(journal_url):
    with Journal(journal_url) as one, Journal(journal_url) as other:
        first, second = terms_of(pace=Pace(requests=60)), terms_of(pace=Pace(requests=60))
        starts = [*one.admit(needs_of("ab"), first).starts.values()]
        starts += other.admit(needs_of("cd"), second).starts.values()
    assert starts[:2] == [pytest.approx(0), pytest.approx(1)]
    # The clock goes on between the two calls.
    assert 2 - 1.9 <= starts[2] <= 2
    assert starts[3] == pytest.approx(starts[2] + 1, abs=1e-3)


def test_without_a_limit_nobody_waits(journal):
    assert set(journal.admit(needs_of("abc"), terms_of()).starts.values()) == {0.0}


# --------------------------------------------------------------------------- whatever comes


@pytest.fixture(scope="module")
def paced(tmp_path_factory):
    """One journal for many examples: each keeps the pace of a model of its own."""
    with Journal(f"sqlite:///{tmp_path_factory.mktemp('pace') / 'journal.db'}") as opened:
        yield opened


MODELS = itertools.count()
ARRIVALS = st.lists(st.tuples(st.floats(0, 20), st.integers(1, 15)), min_size=1, max_size=12)


@settings(max_examples=60)
@given(limit=st.integers(1, 400), arrivals=ARRIVALS)
def test_no_minute_holds_more_requests_than_the_limit(paced, limit, arrivals):
    starts = starts_of(paced, Pace(requests=limit), [(gap, [0] * count) for gap, count in arrivals])
    for first, start in enumerate(starts):
        within = [other for other in starts[first:] if other < start + 60 - 1e-3]
        assert len(within) <= limit


@settings(max_examples=60)
@given(
    limit=st.integers(50, 5000),
    arrivals=st.lists(
        st.tuples(st.floats(0, 20), st.lists(st.integers(1, 400), max_size=5)), min_size=1, max_size=8
    ),
)
def test_no_minute_holds_more_tokens_than_the_limit_and_one_request(paced, limit, arrivals):
    sizes = [size for _, some in arrivals for size in some]
    starts = starts_of(paced, Pace(tokens=limit), arrivals)
    for first, start in enumerate(starts):
        within = [
            size
            for other, size in zip(starts[first:], sizes[first:], strict=True)
            if other < start + 60 - 1e-3
        ]
        assert sum(within[:-1]) <= limit


@settings(max_examples=30)
@given(limit=st.integers(1, 400), count=st.integers(2, 60))
def test_the_limit_is_used_to_the_full(paced, limit, count):
    starts = starts_of(paced, Pace(requests=limit), [(0.0, [0] * count)])
    burst = limit // 120
    assert starts[-1] - starts[0] == pytest.approx(max(0, count - 1 - burst) * 60 / (limit - burst), abs=1e-3)


def starts_of(journal: Journal, pace: Pace, arrivals) -> list[float]:
    """Schedule requests that come in groups, each some seconds after the one before it."""
    model, now, starts = f"model {next(MODELS)}", NOW, []
    for gap, tokens in arrivals:
        now += gap
        moments = journal.database.write(
            lambda c, now=now, tokens=tokens: schedule(c, model, pace, tokens, now)
        )
        assert all(moment >= now for moment in moments)
        starts += moments
    assert starts == sorted(starts)
    return starts
