"""The words of the verdict: they follow from the records and from nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from experiment_factory import make_experiment

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.records import Comparison, Effect, Verdict
from seedwise.report.sentences import (
    detectable_sentences,
    headline,
    verdict_markdown,
    verdict_sentences,
)

CLAUSES: dict[Verdict, str] = {
    "better": "are better than their placebo",
    "equivalent": "are equivalent to their placebo (within ±.02)",
    "worse": "are worse than their placebo",
    "cannot tell": "cannot be told from their placebo",
}


def effect(verdict: Verdict) -> Effect:
    return Effect(0.02, 0.01, 0.03, 0.012, 0.028, 0.002, 0.012, 0.029, verdict)


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    return make_experiment(draws=5, added=(100, 300))


def judged(experiment: Experiment, judge: Callable[[Comparison], Verdict]) -> Experiment:
    """Give every comparison the same numbers and the verdict that ``judge`` gives."""
    found = tuple(replace(c, macro=effect(judge(c))) for c in experiment.evaluation.comparisons)
    return replace(experiment, evaluation=replace(experiment.evaluation, comparisons=found))


@pytest.mark.parametrize("verdict", CLAUSES)
def test_the_headline_says_each_verdict_in_its_own_words(experiment: Experiment, verdict: Verdict) -> None:
    text = headline(judged(experiment, lambda _: verdict))
    assert CLAUSES[verdict] in text
    assert not any(clause in text for word, clause in CLAUSES.items() if word != verdict)


def test_the_word_is_the_records_whatever_the_interval_says(experiment: Experiment) -> None:
    # The interval lies above 0; corrected for the family it cannot tell.
    sentences = verdict_sentences(judged(experiment, lambda _: "cannot tell"))
    assert all("better" not in sentence for sentence in sentences)


def test_a_sentence_gives_difference_interval_and_corrected_p(experiment: Experiment) -> None:
    def judge(found: Comparison) -> Verdict:
        return "better" if found.baseline is Arm.SEED_ONLY else "equivalent"

    (sentence,) = [s for s in verdict_sentences(judged(experiment, judge)) if s.startswith("guided, xgboost")]
    assert sentence == (
        "guided, xgboost, 300 rows added, 5 draws: "
        "better than seed_only (+0.020 [+0.010, +0.030], Holm p = .012); "
        "equivalent to naive, within ±.02 (+0.020 [+0.010, +0.030], Holm p = .012); "
        "equivalent to placebo, within ±.02 (+0.020 [+0.010, +0.030], Holm p = .012); "
        "equivalent to real, within ±.02 (+0.020 [+0.010, +0.030], Holm p = .012)."
    )


def test_where_a_run_cannot_tell_it_says_what_it_could_have_shown(experiment: Experiment) -> None:
    blind = judged(experiment, lambda _: "cannot tell")
    assert "a true difference below .029 may well go unseen" in verdict_sentences(blind)[0]
    assert "can show a difference between guided and placebo of .029 macro-F1" in headline(blind)
    assert "“cannot be told” is not “equal”" in headline(blind)
    assert detectable_sentences(blind)[0] == (
        "xgboost: with 5 draws this run can show a difference of .029 between guided and seed_only, "
        ".029 between guided and naive, .029 between guided and placebo and .029 between guided and real."
    )


def test_classifiers_that_disagree_are_both_told(experiment: Experiment) -> None:
    def judge(found: Comparison) -> Verdict:
        return "better" if found.classifier == "xgboost" else "worse"

    assert (
        "are better than their placebo under xgboost but are worse than their placebo under linear_svm"
        in headline(judged(experiment, judge))
    )


def test_classifiers_that_agree_are_told_together(experiment: Experiment) -> None:
    text = headline(judged(experiment, lambda _: "worse"))
    assert "are worse than real rows under all 2 classifiers" in text


def test_arms_that_agree_in_all_predictions_are_no_sign_of_a_fine_measure(experiment: Experiment) -> None:
    same = Effect(0, 0, 0, 0, 0, 1, 1, 0, "equivalent")
    found = tuple(replace(c, macro=same) for c in experiment.evaluation.comparisons)
    alike = replace(experiment, evaluation=replace(experiment.evaluation, comparisons=found))
    assert detectable_sentences(alike) == []
    assert ".000" not in headline(alike)


def test_one_draw_is_said_to_leave_out_the_noise_of_the_seeds() -> None:
    assert "cover the noise of the test rows only" in headline(make_experiment(draws=1, added=(100,)))
    assert "test rows only" not in headline(make_experiment(draws=2, added=(100,)))


def test_an_arm_with_options_is_judged_against_its_base_too() -> None:
    arms = (Arm.SEED_ONLY, Arm.GUIDED, Arm("guided+avoid"))
    sentences = verdict_sentences(make_experiment(draws=2, added=(100,), arms=arms))
    (sentence,) = [s for s in sentences if s.startswith("guided+avoid, linear_svm")]
    assert "equivalent to guided, within ±.02 (" in sentence


def test_without_guided_the_headline_says_so() -> None:
    arms = (Arm.SEED_ONLY, Arm.REAL, Arm.NAIVE)
    assert headline(make_experiment(draws=2, added=(100,), arms=arms)) == (
        "This run has no guided arm to judge."
    )


def test_the_markdown_holds_headline_table_and_every_sentence(experiment: Experiment) -> None:
    text = verdict_markdown(experiment)
    assert headline(experiment) in text
    assert all(sentence in text for sentence in verdict_sentences(experiment))
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(lines) - 1 == 2 * (1 + 5 * 2)  # classifiers x (the seeds, five arms at two sizes)
    assert {line.count("|") for line in lines} == {9}


def test_a_run_that_does_not_even_show_what_real_rows_are_worth_says_so(experiment: Experiment) -> None:
    assert "Not even" in headline(judged(experiment, lambda _: "cannot tell"))
    assert "Not even" not in headline(judged(experiment, lambda _: "better"))
