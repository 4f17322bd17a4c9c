"""Whatever a provider does wrong: every good answer is kept, and the run ends, saying how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fault_bench import (
    ASKED,
    CASES,
    ROWS,
    UNDER_WAY,
    Case,
    FaultServer,
    count,
    run_case,
    table_of,
    write_well,
)

from seedwise.errors import BudgetError, LLMError
from seedwise.generate import RetryPolicy

ERRORS = {0: type(None), 2: LLMError, 3: BudgetError}
ALL_WELL = CASES[0]


@pytest.fixture
def openai() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> tuple[str, ...]:
    """The rows of a run that meets no fault."""
    with FaultServer() as server:
        return run_case(ALL_WELL, server, tmp_path_factory.mktemp("undisturbed")).accepted


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.fault)
def test_fault(case: Case, openai: FaultServer, tmp_path: Path, undisturbed: tuple[str, ...]):
    got = run_case(case, openai, tmp_path)
    assert type(got.error) is ERRORS[case.exit_code], got.error
    assert got.exit_code == case.exit_code
    assert case.asked[0] <= got.asked <= case.asked[1]
    assert got.statuses == case.statuses
    assert case.failures is None or got.failures == case.failures
    assert got.kept >= openai.written  # nothing that was written well is lost
    assert len(got.accepted) == case.accepted
    if got.harvest is not None:
        assert case.accepted + sum(got.harvest.shortfall.values()) == ROWS
        assert got.counted == got.asked - case.refusals
    if case.statuses == {"complete": ASKED} and not got.error:
        assert got.accepted == undisturbed
    if got.error is not None:
        assert_goes_on(case, openai, tmp_path, undisturbed)


def assert_goes_on(case: Case, openai: FaultServer, folder: Path, undisturbed: tuple[str, ...]) -> None:
    """Run again once the fault is mended: only what is missing is asked for, and the rows are the same."""
    again = run_case(ALL_WELL, openai, folder)
    assert again.accepted == undisturbed
    assert again.asked == ASKED - case.statuses["complete"]


def test_who_has_answered_is_kept_beside_the_answer(openai, tmp_path):
    [case] = [case for case in CASES if case.fault == "answered by another model"]
    run_case(case, openai, tmp_path)
    served = count(tmp_path, "SELECT served_model, count(*) FROM responses GROUP BY served_model")
    assert served == {"another-model": ASKED}


def test_a_provider_that_fails_for_good_blames_no_request(openai, tmp_path):
    """Whatever the circumstances of its end: set aside, a request would never be asked again."""
    for retries in (1, 3):
        died = Case("", "", (write_well,) * 3, lambda exchange: exchange.send_json(500, {}))
        folder = tmp_path / str(retries)
        got = run_case(replace(died, policy=RetryPolicy(retries, first_wait=0.01)), openai, folder)
        assert isinstance(got.error, LLMError)
        assert got.statuses == {"complete": 3}
        assert got.asked <= 3 + 10 + 2 * UNDER_WAY


def test_the_table_has_a_line_for_every_case(openai, tmp_path):
    lines = list(table_of([(ALL_WELL, run_case(ALL_WELL, openai, tmp_path))]))
    assert lines[-1] == "| none | – | 6 | 12 | 8 | 0 |"
    assert len({line.count("|") for line in lines}) == 1
    assert len({case.fault for case in CASES}) == len(CASES)
