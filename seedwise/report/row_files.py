"""Tables of rows as the bytes of files."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq

# JSON escapes every other character at which some reader would break a line.
_LINE_BREAKS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def parquet_bytes(table: pa.Table) -> bytes:
    """Write a table as Parquet; the same table gives the same bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return bytes(sink.getvalue())


def jsonl_bytes(table: pa.Table) -> bytes:
    """Write a table as JSON Lines in UTF-8: an object a row, every column in each, null where it has none.

    No text breaks a line, whatever a reader takes for a line break.
    """
    lines = (json.dumps(line, ensure_ascii=False, allow_nan=False) for line in table.to_pylist())
    return "".join(f"{line.translate(_LINE_BREAKS)}\n" for line in lines).encode("utf-8")
