"""The names of metrics and tags in MLflow, which dashboards rely on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.tracking.tree import Kind


@dataclass(frozen=True, slots=True)
class MetricName:
    """What a metric is.

    Attributes
    ----------
    pattern : str
        The name; parts in angle brackets vary.
    step : str
        What its steps count.
    unit : str
        Unit and range.
    meaning : str
        Definition.
    source : str
        The part of report.json that has the same number.
    """

    kind: Kind
    pattern: str
    step: str
    unit: str
    meaning: str
    source: str

    def fits(self, name: str) -> bool:
        """Whether a metric's name is made by this pattern."""
        parts = re.split(r"<[a-z ]+>", self.pattern)
        return re.fullmatch(".+".join(map(re.escape, parts)), name) is not None

    def row(self) -> str:
        """Write the metric as a line of the table in docs/mlflow.md."""
        return f"| `{self.pattern}` | {self.step} | {self.unit} | {self.meaning} | {self.source} |"


_ADDED, _DRAW, _SEEDS, _ONCE = "rows added", "draw", "seeds", "always 0"
_PAIR = "<arm>_vs_<baseline>/<classifier>"
_SHARE = "share, 0 to 1"
_THRESHOLDS = (
    ("threshold", "Seeds from which on the arm is equivalent to real rows: the estimate."),
    ("threshold_low", "Lower bound of the threshold's interval; none where it lies beyond the sizes tried."),
    ("threshold_high", "Upper bound; none where equivalence is not shown at the largest size."),
)

METRICS: tuple[MetricName, ...] = (
    MetricName(
        "arm",
        "macro_f1",
        _ADDED,
        "F1, 0 to 1",
        "Mean of the classes' F1 on the real test rows, after training on seeds and added rows.",
        "results",
    ),
    MetricName("arm", "f1_<class>", _ADDED, "F1, 0 to 1", "F1 of one class on the test rows.", "results"),
    MetricName(
        "arm",
        "weighted_f1",
        _ADDED,
        "F1, 0 to 1",
        "Mean of the classes' F1, weighted by their test rows.",
        "results",
    ),
    MetricName("arm", "balanced_accuracy", _ADDED, _SHARE, "Mean of the classes' recall.", "results"),
    MetricName("arm", "mcc", _ADDED, "-1 to 1", "Matthews correlation of truth and prediction.", "results"),
    MetricName("arm", "n_train", _ADDED, "rows", "Rows trained on, seeds included.", "results"),
    MetricName(
        "experiment",
        f"difference/{_PAIR}",
        _ADDED,
        "macro-F1, -1 to 1",
        "Macro-F1 of the arm less that of the baseline, paired over draws and test rows.",
        "comparisons: macro.difference",
    ),
    MetricName(
        "experiment",
        f"ci_low/{_PAIR}",
        _ADDED,
        "macro-F1",
        "Lower bound of the difference's 95 % interval (bootstrap over draws, then test rows).",
        "comparisons: macro.ci_low",
    ),
    MetricName(
        "experiment",
        f"ci_high/{_PAIR}",
        _ADDED,
        "macro-F1",
        "Upper bound of the same interval.",
        "comparisons: macro.ci_high",
    ),
    MetricName(
        "experiment",
        f"p_holm/{_PAIR}",
        _ADDED,
        "p, 0 to 1",
        "Two-sided p of no difference, after Holm's correction over pairs and sizes of the classifier.",
        "comparisons: macro.p_holm",
    ),
    MetricName(
        "experiment",
        f"detectable/{_PAIR}",
        _ADDED,
        "macro-F1, from 0",
        "Least true difference that such a run shows in 80 % of cases.",
        "comparisons: macro.detectable",
    ),
    MetricName(
        "experiment",
        "exchange_rate/<arm>/<classifier>",
        _ADDED,
        "real rows a row",
        "Real rows that one added row is worth on the real learning curve; below 0 it does harm.",
        "exchanges: rate",
    ),
    MetricName(
        "experiment",
        "accepted_share/<arm>",
        _DRAW,
        _SHARE,
        "Accepted rows among all candidates.",
        "generation: accepted, candidates",
    ),
    MetricName(
        "experiment",
        "tokens/<arm>",
        _DRAW,
        "tokens",
        "Tokens of prompts and answers when they were first paid for.",
        "generation: prompt_tokens, completion_tokens",
    ),
    MetricName(
        "experiment",
        "cost/<arm>",
        _DRAW,
        "US dollars",
        "What the answers cost when they were first paid for; no metric where no price is known.",
        "generation: cost",
    ),
    MetricName(
        "experiment",
        "attribution_recall/<arm>",
        _DRAW,
        _SHARE,
        "Held-out real rows' top tokens by SHAP that are among the arm's own, mean over classes.",
        "recalls: overlap",
    ),
    MetricName(
        "experiment",
        "gates_failed/<arm>",
        _ONCE,
        "gates",
        "Checks of the audit that failed, over every class.",
        "audits: checks",
    ),
    MetricName(
        "experiment",
        "outside_floor/<arm>",
        _ONCE,
        _SHARE,
        "The composite: measures of language that lie outside the real-vs-real floor.",
        "audits: composites",
    ),
    MetricName(
        "experiment",
        "detector_auc/<arm>/<features>",
        _ONCE,
        "AUC, 0 to 1",
        "How well a classifier tells synthetic from real rows; .5: not at all.",
        "audits: detections",
    ),
    MetricName(
        "experiment",
        "check/<arm>/<subject>/<measure>",
        _ONCE,
        "the measure's own",
        "Value of one check over all classes.",
        "audits: checks",
    ),
    MetricName(
        "experiment",
        "distance/<arm>/<measure>/<features>",
        _ONCE,
        "the measure's own",
        "Distance of synthetic from real rows over all classes.",
        "audits: distances",
    ),
    MetricName("sweep", "cells_finished", _ONCE, "cells", "Cells whose report could be read.", "cells"),
    MetricName("sweep", "cells_missing", _ONCE, "cells", "Cells without one.", "cells"),
    *(
        MetricName("sweep", f"{name}/<arm>/<classifier>", _ADDED, "seeds", meaning, "series: findings")
        for name, meaning in _THRESHOLDS
    ),
    MetricName("series", "macro_f1", _SEEDS, "F1, 0 to 1", "Macro-F1 of the arm, mean over draws.", "series"),
    MetricName(
        "series",
        "difference_to_<baseline>",
        _SEEDS,
        "macro-F1, -1 to 1",
        "As `difference/…` of the experiment with so many seeds.",
        "series",
    ),
    MetricName(
        "series", "ci_low_to_<baseline>", _SEEDS, "macro-F1", "Lower bound of its interval.", "series"
    ),
    MetricName("series", "ci_high_to_<baseline>", _SEEDS, "macro-F1", "Upper bound.", "series"),
    *(
        MetricName("series", name, _ONCE, "seeds", meaning, "series: findings")
        for name, meaning in _THRESHOLDS
    ),
)
"""Every metric. Names stay: what changes its meaning gets a new one."""


def find_metric(kind: str, name: str) -> MetricName | None:
    """Find what a metric of a run is; None for one that is not documented."""
    return next((known for known in METRICS if known.kind == kind and known.fits(name)), None)


def slug(label: str) -> str:
    """Keep of the name of a class or an arm what MLflow allows in a name: ``guided_avoid``."""
    return "".join(char if char.isalnum() or char in "-_. " else "_" for char in label)
