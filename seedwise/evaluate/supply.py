"""Rows that each arm has to add to the seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from seedwise.arms import Arm
from seedwise.identity import derive_rng
from seedwise.records import Draw, Harvest

Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """All that one arm of one draw can add: the texts of each class, in the order in which it adds them."""

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
    arm: Arm, draw: Draw, harvest: Harvest | None, wanted: Mapping[str, int], root_seed: int
) -> Source:
    """Line up what an arm adds to a draw's seeds.

    A longer line starts with the shorter one, so the added sets of growing sizes are nested.

    Parameters
    ----------
    harvest : Harvest or None
        What the arm's LLM wrote for this draw; needed by generated arms only.
    wanted : mapping of str to int
        Rows of each class needed at most; only ``oversample``, which never runs dry, heeds it.

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
        texts = {label: _accepted(harvest, label) for label in wanted}
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


def _accepted(harvest: Harvest, label: str) -> Texts:
    return tuple(row.text for row in harvest.accepted if row.label == label)


def find_shortages(source: Source, added: int, wanted: Mapping[str, int]) -> tuple[Shortage, ...]:
    """List the classes in which a source holds fewer rows than wanted."""
    return tuple(
        Shortage(source.arm, source.draw.index, added, label, asked, len(source.texts[label]))
        for label, asked in wanted.items()
        if len(source.texts[label]) < asked
    )
