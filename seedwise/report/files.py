"""The files that an experiment leaves behind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_args

from seedwise.config import Evaluator
from seedwise.errors import DataError
from seedwise.evaluate import VerdictRow
from seedwise.evaluate.models import NOTE, models_note, name_file
from seedwise.experiment import Experiment
from seedwise.records import Model
from seedwise.report.document import (
    DOCUMENT_KEYS,
    SCHEMA_VERSION,
    VERDICT_TESTS,
    Document,
    build_document,
)
from seedwise.report.page import render_page
from seedwise.report.writing import write_whole


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where everything was written; ``charts`` holds the figures as SVG files, ``models`` the classifiers."""

    html: Path
    json: Path
    synthetic: Path
    synthetic_jsonl: Path
    rejected: Path
    charts: Path
    models: Path


def write_report(experiment: Experiment, out: Path) -> ReportFiles:
    """Write the page, the JSON, the rows and the figures into a folder, each file whole or not at all.

    Raises
    ------
    DataError
        Where the folder cannot be written.
    """
    from seedwise.report.figures import CHART_KEYS, draw_charts, standalone

    files = _files_in(out)
    document = build_document(experiment)
    charts = draw_charts(experiment)
    try:
        files.charts.mkdir(parents=True, exist_ok=True)
        write_whole(files.json, json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False))
        # A figure that this experiment lacks must not stay from an earlier one in the same folder.
        for key in CHART_KEYS:
            (files.charts / f"{key}.svg").unlink(missing_ok=True)
        for chart in charts:
            write_whole(files.charts / f"{chart.key}.svg", standalone(chart.svg))
        _write_rows(files, experiment)
        _write_models(files.models, experiment.models)
        write_whole(files.html, render_page(experiment, document, charts))
    except OSError as exc:
        raise DataError(
            found=f"{out} cannot be written ({exc.strerror})",
            expected="a folder with room for the report",
            remedy="name another with --out; nothing is generated twice",
        ) from exc
    return files


def load_report(folder: Path) -> Document:
    """Read the report.json of a finished experiment.

    Raises
    ------
    DataError
        Where there is none, or it is of another version or damaged.
    """
    path = folder / "report.json"
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise DataError(
            found=f"{path} cannot be read ({exc.strerror})",
            expected="the folder of a finished experiment, which holds report.json",
            remedy="name the folder that `seedwise run` printed at its end",
        ) from exc
    except ValueError as exc:
        raise _damaged(path, f"is no JSON: {exc}") from exc
    if not isinstance(document, dict) or document.get("schema") != SCHEMA_VERSION:
        raise _damaged(path, f"is not a report of version {SCHEMA_VERSION}")
    if not _is_whole(document):
        raise _damaged(path, "lacks a part that every report has")
    return document


def _is_whole(document: Document) -> bool:
    rows = document.get("verdict")
    columns = {field.name for field in fields(VerdictRow)} | VERDICT_TESTS
    return (
        set(document) >= DOCUMENT_KEYS
        and isinstance(rows, list)
        and all(isinstance(row, dict) and set(row) >= columns for row in rows)
        and all(isinstance(document[key], dict) for key in ("config", "dataset"))
    )


def _damaged(path: Path, what: str) -> DataError:
    return DataError(
        found=f"{path} {what}",
        expected="a report.json as `seedwise run` writes it",
        remedy="run the experiment again: its responses and finished stages are reused",
    )


def _files_in(out: Path) -> ReportFiles:
    return ReportFiles(
        html=out / "report.html",
        json=out / "report.json",
        synthetic=out / "synthetic.parquet",
        synthetic_jsonl=out / "synthetic.jsonl",
        rejected=out / "rejected.parquet",
        charts=out / "figures",
        models=out / "models",
    )


def _write_rows(files: ReportFiles, experiment: Experiment) -> None:
    # Imported late: a report is read without them.
    from seedwise.report.row_files import jsonl_bytes, parquet_bytes
    from seedwise.report.rows import accepted_rows, rejected_rows

    accepted = accepted_rows(experiment)
    write_whole(files.synthetic, parquet_bytes(accepted))
    write_whole(files.synthetic_jsonl, jsonl_bytes(accepted))
    write_whole(files.rejected, parquet_bytes(rejected_rows(experiment)))


def _write_models(folder: Path, models: Sequence[Model]) -> None:
    """Write the classifiers anew: one of an earlier experiment must not stay, what else is there must."""
    for classifier in get_args(Evaluator):
        (folder / name_file(classifier)).unlink(missing_ok=True)
    if not models:
        return
    folder.mkdir(exist_ok=True)
    write_whole(folder / NOTE, models_note(models))
    for model in models:
        write_whole(folder / name_file(model.classifier), model.skops)
