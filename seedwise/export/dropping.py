"""What is left of rows once those that failed gates name are taken out."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Remainder:
    """Rows that stay once some are left out.

    Attributes
    ----------
    rows : Table
        Those that stay, in order.
    gone : frozenset of str
        Ids of those that do not: the named ones, with their exact repeats.
    emptied : tuple of str
        Classes of which no row stays, in the order of the rows: ``joy of naive``.
    """

    rows: pa.Table
    gone: frozenset[str]
    emptied: tuple[str, ...]


def leave_out(rows: pa.Table, named: Set[str]) -> Remainder:
    """Take named rows out of accepted ones, with their exact repeats of other draws."""
    gone = frozenset(named) | _find_repeats(rows, named)
    kept = rows.filter(pa.array([id_ not in gone for id_ in rows["id"].to_pylist()], pa.bool_()))
    there = set(_classes_of(kept))
    emptied = tuple(name for name in dict.fromkeys(_classes_of(rows)) if name not in there)
    return Remainder(kept, gone, emptied)


def _find_repeats(rows: pa.Table, named: Set[str]) -> frozenset[str]:
    """Find the rows that have arm, text and label of a named one."""
    keys = list(zip(*(rows[name].to_pylist() for name in ("arm", "text", "label")), strict=True))
    ids = rows["id"].to_pylist()
    wanted = {key for id_, key in zip(ids, keys, strict=True) if id_ in named}
    return frozenset(id_ for id_, key in zip(ids, keys, strict=True) if key in wanted)


def _classes_of(rows: pa.Table) -> list[str]:
    pairs = zip(rows["label"].to_pylist(), rows["arm"].to_pylist(), strict=True)
    return [f"{label} of {arm}" for label, arm in pairs]
