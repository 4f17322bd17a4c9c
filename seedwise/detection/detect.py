"""One detector: one class, one view."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from sklearn.metrics import f1_score

from seedwise.config import ExperimentConfig
from seedwise.detection.auc import measure_area
from seedwise.detection.chance import chance_areas, permutation_p
from seedwise.detection.giveaways import explain_habits, explain_tokens
from seedwise.detection.stand import Positions, Stand
from seedwise.detection.trial import Bench, Fit, fit_folds, hear, set_up_bench
from seedwise.detection.views import FloatArray, Kind, View
from seedwise.identity import derive_rng, derive_seed
from seedwise.records import Detection, GiveAway

MOST_SPLITS = 40
"""Splits behind a floor at most; ``audit.samples`` where that asks for fewer."""

TELLING = 0.05
"""p value up to which give-aways are told: a detector that tells nothing apart has none."""

_Z = 1.96  # the AUC of sides that mean nothing is nearly normal, and splits are too few for percentiles


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One label's rows on the stand, and the real ones that real is told from real with.

    A bench is None where there are too few rows, see `set_up_bench`.
    """

    label: str
    rows: Positions
    bench: Bench | None
    real: Positions
    real_bench: Bench | None


@dataclass(frozen=True, slots=True)
class Finding:
    """A detection, and what gave rows away; nothing where they could not be told apart."""

    detection: Detection
    giveaways: tuple[GiveAway, ...] = ()


def set_up_part(stand: Stand, label: str, config: ExperimentConfig) -> Part:
    """Share the rows of one label out to folds, and its real rows once more."""
    rows, real = stand.compared(label), stand.real(label)
    seed = derive_seed(config.seeds.root_seed, "detection folds", label)
    halves = np.arange(len(real)) % 2 == 0
    return Part(
        label=label,
        rows=rows,
        bench=set_up_bench(stand.is_synthetic[rows], stand.labels[rows], stand.groups[rows], seed),
        real=real,
        real_bench=set_up_bench(halves, stand.labels[real], stand.groups[real], seed),
    )


def detect(name: str, part: Part, view: View, config: ExperimentConfig) -> Finding:
    """Tell one label's synthetic rows from its real ones by one view; see `seedwise.detection.examine`."""
    if part.bench is None:
        return Finding(_find_nothing(name, part, view))
    seen = view.take(part.rows)
    fits = fit_folds(seen.matrix, part.bench, part.bench.sides)
    odds = hear(seen.matrix, fits)
    detection = _score(name, part.label, part.bench, odds, view.features)
    detection = replace(detection, p=_test(seen, part.label, part.bench, config))
    if part.real_bench is not None:
        detection = _beside_floor(detection, view.take(part.real), part.real_bench, config)
    return Finding(detection, _explain(detection, seen, part.bench, fits))


def _find_nothing(name: str, part: Part, view: View) -> Detection:
    nothing = dict.fromkeys(("auc", "low", "high", "macro_f1", "p", "floor_low", "floor_high"))
    return Detection(name, part.label, view.features, **nothing, rows=len(part.rows) // 2)


def _score(name: str, label: str, bench: Bench, odds: FloatArray, features: Kind) -> Detection:
    area = measure_area(odds, bench.sides, bench.groups)
    return Detection(
        name=name,
        label=label,
        features=features,
        auc=area.value,
        low=area.low,
        high=area.high,
        macro_f1=float(f1_score(bench.sides, odds > 0, average="macro")),
        p=None,
        floor_low=None,
        floor_high=None,
        rows=bench.rows,
    )


def _test(seen: View, label: str, bench: Bench, config: ExperimentConfig) -> float:
    rng = derive_rng(config.seeds.root_seed, "detection permutations", label, seen.features)
    return permutation_p(seen.matrix, bench, config.audit.permutations, rng)


def _beside_floor(found: Detection, real: View, bench: Bench, config: ExperimentConfig) -> Detection:
    """Add the floor: mean ± 1.96 deviations of real-vs-real AUCs, scaled to the rows of the detection."""
    rng = derive_rng(config.seeds.root_seed, "detection floor", found.label, found.features)
    by_chance = chance_areas(real.matrix, bench, min(config.audit.samples, MOST_SPLITS), rng)
    centre = float(by_chance.mean())
    spread = _Z * float(by_chance.std(ddof=1)) * math.sqrt(bench.rows / found.rows)
    return replace(found, floor_low=max(centre - spread, 0.0), floor_high=min(centre + spread, 1.0))


def _explain(found: Detection, seen: View, bench: Bench, fits: tuple[Fit, ...]) -> tuple[GiveAway, ...]:
    if found.p is None or found.p > TELLING:
        return ()
    if found.features == "lexical":
        return tuple(explain_tokens(found.name, found.label, seen, bench.sides, fits))
    return tuple(explain_habits(found.name, found.label, seen, bench.sides, fits))
