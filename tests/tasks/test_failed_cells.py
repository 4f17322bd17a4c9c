"""How a failed run of a cell is read from its message, which is all that the server keeps."""

from __future__ import annotations

import pytest

from seedwise.config import ExperimentConfig, SweepConfig
from seedwise.errors import ConfigError
from seedwise.generate.needs import Terms, over_budget
from seedwise.journal import Caps
from seedwise.journal.ledger import Spent
from seedwise.sweep import plan_cells
from tasks.workers import failure_of

(CELL,) = plan_cells(SweepConfig(seed_sizes=(60,)), ExperimentConfig())
BY_PREFECT = "Flow run encountered an exception: "


def spent() -> str:
    return str(over_budget(Spent(requests=5), Terms("me", "mine", Caps(requests=5), "some-model")))


@pytest.mark.parametrize("before", ["", BY_PREFECT + "BudgetError: "])
def test_a_spent_budget_is_known_by_its_words(before: str) -> None:
    found = failure_of(CELL, before + spent())
    assert found.is_budget_spent
    assert found.message == spent()


@pytest.mark.parametrize("before", ["", BY_PREFECT + "ConfigError: "])
def test_another_error_of_the_user_keeps_its_words(before: str) -> None:
    words = str(ConfigError(found="a budget 'x' has used", expected="b", remedy="c"))
    found = failure_of(CELL, before + words)
    assert (found.state, found.message, found.is_budget_spent) == ("failed", words, False)


def test_a_bug_keeps_its_type() -> None:
    assert failure_of(CELL, BY_PREFECT + "KeyError: 'x'").message == "KeyError: 'x'"
