"""The user's own labelled texts, from a CSV, TSV, JSONL or Parquet file."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seedwise.config import DataConfig
from seedwise.data.raw import Part, RawData, RawRow
from seedwise.data.table import Line, Table, read_delimited, read_jsonl, read_parquet
from seedwise.errors import DataError

_READERS: Mapping[str, Callable[[Path], Table]] = {
    ".csv": lambda path: read_delimited(path, ","),
    ".tsv": lambda path: read_delimited(path, "\t"),
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".parquet": read_parquet,
}
SUFFIXES = tuple(_READERS)
SPLIT_COLUMN = "split"

_PARTS: Mapping[str, Part] = {
    "train": Part.TRAIN,
    "training": Part.TRAIN,
    "val": Part.VALIDATION,
    "valid": Part.VALIDATION,
    "validation": Part.VALIDATION,
    "dev": Part.VALIDATION,
    "test": Part.TEST,
}


@dataclass(frozen=True, slots=True)
class ColumnFlags:
    """The command-line flags that name a file's columns."""

    text: str
    label: str


COLUMN_FLAGS = ColumnFlags("--text-column", "--label-column")


def read_own_file(path: Path, config: DataConfig, flags: ColumnFlags = COLUMN_FLAGS) -> RawData:
    """Read texts, labels and, unless all rows are pooled, the split column where the file has one.

    Numbers serve as texts or labels as they are written; nulls and NaN count as missing.

    Raises
    ------
    DataError
        Where the file is missing, empty, of an unknown kind or malformed, lacks a column or holds
        something other than text.
    """
    table = _reader(path)(path)
    _check_columns(path, table, config, flags)
    rows = tuple(_row(path, line, table, config) for line in table.lines)
    return RawData(name=path.name, short=_short(path), source=path.name, license="not stated", rows=rows)


def _reader(path: Path) -> Callable[[Path], Table]:
    if not path.is_file():
        raise _missing_file(path)
    if path.suffix.lower() not in _READERS:
        raise DataError(
            found=f"{path} is of a kind that is not read ({path.suffix or 'no suffix'})",
            expected=f"a file that ends in {', '.join(SUFFIXES)}",
            remedy="save it as one of these",
        )
    return _READERS[path.suffix.lower()]


def _missing_file(path: Path) -> DataError:
    if path.is_dir():
        return DataError(found=f"{path} is a folder", expected="a file", remedy="name a file in it")
    siblings = [sibling.name for sibling in path.parent.iterdir()] if path.parent.is_dir() else []
    close = difflib.get_close_matches(path.name, siblings, n=1)
    return DataError(
        found=f"there is no file {path}",
        expected="the path of a file that exists",
        remedy=f"did you mean {path.with_name(close[0])}?" if close else "check the path",
    )


def _check_columns(path: Path, table: Table, config: DataConfig, flags: ColumnFlags) -> None:
    for option, column in ((flags.text, config.text_column), (flags.label, config.label_column)):
        if column in table.columns:
            continue
        close = difflib.get_close_matches(column, table.columns, n=1, cutoff=0.5)
        raise DataError(
            found=f"{path} has no column {column!r}; its columns are {', '.join(map(repr, table.columns))}",
            expected=f"the column that {option} names",
            remedy=f"{option} {close[0] if close else 'NAME'}",
        )


def _used(table: Table, config: DataConfig) -> tuple[str, ...]:
    is_read = config.split != "pooled" and SPLIT_COLUMN in table.columns
    return (config.text_column, config.label_column, *((SPLIT_COLUMN,) if is_read else ()))


def _row(path: Path, line: Line, table: Table, config: DataConfig) -> RawRow:
    values = [_written(path, line, column) for column in _used(table, config)]
    part = _part(path, line, values[2]) if len(values) > 2 else Part.WHOLE
    return RawRow(part, line.number, text=values[0], label=values[1])


def _written(path: Path, line: Line, column: str) -> str:
    value: Any = line.values.get(column)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str | int | float):
        return str(value)
    raise DataError(
        found=f"{path}, line {line.number}: column {column!r} holds a {type(value).__name__}",
        expected="one text and one label a row",
        remedy="write one label a row as plain text",
    )


def _part(path: Path, line: Line, value: str) -> Part:
    part = _PARTS.get(value.strip().lower())
    if part is None:
        raise DataError(
            found=f"{path}, line {line.number}: the split column says {value!r}",
            expected="train, val or test",
            remedy="correct it, rename the column, or ignore it with --split pooled",
        )
    return part


def check_parts(data: RawData) -> None:
    """Check that a file whose split column marks rows marks some to train on and some to test on.

    Raises
    ------
    DataError
        Where it marks none of either.
    """
    parts = {row.part for row in data.rows} - {Part.WHOLE}
    for part in (Part.TRAIN, Part.TEST) if parts else ():
        if part not in parts:
            raise DataError(
                found=f"the split column of {data.source} marks no {part} row",
                expected="rows marked train and rows marked test",
                remedy="mark some, or split anew with --split pooled",
            )


def _short(path: Path) -> str:
    return re.sub(r"\W+", "-", path.stem.lower()).strip("-") or "own"
