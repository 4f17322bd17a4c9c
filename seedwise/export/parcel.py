"""The rows that leave."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from seedwise.errors import ConfigError, DataError
from seedwise.export.dropping import leave_out
from seedwise.export.gates import Ruling, rule
from seedwise.export.order import ALL_ARMS, Order
from seedwise.export.remedies import Hindrance, tell_remedy
from seedwise.export.run import Run, rows_of
from seedwise.privacy import holds_personal
from seedwise.screen import Reason

_DEFAULT = "guided"
_COPIES = (
    Reason.COPIES_EXEMPLAR.value,
    Reason.COPIES_SEED.value,
    Reason.ONE_WORD_FROM_SEED.value,
    Reason.COPIES_TEST.value,
)
_QUOTING = (Reason.REFUSED.value, Reason.META_TEXT.value)
"""Reasons whose detail quotes the text."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What leaves a run: rows of ``arms``, accepted and rejected, and what was ruled about the gates.

    ``left_out`` counts the rows that failed gates cost, ``withheld`` the rejected rows whose text stays
    behind; ``emptied`` names the classes of which no row is left: ``joy of naive``.
    """

    arms: tuple[str, ...]
    rows: pa.Table
    rejected: pa.Table
    ruling: Ruling
    left_out: int
    emptied: tuple[str, ...]
    withheld: int


def pack(run: Run, order: Order) -> Parcel:
    """Choose the rows that an order asks for, as far as the gates let them through.

    Rows that failed gates name are left out with their exact repeats of other draws. A rejected row keeps
    its place and its reason, but not its text, where that is a copy of a seed or test row, or of a row
    that is left out, where a failed gate names it, or where it holds personal data of the kinds that a gate
    of the audit, which reads accepted rows alone, counts.

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
    left = leave_out(rows, ruling.named_rows)
    if not left.rows.num_rows:
        raise _none_left(arms, rows, ruling) if rows.num_rows else _no_rows(arms)
    withheld = pa.Table.from_pylist(_withhold(rejected, rows, left.gone), rejected.schema)
    return Parcel(
        arms=arms,
        rows=left.rows,
        rejected=withheld,
        ruling=ruling,
        left_out=rows.num_rows - left.rows.num_rows,
        emptied=left.emptied,
        withheld=withheld["text"].null_count,
    )


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


def _no_rows(arms: Sequence[str]) -> DataError:
    return DataError(
        found=f"no rows of {', '.join(arms)} that could be exported",
        expected="one accepted row at least",
        remedy="name another arm with --arm, or look into the report for what became of the rows",
    )


def _none_left(arms: Sequence[str], rows: pa.Table, ruling: Ruling) -> DataError:
    hindrance = Hindrance((*ruling.mended, *ruling.accepted), bool(ruling.unaudited), rows)
    return DataError(
        found=f"no rows of {', '.join(arms)} that could be exported: failed gates name every one",
        expected="one row at least that no failed gate names",
        remedy=f"{tell_remedy(hindrance)}; --arm names another arm",
    )


def _withhold(rejected: pa.Table, rows: pa.Table, gone: Set[str]) -> list[dict[str, Any]]:
    """Take the text, and words quoted from it, out of rejected rows that give away what must not leave."""
    texts = {line["text"] for line in rows.select(["id", "text"]).to_pylist() if line["id"] in gone}
    return [_blank(line) if _is_secret(line, texts, gone) else line for line in rejected.to_pylist()]


def _is_secret(line: dict[str, Any], texts: Set[str], gone: Set[str]) -> bool:
    is_named = line["id"] in gone or _named_in(line["detail"]) in gone
    is_copy = line["text"] in texts or line["reason"] in _COPIES
    return is_named or is_copy or holds_personal(line["text"])


def _blank(line: dict[str, Any]) -> dict[str, Any]:
    return {**line, "text": None, "detail": None if line["reason"] in _QUOTING else line["detail"]}


def _named_in(detail: str) -> str:
    """Take the row's id out of what a screen notes of a duplicate: ``id`` or ``id (0.93)``."""
    return re.sub(r" \(\d\.\d\d\)$", "", detail)
