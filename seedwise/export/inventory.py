"""What is in the box: rows by class, templates, money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pyarrow as pa

from seedwise.export.grid import Grid
from seedwise.export.parcel import Parcel
from seedwise.report.document import Document
from seedwise.report.numbers import fraction


def class_grid(parcel: Parcel) -> Grid:
    """Count the rows of each arm and class, with the share whose label a judge of real text confirms."""
    rows = parcel.rows.select(["arm", "label", "text", "label_agrees"]).to_pylist()
    groups: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in rows:
        groups.setdefault((row["arm"], row["label"]), []).append(row)
    cells = [
        (
            *group,
            len(own),
            len({row["text"] for row in own}),
            _agreement([row["label_agrees"] for row in own]),
        )
        for group, own in groups.items()
    ]
    return Grid(("arm", "class", "rows", "distinct texts", "judged as intended"), cells)


def reason_grid(parcel: Parcel) -> Grid:
    """Count the rejected rows by arm and reason."""
    counts = Counter(zip(*(parcel.rejected[name].to_pylist() for name in ("arm", "reason")), strict=True))
    return Grid(
        ("arm", "reason", "rows"), [(*group, rows) for group, rows in sorted(counts.items(), key=_place)]
    )


def template_grid(parcel: Parcel) -> Grid:
    """Count the rows by arm, model and template."""
    names = ("arm", "model", "template")
    counts = Counter(zip(*(parcel.rows[name].to_pylist() for name in names), strict=True))
    return Grid(("arm", "model", "template", "rows"), [(*group, rows) for group, rows in counts.items()])


def cost_grid(document: Document, arms: Sequence[str]) -> Grid:
    """Sum up what the arms took: requests, tokens and US dollars, rejected answers included."""
    return Grid(
        ("arm", "requests", "tokens", "candidates", "accepted", "US dollars"),
        [_bill(document, arm) for arm in arms],
    )


def count_repeats(rows: pa.Table) -> int:
    """Count the rows that repeat the text and label of one before."""
    texts, labels = rows["text"].to_pylist(), rows["label"].to_pylist()
    return len(texts) - len(set(zip(texts, labels, strict=True)))


def _agreement(judged: Sequence[object]) -> str:
    known = [agrees for agrees in judged if agrees is not None]
    return fraction(sum(map(bool, known)) / len(known) if known else None)


def _place(counted: tuple[tuple[str, str], int]) -> tuple[str, int]:
    return counted[0][0], -counted[1]


def _bill(document: Document, arm: str) -> tuple[object, ...]:
    parts = [part for part in document["generation"] if part["arm"] == arm]
    names = ("requests", "tokens", "candidates", "accepted")
    costs = [part["cost"] for part in parts]
    cost = None if None in costs else f"{sum(costs):.4f}"
    return (arm, *(f"{sum(part[name] for part in parts):,}" for name in names), cost or "no price known")
