"""Rounds and rewriting in the report."""

from dataclasses import replace

import pytest
from experiment_factory import make_experiment

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.records import Confusion, Edits, RoundNote
from seedwise.report.document import build_document
from seedwise.report.tables.growing import growing_sheets

NOTE = RoundNote(
    round=1,
    rows=30,
    requests=5,
    prompt_tokens=1000,
    completion_tokens=234,
    cost=None,
    macro_f1=0.4567,
    gain=-0.01,
    detector_auc=None,
    confused=(Confusion("joy", "anger", 0.25),),
    remark="The guides stay.",
)


@pytest.fixture(scope="module")
def plain() -> Experiment:
    return make_experiment(draws=1, added=(100,), arms=(Arm.SEED_ONLY, Arm.REAL, Arm.GUIDED))


def test_without_rounds_and_rewriting_there_is_no_table(plain: Experiment) -> None:
    assert growing_sheets(plain) == ()


def test_a_round_tells_what_it_brought_and_what_was_decided(plain: Experiment) -> None:
    (harvest,) = plain.harvests
    told = replace(plain, harvests=(replace(harvest, rounds=(NOTE,)),))
    (sheet,) = growing_sheets(told)
    assert sheet.rows == (
        (
            *("guided", "0", "2", "30", "1,234", ".457", "-0.010", "–"),
            *("joy taken for anger (25%)", "The guides stay."),
        ),
    )
    assert build_document(told)["generation"][0]["rounds"][0]["macro_f1"] == 0.4567


def test_rewriting_tells_whether_the_class_changed_and_how_little_else(plain: Experiment) -> None:
    edits = Edits(Arm("guided+counterfactual"), draw=0, rows=12, validity=0.5, proximity=0.75, sparsity=0.2)
    told = replace(plain, evaluation=replace(plain.evaluation, edits=(edits,)))
    (sheet,) = growing_sheets(told)
    assert sheet.rows == (("guided+counterfactual", "0", "12", ".500", ".750", ".200"),)
    assert build_document(told)["edits"][0]["validity"] == 0.5
