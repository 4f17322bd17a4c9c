"""Cells of a CSV file that no spreadsheet runs as a formula."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pyarrow as pa

_MARK = "'"
_NEUTRALISED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", _MARK)


def csv_bytes(table: pa.Table) -> bytes:
    """Write a table as CSV (RFC 4180) in UTF-8; lists are JSON, null is an empty cell.

    A text that begins with ``=``, ``+``, ``-``, ``@`` (their full-width forms, too), a tab or a line break
    gets a ``'`` before it, so that a spreadsheet shows it instead of running it (after OWASP, "CSV
    Injection"). So does one that begins with ``'``, which lets `restore_cell` take the mark off again. It
    protects spreadsheets that part cells at commas; one set to semicolons parts them within a text.
    """
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(table.column_names)
    writer.writerows([_cell(value) for value in line.values()] for line in table.to_pylist())
    return sink.getvalue().encode("utf-8")


def restore_cell(cell: str) -> str:
    """Give back the text that a cell of an exported CSV file stands for.

    Examples
    --------
    >>> restore_cell("'=1+1"), restore_cell("''tis"), restore_cell("plain")
    ('=1+1', "'tis", 'plain')
    """
    return cell.removeprefix(_MARK)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(_NEUTRALISED):
        return _MARK + value
    return value
