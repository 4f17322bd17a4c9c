"""Exhibits: synthetic rows, laid beside the real text that they are to be held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from seedwise.arms import Arm, in_order
from seedwise.records import SEEDS, Candidate, Dataset, Draw, Exhibit, Harvest, Lot, Rows, Specimen


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Real rows that no prompt could have shown, and the split that they come from."""

    split: str
    rows: Rows


def exhibit_arms(dataset: Dataset, draws: Sequence[Draw], harvests: Sequence[Harvest]) -> tuple[Exhibit, ...]:
    """Lay out the accepted rows of every harvested arm, in `Arm` order.

    Each draw's rows lie beside the seeds that their prompts were written from, and beside the draw's pool:
    real rows that none of its prompts could show. All arms share the held-out text that
    `choose_held_out` finds.

    Parameters
    ----------
    dataset, draws
        Where the real rows come from.
    harvests
        Any order; each of a draw in ``draws``.
    """
    held_out, by_index = choose_held_out(dataset, draws), {draw.index: draw for draw in draws}
    return tuple(
        Exhibit(
            name=arm.value,
            labels=dataset.labels,
            lots=_lots(arm, by_index, harvests),
            held_out=held_out.rows,
            held_out_is=held_out.split,
            test=dataset.test,
        )
        for arm in in_order(harvest.arm for harvest in harvests)
    )


def exhibit_rows(
    name: str, rows: Sequence[Specimen], labels: Sequence[str], seeds: Rows, test: Rows
) -> Exhibit:
    """Lay out synthetic rows of any making beside their seeds, and beside test rows where there are some.

    No prompt could show the test rows, so they are the unseen and the held-out text, but for those that
    share a near-duplicate group with a seed. Without one of them, the seeds are the held-out text: then
    language and distribution are held against what the rows were written from.

    Parameters
    ----------
    name
        What the report calls them.
    rows
        At least one.
    seeds, test
        With near-duplicate groups over both; ``test`` is possibly empty.
    """
    groups = {row.group for row in seeds}
    unseen = Rows(row for row in test if row.group not in groups)
    held_out = HeldOut("test rows", unseen) if unseen else HeldOut(SEEDS, seeds)
    lot = Lot(0, tuple(rows), seeds, unseen)
    return Exhibit(name, tuple(labels), (lot,), held_out.rows, held_out.split, test)


def choose_held_out(dataset: Dataset, draws: Sequence[Draw]) -> HeldOut:
    """Choose the held-out real text: our choice.

    The training rows that every draw has in its pool, or the test split, where that has more rows of its
    scarcest class. Training rows come first since the seeds come from among them: where a data set's
    splits differ in themselves, a difference to the test split would be laid at the synthetic text's door.
    """
    seeds = {row.text for draw in draws for row in draw.seeds}
    seeded = {row.id for draw in draws for row in draw.seeds}
    groups = {row.group for draw in draws for row in draw.seeds}
    rest = [row for row in dataset.train if row.id not in seeded and row.group not in groups]
    test = [row for row in dataset.test if row.text not in seeds]
    references = (HeldOut("training split", Rows(rest)), HeldOut("test split", Rows(test)))
    return max(references, key=lambda reference: _scarcest(reference.rows, dataset.labels))


def _scarcest(rows: Rows, labels: Sequence[str]) -> int:
    counts = Counter(rows.labels)
    return min(counts[label] for label in labels)


def _lots(arm: Arm, draws: dict[int, Draw], harvests: Sequence[Harvest]) -> tuple[Lot, ...]:
    own = sorted((harvest for harvest in harvests if harvest.arm is arm), key=lambda harvest: harvest.draw)
    return tuple(_lot(harvest, draws[harvest.draw]) for harvest in own)


def _lot(harvest: Harvest, draw: Draw) -> Lot:
    rows = tuple(_specimen(candidate) for candidate in harvest.accepted)
    return Lot(draw.index, rows, draw.seeds, draw.pool)


def _specimen(candidate: Candidate) -> Specimen:
    return Specimen(candidate.id, candidate.text, candidate.label, candidate.hints, candidate.exemplars)
