from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
import pytest
from evaluate_corpus import LABELS, make_config, make_dataset, make_draws, make_harvest, make_rows
from sklearn.metrics import f1_score

from seedwise.arms import Arm
from seedwise.classify import build_evaluator
from seedwise.errors import ConfigError, DataError
from seedwise.evaluate import CellStore, evaluate, pool
from seedwise.evaluate.fit import Bench, Fit, run_fit
from seedwise.identity import digest
from seedwise.records import Draw, Rows


@pytest.fixture
def fitted(monkeypatch):
    """Count the fits that are run in this process."""
    keys = []

    def counted(fit, bench, original=pool.run_fit):
        keys.append(fit.key)
        return original(fit, bench)

    monkeypatch.setattr(pool, "run_fit", counted)
    return keys


def run(store, arms=(Arm.OVERSAMPLE, Arm.REAL), added=(12, 24), draws=2, harvests=(), **fields):
    dataset = make_dataset()
    config = make_config(arms, added, **fields)
    return evaluate(dataset, make_draws(dataset, draws), harvests, config, 1, store)


def facts(evaluation):
    """All that an evaluation found, but for the time that it took."""
    return digest([evaluation.scores, evaluation.comparisons])


def test_a_cell_is_what_the_classifier_scores_on_the_test_rows(tmp_path):
    dataset = make_dataset()
    score = next(s for s in run(tmp_path).scores if (s.arm, s.draw) == (Arm.SEED_ONLY, 1))
    seeds = make_draws(dataset, 2)[1].seeds
    model = build_evaluator("linear_svm", 0)
    model.fit(seeds.texts, np.array([LABELS.index(label) for label in seeds.labels]))
    guessed = [LABELS[i] for i in model.predict(dataset.test.texts)]
    assert score.macro_f1 == pytest.approx(f1_score(dataset.test.labels, guessed, average="macro"))
    assert [LABELS[i] for i in score.predicted] == guessed
    assert (score.n_train, score.n_added) == (30, 0)
    assert 0.4 < score.macro_f1 < 0.95  # the corpus is neither hopeless nor trivial


def test_a_second_run_fits_nothing_and_finds_the_same(tmp_path, fitted):
    first = run(tmp_path)
    assert len(fitted) == 2 * (1 + 2 * 2)
    assert facts(run(CellStore(tmp_path))) == facts(first)
    assert len(fitted) == 10


@pytest.mark.parametrize(
    ("more", "new"),
    [
        ({"draws": 3}, 5),
        ({"added": (12, 24, 48)}, 4),
        ({"added": (12, 18, 24)}, 4),
        ({"arms": (Arm.OVERSAMPLE,)}, 0),
        ({"bootstrap": 100}, 0),
        ({"curve": (6,)}, 2),
        ({"evaluators": ("linear_svm", "xgboost")}, 10),
    ],
    ids=["draw", "larger size", "size between", "fewer arms", "bootstrap", "curve", "classifier"],
)
def test_more_of_something_pays_for_the_new_cells_only(tmp_path, fitted, more, new):
    run(tmp_path)
    fitted.clear()
    run(tmp_path, **more)
    assert len(fitted) == new


@pytest.fixture
def encoded(monkeypatch):
    """Stand in for MiniLM, and list the texts that it is asked for."""
    asked = []

    def encode(text):
        asked.append(text)
        return np.random.default_rng(list(text.encode())).normal(size=384).astype(np.float32)

    monkeypatch.setattr("seedwise.embeddings.embed.encode", encode)
    monkeypatch.setattr("seedwise.classify.evaluators.check_installed", lambda: None)
    return asked


