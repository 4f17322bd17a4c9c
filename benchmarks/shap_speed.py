"""Seconds and peak memory of the guides, and of their SHAP values against ``shap.TreeExplainer``.

Run as ``python benchmarks/shap_speed.py --data-dir DIR``, where DIR holds tweeteval-emotion/; without it
the rows are those of vader-tweets, which installs from the package index. Sides take turns, each time in
a process of its own that did the same things before; they explain one XGBoost on the same rows, and their
values must agree to 1e-6.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from seedwise.classify import build_classifier, encode_labels
from seedwise.classify.models import CLASSIFY, VECTORISE
from seedwise.config import DataConfig, ExplainConfig, RunConfig, SeedConfig
from seedwise.data import draw_seeds, load_dataset, places_from
from seedwise.explain import extract_guides
from seedwise.explain.explainers import build_explainer, explain_in_blocks
from seedwise.records import Dataset, Draw, Selection

TOLERANCE = 1e-6
ROOT_SEED = 0


@dataclass(frozen=True, slots=True)
class Options:
    """How many rows are explained, and where they come from."""

    rows: int
    data_dir: Path | None


@dataclass(frozen=True, slots=True)
class Cost:
    """One run of one side: wall and processor seconds, and the process's peak memory before and after, MB."""

    seconds: float
    cpu: float
    before: float
    peak: float


@dataclass(frozen=True, slots=True)
class Case:
    """A fitted XGBoost, and the rows that it is asked about: the ones it was trained on."""

    estimator: Any
    matrix: Any


def main() -> None:
    """Check that both sides agree, then print a line a side."""
    args = parse_arguments()
    options = Options(args.rows, args.data_dir)
    print(f"largest difference {apart(compare, options):.1e}, {TOLERANCE:.0e} allowed", flush=True)
    sides = {"SHAP, seedwise": cost_ours, "SHAP, TreeExplainer": cost_theirs, "guides": cost_guides}
    costs: dict[str, list[Cost]] = {side: [] for side in sides}
    for _ in range(args.repeats):
        for side, measure in sides.items():
            costs[side].append(apart(measure, options))
    for side, runs in costs.items():
        print(describe(side, runs))
    ours, theirs = (median(run.cpu for run in costs[side]) for side in list(sides)[:2])
    print(f"TreeExplainer takes {theirs / ours:.2f} x our processor time")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, help="folder that holds tweeteval-emotion/")
    parser.add_argument("--rows", type=int, default=2000, help="seed rows")
    parser.add_argument("--repeats", type=int, default=5, help="runs of each side")
    return parser.parse_args()


def apart(measure: Callable[[Options], Any], options: Options) -> Any:
    """Measure in a fresh process, whose peak memory is its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, options).result()


def compare(options: Options) -> float:
    """Return the largest difference between the two sides' values; end where it is too large."""
    case = fit(options)
    ours = np.concatenate([block.values for block in explain_in_blocks(explainer_of(case), case.matrix)])
    difference = float(np.abs(ours - tree_explainer(case).shap_values(case.matrix)).max())
    if difference >= TOLERANCE:
        sys.exit(f"the sides differ by {difference}")
    return difference


def cost_ours(options: Options) -> Cost:
    """Explain in blocks, as the guides are made: each is added up and forgotten."""
    case = fit(options)
    return clock(
        lambda: sum(block.values.sum() for block in explain_in_blocks(explainer_of(case), case.matrix))
    )


def cost_theirs(options: Options) -> Cost:
    case = fit(options)
    tree_explainer(case)  # what the import costs is not what is asked
    return clock(lambda: tree_explainer(case).shap_values(case.matrix).sum())


def cost_guides(options: Options) -> Cost:
    dataset, draw = load(options)
    selection = Selection("xgboost", "fixed", ())
    return clock(lambda: extract_guides(draw, dataset.labels, selection, ExplainConfig(), ROOT_SEED))


def clock(work: Callable[[], object]) -> Cost:
    before, start, cpu = peak_memory(), time.perf_counter(), time.process_time()
    work()
    return Cost(time.perf_counter() - start, time.process_time() - cpu, before, peak_memory())


def peak_memory() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def load(options: Options) -> tuple[Dataset, Draw]:
    name = "tweeteval-emotion" if options.data_dir else "vader-tweets"
    places = places_from(RunConfig(data_dir=options.data_dir))
    dataset = load_dataset(DataConfig(dataset=name), ROOT_SEED, places)
    return dataset, draw_seeds(dataset, SeedConfig(seed_size=options.rows), 0)


def fit(options: Options) -> Case:
    dataset, draw = load(options)
    model = build_classifier("xgboost", ROOT_SEED)
    model.fit(draw.seeds.texts, encode_labels(draw.seeds.labels, dataset.labels))
    return Case(model[CLASSIFY], model[VECTORISE].transform(draw.seeds.texts))


def explainer_of(case: Case) -> Any:
    return build_explainer(case.estimator, case.matrix, ROOT_SEED)


def tree_explainer(case: Case) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        from shap import TreeExplainer

    return TreeExplainer(case.estimator.model_)


def describe(side: str, runs: list[Cost]) -> str:
    seconds, cpu = median(run.seconds for run in runs), median(run.cpu for run in runs)
    before, peak = median(run.before for run in runs), median(run.peak for run in runs)
    return (
        f"{side:<20} {seconds:6.2f} s, processor {cpu:6.2f} s (least {min(run.cpu for run in runs):.2f}), "
        f"peak memory {peak:4.0f} MB ({before:.0f} before)"
    )


if __name__ == "__main__":
    main()
