"""Which files a format consists of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from seedwise.export.csv_cells import csv_bytes
from seedwise.export.order import Format
from seedwise.report.row_files import jsonl_bytes, parquet_bytes

CARD, PROVENANCE = "README.md", "provenance.json"
"""What lies beside the rows, whatever their format."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where accepted and rejected rows lie in an exported folder, and how they are written.

    ``builder`` is the name by which `datasets.load_dataset` reads such files; ``is_typed`` tells whether
    they hold every column in its own type.
    """

    train: str
    rejected: str
    write: Callable[[pa.Table], bytes]
    builder: str
    is_typed: bool = True


LAYOUTS: Mapping[Format, Layout] = {
    "parquet": Layout("train.parquet", "rejected.parquet", parquet_bytes, "parquet"),
    "jsonl": Layout("train.jsonl", "rejected.jsonl", jsonl_bytes, "json"),
    "csv": Layout("train.csv", "rejected.csv", csv_bytes, "csv", is_typed=False),
    "hf": Layout(
        "data/train-00000-of-00001.parquet",
        "rejected/rejected-00000-of-00001.parquet",
        parquet_bytes,
        "parquet",
    ),
}

OWN_FILES = frozenset(
    {CARD, PROVENANCE} | {name for layout in LAYOUTS.values() for name in (layout.train, layout.rejected)}
)
"""All that an export ever writes, so that nothing else is ever replaced."""
