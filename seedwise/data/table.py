"""Tables of text files, read line by line so that errors can name the line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seedwise.errors import DataError


@dataclass(frozen=True, slots=True)
class Line:
    """The values of one row by column, and the line that it starts on, counted from 1."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """Column names in the file's order, and one or more rows."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def read_delimited(path: Path, delimiter: str) -> Table:
    """Read a CSV or TSV file with a header line, its fields quoted with ``"`` where need be.

    Raises
    ------
    DataError
        Where the file is empty, not UTF-8, wrongly quoted or ragged.
    """
    reader = csv.reader(io.StringIO(_decoded(path), newline=""), delimiter=delimiter, strict=True)
    records = _records(path, reader)
    columns = _header(path, next(records).fields)
    return _table(path, columns, tuple(_line(path, columns, record) for record in records))


@dataclass(frozen=True, slots=True)
class _Record:
    start: int
    fields: list[str]


def _records(path: Path, reader: Any) -> Iterator[_Record]:
    """Yield the records that are not blank, each with the line that it starts on."""
    while True:
        start = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as exc:
            raise _bad_quoting(path, start, str(exc)) from exc
        if fields:
            yield _Record(start, fields)


def _header(path: Path, fields: list[str]) -> tuple[str, ...]:
    names = tuple(field.strip() for field in fields)
    repeated = [name for name in names if name and names.count(name) > 1]
    if repeated:
        raise DataError(
            found=f"{path} has several columns named {repeated[0]!r}",
            expected="a name of its own for every column",
            remedy="rename or remove the surplus columns",
        )
    return names


def _line(path: Path, columns: tuple[str, ...], record: _Record) -> Line:
    if len(record.fields) != len(columns):
        raise DataError(
            found=f"{path}, line {record.start}: {len(record.fields)} fields under {len(columns)} columns",
            expected="as many fields in every line as in the header",
            remedy='put fields that hold the delimiter in "quotes", or save the data as JSONL or Parquet',
        )
    return Line(record.start, dict(zip(columns, record.fields, strict=True)))


def _bad_quoting(path: Path, start: int, problem: str) -> DataError:
    return DataError(
        found=f"{path}, in the row that starts on line {start}: {problem}",
        expected='fields that hold a delimiter, quote or line break in "quotes", inner quotes doubled',
        remedy="mend the quoting, or save the data as JSONL or Parquet",
    )


def read_jsonl(path: Path) -> Table:
    """Read a file of JSON objects, one a line; a key that a line lacks counts as missing there.

    Raises
    ------
    DataError
        Where the file is empty or not UTF-8, or a line is not a JSON object.
    """
    numbered = enumerate(_decoded(path).split("\n"), start=1)
    lines = tuple(Line(number, _object(path, number, line)) for number, line in numbered if line.strip())
    columns = tuple(dict.fromkeys(key for line in lines for key in line.values))
    return _table(path, columns, lines)


def _object(path: Path, number: int, line: str) -> Mapping[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise _bad_json(path, number, str(exc)) from exc
    if not isinstance(value, dict):
        raise _bad_json(path, number, f"a {type(value).__name__}, not an object")
    return value


def _bad_json(path: Path, number: int, problem: str) -> DataError:
    return DataError(
        found=f"{path}, line {number}: {problem}",
        expected='one JSON object a line, such as {"text": "…", "label": "…"}',
        remedy="mend the line, or save the data with pandas: to_json(…, orient='records', lines=True)",
    )


def read_parquet(path: Path) -> Table:
    """Read a Parquet file; its rows are numbered from 1 in place of lines.

    Raises
    ------
    DataError
        Where the file is empty or not Parquet.
    """
    import pyarrow
    from pyarrow import parquet

    content = io.BytesIO(_bytes(path))
    try:
        table = parquet.read_table(content)
    except (pyarrow.ArrowException, OSError) as exc:
        raise DataError(
            found=f"{path} cannot be read as Parquet: {exc}",
            expected="a Parquet file",
            remedy="write it anew, for instance with pandas: to_parquet(…)",
        ) from exc
    lines = tuple(Line(number, values) for number, values in enumerate(table.to_pylist(), start=1))
    return _table(path, tuple(table.column_names), lines)


def _table(path: Path, columns: tuple[str, ...], lines: tuple[Line, ...]) -> Table:
    if not lines:
        raise _empty(path)
    return Table(columns, lines)


def _decoded(path: Path) -> str:
    content = _bytes(path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line, byte = content.count(b"\n", 0, exc.start) + 1, content[exc.start]
        guess = "UTF-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "WINDOWS-1252"
        raise DataError(
            found=f"{path} is not UTF-8: line {line}, byte {exc.start} of the file is 0x{byte:02x}",
            expected="text in UTF-8",
            remedy=f"convert it: iconv -f {guess} -t UTF-8 {path.name} > converted{path.suffix}",
        ) from exc


def _bytes(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise DataError(
            found=f"{path} cannot be read ({exc.strerror})",
            expected="a file that you may read",
            remedy="check its permissions",
        ) from exc
    if not content.strip():
        raise _empty(path)
    return content


def _empty(path: Path) -> DataError:
    return DataError(
        found=f"{path} has no rows",
        expected="a header and rows, or one JSON object a line",
        remedy="check that the file was written to the end",
    )
