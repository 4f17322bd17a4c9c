"""Rows that each arm has to add to the seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from seedwise.arms import Arm
from seedwise.evaluate.mask import mask_row
from seedwise.identity import derive_rng
from seedwise.records import Candidate, Draw, Harvest

Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """All that one arm of one draw can add: the texts of each class, in the order in which it adds them.

    Of a masked arm, a text is empty where masking left no word of it.
    """

    arm: Arm
    draw: Draw
    texts: Mapping[str, Texts]


@dataclass(frozen=True, slots=True)
class Shortage:
    """A class of which an arm could not add as many rows as the class mix asks for."""

    arm: Arm
    draw: int
    added: int
    label: str
    asked: int
    given: int


def open_source(
    arm: Arm,
    draw: Draw,
    harvest: Harvest | None,
    wanted: Mapping[str, int],
    root_seed: int,
    *,
    by_stem: bool = False,
) -> Source:
    """Line up what an arm adds to a draw's seeds.

    A longer line starts with the shorter one, so the added sets of growing sizes are nested.

    Parameters
    ----------
    harvest : Harvest or None
        What the arm's LLM wrote for this draw; needed by generated arms only.
    wanted : mapping of str to int
        Rows of each class needed at most; only ``oversample``, which never runs dry, heeds it.
    by_stem : bool
        Whether a masked arm's rows lose all words of a hint's stem; see `mask_words`.

    Raises
    ------
    ValueError
        For a generated arm without a harvest, and for ``seed_only``, which adds nothing.
    """
    if arm.base is Arm.OVERSAMPLE:
        texts = {label: _repeat_seeds(draw, label, n, root_seed) for label, n in wanted.items()}
    elif arm.base is Arm.REAL:
        texts = {label: tuple(draw.pool.of_label(label).texts) for label in wanted}
    elif harvest is not None:
        texts = {label: _accepted(arm, harvest, label, by_stem=by_stem) for label in wanted}
    else:
        raise ValueError(f"nothing to add for arm {arm.value} of draw {draw.index}")
    return Source(arm, draw, texts)


def _repeat_seeds(draw: Draw, label: str, n: int, root_seed: int) -> Texts:
    """Draw ``n`` seed rows of a class with replacement; none where the seeds hold none of it."""
    rows = draw.seeds.of_label(label)
    if not rows:
        return ()
    rng = derive_rng(root_seed, "evaluate", "oversample", draw.index, label)
    return tuple(rows[int(i)].text for i in rng.integers(len(rows), size=n))


def _accepted(arm: Arm, harvest: Harvest, label: str, *, by_stem: bool) -> Texts:
    rows = (row for row in harvest.accepted if row.label == label)
    return tuple(_text_of(row, arm, by_stem=by_stem) for row in rows)


def _text_of(row: Candidate, arm: Arm, *, by_stem: bool) -> str:
    return mask_row(row, by_stem=by_stem) if arm.is_masked else row.text


def take(source: Source, wanted: Mapping[str, int]) -> Mapping[str, Texts]:
    """Take the first rows of each class.

    A row that masking left empty is left out and not made up for, so that a masked arm is trained on the
    rows of the arm that it is held against and on no other.
    """
    taken = {label: source.texts[label][:n] for label, n in wanted.items()}
    if not source.arm.is_masked:
        return taken
    return {label: tuple(filter(None, texts)) for label, texts in taken.items()}


def find_shortages(source: Source, added: int, wanted: Mapping[str, int]) -> tuple[Shortage, ...]:
    """List the classes of which a source gives fewer rows than wanted."""
    taken = take(source, wanted)
    return tuple(
        Shortage(source.arm, source.draw.index, added, label, asked, len(taken[label]))
        for label, asked in wanted.items()
        if len(taken[label]) < asked
    )
