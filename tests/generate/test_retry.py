"""Waiting between tries."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.generate import RetryPolicy
from seedwise.llm import Fault, TransientError

POLICY = RetryPolicy(retries=5)


@given(st.integers(1, 5), st.integers())
def test_the_wait_doubles_around_its_mean(failures, seed):
    seconds = POLICY.wait(failures, TransientError("it broke", Fault.SERVER_ERROR), random.Random(seed))
    assert 0.5 * 2 ** (failures - 1) <= seconds <= 1.5 * 2 ** (failures - 1)


@given(st.integers(7, 10_000), st.integers())
def test_the_wait_is_bounded(failures, seed):
    assert POLICY.wait(failures, TransientError("it broke", Fault.SERVER_ERROR), random.Random(seed)) <= 90


@given(st.integers(1, 100), st.floats(0, 1000), st.integers())
def test_the_provider_is_never_asked_before_the_time_it_names(failures, retry_after, seed):
    fault = TransientError("HTTP 429", Fault.LIMITED, retry_after=retry_after)
    seconds = POLICY.wait(failures, fault, random.Random(seed))
    assert retry_after <= seconds <= 1.1 * retry_after


@pytest.mark.parametrize(
    ("seconds", "retry_after", "is_spent"),
    [
        (0.0, None, False),
        (0.0, 800.0, False),
        (200.0, 800.0, True),
        (0.0, 86_400.0, True),
        (901.0, None, True),
    ],
)
def test_a_wait_beyond_the_deadline_is_not_begun(seconds, retry_after, is_spent):
    fault = TransientError("HTTP 503", Fault.SERVER_ERROR, retry_after=retry_after)
    assert POLICY.is_spent(1, seconds, fault, ever_answered=True) is is_spent
