"""The seeds as the explanation reads them: de-duplicated, vectorised, counted by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from seedwise.classify import encode_labels
from seedwise.classify.encode import Codes
from seedwise.classify.vectorise import build_paper_vectoriser
from seedwise.config import ExplainConfig
from seedwise.errors import DataError
from seedwise.explain.emphasis import weigh_rows
from seedwise.explain.query_words import find_name_words, find_query_hashtags, find_spam_words
from seedwise.records import Rows
from seedwise.textual import stem

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Corpus:
    """De-duplicated seeds and what their words say without a model.

    Attributes
    ----------
    rows : Rows
        One row a near-duplicate group and class.
    codes : numpy.ndarray
        Class index of each row.
    labels : tuple of str
        The classes, in the data set's order.
    tokens : tuple of str
        The vocabulary, in the order of the columns below.
    keys : tuple of str
        What a list holds each of at most once (tokens): the token itself, or its stem.
    listable : numpy.ndarray of bool
        Whether a guide may list the token at all (tokens).
    emphasis : numpy.ndarray
        How much each row counts in averages, 0 or more (rows).
    weights : scipy.sparse.csr_matrix
        TF-IDF of length 1 (rows × tokens).
    document_frequency : numpy.ndarray
        Rows that hold each token (tokens).
    support : numpy.ndarray
        Rows of each class that hold each token (classes × tokens).
    weighted_support : numpy.ndarray
        Emphasis of these rows (classes × tokens).
    difference : numpy.ndarray
        TF-IDF differential in [-1, 1] (classes × tokens); see `tfidf_difference`.
    """

    rows: Rows
    codes: Codes
    labels: tuple[str, ...]
    tokens: tuple[str, ...]
    keys: tuple[str, ...]
    listable: npt.NDArray[np.bool_]
    emphasis: FloatArray
    weights: sp.csr_matrix
    document_frequency: IntArray
    support: IntArray
    weighted_support: FloatArray
    difference: FloatArray


def read_corpus(
    seeds: Rows,
    labels: Sequence[str],
    config: ExplainConfig | None = None,
    emphasis: Mapping[str, float] | None = None,
) -> Corpus:
    """De-duplicate the seeds, then count and weigh their words with the paper-like vectoriser.

    Parameters
    ----------
    seeds : Rows
        All seeds.
    labels : sequence of str
        The data set's classes.
    config : ExplainConfig, optional
        Says whether stems are merged and query words dropped; the default neither.
    emphasis : mapping of str to float, optional
        Weight of each row in averages, see `weigh_rows`; None: all weigh 1.

    Raises
    ------
    DataError
        Where there are fewer than two classes, a class has no seed, or no text holds a word.
    """
    _check_classes(seeds, labels)
    rows = keep_distinct(seeds)
    codes = encode_labels(rows.labels, labels)
    vectoriser = build_paper_vectoriser()
    weights = vectoriser.fit_transform(rows.texts)
    tokens = tuple(vectoriser.get_feature_names_out())
    held = weights.astype(bool).astype(float)
    support = _sum_by_class(held, codes, len(labels)).astype(np.int64)
    row_weights = weigh_rows(rows, seeds, emphasis)
    return Corpus(
        rows=rows,
        codes=codes,
        labels=tuple(labels),
        tokens=tokens,
        keys=tuple(map(stem, tokens)) if config and config.merge_stems else tokens,
        listable=_find_listable(tokens, seeds, rows, labels, config),
        emphasis=row_weights,
        weights=weights,
        document_frequency=support.sum(axis=0),
        support=support,
        weighted_support=_sum_by_class(held.multiply(row_weights[:, None]), codes, len(labels)),
        difference=tfidf_difference(weights, codes, len(labels)),
    )


def _find_listable(
    tokens: tuple[str, ...], seeds: Rows, distinct: Rows, labels: Sequence[str], config: ExplainConfig | None
) -> npt.NDArray[np.bool_]:
    if config is None or not config.drop_query_words:
        return np.ones(len(tokens), dtype=bool)
    dropped = find_name_words(tokens, labels) | find_query_hashtags(distinct) | find_spam_words(seeds)
    return np.array([token not in dropped for token in tokens], dtype=bool)


def keep_distinct(rows: Rows) -> Rows:
    """Keep the first row of each near-duplicate group and class, in order.

    Else a copied text would vote once a copy. Where a group's labels conflict one row a label stays:
    what the rows share then speaks for both classes alike, and no class can lose its last row.
    """
    first = {(row.group, row.label): row for row in reversed(rows)}
    return Rows(row for row in rows if first[row.group, row.label] is row)


def tfidf_difference(weights: sp.csr_matrix, codes: Codes, n_classes: int) -> FloatArray:
    """Compute the TF-IDF differential of each token for each class.

    d_c(w) = mean tf-idf of w over the rows of class c - mean tf-idf of w over all other rows: our
    reading of the paper's score, whose formula is not known to us.

    Parameters
    ----------
    weights : scipy.sparse.csr_matrix
        TF-IDF (rows × tokens), each in [0, 1].
    codes : numpy.ndarray
        Class index of each row; every class has a row, and none has them all.
    n_classes : int
        At least 2.

    Returns
    -------
    numpy.ndarray
        (classes × tokens), each in [-1, 1].
    """
    inside = _sum_by_class(weights, codes, n_classes)
    sizes = np.bincount(codes, minlength=n_classes)[:, None]
    outside = inside.sum(axis=0) - inside
    difference: FloatArray = inside / sizes - outside / (len(codes) - sizes)
    return difference


def _sum_by_class(matrix: sp.csr_matrix, codes: Codes, n_classes: int) -> FloatArray:
    membership = sp.csr_matrix((np.ones(len(codes)), (codes, np.arange(len(codes)))), (n_classes, len(codes)))
    total: FloatArray = (membership @ matrix).toarray()
    return total


def _check_classes(seeds: Rows, labels: Sequence[str]) -> None:
    missing = set(labels) - set(seeds.labels)
    if missing or len(labels) < 2:
        raise DataError(
            found=f"no seed of class {min(missing)!r}" if missing else f"{len(labels)} class",
            expected="two classes or more, with a seed of each",
            remedy="raise seed_size, or check the label column",
        )
