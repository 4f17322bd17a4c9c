"""Where texts lie: near what they are like, and at the same place every time."""

from __future__ import annotations

import numpy as np
import pytest

from seedwise.embeddings import check_installed
from seedwise.errors import ConfigError
from seedwise.features import embedding_space, space
from seedwise.features.space import LATENT_DIMENSIONS, LatentSpace, SentenceSpace, fit_latent_space

RAIN = [
    "rain again this morning",
    "rainy morning, grey sky",
    "the rain never stops here",
    "more rain at noon",
]
PARTY = ["party tonight with friends", "dancing at the party", "friends, music, party", "a party till late"]


def is_installed():
    try:
        check_installed()
    except ConfigError:
        return False
    return True


@pytest.fixture
def bare(monkeypatch):
    """Stand in for an installation without the extra."""

    def refuse():
        raise ConfigError(
            found="the library onnxruntime is not installed", expected="it", remedy="install it"
        )

    monkeypatch.setattr(space, "check_installed", refuse)


def test_without_the_extra_the_latent_space_stands_in_and_says_what_would_be_better(bare):
    found = embedding_space(RAIN + PARTY, seed=1)
    assert found.name == "LSA"
    assert "`embeddings`" in found.note
    assert found.note.endswith(".")


@pytest.mark.skipif(not is_installed(), reason="the extra `embeddings` is not installed")
def test_the_extra_is_used_where_it_is_installed():
    found = embedding_space([], seed=1)
    assert isinstance(found, SentenceSpace)
    assert found.note == ""
    points = found.embed(["rain again", "", "lone \ud800 surrogate"])
    assert points.shape == (3, 384)
    assert points.dtype == np.float32
    assert np.linalg.norm(points, axis=1) == pytest.approx(1, abs=1e-5)


def test_texts_on_one_subject_lie_nearer_to_each_other():
    points = fit_latent_space(RAIN + PARTY, seed=1).embed(RAIN + PARTY)
    likeness = points @ points.T
    assert likeness[0, 1:4].mean() > likeness[0, 4:].mean() + 0.2


def test_rows_have_length_one_and_a_text_of_unknown_letters_length_zero():
    points = fit_latent_space(RAIN + PARTY, seed=1).embed(["rain", "", "жжж"])
    assert points.dtype == np.float32
    assert np.linalg.norm(points, axis=1) == pytest.approx([1, 0, 0], abs=1e-6)


def test_the_space_is_the_same_for_the_same_seed_and_no_batch_changes_a_point():
    first, second = (fit_latent_space(RAIN + PARTY, seed=3) for _ in range(2))
    together = first.embed(RAIN)
    assert np.array_equal(together, second.embed(RAIN))
    alone = np.vstack([first.embed([text]) for text in RAIN])
    assert alone == pytest.approx(together, abs=1e-6)


@pytest.mark.parametrize("texts", [[], [""], ["", " "]])
def test_where_nothing_can_be_fitted_the_space_has_no_dimension(texts):
    assert fit_latent_space(texts, seed=1).embed(["rain", "sun"]).shape == (2, 0)


def test_equal_texts_span_one_dimension_only():
    found = fit_latent_space(["rain again"] * 5, seed=1)
    assert isinstance(found, LatentSpace)
    assert found.axes.shape[0] == 1


def test_no_more_dimensions_than_asked_for():
    texts = [f"{number} {number**2} {number**3} unlike any other" for number in range(LATENT_DIMENSIONS + 50)]
    assert fit_latent_space(texts, seed=1).axes.shape[0] == LATENT_DIMENSIONS
