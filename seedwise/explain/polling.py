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
    """What one refit says.

    Attributes
    ----------
    signed : numpy.ndarray
        Mean SHAP value over the rows of the class that hold the token (classes × tokens); 0 where
        there is none, or the fit does not know the token.
    magnitude : numpy.ndarray
        Mean |SHAP value| over all rows (classes × tokens).
    advantage : numpy.ndarray
        Margin of each row's own class less the best other one's (rows); NaN for rows the fit saw.
    """

    signed: FloatArray
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
    sums = _add_up(explainer, matrix[asked], corpus.codes[asked], len(corpus.labels))
    columns = _find_columns(corpus, model[VECTORISE].get_feature_names_out())
    advantage = _compute_advantage(explainer, matrix, corpus.codes, len(corpus.labels))
    return Poll(
        signed=_spread(sums.signed / np.maximum(sums.holders, 1), columns),
        magnitude=_spread(sums.magnitude / len(asked), columns),
        advantage=np.where(kept, np.nan, advantage),
    )


def _choose_rows(count: int, seed: int) -> npt.NDArray[np.int64]:
    if count <= MOST_ROWS:
        return np.arange(count)
    return np.sort(derive_rng(seed, "rows").choice(count, MOST_ROWS, replace=False))


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sums over rows (classes × features), added to in place block by block."""

    signed: FloatArray
    magnitude: FloatArray
    holders: FloatArray


def _add_up(explainer: Explainer, matrix: sp.csr_matrix, codes: Codes, n_classes: int) -> _Sums:
    sums = _Sums(*np.zeros((3, n_classes, matrix.shape[1])))
    for block in explain_in_blocks(explainer, matrix):
        rows = slice(block.start, block.start + len(block.values))
        holds = matrix[rows].toarray() > 0
        for position, code in enumerate(explainer.classes):
            _add(sums, int(code), block.values[:, :, position], holds, codes[rows] == code)
    return sums


def _add(sums: _Sums, code: int, values: FloatArray, holds: Mask, own: Mask) -> None:
    sums.signed[code] += (values[own] * holds[own]).sum(axis=0)
    sums.holders[code] += holds[own].sum(axis=0)
    sums.magnitude[code] += np.abs(values).sum(axis=0)


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
