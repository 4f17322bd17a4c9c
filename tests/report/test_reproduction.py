"""The paper's findings stand beside ours only where the setting is the paper's, as we read it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from experiment_factory import make_effect, make_experiment

from seedwise.arms import Arm
from seedwise.config import DataConfig
from seedwise.data import tweeteval
from seedwise.experiment import Experiment
from seedwise.report.reproduction import ReproductionLine, reproduction_lines

UNKNOWN = ("temperature", "GPT", "prompt", "vectoriser", "bootstrap", "repeats", "draws")
"""Of what the paper's summaries do not say, what a line could name."""


def like_the_paper(experiment: Experiment, split: str = "pooled") -> Experiment:
    data = DataConfig.model_validate({"dataset": tweeteval.NAME, "split": split})
    return replace(
        experiment,
        config=experiment.config.model_copy(update={"data": data}),
        dataset=replace(experiment.dataset, name=tweeteval.NAME),
    )


def lines_of(lines: tuple[ReproductionLine, ...], claim: str, voice: str) -> list[ReproductionLine]:
    return [line for line in lines if line.claim == claim and line.voice == voice]


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    return make_experiment(draws=3, added=(100, 400))


def test_another_setting_has_no_such_table(experiment: Experiment) -> None:
    assert reproduction_lines(experiment) == ()
    assert reproduction_lines(like_the_paper(experiment, split="official")) == ()
    svm = tuple(replace(selection, chosen="linear_svm") for selection in experiment.selections)
    assert reproduction_lines(replace(like_the_paper(experiment), selections=svm)) == ()


def test_every_claim_has_the_papers_line_and_ours(experiment: Experiment) -> None:
    lines = reproduction_lines(like_the_paper(experiment))
    for claim in dict.fromkeys(line.claim for line in lines):
        assert len(lines_of(lines, claim, "paper says")) == 1
        assert lines_of(lines, claim, "here")


def test_ours_is_given_at_every_size(experiment: Experiment) -> None:
    lines = reproduction_lines(like_the_paper(experiment))
    sizes = {line.subject for line in lines_of(lines, "level of guided", "here")}
    assert sizes == {"20 seeds + 100 = 120", "20 seeds + 400 = 420"}


def test_what_the_summaries_leave_open_is_never_called_the_papers(experiment: Experiment) -> None:
    for line in reproduction_lines(like_the_paper(experiment)):
        if line.voice == "paper says":
            assert not any(word.lower() in line.text.lower() for word in UNKNOWN)


def test_the_class_that_gains_most_is_measured(experiment: Experiment) -> None:
    comparisons = tuple(
        replace(c, per_class={"anger": make_effect(0.01), "joy": make_effect(0.09)})
        for c in experiment.evaluation.comparisons
    )
    evaluation = replace(experiment.evaluation, comparisons=comparisons)
    lines = reproduction_lines(like_the_paper(replace(experiment, evaluation=evaluation)))
    here = lines_of(lines, "optimism gains most", "here")
    assert here[0].text.startswith("guided gains most over seed_only in joy: +0.090")
    assert here[-1].text == "guided against naive, optimism: not measured in this run"


def test_what_was_not_measured_is_said_to_be_missing() -> None:
    bare = make_experiment(draws=1, added=(100,), arms=(Arm.SEED_ONLY, Arm.REAL))
    lines = reproduction_lines(like_the_paper(bare))
    assert any(line.text == "guided: not measured in this run" for line in lines)
    assert any(line.text == "naive against seed_only: not measured in this run" for line in lines)
