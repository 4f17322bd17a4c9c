"""Report files of invented runs, with as little in them as a comparison reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from seedwise.config import ExperimentConfig
from seedwise.report.document import DOCUMENT_KEYS, SCHEMA_VERSION

LABELS = ("calm", "wild")
GAINS = {"seed_only": 0.0, "real": 0.1, "naive": -0.05, "guided": 0.04}
START = {"xgboost": 0.4, "linear_svm": 0.5}


def make_document(
    *,
    gains: dict[str, float] | None = None,
    labels: tuple[str, ...] = LABELS,
    digest: str = "d" * 64,
    test_rows: int = 100,
    versions: dict[str, str] | None = None,
    **settings: Any,
) -> dict[str, Any]:
    """Invent a report; ``settings`` are ``section__field`` of the config.

    Every arm starts from .4 (xgboost) or .5 (linear_svm), a hundredth more with every hundred seeds, and
    gains its whole gain at the larger of two sizes, half of it at the other.
    """
    config = _config(settings)
    found = gains or GAINS
    rows = [_row(config, labels, arm, gain, name) for name in START for arm, gain in found.items()]
    document: dict[str, Any] = {key: [] for key in DOCUMENT_KEYS}
    return document | {
        "schema": SCHEMA_VERSION,
        "fingerprint": config.fingerprint,
        "config": config.model_dump(mode="json"),
        "dataset": {"name": "moods", "digest": digest, "test_rows": test_rows, "labels": list(labels)},
        "verdict": [line for lines in rows for line in lines],
        "results": [_result(config, line) for lines in rows for line in lines],
        "comparisons": [_versus_real(line, found) for lines in rows for line in lines if line["added"]],
        "versions": versions or {"scikit-learn": "1.9.1"},
        "audits": [make_audit("guided")],
    }


def make_audit(name: str, auc: float | None = 0.9, composite: float | None = 0.4) -> dict[str, Any]:
    """Invent an audit in which one of two gates fails."""
    gates = (("nearest seed", False), ("copies", True), ("only a figure", None))
    return {
        "name": name,
        "checks": [{"subject": "privacy", "measure": measure, "passed": ok} for measure, ok in gates],
        "detections": [
            {"label": "calm", "features": "lexical", "auc": 0.1},
            {"label": "all", "features": "style", "auc": 0.2},
            {"label": "all", "features": "lexical", "auc": auc},
        ],
        "composites": [{"label": "calm", "value": 0.1}, {"label": "all", "value": composite}],
    }


def write_run(folder: Path, **parts: Any) -> Path:
    """Write an invented run's report.json into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(make_document(**parts)), encoding="utf-8")
    return folder


def _config(settings: dict[str, Any]) -> ExperimentConfig:
    sections: dict[str, dict[str, Any]] = {"evaluate": {"added": [50, 100]}}
    for name, value in settings.items():
        section, field = name.split("__", 1)
        sections.setdefault(section, {})[field] = value
    return ExperimentConfig.model_validate(sections)


def _row(
    config: ExperimentConfig, labels: tuple[str, ...], arm: str, gain: float, classifier: str
) -> list[dict[str, Any]]:
    start = START[classifier] + config.seeds.seed_size / 10_000
    sizes = (0,) if arm == "seed_only" else config.evaluate.added
    return [_line(arm, classifier, size, start, gain * size / 100, labels) for size in sizes]


def _line(
    arm: str, classifier: str, added: int, start: float, gain: float, labels: tuple[str, ...]
) -> dict[str, Any]:
    gap = {"difference": gain, "ci_low": gain - 0.01, "ci_high": gain + 0.01, "p_holm": 0.01}
    judged = gap | {"verdict": "better" if gain > 0 else "worse"}
    nothing = dict.fromkeys(gap) | {"verdict": "baseline"}
    is_bare = arm == "seed_only"
    return {
        **{"arm": arm, "classifier": classifier, "added": added, "n_added": added, "draws": 3},
        **{"macro_f1": start + gain, "macro_f1_sd": 0.01, "per_class_f1": dict.fromkeys(labels, start)},
        **(nothing if is_bare else judged),
        "classes": {} if is_bare else dict.fromkeys(labels, judged),
        **{"detectable": None, "p": None, "tstr_ratio": None, "cost": 0.0, "short": False},
        "seconds": 0.0,
    }


def _result(config: ExperimentConfig, line: dict[str, Any]) -> dict[str, Any]:
    cell = {name: line[name] for name in ("arm", "classifier", "added", "macro_f1")}
    return cell | {"draw": 0, "n_train": config.seeds.seed_size + line["added"]}


def _versus_real(line: dict[str, Any], gains: dict[str, float]) -> dict[str, Any]:
    cell = {name: line[name] for name in ("arm", "classifier", "added")}
    gain = (gains[line["arm"]] - gains.get("real", 0.0)) * line["added"] / 100
    baseline = "real" if line["arm"] != "real" else "oversample"
    return cell | {
        "baseline": baseline,
        "difference": gain,
        "ci_low": gain,
        "ci_high": gain,
        "verdict": "worse",
    }
