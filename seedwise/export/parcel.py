"""The rows that leave."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

import pyarrow as pa

from seedwise.errors import ConfigError, DataError
from seedwise.export.gates import Ruling, rule
from seedwise.export.order import ALL_ARMS, Order
from seedwise.export.run import Run, rows_of
from seedwise.screen import Reason

_DEFAULT = "guided"
_COPIES = (Reason.COPIES_EXEMPLAR.value, Reason.COPIES_SEED.value, Reason.COPIES_TEST.value)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What leaves a run: rows of ``arms``, accepted and rejected, and what was ruled about the gates.

    ``left_out`` counts the rows that failed gates cost, ``withheld`` the rejected rows whose text stays
    behind.
    """

    arms: tuple[str, ...]
    rows: pa.Table
    rejected: pa.Table
    ruling: Ruling
    left_out: int
    withheld: int


def pack(run: Run, order: Order) -> Parcel:
    """Choose the rows that an order asks for, as far as the gates let them through.

    Rows that failed gates name are left out with their exact repeats of other draws. A rejected row keeps
    its place and its reason, but not its text, where that is a copy of a seed or test row, or of a row
    that is left out.

    Raises
    ------
    ConfigError
        For an arm that the run does not have.
    GateError
        Where a gate stops the export.
    DataError
        Where no row is left.
    """
    arms = choose_arms(run, order.arm)
    ruling = rule(run, arms, order)
    rows, rejected = rows_of(run.rows, arms), rows_of(run.rejected, arms)
    gone = _find_repeats(rows, ruling.named_rows)
    kept = rows.filter(pa.array([id_ not in gone for id_ in rows["id"].to_pylist()], pa.bool_()))
    if not kept.num_rows:
        raise DataError(
            found=f"no rows of {', '.join(arms)} that could be exported",
            expected="one accepted row at least",
            remedy="name another arm with --arm, or look into the report for what became of the rows",
        )
    is_secret = _find_secrets(rows, rejected, gone)
    return Parcel(arms, kept, _withhold(rejected, is_secret), ruling, len(gone), sum(is_secret))


def choose_arms(run: Run, name: str) -> tuple[str, ...]:
    """Find the arms of a name; without one, ``guided``.

    Raises
    ------
    ConfigError
        For an arm that the run does not have.
    DataError
        Where the run has no generated arm at all.
    """
    if not run.arms:
        raise DataError(
            found="a run without generated rows",
            expected="a run with an arm that a language model writes",
            remedy="run an experiment with --arms naive,guided, say",
        )
    if name == ALL_ARMS:
        return run.arms
    if (name or _DEFAULT) in run.arms:
        return (name or _DEFAULT,)
    raise ConfigError(
        found=f"the arm {name}" if name else f"no arm {_DEFAULT}, which is exported by default",
        expected=f"one of {', '.join(run.arms)}, or {ALL_ARMS}",
        remedy=f"give --arm {run.arms[0]}, say; an arm that is only trained otherwise has another's rows",
    )


def _find_repeats(rows: pa.Table, named: Set[str]) -> frozenset[str]:
    """Find the rows that have arm, text and label of a named one."""
    keys = list(zip(*(rows[name].to_pylist() for name in ("arm", "text", "label")), strict=True))
    ids = rows["id"].to_pylist()
    wanted = {key for id_, key in zip(ids, keys, strict=True) if id_ in named}
    return frozenset(id_ for id_, key in zip(ids, keys, strict=True) if key in wanted)


def _find_secrets(rows: pa.Table, rejected: pa.Table, gone: Set[str]) -> list[bool]:
    """Tell for every rejected row whether its text gives away what must not leave."""
    texts = {text for id_, text in _pairs(rows, "id", "text") if id_ in gone}
    reasons = _pairs(rejected, "reason", "detail")
    return [
        reason in _COPIES or text in texts or _named_in(detail) in gone
        for (reason, detail), text in zip(reasons, rejected["text"].to_pylist(), strict=True)
    ]


def _pairs(table: pa.Table, first: str, second: str) -> list[tuple[str, str]]:
    return list(zip(table[first].to_pylist(), table[second].to_pylist(), strict=True))


def _named_in(detail: str) -> str:
    """Take the row's id out of what a screen notes of a duplicate: ``id`` or ``id (0.93)``."""
    return re.sub(r" \(\d\.\d\d\)$", "", detail)


def _withhold(rejected: pa.Table, is_secret: Sequence[bool]) -> pa.Table:
    texts = [
        None if secret else text for text, secret in zip(rejected["text"].to_pylist(), is_secret, strict=True)
    ]
    place = rejected.schema.get_field_index("text")
    return rejected.set_column(place, "text", pa.array(texts, pa.string()))
