"""Fits in bunches, as workers elsewhere run them."""

from __future__ import annotations

import pickle
from collections import Counter

import numpy as np
import pytest
from evaluate_corpus import LABELS, make_rows
from hypothesis import given
from hypothesis import strategies as st

from seedwise.embeddings import VectorStore
from seedwise.errors import ConfigError
from seedwise.evaluate import makers
from seedwise.evaluate.bunch import Bunch, count_bunches, deal_fits, pack_bunch, run_bunch
from seedwise.evaluate.fit import Bench, Fit, run_fit
from seedwise.evaluate.makers import list_makers


def fit(key: str, classifier: str = "linear_svm", n: int = 30) -> Fit:
    rows = make_rows("t", n)
    return Fit(key, classifier, 3, tuple(rows.texts), tuple(LABELS.index(label) for label in rows.labels))


@given(st.lists(st.sampled_from(["xgboost", "linear_svm", "minilm"]), max_size=120), st.integers(1, 9))
def test_every_fit_is_dealt_once_and_no_bunch_gets_more_of_one_kind(kinds, workers):
    fits = [Fit(f"k{n}", kind, 0, ("a",) * (n % 3), ()) for n, kind in enumerate(kinds)]
    hands = deal_fits(fits, workers)
    assert sorted(one.key for hand in hands for one in hand) == sorted(one.key for one in fits)
    for kind in set(kinds):
        counts = [Counter(one.classifier for one in hand)[kind] for hand in hands]
        assert max(counts) - min(counts) <= 2


@pytest.mark.parametrize(
    ("n_fits", "workers", "bunches"),
    [(0, 2, 0), (1, 2, 1), (3, 2, 2), (30, 2, 4), (64, 2, 8), (960, 2, 20), (960, 40, 120)],
)
def test_bunches_outweigh_the_price_of_a_task_and_occupy_every_worker(n_fits, workers, bunches):
    assert count_bunches(n_fits, workers) == bunches


def test_a_bunch_that_has_travelled_predicts_what_its_fits_do():
    bench = Bench(tuple(make_rows("e", 60, 2).texts))
    fits = [fit("a"), fit("b", "xgboost", 24)]
    outcomes = run_bunch(pickle.loads(pickle.dumps(pack_bunch(fits, bench, list_makers()))))
    assert [outcome.key for outcome in outcomes] == ["a", "b"]
    for outcome, alone in zip(outcomes, (run_fit(one, bench) for one in fits), strict=True):
        assert np.array_equal(outcome.predicted, alone.predicted)


def test_embeddings_travel_with_the_fits_that_need_them(tmp_path, monkeypatch):
    def encode(text):
        raise AssertionError("the worker has nothing to encode")

    monkeypatch.setattr("seedwise.embeddings.embed.encode", encode)
    needy, test_texts = fit("a", "minilm"), tuple(make_rows("e", 60, 2).texts)
    store = VectorStore(tmp_path / "vectors.db")
    spaces = np.random.default_rng(0)
    texts = {*needy.texts, *test_texts, "of nobody"}
    store.write({text: spaces.normal(size=384).astype(np.float32) for text in sorted(texts)})
    bench = Bench(test_texts, store.path)
    bunch = pack_bunch([needy, fit("b")], bench, list_makers())
    assert set(bunch.vectors) == texts - {"of nobody"}
    assert pack_bunch([fit("b")], bench, list_makers()).vectors == {}
    expected = run_fit(needy, bench)
    store.path.unlink()
    assert np.array_equal(run_bunch(bunch)[0].predicted, expected.predicted)


def test_a_worker_with_another_version_is_told_from_ours(monkeypatch):
    bunch = Bunch((), (), {}, list_makers())
    assert run_bunch(bunch) == ()
    real = makers.version
    monkeypatch.setattr(
        makers, "version", lambda package: "9.9.9" if package == "scikit-learn" else real(package)
    )
    with pytest.raises(ConfigError, match=r"a worker with scikit-learn 9\.9\.9") as refused:
        run_bunch(bunch)
    assert refused.value.expected.endswith(f": scikit-learn {real('scikit-learn')}")
