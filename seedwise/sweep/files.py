"""The files that a sweep leaves behind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seedwise.config import ExperimentConfig, SweepConfig
from seedwise.errors import DataError
from seedwise.report.document import Document
from seedwise.report.figures import standalone
from seedwise.report.figures.chart import Chart
from seedwise.report.writing import write_whole
from seedwise.sweep.document import KIND, SWEEP_SCHEMA, build_document
from seedwise.sweep.figures import draw_series
from seedwise.sweep.findings import SweepFindings
from seedwise.sweep.page import render_page

SWEEP_FILE = "sweep.json"
"""Its numbers; a cell's own lie in a report.json."""

_PARTS = frozenset({"name", "headline", "cautions", "cells", "series"})


@dataclass(frozen=True, slots=True)
class SweepFiles:
    """Where everything was written; ``charts`` is a folder that holds each figure as an SVG file."""

    html: Path
    json: Path
    charts: Path


def write_sweep_report(
    name: str, grid: SweepConfig, base: ExperimentConfig, findings: SweepFindings, folder: Path
) -> SweepFiles:
    """Write a sweep's page, its numbers and its figures into a folder, each file whole or not at all.

    Cells without a report, and none with one, are told of on the page.

    Raises
    ------
    DataError
        Where the folder cannot be written.
    """
    files = SweepFiles(folder / "report.html", folder / SWEEP_FILE, folder / "figures")
    document = build_document(name, grid, base, findings)
    charts = [draw_series(series) for series in findings.series]
    try:
        files.charts.mkdir(parents=True, exist_ok=True)
        write_whole(files.json, json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False))
        _write_charts(files.charts, [chart for own in charts for chart in own])
        write_whole(files.html, render_page(findings, document, charts, folder))
    except OSError as exc:
        raise DataError(
            found=f"{folder} cannot be written ({exc.strerror})",
            expected="a folder with room for the sweep's report",
            remedy="set SEEDWISE_OUT_DIR to another, and run the sweep again: finished cells are reused",
        ) from exc
    return files


def load_sweep(folder: Path) -> Document:
    """Read the numbers of a sweep.

    Raises
    ------
    DataError
        Where there is none, or it is of another version or damaged.
    """
    path = folder / SWEEP_FILE
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise _unfit(path, f"cannot be read ({exc})") from exc
    if not isinstance(document, dict) or document.get("kind") != KIND or not set(document) >= _PARTS:
        raise _unfit(path, "is not the report of a sweep")
    if document.get("schema") != SWEEP_SCHEMA:
        raise _unfit(path, f"is not a sweep's report of version {SWEEP_SCHEMA}")
    return document


def _write_charts(folder: Path, charts: Sequence[Chart]) -> None:
    # A figure that this sweep lacks must not stay from an earlier one of the same name.
    for path in folder.glob("sweep-*.svg"):
        path.unlink()
    for chart in charts:
        write_whole(folder / f"{chart.key}.svg", standalone(chart.svg))


def _unfit(path: Path, what: str) -> DataError:
    return DataError(
        found=f"{path} {what}",
        expected=f"a {SWEEP_FILE} as `seedwise sweep` writes it",
        remedy="name the folder that `seedwise sweep` printed at its end, or run the sweep again: finished "
        "cells are reused",
    )
