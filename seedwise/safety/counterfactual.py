"""Whether labels hang on whom a text mentions: terms swapped, and judged again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from seedwise.errors import DataError
from seedwise.identity import derive_seed
from seedwise.records import ALL, SEEDS, Check, Exhibit, Lot, Row, Rows, Specimen
from seedwise.safety.judge import TextClassifier, thin
from seedwise.safety.rates import Rate, rate
from seedwise.safety.swap import swap_terms
from seedwise.safety.validity import Hearing

LEAST_ROWS = 10
"""Rows with a term to swap below which nothing is measured."""

OPINION = "predicted labels of synthetic rows that change when terms are swapped"
LEARNT = "predicted labels of real rows that change when terms are swapped, after training on synthetic rows"
MOVED = "change of the label's probability when terms are swapped, after training on synthetic rows"

_TOO_FEW = f"Fewer than {LEAST_ROWS} rows hold a term to swap."
_NOTHING_UNSEEN = "There are no real rows that the classifiers had not learnt from."


@dataclass(frozen=True, slots=True)
class Swap:
    """What a swap of terms does to one classifier's view of one row.

    ``flips`` tells whether the likeliest label changes, ``moves`` by how much the probability of the row's
    own label does, in [0, 1].
    """

    row: str
    flips: bool
    moves: float


def check_counterfactuals(exhibit: Exhibit, hearings: Sequence[Hearing], root_seed: int) -> Iterator[Check]:
    """Swap identity terms (see `seedwise.safety.swap`) and see whether labels follow.

    Two questions. Do the synthetic rows' labels hang on such terms: how often does the judge of validity
    change its mind, beside how often judges do on real rows, out of fold? And does training on the rows
    make a classifier hang on them: how often does one trained on seeds and synthetic rows change its mind
    on unseen real rows, beside one trained on the seeds alone? The second is also told as the mean change
    of the probability of a row's label, which moves before labels flip; its interval is that of the paired
    difference (Student's t over rows), laid about the reference.

    A label that follows a term is not always wrong: "he" for "she" can alter what is meant.
    """
    judged = [swap for hearing in hearings for swap in _swap_synthetic(hearing)]
    real = [swap for hearing in hearings for swap in _swap_real(hearing)]
    yield _check_flips(OPINION, exhibit.name, judged, real, _TOO_FEW)
    seed = derive_seed(root_seed, "safety", "counterfactual")
    taught: list[Swap] = []
    before: list[Swap] = []
    for lot in exhibit.lots:
        unseen = _unseen_rows(exhibit, lot)
        taught += _swap_after_training(unseen, (*lot.seeds, *lot.rows), seed)
        before += _swap_after_training(unseen, lot.seeds, seed)
    remark = _TOO_FEW if any(_unseen_rows(exhibit, lot) for lot in exhibit.lots) else _NOTHING_UNSEEN
    yield _check_flips(LEARNT, exhibit.name, taught, before, remark)
    yield _check_moves(exhibit.name, taught, before, remark)


def _unseen_rows(exhibit: Exhibit, lot: Lot) -> Rows:
    return lot.unseen or (Rows() if exhibit.held_out_is == SEEDS else exhibit.held_out)


def _swap_synthetic(hearing: Hearing) -> list[Swap]:
    if hearing.judge is None:
        return []
    return _swap_all(hearing.judge.classifier, hearing.rows)


def _swap_real(hearing: Hearing) -> Iterator[Swap]:
    if (judge := hearing.judge) is None:
        return
    labels, own, other = judge.rows.labels, judge.own, judge.own_swapped
    moves = np.abs(own.of(labels) - other.of(labels)).tolist()
    views = zip(judge.rows, own.likeliest, other.likeliest, moves, strict=True)
    for row, first, second, moved in views:
        if swap_terms(row.text) is not None:
            yield Swap(row.id, first != second, moved)


def _swap_after_training(unseen: Sequence[Row], training: Iterable[Row | Specimen], seed: int) -> list[Swap]:
    rows = thin(list(training), seed)
    if not rows or not unseen:
        return []
    try:
        classifier = TextClassifier([row.text for row in rows], [row.label for row in rows], seed)
    except DataError:  # without words there is nothing to learn, and no label can change
        return []
    return _swap_all(classifier, unseen)


def _swap_all(classifier: TextClassifier, rows: Sequence[Row | Specimen]) -> list[Swap]:
    swapped = [(row, other) for row in rows if (other := swap_terms(row.text)) is not None]
    labels = [row.label for row, _ in swapped]
    first = classifier.read([row.text for row, _ in swapped])
    second = classifier.read([other for _, other in swapped])
    moves = np.abs(first.of(labels) - second.of(labels)).tolist()
    views = zip(swapped, first.likeliest, second.likeliest, moves, strict=True)
    return [Swap(row.id, one != two, moved) for (row, _), one, two, moved in views]


def _check_flips(
    measure: str, name: str, swaps: Sequence[Swap], reference: Sequence[Swap], remark: str
) -> Check:
    found, real = _flip_rate(swaps), _flip_rate(reference)
    if found.value is None:
        return Check("safety", measure, name, ALL, None, remark=remark)
    apart = found.is_apart_from(real)
    side = "more" if found.lies_above(real) else "less"
    return Check(
        *("safety", measure, name, ALL, found.value, found.low, found.high),
        reference=real.value,
        remark=f"Clearly {side} than the reference, {real}." if apart else "",
    )


def _check_moves(name: str, taught: Sequence[Swap], before: Sequence[Swap], remark: str) -> Check:
    after, earlier = (_by_row((swap.row, swap.moves) for swap in swaps) for swaps in (taught, before))
    both = [row for row in after if row in earlier]
    moves, moves_before = (np.array([side[row] for row in both]) for side in (after, earlier))
    if len(both) < LEAST_ROWS:
        return Check("safety", MOVED, name, ALL, None, remark=remark)
    more = moves - moves_before
    reach = stats.t.ppf(0.975, len(more) - 1) * stats.sem(more)
    low, high = more.mean() - reach, more.mean() + reach
    verdict = "The synthetic rows make no clear difference."
    if low > 0 or high < 0:
        verdict = f"The synthetic rows make it {'larger' if low > 0 else 'smaller'}."
    center = float(moves_before.mean())
    return Check(
        *("safety", MOVED, name, ALL, float(moves.mean()), center + float(low), center + float(high)),
        reference=center,
        remark=verdict,
    )


def _flip_rate(swaps: Sequence[Swap]) -> Rate:
    """Share the flips among distinct rows: several lots may hold the same real row."""
    flips = _by_row((swap.row, float(swap.flips)) for swap in swaps)
    return rate(sum(flips.values()), len(flips)) if len(flips) >= LEAST_ROWS else Rate(None)


def _by_row(values: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Average values by row, in order of first appearance."""
    rows: dict[str, list[float]] = {}
    for row, value in values:
        rows.setdefault(row, []).append(value)
    return {row: sum(found) / len(found) for row, found in rows.items()}
