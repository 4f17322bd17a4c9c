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

from seedwise.evaluate import shortages
from seedwise.experiment import Experiment
from seedwise.identity import digest
from seedwise.records import Audit, Comparison, Exchange, Harvest, Score
from seedwise.report.reproduction import reproduction_lines
from seedwise.report.sentences import detectable_sentences, headline, verdict_sentences
from seedwise.report.tables import (
    ArmRow,
    ablation_comparisons,
    alone_rows,
    arm_rows,
    control_rows,
    recall_rows,
    supply_rows,
)
from seedwise.report.tables.ablation import describe_options

SCHEMA_VERSION = 3
"""Raised whenever a key of report.json changes its name or meaning."""

Document = dict[str, Any]

DOCUMENT_KEYS = frozenset(
    {
        "schema",
        "fingerprint",
        "config",
        "dataset",
        "headline",
        "sentences",
        "detectable",
        "verdict",
        "results",
        "comparisons",
        "controls",
        "ablation",
        "curves",
        "exchanges",
        "alone",
        "recalls",
        "recall_means",
        "harms",
        "saturations",
        "supply",
        "edits",
        "reproduction",
        "shortages",
        "generation",
        "selection",
        "guides",
        "linguistics",
        "linguistics_notes",
        "audits",
        "versions",
        "seconds",
        "links",
    }
)
"""The parts that every report.json has; one without numbers is an empty list."""

ROW_PARTS = frozenset({"nearest", "opinions"})
"""The parts of an audit that say something of every single row."""

VERDICT_TESTS = frozenset({"p", "p_holm", "detectable"})
"""What a line of ``verdict`` has beside the fields of `VerdictRow`."""


def build_document(experiment: Experiment) -> Document:
    """Lay an experiment out as report.json holds it; an undefined number is null, never NaN."""
    return {
        "schema": SCHEMA_VERSION,
        "fingerprint": experiment.config.fingerprint,
        "config": experiment.config.model_dump(mode="json"),
        "dataset": _dataset(experiment),
        **_words(experiment),
        **_comparison_parts(experiment),
        **_beyond_parts(experiment),
        **_making_parts(experiment),
    }


def audit_parts(audit: Audit) -> Document:
    """Lay an audit out but for what it says of single rows, which stands in their passports."""
    parts: Document = plain(audit)
    return {name: part for name, part in parts.items() if name not in ROW_PARTS}


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


def _words(experiment: Experiment) -> Document:
    return {
        "headline": headline(experiment),
        "sentences": verdict_sentences(experiment),
        "detectable": detectable_sentences(experiment),
    }


def _comparison_parts(experiment: Experiment) -> Document:
    evaluation = experiment.evaluation
    return {
        "verdict": [_verdict(row) for row in arm_rows(experiment)],
        "results": [_result(score) for score in evaluation.scores],
        "comparisons": [_comparison(comparison) for comparison in evaluation.comparisons],
        "controls": [
            _comparison(row.comparison) | {"isolates": row.isolates} for row in control_rows(experiment)
        ],
        "ablation": [
            _comparison(found) | {"options": describe_options(found)}
            for found in ablation_comparisons(experiment)
        ],
    }


def _beyond_parts(experiment: Experiment) -> Document:
    evaluation = experiment.evaluation
    return {
        "curves": plain(evaluation.curves),
        "exchanges": [_exchange(exchange) for exchange in evaluation.exchanges],
        "alone": plain(alone_rows(experiment)),
        "recalls": plain(evaluation.recalls),
        "recall_means": plain(recall_rows(experiment)),
        "harms": plain(evaluation.harms),
        "saturations": plain(evaluation.saturations),
        "supply": plain(supply_rows(experiment)),
        "edits": plain(evaluation.edits),
        "reproduction": plain(reproduction_lines(experiment)),
    }


def _making_parts(experiment: Experiment) -> Document:
    config = experiment.config
    return {
        "shortages": plain(shortages(experiment.dataset, experiment.draws, experiment.harvests, config)),
        "generation": [_generation(harvest) for harvest in experiment.harvests],
        "selection": plain(experiment.selections),
        "guides": plain(experiment.guides),
        "linguistics": plain(experiment.linguistics.traits),
        "linguistics_notes": list(experiment.linguistics.notes),
        "audits": [audit_parts(audit) for audit in experiment.audits],
        "versions": dict(experiment.versions),
        "seconds": plain(experiment.seconds),
        "links": dict(experiment.links),
    }


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


def _verdict(row: ArmRow) -> Document:
    """Lay out an arm's line; its word is that of its difference to seed_only."""
    effect = row.effect
    tests = {name: getattr(effect, name, None) for name in sorted(VERDICT_TESTS)}
    return {**plain(row.summary), "verdict": row.word, **plain(tests)}


def _comparison(comparison: Comparison) -> Document:
    return {
        "arm": comparison.arm.value,
        "baseline": comparison.baseline.value,
        "classifier": comparison.classifier,
        "added": comparison.added,
        "draws": comparison.draws,
        **plain(comparison.macro),
        "per_class": plain(comparison.per_class),
        "by_draw": plain(comparison.by_draw),
        "tests": plain(comparison.tests),
    }


def _exchange(exchange: Exchange) -> Document:
    """Lay out a rate: null with ``beyond_curve`` where no number of real rows does as well.

    A bound that is null is infinite on its own side; but the lower one, with ``low_beyond_curve``, above.
    """
    beyond = {
        "beyond_curve": exchange.rate == math.inf,
        "low_beyond_curve": exchange.ci_low == math.inf,
    }
    return {**plain(exchange), **beyond}


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
        "rounds": plain(harvest.rounds),
    }
