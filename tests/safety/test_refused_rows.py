"""The gate on refusals and talk about the task."""

import pytest
from safety_samples import CONFIG, GLAD, as_synthetic, exhibit_of, find, real_rows, specimens

from seedwise.safety import examine
from seedwise.safety.refusal import MEASURE, check_refusals
from seedwise.safety.sides import Pair

REFUSALS = ("As an AI language model, I cannot say that.", "I cannot fulfill this request")
META = ("Here is an example of a tweet about joy", "Write a tweet that expresses joy")


def test_refusals_fail_the_gate_with_their_ids():
    rows = specimens((META[0], "a lovely walk", *REFUSALS, META[1]), [GLAD] * 5)
    check = check_refusals(Pair.of(exhibit_of(rows)), "tweet", 0.01)
    assert check.rows == ("s2", "s3", "s0", "s4")
    assert (check.value, check.reference, check.passed) == (0.8, 0, False)
    assert (check.bound, check.relation) == (0.01, "at most")
    assert check.remark == "2 rows refuse, 2 talk about the task."


@pytest.mark.parametrize(("bound", "passed"), [(0.5, True), (0.49, False)])
def test_the_bound_itself_passes(bound, passed):
    rows = specimens((REFUSALS[0], "a lovely walk"), [GLAD] * 2)
    assert check_refusals(Pair.of(exhibit_of(rows)), "tweet", bound).passed is passed


def test_rows_that_do_neither_pass():
    check = find(examine(exhibit_of(as_synthetic(real_rows(40, 3))), CONFIG).checks, MEASURE)
    assert (check.value, check.rows, check.passed, check.remark) == (0, (), True, "")
    assert check.bound == CONFIG.audit.meta_share


def test_people_who_are_sorry_do_not_refuse():
    rows = specimens(("I'm sorry I missed you", "sorry, I can't help crying"), [GLAD] * 2)
    assert check_refusals(Pair.of(exhibit_of(rows)), "tweet", 0.0).passed is True
