"""A run, read from its report.json."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from seedwise.compare.runs import SEED_ONLY, Findings, Gap, Ground, Line, Run
from seedwise.errors import DataError
from seedwise.identity import digest
from seedwise.records.audit import ALL
from seedwise.report import load_report
from seedwise.report.document import Document

_REAL = ("real", "real+alone")

Cell = tuple[str, str, int]
"""Arm, classifier and size."""


@dataclass(frozen=True, slots=True)
class _Means:
    """What a verdict line lacks, by cell."""

    trained: Mapping[Cell, float]
    versus_real: Mapping[Cell, Gap]


def read_run(folder: Path, name: str) -> Run:
    """Read a finished experiment's report.

    Raises
    ------
    DataError
        Where there is no report.json, or it is of another version or damaged.
    """
    document = load_report(folder)
    try:
        return _run(document, folder, name)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as exc:
        raise DataError(
            found=f"{folder / 'report.json'} holds a part that cannot be read ({type(exc).__name__}: {exc})",
            expected="a report.json as `seedwise run` writes it",
            remedy="run the experiment again, which reuses its responses, or leave this folder out",
        ) from exc


def _run(document: Document, folder: Path, name: str) -> Run:
    config = document["config"]
    return Run(
        name=name,
        folder=folder,
        fingerprint=str(document["fingerprint"]),
        ground=_ground(document),
        seed_size=int(config["seeds"]["seed_size"]),
        llm=str(config["generation"]["llm"]),
        settings=_settings(config),
        added=tuple(sorted(int(n) for n in config["evaluate"]["added"])),
        lines=_lines(document),
        findings={str(audit["name"]): _findings(audit) for audit in document["audits"]},
        versions={str(part): str(version) for part, version in document["versions"].items()},
        content=digest([config, _ground(document), document["results"]]),
    )


def _ground(document: Document) -> Ground:
    dataset = document["dataset"]
    return Ground(
        data=str(dataset["name"]),
        digest=str(dataset["digest"]),
        split=str(document["config"]["data"]["split"]),
        test_rows=int(dataset["test_rows"]),
        labels=tuple(str(label) for label in dataset["labels"]),
    )


def _settings(config: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    return {
        f"{section}.{field}": _written(value)
        for section, fields in config.items()
        for field, value in fields.items()
    }


def _written(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "none"


def _lines(document: Document) -> tuple[Line, ...]:
    means = _Means(_trained(document["results"]), _versus_real(document["comparisons"]))
    return tuple(_line(row, means) for row in document["verdict"])


def _trained(results: Iterable[Document]) -> dict[Cell, float]:
    found: dict[Cell, list[float]] = {}
    for result in results:
        found.setdefault(_cell(result), []).append(float(result["n_train"]))
    return {cell: fmean(sizes) for cell, sizes in found.items()}


def _versus_real(comparisons: Iterable[Document]) -> dict[Cell, Gap]:
    return {_cell(found): _gap(found) for found in comparisons if found["baseline"] in _REAL}


def _cell(part: Document) -> Cell:
    return str(part["arm"]), str(part["classifier"]), int(part["added"])


def _gap(part: Document) -> Gap:
    return Gap(
        difference=_number(part["difference"]),
        low=_number(part["ci_low"]),
        high=_number(part["ci_high"]),
        word=str(part["verdict"]),
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _line(row: Document, means: _Means) -> Line:
    cell = _cell(row)
    return Line(
        arm=cell[0],
        classifier=cell[1],
        added=cell[2],
        draws=int(row["draws"]),
        trained=means.trained.get(cell),
        macro_f1=float(row["macro_f1"]),
        macro_f1_sd=_number(row["macro_f1_sd"]),
        versus_seeds=None if cell[0] == SEED_ONLY else _gap(row),
        versus_real=means.versus_real.get(cell),
        class_gains={str(label): _gap(found) for label, found in row["classes"].items()},
        cost=_number(row["cost"]),
        seconds=float(row["seconds"]),
        short=bool(row["short"]),
    )


def _findings(audit: Document) -> Findings:
    """Count gates, and take the best detector, as the report's table of what comes with the rows does."""
    gates = [check for check in audit["checks"] if check["passed"] is not None]
    failed = [check for check in gates if not check["passed"]]
    return Findings(
        composite=next(iter(_over_all(audit["composites"], "value")), None),
        auc=max(_over_all(audit["detections"], "auc"), default=None),
        gates=len(gates),
        failed=tuple(f"{check['subject']}: {check['measure']}" for check in failed),
    )


def _over_all(parts: Iterable[Document], name: str) -> list[float]:
    """Give the numbers that were measured over all classes."""
    return [float(part[name]) for part in parts if part["label"] == ALL and part[name] is not None]
