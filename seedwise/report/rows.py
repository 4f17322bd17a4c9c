"""Tables of generated rows, each row with its passport."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyarrow as pa

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig
from seedwise.embedded import is_embedded
from seedwise.experiment import Experiment
from seedwise.options import of_arm
from seedwise.records import Audit, Candidate, Nearest, Opinion
from seedwise.screen import Reason

Line: TypeAlias = dict[str, Any]
"""One row, by column."""

_TEXT, _TEXTS, _NUMBER, _COUNT = pa.string(), pa.list_(pa.string()), pa.float64(), pa.int64()

_BIRTH: Mapping[str, Any] = {
    "is_synthetic": pa.bool_(),
    "arm": _TEXT,
    "draw": _COUNT,
    "model": _TEXT,
    "temperature": _NUMBER,
    "top_p": _NUMBER,
    "min_p": _NUMBER,
    "max_tokens": _COUNT,
    "template": _TEXT,
    "prompt_id": _TEXT,
    "hints": _TEXTS,
    "exemplars": _TEXTS,
    "avoid": _TEXTS,
    "attributes": _TEXTS,
    "source": _TEXT,
    "request_key": _TEXT,
    "choice": _COUNT,
    "cost": _NUMBER,
}
"""What is known of a row from its birth: prompt, model, request and price."""

_SCREENED: Mapping[str, Any] = {"confidence": _NUMBER, "round": _COUNT}

_AUDITED: Mapping[str, Any] = {
    "nearest_seed": _TEXT,
    "nearest_seed_distance": _NUMBER,
    "nearest_unseen": _TEXT,
    "nearest_unseen_distance": _NUMBER,
    "predicted_label": _TEXT,
    "label_agrees": pa.bool_(),
}

ACCEPTED_SCHEMA = pa.schema(
    {"id": _TEXT, "text": _TEXT, "label": _TEXT, "split": _TEXT}
    | dict(_BIRTH)
    | {"filters_passed": _TEXTS}
    | dict(_AUDITED)
    | dict(_SCREENED)
)
"""Columns of accepted rows; those of an audit are null where there was none."""

REJECTED_SCHEMA = pa.schema(
    {"id": _TEXT, "text": _TEXT, "label": _TEXT, "reason": _TEXT, "detail": _TEXT}
    | dict(_BIRTH)
    | dict(_SCREENED)
)
"""Columns of rejected rows: they belong to no split, and no audit looks at them."""

_ALWAYS_CHECKED = tuple(
    reason.value for reason in Reason if reason not in (Reason.DISAGREES, Reason.SURPLUS, Reason.NOT_SELECTED)
)


@dataclass(frozen=True, slots=True)
class _Finding:
    """What an audit says of one row; None where it looked at something else only."""

    nearest: Nearest | None
    opinion: Opinion | None


def accepted_rows(experiment: Experiment) -> pa.Table:
    """Lay out all accepted rows, by arm, then draw.

    An audit judges exact repeats of a text and label in an arm once: they all get what it says of the first,
    but each its own nearest rows, of its own draw.
    """
    findings = {audit.name: _by_row(audit) for audit in experiment.audits}
    lines = _accepted(experiment, findings)
    return _table(lines, ACCEPTED_SCHEMA)


def rejected_rows(experiment: Experiment) -> pa.Table:
    """Lay out all rejected rows with their reasons, by arm, then draw."""
    rejected = (row for harvest in experiment.harvests for row in harvest.rejected)
    lines = (
        _birth(row, experiment.config) | {"reason": row.reason, "detail": row.detail} for row in rejected
    )
    return _table(lines, REJECTED_SCHEMA)


def _table(lines: Iterable[Line], schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist([_mend(line) for line in lines], schema)


def _by_row(audit: Audit) -> dict[str, _Finding]:
    nearest = {found.row: found for found in audit.nearest}
    opinions = {found.row: found for found in audit.opinions}
    return {row: _Finding(nearest.get(row), opinions.get(row)) for row in nearest | opinions}


def _accepted(experiment: Experiment, findings: Mapping[str, Mapping[str, _Finding]]) -> Iterator[Line]:
    first: dict[tuple[Arm, str, str], str] = {}
    for row in (row for harvest in experiment.harvests for row in harvest.accepted):
        looked_at = first.setdefault((row.arm, row.text, row.label), row.id)
        known = findings.get(row.arm.value, {})
        own, shared = (known.get(id_, _Finding(None, None)) for id_ in (row.id, looked_at))
        finding = _Finding(own.nearest or shared.nearest, own.opinion or shared.opinion)
        line = _birth(row, experiment.config) | _audited(finding)
        yield line | {"split": "train", "filters_passed": _filters(row.arm, experiment.config)}


def _birth(row: Candidate, config: ExperimentConfig) -> Line:
    names = ("id", "text", "label", "draw", "model", "template", "prompt_id", "source", "request_key")
    lists = ("hints", "exemplars", "avoid", "attributes")
    return (
        {name: getattr(row, name) for name in (*names, "choice", "cost", "confidence", "round")}
        | {name: list(getattr(row, name)) for name in lists}
        | {"is_synthetic": True, "arm": row.arm.value}
        | _sampling(row.arm, config)
    )


def _sampling(arm: Arm, config: ExperimentConfig) -> Line:
    settings = of_arm(config, arm).generation
    return {
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "min_p": settings.min_p if is_embedded(settings.llm) else None,
        "max_tokens": settings.max_tokens,
    }


def _filters(arm: Arm, config: ExperimentConfig) -> list[str]:
    """List the reasons that a row could have been rejected for, and was not."""
    asks = of_arm(config, arm).screen.agreement > 0
    return [*_ALWAYS_CHECKED, *([Reason.DISAGREES.value] if asks else [])]


def _audited(finding: _Finding) -> Line:
    nearest, opinion = finding.nearest, finding.opinion
    return {
        "nearest_seed": nearest.seed if nearest else None,
        "nearest_seed_distance": nearest.seed_distance if nearest else None,
        "nearest_unseen": nearest.unseen if nearest else None,
        "nearest_unseen_distance": nearest.unseen_distance if nearest else None,
        "predicted_label": opinion.predicted if opinion else None,
        "label_agrees": opinion.agrees if opinion else None,
    }


def _mend(value: Any) -> Any:
    """Replace halves of characters, which no UTF-8 file can hold, by U+FFFD, and NaN by null."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: _mend(item) for name, item in value.items()}
    return [_mend(item) for item in value] if isinstance(value, list) else value
