"""A sweep's numbers as plain JSON values."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from seedwise.config import ExperimentConfig, SweepConfig
from seedwise.report.document import Document, plain
from seedwise.sweep.findings import SweepFindings
from seedwise.sweep.outcome import Outcome
from seedwise.sweep.reading import Result
from seedwise.sweep.sentences import cautions, headline, phrase_interval, threshold_sentences
from seedwise.sweep.series import Finding, Series

KIND = "sweep"
SWEEP_SCHEMA = 1
"""Raised whenever a key of a sweep's numbers changes its name or meaning."""


def build_document(name: str, grid: SweepConfig, base: ExperimentConfig, findings: SweepFindings) -> Document:
    """Lay a sweep out as its sweep.json holds it; an undefined number is null, never NaN."""
    return {
        "kind": KIND,
        "schema": SWEEP_SCHEMA,
        "name": name,
        "grid": grid.model_dump(mode="json"),
        "config": base.model_dump(mode="json"),
        "headline": headline(findings),
        "cautions": cautions(findings),
        "cells": [_cell(outcome, findings) for outcome in findings.outcomes],
        "series": [_series(series) for series in findings.series],
    }


def _cell(outcome: Outcome, findings: SweepFindings) -> Document:
    unread = [one.message for one in findings.unread if one.outcome == outcome]
    return {
        "title": outcome.cell.title,
        "place": dict(outcome.cell.place),
        "fingerprint": outcome.cell.config.fingerprint,
        "state": outcome.state,
        "folder": _posix(outcome.folder),
        "message": outcome.message,
        "unread": unread[0] if unread else "",
        "page": outcome.page,
        "seconds": outcome.seconds,
    }


def _posix(folder: Path | None) -> str | None:
    return None if folder is None else folder.as_posix()


def _series(series: Series) -> Document:
    return {
        "number": series.number,
        "title": series.title,
        "ground": plain(series.ground),
        "variant": dict(series.variant),
        "margin": series.margin,
        "class_margin": series.class_margin,
        "seed_sizes": list(series.seed_sizes),
        "sentences": threshold_sentences(series),
        "thresholds": [_finding(finding) for finding in series.findings],
        "steps": [_step(result) for result in series.results],
    }


def _finding(finding: Finding) -> Document:
    parts = {"label": finding.label, "margin": finding.margin, "seed_sizes": list(finding.sizes)}
    interval = {"interval": phrase_interval(finding)}
    return {**asdict(finding.pair), **parts, **asdict(finding.threshold), **interval}


def _step(result: Result) -> Document:
    return {
        "seed_size": result.seed_size,
        "cell": result.outcome.cell.title,
        "scores": [plain(line) for line in result.run.lines],
        "differences": [plain(found) for found in result.differences],
        "rows": [plain(bill) | {"acceptance": bill.acceptance} for bill in result.bills],
        "audits": plain(result.run.findings),
    }
