"""How often the interval of a seed-size threshold holds the true one.

Run as ``python benchmarks/threshold_coverage.py``. Predictions are invented so that the true threshold is
known: rows differ in difficulty, which all classifiers share, and draws differ in how good their seeds are,
which both arms share in part and neighbouring sizes, being nested, too. Classes are balanced and errors fall
on all of them alike, so that the true macro-F1 is the share of right answers. The intervals at each size are
those of `seedwise.evaluate.bootstrap`, on rows and draws that the sizes share.

Found with 150 to 200 sweeps a line, a margin of .05 and 1,421 test rows: over 3 and 5 draws the interval held
the true threshold in every sweep, at the margin's very edge, too; over 10 draws in all but one of 200. The
rule promises .90: the intervals at single sizes are wide over few draws, and what is lost is power. A curve
that enters the margin at 250 seeds, draws .02 apart, gets its upper bound in .29 of sweeps of 3 draws and
in .92 of those of 5; the interval is a single size in .01 and .61.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product, takewhile

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedwise.evaluate.bootstrap import Contrast, Predictions, bootstrap_effects
from seedwise.sweep.threshold import SizedGap, Threshold, find_threshold

Floats = npt.NDArray[np.float64]

SIZES = (60, 120, 250, 500, 1000)
REAL = (0.50, 0.55, 0.60, 0.65, 0.68)
"""True macro-F1 of the real arm at each size."""

ROWS, LABELS, REPLICATES = 1421, 4, 500
SHARED = 0.7
"""Share of the variance of right and wrong that goes with the row, whoever is asked."""

COLUMNS = (
    *("margin", "truth", "draws", "spread", "covered", "upper bound too low", "lower bound too high"),
    *("bounded above", "one size left"),
)

TRUTHS: Mapping[str, tuple[float, ...]] = {
    "alike": (0.0, 0.0, 0.0, 0.0, 0.0),
    "just within": (-0.995,) * 5,
    "just outside": (-1.0,) * 5,
    "far": (-4.0,) * 5,
    "enters at 250": (-4.0, -2.0, -0.25, 0.0, 0.0),
    "enters at 250, grazing": (-3.0, -1.0, -0.995, -0.995, -0.995),
    "enters at 1000": (-4.0, -3.0, -2.0, -1.5, 0.0),
    "leaves again": (0.0, 0.0, -0.5, -1.5, -3.0),
}
"""True differences to real rows by size, in margins."""


@dataclass(frozen=True, slots=True)
class World:
    """What is true: differences in margins, and how far those of single draws lie apart (sd)."""

    truth: tuple[float, ...]
    margin: float
    draws: int
    spread: float


@dataclass(frozen=True, slots=True)
class Tally:
    """How simulated sweeps came out, as shares of them."""

    covered: float
    too_low: float
    too_high: float
    bounded: float
    single: float


def main() -> None:
    arguments = _arguments()
    print(f"| {' | '.join(COLUMNS)} |")
    print("|--:|---|--:|--:|--:|--:|--:|--:|--:|")
    choices = product(arguments.margins, arguments.truths, arguments.draws, arguments.spreads)
    for margin, truth, draws, spread in choices:
        tally = measure(World(TRUTHS[truth], margin, draws, spread), arguments.sweeps)
        shares = (tally.covered, tally.too_low, tally.too_high, tally.bounded, tally.single)
        cells = (margin, truth, draws, spread, *(f"{share:.3f}" for share in shares))
        print(f"| {' | '.join(map(str, cells))} |", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sweeps", type=int, default=500, help="simulated sweeps a line")
    parser.add_argument("--draws", type=int, nargs="+", default=[3, 5])
    parser.add_argument("--spreads", type=float, nargs="+", default=[0.002, 0.02])
    parser.add_argument("--margins", type=float, nargs="+", default=[0.02, 0.05])
    parser.add_argument("--truths", nargs="+", choices=TRUTHS, default=list(TRUTHS))
    return parser.parse_args()


def measure(world: World, sweeps: int) -> Tally:
    """Simulate sweeps and count how often the interval holds the true threshold."""
    right = true_threshold(world.truth)
    found = [simulate(world, seed) for seed in range(sweeps)]
    too_low = np.array([(t.high or np.inf) < right for t in found])
    too_high = np.array([(t.low or np.inf) > right for t in found])
    return Tally(
        covered=float(np.mean(~too_low & ~too_high)),
        too_low=float(np.mean(too_low)),
        too_high=float(np.mean(too_high)),
        bounded=float(np.mean([t.high is not None for t in found])),
        single=float(np.mean([t.high == t.low for t in found])),
    )


def true_threshold(truth: Sequence[float]) -> float:
    """Find the least size from which on every true difference is smaller than the margin."""
    within = takewhile(lambda pair: abs(pair[1]) < 1, zip(reversed(SIZES), reversed(truth), strict=True))
    return min((size for size, _ in within), default=np.inf)


def simulate(world: World, seed: int) -> Threshold:
    """Invent one sweep, and find its threshold."""
    rng = np.random.default_rng(seed)
    answers = np.arange(ROWS, dtype=np.int8) % LABELS
    predicted = np.array(list(_predict(rng, answers, _qualities(rng, world))))
    draws, sides = (
        tuple(range(world.draws)),
        np.arange(len(SIZES) * 2 * world.draws).reshape(len(SIZES), 2, -1),
    )
    contrasts = [Contrast(draws, tuple(arm.tolist()), tuple(real.tolist())) for real, arm in sides]
    found = bootstrap_effects(Predictions(answers, predicted, LABELS), contrasts, REPLICATES, seed)
    gaps = [
        SizedGap(size, gap.difference, gap.low, gap.high, gap.tost_low, gap.tost_high)
        for size, gap in zip(SIZES, (estimate.macro for estimate in found), strict=True)
    ]
    return find_threshold(gaps, world.margin)


def _qualities(rng: np.random.Generator, world: World) -> Floats:
    """Draw how good each classifier truly is: by size, then real and arm, then draw, in one line."""
    shape = (len(SIZES), world.draws)
    seeds = rng.normal(scale=0.02, size=world.draws) + rng.normal(scale=0.01, size=shape)
    drift = rng.normal(size=world.draws) + rng.normal(size=shape)
    real = np.array(REAL)[:, None] + seeds
    gap = world.margin * np.array(world.truth)[:, None] + world.spread * np.sqrt(0.5) * drift
    return np.stack([real, real + gap], axis=1).ravel()


def _predict(
    rng: np.random.Generator, answers: npt.NDArray[np.int8], qualities: Floats
) -> Iterator[npt.NDArray[np.int8]]:
    """Invent predictions of which the given shares are right, more so on easy rows."""
    rows = rng.normal(size=len(answers))
    for quality in qualities:
        ease = np.sqrt(SHARED) * rows + np.sqrt(1 - SHARED) * rng.normal(size=len(rows))
        wrong = (answers + rng.integers(1, LABELS, size=len(rows))) % LABELS
        yield np.where(ease < stats.norm.ppf(quality), answers, wrong).astype(np.int8)


if __name__ == "__main__":
    main()
