"""A finished run, read back from its folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from seedwise.errors import DataError
from seedwise.records import Check
from seedwise.report import load_report
from seedwise.report.document import Document
from seedwise.report.rows import ACCEPTED_SCHEMA, REJECTED_SCHEMA


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: its report, its accepted and its rejected rows with the columns of this version."""

    document: Document
    rows: pa.Table
    rejected: pa.Table

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms that have rows of their own, in the report's order."""
        return tuple(dict.fromkeys(part["arm"] for part in self.document["generation"]))

    def checks_of(self, arm: str) -> tuple[Check, ...] | None:
        """Return all checks of an arm's audit; None where there was no audit."""
        for audit in self.document["audits"]:
            if audit["name"] == arm:
                return tuple(_check(found) for found in audit["checks"])
        return None


def open_run(folder: Path) -> Run:
    """Read a finished run.

    Raises
    ------
    DataError
        Where the folder holds no finished run, or its files are damaged or do not belong together.
    """
    run = Run(
        load_report(folder),
        _read(folder / "synthetic.parquet", ACCEPTED_SCHEMA),
        _read(folder / "rejected.parquet", REJECTED_SCHEMA),
    )
    _match(run, folder)
    return run


def rows_of(table: pa.Table, arms: Sequence[str]) -> pa.Table:
    """Keep the rows of some arms, in order."""
    return table.filter(pa.array([arm in arms for arm in table["arm"].to_pylist()], pa.bool_()))


def _read(path: Path, schema: pa.Schema) -> pa.Table:
    try:
        return pq.read_table(path).select(schema.names).cast(schema)
    except OSError as exc:
        raise _unfit(f"{path} cannot be read ({exc.strerror or 'it is no Parquet file'})") from exc
    except (KeyError, pa.ArrowException) as exc:
        raise _unfit(f"{path} does not hold the columns of this version: {exc}") from exc


def _match(run: Run, folder: Path) -> None:
    """See that report and rows are of the same run, and that every row is still marked as synthetic."""
    counted: Counter[str] = Counter()
    for part in run.document["generation"]:
        counted[part["arm"]] += part["accepted"]
    there = Counter(run.rows["arm"].to_pylist())
    if counted != there:
        raise _unfit(
            f"{folder}: report.json counts {counted.total()} rows, synthetic.parquet {there.total()}"
        )
    if not all(run.rows["is_synthetic"].to_pylist() + run.rejected["is_synthetic"].to_pylist()):
        raise _unfit(f"{folder} has rows that are not marked as synthetic")


def _check(found: Document) -> Check:
    try:
        values = {field.name: found[field.name] for field in fields(Check)}
    except (KeyError, TypeError) as exc:
        raise _unfit(f"report.json has a check that lacks {exc}") from exc
    return Check(**(values | {"rows": tuple(found["rows"])}))


def _unfit(found: str) -> DataError:
    return DataError(
        found=found,
        expected="the folder of a finished run, as `seedwise run` leaves it",
        remedy="run the experiment again: its responses and finished stages are reused",
    )
