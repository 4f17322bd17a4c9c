"""What the evaluation classifiers get from real rows alone, on the official TweetEval test split.

Run as ``python benchmarks/baseline_real.py --data-dir DIR``, where DIR holds tweeteval-emotion/. Rows are
nested, stratified draws of the official training split, as an experiment draws its seeds.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, stdev
from typing import get_args

from sklearn.metrics import f1_score

from seedwise.classify import build_evaluator, check_evaluators, encode_labels
from seedwise.config import DataConfig, Evaluator, RunConfig, SeedConfig
from seedwise.data import draw_seeds, load_dataset, places_from
from seedwise.errors import ConfigError
from seedwise.identity import derive_seed
from seedwise.records import Dataset, Rows

ROOT_SEED = 0


@dataclass(frozen=True, slots=True)
class Baseline:
    """Macro-F1 of one classifier at one size, a value a draw."""

    classifier: str
    size: int
    macro_f1: tuple[float, ...]

    def __str__(self) -> str:
        mean, spread = fmean(self.macro_f1), stdev(self.macro_f1)
        draws = " ".join(f"{value:.3f}" for value in self.macro_f1)
        return f"{self.classifier:<12} {self.size:>6,} rows  {mean:.3f} ± {spread:.3f}  ({draws})"


def main() -> None:
    """Print a line a classifier and size."""
    args = parse_arguments()
    run = RunConfig(data_dir=args.data_dir)
    dataset = load_dataset(DataConfig(dataset="tweeteval-emotion"), ROOT_SEED, places_from(run))
    for baseline in measure(dataset, args.sizes, args.draws):
        print(baseline, flush=True)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, help="folder that holds tweeteval-emotion/")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 2000], help="training rows")
    parser.add_argument("--draws", type=int, default=5, help="nested draws of the rows, 2 or more")
    return parser.parse_args()


def available_evaluators() -> Iterator[Evaluator]:
    """List the evaluation classifiers, without those whose extra is not installed."""
    for name in get_args(Evaluator):
        try:
            check_evaluators([name])
        except ConfigError as exc:
            print(f"{name} is left out: {exc.found}")
        else:
            yield name


def measure(dataset: Dataset, sizes: Sequence[int], draws: int) -> Iterator[Baseline]:
    for name in available_evaluators():
        for size in sizes:
            scores = tuple(score(dataset, draw_rows(dataset, size, index), name) for index in range(draws))
            yield Baseline(name, size, scores)


def draw_rows(dataset: Dataset, size: int, index: int) -> Rows:
    return draw_seeds(dataset, SeedConfig(seed_size=size, root_seed=ROOT_SEED), index).seeds


def score(dataset: Dataset, rows: Rows, name: Evaluator) -> float:
    model = build_evaluator(name, derive_seed(ROOT_SEED, "baseline", name))
    model.fit(rows.texts, encode_labels(rows.labels, dataset.labels))
    predicted = model.predict(dataset.test.texts)
    truth = encode_labels(dataset.test.labels, dataset.labels)
    return float(f1_score(truth, predicted, average="macro", zero_division=0))


if __name__ == "__main__":
    main()
