"""Attribution recall: whether synthetic rows teach a classifier what real rows do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import cast

import numpy as np
from scipy import stats

from seedwise.config import Classifier, ExperimentConfig
from seedwise.evaluate.attribution import Attribution, learn_attributions
from seedwise.explain.corpus import keep_distinct
from seedwise.identity import derive_rng, derive_seed
from seedwise.records import Candidate, Draw, Harvest, Recall, Row, Rows, Selection

LEAST_TOKENS = 3
"""Tokens below which no rank correlation is computed: two always agree or disagree wholly."""


@dataclass(frozen=True, slots=True)
class Halves:
    """The real rows that a draw left over, without copies, cut in two that share no near-duplicates."""

    reference: Rows
    rest: Rows


@dataclass(frozen=True, slots=True)
class Matched:
    """Real rows, an arm's rows, and other real rows: the same number of each class."""

    reference: Rows
    written: Rows
    rest: Rows


Learner = Callable[[Rows], Mapping[str, Attribution]]


def measure_recall(
    draw: Draw,
    labels: Sequence[str],
    selection: Selection,
    harvests: Sequence[Harvest],
    config: ExperimentConfig,
) -> tuple[Recall, ...]:
    """Compare what the explained classifier learns from each arm's rows alone with what it learns from real.

    The draw's pool, rows that are neither seeds nor test, is cut in two. The arm's accepted rows are held
    against as many rows of each class from one half, the reference; so are as many from the other half:
    that is the floor, what real rows of this number recall of other real rows. Where a half holds fewer
    rows of a class than the arm, all three are cut to as many.

    That the overlap of what a model relies on foretells how useful synthetic data is was found for
    retrieval heads (Synthetic Context Extension, arXiv 2410.22316); SHAP tokens in their place are our
    choice.

    Parameters
    ----------
    draw : Draw
        Its pool is read.
    labels : sequence of str
        The data set's classes.
    selection : Selection
        Names the explained classifier.
    harvests : sequence of Harvest
        Those of other draws are passed over.
    config : ExperimentConfig
        Its ``explain`` section, the same for all arms, and the root seed are read.

    Returns
    -------
    tuple of Recall
        By arm as the harvests come, then class. ``overlap`` is the share of the reference's top tokens
        that are among the arm's, correlations are those of signed SHAP values, 0 for a token that one side
        does not know. Unrelated lists have a negative correlation then, not 0: read it beside its floor.
    """
    classifier, seed = cast(Classifier, selection.chosen), config.seeds.root_seed
    halves = cut_in_halves(draw.pool, seed, draw.index)
    fit_seed = derive_seed(seed, "evaluate", "recall", draw.index)

    @cache
    def learn(rows: Rows) -> Mapping[str, Attribution]:
        return learn_attributions(rows, labels, classifier, config.explain, fit_seed)

    return tuple(
        recall
        for harvest in harvests
        if harvest.draw == draw.index
        for recall in _hold_against(harvest, halves, labels, learn, config.explain.top_tokens)
    )


def cut_in_halves(pool: Rows, root_seed: int, draw: int) -> Halves:
    """Cut a pool in two at random, each class evenly, near-duplicates together."""
    rows = keep_distinct(pool)
    label_of = {row.group: row.label for row in rows}
    rng = derive_rng(root_seed, "evaluate", "recall", "halves", draw)
    shuffled = rng.permutation(np.array(list(label_of), dtype=np.int64)).tolist()
    chosen = set(sorted(shuffled, key=lambda group: label_of[group])[::2])
    return Halves(
        Rows(row for row in rows if row.group in chosen),
        Rows(row for row in rows if row.group not in chosen),
    )


def _hold_against(
    harvest: Harvest, halves: Halves, labels: Sequence[str], learn: Learner, k: int
) -> Iterator[Recall]:
    matched = match_rows(harvest.accepted, halves, labels)
    reference, arm, floor = map(learn, (matched.reference, matched.written, matched.rest))
    for label in labels:
        yield Recall(
            arm=harvest.arm,
            draw=harvest.draw,
            label=label,
            k=k,
            overlap=overlap(reference[label], arm[label]),
            correlation=correlate(reference[label], arm[label]),
            real_overlap=overlap(reference[label], floor[label]),
            real_correlation=correlate(reference[label], floor[label]),
        )


def match_rows(accepted: Sequence[Candidate], halves: Halves, labels: Sequence[str]) -> Matched:
    """Take as many rows of each class from all three sides as each of them has, the first ones."""
    written = Rows(Row(row.id, row.text, row.label, number) for number, row in enumerate(accepted))
    sides = (halves.reference, written, halves.rest)
    counts = {label: min(len(side.of_label(label)) for side in sides) for label in labels}
    return Matched(*(_first(side, counts) for side in sides))


def _first(rows: Rows, counts: Mapping[str, int]) -> Rows:
    return Rows(chain.from_iterable(rows.of_label(label)[:n] for label, n in counts.items()))


def overlap(reference: Attribution, other: Attribution) -> float | None:
    """Share of the reference's top tokens that the other's hold, too; None where the reference has none."""
    if not reference.top:
        return None
    return len(set(reference.top) & set(other.top)) / len(reference.top)


def correlate(reference: Attribution, other: Attribution) -> float | None:
    """Correlate the signed SHAP values of all tokens that either knows, by rank (Spearman).

    None where either knows no token, where fewer than three are known, or where all values are equal.
    """
    tokens = sorted({*reference.shap, *other.shap})
    if not reference.shap or not other.shap or len(tokens) < LEAST_TOKENS:
        return None
    values = [[side.shap.get(token, 0.0) for token in tokens] for side in (reference, other)]
    if any(len(set(side)) == 1 for side in values):
        return None
    return float(stats.spearmanr(*values).statistic)