def test_embeddings_are_computed_once_a_text_and_not_once_a_cell(tmp_path, fitted, encoded):
    run(tmp_path, arms=[Arm.REAL], added=(12,), draws=1, evaluators=("minilm",))
    assert (len(fitted), len(encoded)) == (2, len(set(encoded))) == (2, 90 + 30 + 12)
    run(tmp_path, arms=[Arm.REAL], added=(12, 24), draws=1, evaluators=("linear_svm", "minilm"))
    assert (len(fitted), len(encoded)) == (2 + 3 + 1, 90 + 30 + 24)
    run(tmp_path, arms=[Arm.REAL], added=(12, 24), draws=1, evaluators=("minilm",))
    assert (len(fitted), len(encoded)) == (6, 144)


def test_without_its_extra_minilm_is_refused_before_any_fit(tmp_path, monkeypatch, fitted):
    monkeypatch.setattr("seedwise.embeddings.files.find_spec", lambda library: None)
    with pytest.raises(ConfigError, match="onnxruntime is not installed"):
        run(tmp_path, evaluators=("linear_svm", "minilm"))
    assert not fitted


def test_weighing_an_arm_pays_for_that_arm_only(tmp_path, fitted):
    harvests = [make_harvest(Arm.NAIVE, d, make_rows(f"g{d}x", 24, d)) for d in (0, 1)]
    run(tmp_path, [Arm.NAIVE], harvests=harvests)
    fitted.clear()
    weighed = Arm("naive+weigh")
    evaluation = run(tmp_path, [Arm.NAIVE, weighed], harvests=harvests)
    assert len(fitted) == 4
    assert {s.arm for s in evaluation.scores} == {Arm.SEED_ONLY, Arm.NAIVE, weighed}


def test_weights_reach_the_classifier():
    """Added rows that weigh next to nothing leave the seeds' classifier as it was."""
    seeds, turned = make_rows("s", 60, noise=0), make_rows("g", 60, 1, noise=0)
    targets = [LABELS.index(label) for label in seeds.labels]
    wrong = [(LABELS.index(label) + 1) % 3 for label in turned.labels]
    texts, bench = (*seeds.texts, *turned.texts), Bench(tuple(make_rows("e", 90, 2, noise=0).texts))
    truth = [LABELS.index(label) for label in make_rows("e", 90, 2, noise=0).labels]
    fit = Fit("k", "linear_svm", 0, texts, (*targets, *wrong), (1.0,) * 60 + (0.001,) * 60)
    assert run_fit(fit, bench).predicted.tolist() == truth
    assert run_fit(replace(fit, weights=fit.weights[::-1]), bench).predicted.tolist() != truth
    alike = run_fit(replace(fit, weights=(1.0,) * 120), bench).predicted
    assert np.array_equal(alike, run_fit(replace(fit, weights=None), bench).predicted)


def test_another_test_text_or_class_list_pays_anew(tmp_path, fitted):
    dataset = make_dataset()
    draws, config = make_draws(dataset, 1), make_config([Arm.REAL], (12,))
    longer = make_dataset(n_test=91)
    for data in (dataset, longer):
        evaluate(data, draws, (), config, 1, tmp_path)
    assert len(fitted) == 4


def test_a_new_version_of_the_classifiers_pays_anew(tmp_path, monkeypatch, fitted):
    run(tmp_path)
    monkeypatch.setattr("seedwise.classify.STAGE_VERSION", -1)
    run(tmp_path)
    assert len(fitted) == 20


def test_cells_of_equal_rows_are_fitted_once(tmp_path, fitted):
    draw = make_draws(make_dataset(), 1)[0]
    copied = [make_harvest(Arm.NAIVE, 0, draw.pool)]
    evaluation = run(tmp_path, (Arm.REAL, Arm.NAIVE), (12,), 1, copied)
    assert len(evaluation.scores) == 3
    assert len(fitted) == 2


def test_a_damaged_cell_is_fitted_again_to_the_same_end(tmp_path, fitted, caplog):
    first = run(tmp_path)
    next(iter(sorted(tmp_path.rglob("*.json")))).write_text("{")
    fitted.clear()
    with caplog.at_level(logging.WARNING):
        assert facts(run(tmp_path)) == facts(first)
    assert len(fitted) == 1
    assert "Damaged cell" in caplog.text


