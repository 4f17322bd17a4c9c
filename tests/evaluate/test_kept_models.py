"""The classifiers that are taken home are those that were scored."""

from __future__ import annotations

from pathlib import Path

import pytest
from evaluate_corpus import LABELS, make_config, make_dataset, make_draws, make_harvest, make_rows

from seedwise.arms import Arm
from seedwise.classify import load_model
from seedwise.evaluate import evaluate
from seedwise.evaluate.models import keep_models, models_note, name_file

CLASSIFIERS = ("linear_svm", "complement_nb")


def test_they_predict_what_was_scored(tmp_path: Path) -> None:
    dataset = make_dataset()
    draws = make_draws(dataset, 2)
    config = make_config((Arm.REAL, Arm.NAIVE, Arm.GUIDED), evaluators=CLASSIFIERS)
    harvests = [
        make_harvest(arm, draw.index, make_rows(f"{arm}{draw.index}", 48, seed=3 + draw.index))
        for arm in (Arm.NAIVE, Arm.GUIDED)
        for draw in draws
    ]
    scores = evaluate(dataset, draws, harvests, config, 1, tmp_path).scores
    kept = keep_models(dataset, draws, harvests, config)
    assert [model.classifier for model in kept] == list(CLASSIFIERS)
    for model in kept:
        assert (model.arm, model.draw, model.added) == (Arm.GUIDED, 0, 24)
        (score,) = [
            s
            for s in scores
            if (s.arm, s.draw, s.added, s.classifier) == (Arm.GUIDED, 0, 24, model.classifier)
        ]
        assert model.n_train == score.n_train == 54
        path = tmp_path / name_file(model.classifier)
        path.write_bytes(model.skops)
        predicted = load_model(path).predict(dataset.test.texts)
        assert predicted == [LABELS[code] for code in score.predicted]


@pytest.mark.parametrize(
    ("arms", "taken"),
    [
        ((Arm.NAIVE, Arm.PLACEBO), Arm.NAIVE),
        ((Arm.REAL,), Arm.SEED_ONLY),
        ((Arm("guided+alone"), Arm.NAIVE), Arm.NAIVE),
    ],
)
def test_without_guided_it_is_the_first_that_keeps_the_seeds(arms: tuple[Arm, ...], taken: Arm) -> None:
    dataset = make_dataset()
    draws = make_draws(dataset, 1)
    config = make_config(arms)
    harvests = [make_harvest(arm, 0, make_rows(f"{arm}", 48)) for arm in config.evaluate.grown]
    (model,) = keep_models(dataset, draws, harvests, config)
    assert model.arm is taken
    assert model.n_train == (30 if taken is Arm.SEED_ONLY else 54)
    assert f"rows of {taken}" in models_note([model])
    assert "`linear_svm.skops`" in models_note([model])


def test_a_classifier_upon_an_embedding_model_is_left_out() -> None:
    dataset = make_dataset()
    config = make_config((Arm.REAL,), evaluators=("minilm", "linear_svm"))
    pytest.importorskip("onnxruntime", reason="the extra embeddings is not installed")
    kept = keep_models(dataset, make_draws(dataset, 1), (), config)
    assert [model.classifier for model in kept] == ["linear_svm"]


def test_of_none_there_is_nothing_to_say() -> None:
    assert models_note([]) == ""
