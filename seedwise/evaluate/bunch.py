"""Bunches of fits for workers elsewhere."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import ceil
from pathlib import Path

from seedwise.embeddings import VectorStore
from seedwise.embeddings.encoder import Vector
from seedwise.evaluate.fit import EMBEDDED, Bench, Fit, Outcome, run_fit
from seedwise.evaluate.makers import check_makers
from seedwise.threads import one_thread

LEAST, MOST = 8, 48
"""Fits of a bunch: enough to outweigh the price of a task, and so few that one lost is soon made up for."""

_SHARES = 4
"""Bunches a worker gets where there are enough fits: at the end none waits for more than a fourth."""


class Bunch:
    """Fits, with all that they need: a worker elsewhere shares no disk with whoever sends them.

    ``vectors`` are the embeddings of the texts of those fits that are trained on embeddings; ``makers`` is
    what the fits have to be run by, see `seedwise.evaluate.makers`.

    It is deliberately no dataclass: orchestrators walk into those value by value.
    """

    __slots__ = ("fits", "makers", "test_texts", "vectors")

    def __init__(
        self,
        fits: Sequence[Fit],
        test_texts: Sequence[str],
        vectors: Mapping[str, Vector],
        makers: tuple[str, ...],
    ) -> None:
        self.fits, self.test_texts = tuple(fits), tuple(test_texts)
        self.vectors, self.makers = vectors, makers


def deal_fits(fits: Sequence[Fit], workers: int) -> tuple[tuple[Fit, ...], ...]:
    """Deal fits out to bunches that take about as long as one another.

    Neither classifiers nor sizes cost the same, and nobody knows what they cost: sorted by both and dealt
    in turns, first to last and back, each bunch gets its share of either.

    Parameters
    ----------
    workers : int
        Fits that can be run at once, at least 1.

    Returns
    -------
    tuple of tuple of Fit
        None empty; together all fits, each once.
    """
    costliest_first = sorted(fits, key=lambda fit: (fit.classifier, len(fit.texts)), reverse=True)
    hands: list[list[Fit]] = [[] for _ in range(count_bunches(len(fits), workers))]
    for place, fit in enumerate(costliest_first):
        turn, seat = divmod(place, len(hands))
        hands[seat if turn % 2 == 0 else -1 - seat].append(fit)
    return tuple(tuple(hand) for hand in hands)


def count_bunches(n_fits: int, workers: int) -> int:
    """Choose how many bunches to make of so many fits for so many workers; 0 of none.

    Bunches are as many as give every worker four, but of 8 to 48 fits each; down to one fit where workers
    would go without otherwise.
    """
    wanted = min(workers * _SHARES, ceil(n_fits / LEAST))
    return min(n_fits, max(wanted, workers, ceil(n_fits / MOST)))


def pack_bunch(fits: Sequence[Fit], bench: Bench, makers: tuple[str, ...]) -> Bunch:
    """Put fits together with the texts and embeddings that they need of the bench."""
    return Bunch(fits, bench.test_texts, _needed_vectors(fits, bench), makers)


def _needed_vectors(fits: Sequence[Fit], bench: Bench) -> Mapping[str, Vector]:
    embedded = [fit for fit in fits if fit.classifier in EMBEDDED]
    if not embedded or bench.embeddings is None:
        return {}
    texts = {text for fit in embedded for text in fit.texts}
    return VectorStore(bench.embeddings).read(texts | set(bench.test_texts))


def run_bunch(bunch: Bunch) -> tuple[Outcome, ...]:
    """Run the fits of a bunch one after another, in one thread.

    Raises
    ------
    ConfigError
        Where this worker's packages are others than those of whoever sent the bunch.
    """
    check_makers(bunch.makers)
    with _lay_bench(bunch) as bench, one_thread():
        return tuple(run_fit(fit, bench) for fit in bunch.fits)


@contextmanager
def _lay_bench(bunch: Bunch) -> Iterator[Bench]:
    """Lay the vectors out where fits look for them; without any, nothing is written to this worker's disk."""
    if not bunch.vectors:
        yield Bench(bunch.test_texts)
        return
    with tempfile.TemporaryDirectory(prefix="seedwise-") as folder:
        store = VectorStore(Path(folder) / "embeddings.db")
        store.write(bunch.vectors)
        yield Bench(bunch.test_texts, store.path)