def test_cells_finished_before_a_crash_are_kept(tmp_path, monkeypatch, fitted):
    def crash_on_the_third(done, total, note=""):
        if done == 3:
            raise KeyboardInterrupt

    dataset = make_dataset()
    draws, config = make_draws(dataset, 2), make_config([Arm.REAL])
    with pytest.raises(KeyboardInterrupt):
        evaluate(dataset, draws, (), config, 1, tmp_path, crash_on_the_third)
    assert len(fitted) == 3
    evaluate(dataset, draws, (), config, 1, tmp_path)
    assert len(fitted) == len(set(fitted)) == 6


def test_progress_counts_every_fit_and_starts_with_the_known(tmp_path):
    run(tmp_path, draws=1)
    steps = []
    dataset = make_dataset()
    config = make_config((Arm.OVERSAMPLE, Arm.REAL))
    evaluate(
        dataset, make_draws(dataset, 2), (), config, 1, tmp_path, lambda d, t, n="": steps.append((d, t))
    )
    assert steps == [(done, 10) for done in range(5, 11)]


@pytest.mark.slow
def test_processes_change_nothing(tmp_path, monkeypatch, fitted):
    alone = run(tmp_path / "alone")
    fitted.clear()
    monkeypatch.setattr(pool, "WORTH_PROCESSES", 0)
    dataset = make_dataset()
    config = make_config((Arm.OVERSAMPLE, Arm.REAL))
    together = evaluate(dataset, make_draws(dataset, 2), (), config, 2, tmp_path / "together")
    assert facts(together) == facts(alone)
    assert len(fitted) == 1  # the one that is timed; the others ran elsewhere


def test_no_process_is_started_for_little_or_no_work(tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a process was started")

    monkeypatch.setattr(pool, "_run_in_processes", refuse)
    dataset = make_dataset()
    config = make_config([Arm.REAL])
    first, second = (evaluate(dataset, make_draws(dataset, 1), (), config, 0, tmp_path) for _ in range(2))
    assert [score.macro_f1 for score in first.scores] == [score.macro_f1 for score in second.scores]


def test_real_against_itself_is_exactly_nothing(tmp_path):
    draws = make_draws(make_dataset(), 2)
    twins = [make_harvest(Arm.NAIVE, draw.index, draw.pool) for draw in draws]
    evaluation = run(tmp_path, (Arm.REAL, Arm.NAIVE), (24,), harvests=twins)
    twin = next(c for c in evaluation.comparisons if c.baseline is Arm.REAL)
    assert (twin.difference, twin.ci_low, twin.ci_high) == (0, 0, 0)
    assert {(e.difference, e.ci_low, e.ci_high) for e in twin.per_class.values()} == {(0.0, 0.0, 0.0)}


def test_a_test_row_among_the_generated_stops_the_run(tmp_path, fitted):
    stolen = make_dataset().test[0]
    harvests = [make_harvest(Arm.NAIVE, draw, [stolen]) for draw in (0, 1)]
    with pytest.raises(DataError):
        run(tmp_path, (Arm.NAIVE,), harvests=harvests)
    assert not fitted


def test_a_class_that_no_seed_shows_scores_zero(tmp_path):
    dataset = make_dataset()
    seeds = Rows(row for row in make_draws(dataset, 1)[0].seeds if row.label != "joy")
    config = make_config([Arm.OVERSAMPLE], (12,))
    evaluation = evaluate(dataset, [Draw(0, seeds, Rows())], (), config, 1, tmp_path)
    assert [score.per_class_f1["joy"] for score in evaluation.scores] == [0, 0]
    assert evaluation.scores[1].n_added == 8


def test_more_classes_than_eight_bits_number_are_refused_before_any_fit(tmp_path, fitted):
    dataset = replace(make_dataset(), labels=tuple(f"c{i:03}" for i in range(128)))
    with pytest.raises(DataError, match="128 classes"):
        evaluate(dataset, make_draws(dataset, 1), (), make_config([Arm.REAL]), 1, tmp_path)
    assert not fitted
