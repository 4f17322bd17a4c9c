"""Invented sweeps: report files of cells whose differences are set by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from invented_runs import LABELS, make_document

from seedwise.config import ExperimentConfig, SweepConfig
from seedwise.sweep import Cell, Outcome, plan_cells

HALF_WIDTH = 0.005
"""From a difference to each bound of its 95 % interval; the 90 % interval is four fifths as wide."""

Gaps = Mapping[str, Mapping[str, float]]
"""Difference in macro-F1 by arm, then baseline."""

BILL = {"accepted": 80, "candidates": 160, "tokens": 8000, "cost": 0.4, "seconds": 12.0}


def make_effect(difference: float, margin: float, half_width: float = HALF_WIDTH) -> dict[str, Any]:
    """Invent an effect, with the word that the rule gives it."""
    low, high = difference - half_width, difference + half_width
    near = (difference - 0.8 * half_width, difference + 0.8 * half_width)
    return {
        **{"difference": difference, "ci_low": low, "ci_high": high, "p": 0.01, "p_holm": 0.01},
        **{"tost_low": near[0], "tost_high": near[1], "detectable": 0.01},
        "verdict": _word(low, high, near, margin),
    }


def write_cell(cell: Cell, folder: Path, gaps: Gaps, half_width: float = HALF_WIDTH, **parts: Any) -> Outcome:
    """Write a finished cell's report: the same differences under both classifiers and for every class."""
    folder.mkdir(parents=True)
    settings = _settings(cell.config)
    document = make_document(**{**settings, **parts})
    added = cell.config.evaluate.added[-1]
    document["comparisons"] = [
        _comparison(arm, baseline, classifier, added, gap, half_width, document["dataset"]["labels"])
        for classifier in ("xgboost", "linear_svm")
        for arm, against in gaps.items()
        for baseline, gap in against.items()
    ]
    document["generation"] = [{"arm": "guided", "draw": 0, **BILL}]
    (folder / "report.json").write_text(json.dumps(document), encoding="utf-8")
    (folder / "report.html").write_text("a page", encoding="utf-8")
    return Outcome(cell, "finished", folder, seconds=3.0)


def invent_sweep(
    folder: Path, to_real: Mapping[int, float], real_gain: float = 0.1, half_width: float = HALF_WIDTH
) -> list[Outcome]:
    """Write a sweep over seed sizes in which ``guided`` differs from ``real`` as given."""
    cells = plan_cells(grid_over(list(to_real)), base_config())
    return [
        write_cell(
            cell,
            folder / f"s{size}",
            {
                "real": {"seed_only": real_gain},
                "guided": {"seed_only": real_gain + gap, "real": gap, "placebo": 0.01},
            },
            half_width,
        )
        for cell, (size, gap) in zip(cells, to_real.items(), strict=True)
    ]


def grid_over(sizes: Sequence[int], **settings: Any) -> SweepConfig:
    """Make a grid over seed sizes."""
    return SweepConfig(seed_sizes=tuple(sizes), **settings)


def base_config() -> ExperimentConfig:
    """Make the settings that the cells share: 50 or 100 rows added, margin .02, class margin .05."""
    return ExperimentConfig.model_validate({"evaluate": {"added": [50, 100]}})


def _settings(config: ExperimentConfig) -> dict[str, Any]:
    return {
        "seeds__seed_size": config.seeds.seed_size,
        "seeds__draws": config.seeds.draws,
        "generation__llm": config.generation.llm,
        "evaluate__added": list(config.evaluate.added),
    }


def _comparison(
    arm: str,
    baseline: str,
    classifier: str,
    added: int,
    gap: float,
    half_width: float,
    labels: Sequence[str] = LABELS,
) -> dict[str, Any]:
    pair = {"arm": arm, "baseline": baseline, "classifier": classifier, "added": added, "draws": 3}
    per_class = {label: make_effect(gap, 0.05, half_width) for label in labels}
    return {**pair, **make_effect(gap, 0.02, half_width), "per_class": per_class}


def _word(low: float, high: float, near: tuple[float, float], margin: float) -> str:
    if -margin < near[0] and near[1] < margin:
        return "equivalent"
    if low > 0:
        return "better"
    return "worse" if high < 0 else "cannot tell"
