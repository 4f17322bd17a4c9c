"""What caching, ordering and scoring cost the cells of a comparison, against a plain joblib script.

Run as ``python benchmarks/cells_speed.py --data-dir DIR``, where DIR holds tweeteval-emotion/; without it
vader-tweets is used. See README.md for what is timed. ``--draws 2 --repeats 1`` shows within a minute or
two that everything works.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import numpy as np
import psutil
from joblib import Parallel, delayed, parallel_config
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.pipeline import Pipeline

from seedwise.arms import Arm
from seedwise.classify import build_evaluator
from seedwise.config import DataConfig, EvaluateConfig, ExperimentConfig, RunConfig, SeedConfig
from seedwise.data import draw_seeds, load_dataset, places_from
from seedwise.evaluate import CellStore, evaluate
from seedwise.evaluate.cells import Cell, label_indices, plan_cells, predict_cells, score_cells
from seedwise.evaluate.fit import Fit
from seedwise.evaluate.guard import refuse_contamination
from seedwise.evaluate.training import plan_training_sets
from seedwise.identity import digest
from seedwise.progress import silent
from seedwise.records import Candidate, Dataset, Draw, Harvest, Row

SIDES = ("joblib", "seedwise")
SIZES = (100, 200, 300, 400, 500)
ARMS = (Arm.SEED_ONLY, Arm.OVERSAMPLE, Arm.REAL, Arm.NAIVE)
CLASSIFIERS = ("xgboost", "linear_svm", "complement_nb")
GOAL = 1.2


@dataclass(frozen=True, slots=True)
class Job:
    """All that an evaluation is given."""

    dataset: Dataset
    draws: tuple[Draw, ...]
    harvests: tuple[Harvest, ...]
    config: ExperimentConfig
    processes: int


@dataclass(frozen=True, slots=True)
class Result:
    """What one side did: seconds, processor seconds and peak memory in MB of all its processes, fits, digest.

    ``warm`` is the time with every fit in the store, ``statistics`` what comparing the arms adds to it.
    """

    seconds: float
    processor: float
    memory: float
    fits: int
    predictions: str
    warm: float = 0.0
    statistics: float = 0.0


def main() -> None:
    """Run one side, or both by turns in processes of their own."""
    args = parse_arguments()
    if args.side:
        job = prepare(args)
        result = run_plainly(job) if args.side == "joblib" else run_seedwise(job)
        print(json.dumps(asdict(result)))
    else:
        report(args, [run_sides() for _ in range(args.repeats)])


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, help="folder that holds tweeteval-emotion/")
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--seed-size", type=int, default=500)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3, help="times each side is run")
    parser.add_argument("--side", choices=SIDES, help="run this side alone and print its result as JSON")
    return parser.parse_args()


# --------------------------------------------------------------------------- the job


def prepare(args: argparse.Namespace) -> Job:
    name = "tweeteval-emotion" if args.data_dir else "vader-tweets"
    dataset = load_dataset(DataConfig(dataset=name), 0, places_from(RunConfig(data_dir=args.data_dir)))
    seeds = SeedConfig(seed_size=args.seed_size, draws=args.draws)
    draws = tuple(draw_seeds(dataset, seeds, index) for index in range(args.draws))
    # curve: the sizes that are compared and no others, so that both sides have the same cells
    compared = EvaluateConfig(arms=ARMS, added=SIZES, curve=SIZES, evaluators=CLASSIFIERS)
    config = ExperimentConfig(evaluate=compared, seeds=seeds)
    return Job(dataset, draws, tuple(stand_in(draw) for draw in draws), config, args.processes)


def stand_in(draw: Draw) -> Harvest:
    """Let real rows, the last of the pool first, pose as what a model wrote."""
    accepted = tuple(pose(row, draw.index) for row in draw.pool[::-1])
    asked = dict.fromkeys(sorted(set(draw.pool.labels)), len(accepted))
    return Harvest(Arm.NAIVE, draw.index, accepted, (), asked, {}, 0, 0, 0, 0, 0, None, 0.0)


def pose(row: Row, draw: int) -> Candidate:
    return Candidate(row.id, row.text, row.label, Arm.NAIVE, draw, "", "", 0, "", "", (), ())


# --------------------------------------------------------------------------- the sides


def run_plainly(job: Job) -> Result:
    """Fit the same rows as a script would: scikit-learn, joblib, a score each, nothing kept."""
    plan = plan_training_sets(job.dataset, job.draws, job.harvests, job.config)
    fits = [cell.fit for cell in plan_cells(plan, job.dataset, job.config)]
    texts, truth = job.dataset.test.texts, label_indices(job.dataset)
    start = time.perf_counter()
    with parallel_config(backend="loky", n_jobs=job.processes, inner_max_num_threads=1):
        predicted = Parallel()(delayed(fit_plainly)(fit, texts) for fit in fits)
    for codes in predicted:
        f1_score(truth, codes, average="macro", zero_division=0)
    seconds = time.perf_counter() - start
    return Result(seconds, processor_time(), peak_memory(), len(fits), digest_of(predicted))


def fit_plainly(fit: Fit, test_texts: Sequence[str]) -> list[int]:
    ours = build_evaluator(fit.classifier, fit.seed)
    vectoriser, classifier = (step for _, step in ours.steps)
    model = Pipeline([("tfidf", TfidfVectorizer(**vectoriser.get_params())), ("classify", classifier)])
    model.fit(list(fit.texts), np.array(fit.targets))
    return [int(code) for code in model.predict(list(test_texts))]


def run_seedwise(job: Job) -> Result:
    """Plan, check, fit, keep and score the cells; then the same again from the store, and the statistics."""
    with tempfile.TemporaryDirectory() as folder:
        store = CellStore(Path(folder))
        start = time.perf_counter()
        cells, predicted = run_cells(job, store)
        seconds, processor, memory = time.perf_counter() - start, processor_time(), peak_memory()
        warm = timed(lambda: run_cells(job, store))
        whole = timed(
            lambda: evaluate(job.dataset, job.draws, job.harvests, job.config, job.processes, store)
        )
    return Result(seconds, processor, memory, len(cells), digest_of(predicted), warm, whole - warm)


def run_cells(job: Job, store: CellStore) -> tuple[tuple[Cell, ...], list[list[int]]]:
    """Do what `evaluate` does before it compares the arms."""
    plan = plan_training_sets(job.dataset, job.draws, job.harvests, job.config)
    refuse_contamination(plan, job.dataset.test)
    cells = plan_cells(plan, job.dataset, job.config)
    outcomes = predict_cells(cells, job.dataset.test.texts, job.processes, store, silent)
    scores = score_cells(cells, outcomes, label_indices(job.dataset), job.dataset.labels)
    return cells, [score.predicted.tolist() for score in scores]


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def digest_of(predicted: Sequence[Sequence[int]]) -> str:
    return digest([list(codes) for codes in predicted])


def processes() -> list[psutil.Process]:
    """List this process and its workers, which joblib keeps for a while."""
    here = psutil.Process()
    return [here, *here.children(recursive=True)]


def processor_time() -> float:
    times = [process.cpu_times() for process in processes()]
    return sum(spent.user + spent.system for spent in times)


def peak_memory() -> float:
    """Add up the largest resident memory, in MB, of each process; 0 where there is no /proc."""
    return sum(high_water(process.pid) for process in processes())


def high_water(pid: int) -> float:
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


# --------------------------------------------------------------------------- both sides


def run_sides() -> dict[str, Result]:
    results = {side: run_side(side) for side in SIDES}
    found = {result.predictions for result in results.values()}
    if len(found) > 1:
        sys.exit("the two sides predict differently")
    for side, result in results.items():
        print(
            f"{side:<9} {result.fits} fits in {result.seconds:.1f} s, processor {result.processor:.1f} s",
            file=sys.stderr,
            flush=True,
        )
    return results


def run_side(side: str) -> Result:
    command = [sys.executable, __file__, *sys.argv[1:], "--side", side]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Result(**json.loads(done.stdout))


def report(args: argparse.Namespace, runs: Sequence[dict[str, Result]]) -> None:
    ours, plain = ([run[side] for run in runs] for side in ("seedwise", "joblib"))
    ratios = [a.seconds / b.seconds for a, b in zip(ours, plain, strict=True)]
    print(f"{ours[0].fits} fits, {args.draws} draws, {args.processes} processes, {len(runs)} runs (medians)")
    for name, results in (("joblib", plain), ("seedwise", ours)):
        print(f"{name:<22} {median(r.seconds for r in results):8.1f} s", end="")
        print(f" {median(r.processor for r in results):8.1f} s of processor time", end="")
        print(f" {median(r.memory for r in results):8.0f} MB at the peak")
    print(f"{'ratio':<22} {median(ratios):8.2f}   (goal: at most {GOAL})")
    print(f"{'every fit in the store':<22} {median(r.warm for r in ours):8.1f} s")
    print(f"{'statistics besides':<22} {median(r.statistics for r in ours):8.1f} s")


if __name__ == "__main__":
    main()
