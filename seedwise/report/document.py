"""The report's numbers as plain JSON values."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from seedwise.evaluate import shortages, verdict_rows
from seedwise.experiment import Experiment
from seedwise.identity import digest
from seedwise.records import Comparison, Harvest, Score

SCHEMA_VERSION = 1
"""Raised whenever a key of report.json changes its name or meaning."""

Document = dict[str, Any]

DOCUMENT_KEYS = frozenset(
    {
        "schema",
        "fingerprint",
        "config",
        "dataset",
        "verdict",
        "results",
        "comparisons",
        "shortages",
        "generation",
        "selection",
        "guides",
        "linguistics",
        "linguistics_notes",
        "versions",
        "seconds",
        "links",
    }
)
"""The parts that every report.json has."""


def build_document(experiment: Experiment) -> Document:
    """Lay an experiment out as report.json holds it; an undefined number is null, never NaN."""
    config = experiment.config
    evaluation = experiment.evaluation
    return {
        "schema": SCHEMA_VERSION,
        "fingerprint": config.fingerprint,
        "config": config.model_dump(mode="json"),
        "dataset": _dataset(experiment),
        "verdict": plain(verdict_rows(evaluation, experiment.harvests, config)),
        "results": [_result(score) for score in evaluation.scores],
        "comparisons": [_comparison(comparison) for comparison in evaluation.comparisons],
        "shortages": plain(shortages(experiment.dataset, experiment.draws, experiment.harvests, config)),
        "generation": [_generation(harvest) for harvest in experiment.harvests],
        "selection": plain(experiment.selections),
        "guides": plain(experiment.guides),
        "linguistics": plain(experiment.linguistics.traits),
        "linguistics_notes": list(experiment.linguistics.notes),
        "versions": dict(experiment.versions),
        "seconds": plain(experiment.seconds),
        "links": dict(experiment.links),
    }


def plain(value: Any) -> Any:
    """Turn records, enums, arrays and paths into JSON values; NaN and infinities become null."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, np.generic | np.ndarray):
        return plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, Path) else value


def _dataset(experiment: Experiment) -> Document:
    dataset = experiment.dataset
    return {
        "name": dataset.name,
        "rows": len(dataset.train) + len(dataset.test),
        "train_rows": len(dataset.train),
        "test_rows": len(dataset.test),
        "labels": list(dataset.labels),
        "label_counts": {
            "train": dict(Counter(dataset.train.labels)),
            "test": dict(Counter(dataset.test.labels)),
        },
        "digest": digest([dataset.name, dataset.labels, dataset.train, dataset.test]),
        "source": dataset.source,
        "license": dataset.license,
        "notes": list(dataset.notes),
    }


def _result(score: Score) -> Document:
    return {
        "arm": score.arm.value,
        "classifier": score.classifier,
        "added": score.added,
        "draw": score.draw,
        "n_added": score.n_added,
        "n_train": score.n_train,
        "macro_f1": score.macro_f1,
        "per_class_f1": plain(score.per_class_f1),
        "weighted_f1": score.weighted_f1,
        "balanced_accuracy": score.balanced_accuracy,
        "mcc": plain(score.mcc),
    }


def _comparison(comparison: Comparison) -> Document:
    per_class = {
        label: {"difference": effect.difference, "ci_low": effect.ci_low, "ci_high": effect.ci_high}
        for label, effect in comparison.per_class.items()
    }
    return {
        "arm": comparison.arm.value,
        "baseline": comparison.baseline.value,
        "classifier": comparison.classifier,
        "added": comparison.added,
        "draws": comparison.draws,
        "difference": comparison.difference,
        "ci_low": comparison.ci_low,
        "ci_high": comparison.ci_high,
        "per_class": plain(per_class),
    }


def _generation(harvest: Harvest) -> Document:
    accepted = len(harvest.accepted)
    return {
        "arm": harvest.arm.value,
        "draw": harvest.draw,
        "asked": sum(harvest.asked.values()),
        "asked_by_class": plain(harvest.asked),
        "requests": harvest.requests,
        "responses": harvest.responses,
        "candidates": harvest.candidates,
        "accepted": accepted,
        "acceptance": accepted / harvest.candidates if harvest.candidates else None,
        "rejected_by_reason": dict(sorted(Counter(row.reason for row in harvest.rejected).items())),
        "shortfall": plain(harvest.shortfall),
        "tokens": harvest.prompt_tokens + harvest.completion_tokens,
        "prompt_tokens": harvest.prompt_tokens,
        "completion_tokens": harvest.completion_tokens,
        "cost": harvest.cost,
        "seconds": harvest.seconds,
        "reused": harvest.reused,
        "traffic": plain(harvest.traffic),
    }
