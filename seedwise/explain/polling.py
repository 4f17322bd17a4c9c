"""What refits of the chosen classifier say about each token."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from seedwise.classify import build_classifier
from seedwise.classify.encode import Codes
from seedwise.classify.models import CLASSIFY, VECTORISE
from seedwise.config import Classifier
from seedwise.explain.corpus import Corpus
from seedwise.explain.explainers import Explainer, build_explainer, explain_in_blocks
from seedwise.explain.resample import Mask
from seedwise.identity import derive_rng, derive_seed

FloatArray = npt.NDArray[np.float64]

MOST_ROWS = 2_000
"""Rows that one fit explains at most: a random choice of the seeds beyond that."""


@dataclass(frozen=True, slots=True)
class Poll:
    """What one refit says; its means over rows are weighted by the corpus's emphasis.

    Attributes
    ----------
    signed : numpy.ndarray
        Mean SHAP value over the rows of the class that hold the token (classes × tokens); 0 where
        there is none, or the fit does not know the token.
    against : numpy.ndarray
        The same over the rows of all other classes, of SHAP values less their mean over the classes
        (classes × tokens): below 0 where the token, when it is there, votes for others rather than for
        the class. What a token adds to all classes alike decides nothing.
    magnitude : numpy.ndarray
        Mean |SHAP value| over all rows (classes × tokens).
    advantage : numpy.ndarray
        Margin of each row's own class less the best other one's (rows); NaN for rows the fit saw.
    """

    signed: FloatArray
    against: FloatArray
    magnitude: FloatArray
    advantage: FloatArray


def poll_refit(name: Classifier, corpus: Corpus, kept: Mask, seed: int) -> Poll:
    """Refit a classifier on the kept rows, then ask for its reasons on all of them."""
    model = build_classifier(name, derive_seed(seed, "fit"))
    texts = corpus.rows.texts
    model.fit([text for text, keep in zip(texts, kept, strict=True) if keep], corpus.codes[kept])
    matrix = model[VECTORISE].transform(texts)
    explainer = build_explainer(model[CLASSIFY], matrix[kept], derive_seed(seed, "explain"))
    asked = _choose_rows(len(texts), seed)
    sums = _add_up(explainer, matrix[asked], corpus.codes[asked], corpus.emphasis[asked], len(corpus.labels))
    columns = _find_columns(corpus, model[VECTORISE].get_feature_names_out())
    advantage = _compute_advantage(explainer, matrix, corpus.codes, len(corpus.labels))
    return Poll(
        signed=_spread(_divide(sums.signed, sums.holders), columns),
        against=_spread(_divide(sums.against, sums.outsiders), columns),
        magnitude=_spread(_divide(sums.magnitude, corpus.emphasis[asked].sum()), columns),
        advantage=np.where(kept, np.nan, advantage),
    )


def _choose_rows(count: int, seed: int) -> npt.NDArray[np.int64]:
    if count <= MOST_ROWS:
        return np.arange(count)
    return np.sort(derive_rng(seed, "rows").choice(count, MOST_ROWS, replace=False))


@dataclass(frozen=True, slots=True)
class _Sums:
    """Weighted sums over rows (classes × features), added to in place block by block.

    ``signed`` and ``against`` are of what `Poll` averages, over the rows of the class that hold the token
    and over those of the others; ``holders`` and ``outsiders`` are of these rows' weights.
    """

    signed: FloatArray
    holders: FloatArray
    against: FloatArray
    outsiders: FloatArray
    magnitude: FloatArray


def _add_up(
    explainer: Explainer, matrix: sp.csr_matrix, codes: Codes, emphasis: FloatArray, n_classes: int
) -> _Sums:
    sums = _Sums(*np.zeros((5, n_classes, matrix.shape[1])))
    for block in explain_in_blocks(explainer, matrix):
        rows = slice(block.start, block.start + len(block.values))
        weight = emphasis[rows, None]
        held = weight * (matrix[rows].toarray() > 0)
        common = block.values.mean(axis=2)
        for position, code in enumerate(explainer.classes):
            values, own = block.values[:, :, position], codes[rows] == code
            sums.signed[code] += (values[own] * held[own]).sum(axis=0)
            sums.holders[code] += held[own].sum(axis=0)
            sums.against[code] += ((values - common)[~own] * held[~own]).sum(axis=0)
            sums.outsiders[code] += held[~own].sum(axis=0)
            sums.magnitude[code] += (np.abs(values) * weight).sum(axis=0)
    return sums


def _divide(sums: FloatArray, counts: FloatArray) -> FloatArray:
    """Divide sums by counts, giving 0 where nothing was counted."""
    return np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)


def _compute_advantage(
    explainer: Explainer, matrix: sp.csr_matrix, codes: Codes, n_classes: int
) -> FloatArray:
    margins = np.full((matrix.shape[0], n_classes), -np.inf)
    margins[:, explainer.classes] = explainer.margins(matrix)
    everyone = np.arange(len(codes))
    own = margins[everyone, codes]
    margins[everyone, codes] = -np.inf
    advantage: FloatArray = own - margins.max(axis=1)
    return advantage


def _find_columns(corpus: Corpus, known: npt.NDArray[np.str_]) -> npt.NDArray[np.int64]:
    """Find each corpus token's column in a fit's own vocabulary; -1 where it is unknown there."""
    position = {token: column for column, token in enumerate(known)}
    return np.array([position.get(token, -1) for token in corpus.tokens], dtype=np.int64)


def _spread(values: FloatArray, columns: npt.NDArray[np.int64]) -> FloatArray:
    """Lay a fit's columns out in the corpus's order, 0 for tokens it does not know."""
    return np.where(columns >= 0, values[:, columns], 0.0)
