"""The selection: grouped folds, scores, rules."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from sklearn.metrics import f1_score

from seedwise.classify import build_classifier, encode_labels, select_classifier
from seedwise.classify.folds import split_folds
from seedwise.classify.select import _choose, _trial_seed
from seedwise.config import ClassifyConfig
from seedwise.errors import ConfigError, DataError
from seedwise.records import ModelScore, Row, Rows

LABELS = ("calm", "wild")
NOUNS = ("boat", "lamp", "door", "road", "tree", "wall", "roof", "gate", "pond", "barn")


def make_rows(copies=1, nouns=NOUNS):
    """Make rows of two classes told apart by a verb, each text in ``copies`` near-duplicates."""
    rows = []
    for verb, label in (("rests", "calm"), ("rages", "wild")):
        for noun in nouns:
            group = len(rows)
            rows += [Row(f"{label}-{noun}-{i}", f"{noun} {verb}", label, group) for i in range(copies)]
    return Rows(rows)


QUICK = ClassifyConfig(candidates=("complement_nb", "linear_svm"), cv_folds=3, cv_repeats=2)


def test_folds_partition_the_rows_and_never_split_a_group():
    rows = make_rows(copies=3)
    folds = list(split_folds(rows, LABELS, QUICK, 1))
    assert len(folds) == 6
    for fold in folds:
        groups = [{rows[int(i)].group for i in part} for part in (fold.train, fold.test)]
        assert not groups[0] & groups[1]
        assert sorted([*fold.train, *fold.test]) == list(range(len(rows)))
    first_repeat = np.concatenate([fold.test for fold in folds[:3]])
    assert sorted(first_repeat) == list(range(len(rows)))


def test_repeats_are_shuffled_anew():
    folds = list(split_folds(make_rows(), LABELS, QUICK, 1))
    assert [f.test.tolist() for f in folds[:3]] != [f.test.tolist() for f in folds[3:]]


def test_each_fold_holds_both_classes_alike():
    codes = encode_labels(make_rows().labels, LABELS)
    for fold in split_folds(make_rows(), LABELS, ClassifyConfig(cv_folds=5, cv_repeats=1), 0):
        assert np.bincount(codes[fold.test]).tolist() == [2, 2]


def test_plain_classes_are_told_apart_and_scored_one():
    selection = select_classifier(make_rows(), LABELS, QUICK, 7)
    best = selection.scores[0]
    assert best.mean_f1 == 1.0
    assert best.std_f1 == 0.0
    assert best.fold_f1 == (1.0,) * 6


def test_a_copied_text_cannot_be_learnt_by_heart():
    """Labels by chance, each text in five copies: folds that leaked would score near 1."""
    labels = np.random.default_rng(1).permutation(["calm", "wild"] * 15)
    rows = Rows(
        Row(f"{n}-{i}", f"{'abcdefghij'[n % 10] * 3}{'xyz'[n // 10]} token", labels[n], n)
        for n in range(30)
        for i in range(5)
    )
    config = ClassifyConfig(candidates=("knn",), selection="best_mean", cv_folds=3, cv_repeats=1)
    assert select_classifier(rows, LABELS, config, 0).scores[0].mean_f1 < 0.7


def test_a_fold_score_is_the_macro_f1_of_a_fit_on_the_rest():
    rows = Rows(
        dataclasses.replace(row, label=LABELS[i % 2 if i % 7 else 1]) for i, row in enumerate(make_rows())
    )
    config = ClassifyConfig(candidates=("complement_nb",), selection="best_mean", cv_folds=2, cv_repeats=1)
    got = select_classifier(rows, LABELS, config, 4).scores[0].fold_f1
    codes, texts = encode_labels(rows.labels, LABELS), np.array(rows.texts)
    for fold, f1 in zip(split_folds(rows, LABELS, config, 4), got, strict=True):
        model = build_classifier("complement_nb", _trial_seed(4, "complement_nb", fold))
        predicted = model.fit(texts[fold.train], codes[fold.train]).predict(texts[fold.test])
        assert f1 == f1_score(codes[fold.test], predicted, average="macro", labels=[0, 1], zero_division=0)


def test_fixed_compares_the_rivals_and_the_explainer_all_the_same():
    selection = select_classifier(make_rows(), LABELS, QUICK, 0)
    assert selection.chosen == "xgboost"
    assert selection.rule == "fixed"
    assert {score.name for score in selection.scores} == {"complement_nb", "linear_svm", "xgboost"}


def test_a_rule_ignores_the_fixed_explainer():
    config = QUICK.model_copy(update={"selection": "best_mean"})
    selection = select_classifier(make_rows(), LABELS, config, 0)
    assert {score.name for score in selection.scores} == {"complement_nb", "linear_svm"}
    assert selection.chosen == selection.scores[0].name


def make_score(name, mean, std):
    return ModelScore(name, mean, std, (mean - std, mean + std))


@pytest.mark.parametrize(
    ("rule", "scores", "chosen"),
    [
        ("best_mean", [("knn", 0.6, 0.2), ("xgboost", 0.5, 0.01)], "knn"),
        ("most_consistent", [("knn", 0.6, 0.2), ("xgboost", 0.5, 0.01)], "xgboost"),
        ("most_consistent", [("knn", 0.6, 0.1), ("xgboost", 0.5, 0.1)], "knn"),
        ("fixed", [("knn", 0.6, 0.2), ("linear_svm", 0.5, 0.01)], "linear_svm"),
    ],
)
def test_rules(rule, scores, chosen):
    config = ClassifyConfig(selection=rule, explainer="linear_svm")
    assert _choose([make_score(*score) for score in scores], config) == chosen


def test_processes_do_not_change_the_result():
    alone = select_classifier(make_rows(), LABELS, QUICK, 3)
    assert select_classifier(make_rows(), LABELS, QUICK, 3, jobs=2) == alone


def test_progress_counts_every_fit():
    seen = []
    select_classifier(make_rows(), LABELS, QUICK, 3, progress=lambda *step: seen.append(step))
    assert [done for done, *_ in seen] == list(range(1, 19))
    assert {total for _, total, _ in seen} == {18}


def test_fewer_groups_than_folds_is_a_config_error():
    rows = make_rows(copies=4, nouns=NOUNS[:3])
    config = ClassifyConfig(cv_folds=5)
    with pytest.raises(ConfigError, match="3 distinct texts among 24 seeds") as caught:
        select_classifier(rows, LABELS, config, 0)
    assert "set cv_folds to 3" in caught.value.remedy


def test_a_class_of_one_text_is_a_data_error():
    with pytest.raises(DataError, match="'calm' has 1 distinct texts"):
        select_classifier(make_rows(copies=4, nouns=NOUNS[:1]), LABELS, QUICK, 0)


def test_a_class_without_seeds_is_a_data_error():
    with pytest.raises(DataError, match="'other' has 0"):
        select_classifier(make_rows(), (*LABELS, "other"), QUICK, 0)
