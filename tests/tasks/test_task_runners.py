"""The same scores whoever fits: this machine's processes, a Dask or a Ray cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from seedwise.arms import Arm
from seedwise.config import EvaluateConfig, ExperimentConfig, RunConfig, SeedConfig
from seedwise.errors import ConfigError
from seedwise.evaluate import CellStore
from seedwise.evaluate.fit import Bench, Fit
from seedwise.evaluate.pool import run_fits
from seedwise.identity import digest
from seedwise.records import Dataset, Draw, Row, Rows
from tasks.evaluate import evaluate_arms
from tasks.runners import bunches, find_fitter, require_runner
from tasks.runners.cluster import Cluster, ClusterError

pytestmark = pytest.mark.slow

MOODS = {"glad": ("sunny", "cheerful", "gift"), "low": ("gloomy", "tearful", "lonely")}
PLAIN = ("bus", "office", "garden", "window", "letter", "river")


def invent_rows(prefix: str, n: int, seed: int) -> Rows:
    rng = np.random.default_rng(seed)
    labels = [list(MOODS)[i % 2] for i in range(n)]
    texts = [" ".join([*rng.choice(MOODS[label], 1), *rng.choice(PLAIN, 3)]) for label in labels]
    return Rows(
        Row(f"{prefix}{i}", f"{text} {prefix}{i}", label, i)
        for i, (text, label) in enumerate(zip(texts, labels, strict=True))
    )


@flow(validate_parameters=False)
def compare(dataset: Any, draws: Any, config: Any, run: Any) -> Any:
    return evaluate_arms.with_options(refresh_cache=True)(dataset, draws, (), config, run)


def scores_on(run: RunConfig) -> str:
    """Run a small comparison in a flow; return the digest of all that it found."""
    dataset = Dataset("moods", tuple(MOODS), invent_rows("t", 80, 1), invent_rows("e", 60, 2), "invented", "")
    draws = tuple(Draw(i, dataset.train[i : i + 30], dataset.train[i + 30 :]) for i in (0, 1))
    compared = {"arms": [Arm.REAL], "added": (8, 16), "curve": (8,), "bootstrap": 200}
    evaluators = ("linear_svm", "xgboost", "complement_nb")
    config = ExperimentConfig(
        evaluate=EvaluateConfig.model_validate({**compared, "evaluators": evaluators}),
        seeds=SeedConfig(seed_size=30, draws=2),
    )
    found = compare(dataset, draws, config, run)
    return digest([found.scores, found.comparisons])


def run_config(folder: Path, **settings: Any) -> RunConfig:
    return RunConfig(state_dir=folder, **settings)


def offspring() -> set[psutil.Process]:
    return set(psutil.Process().children(recursive=True))


def left_behind(before: set[psutil.Process]) -> list[list[str]]:
    """Give what has been started and does not end; Python's own tracker of resources ends with Python."""
    _, alive = psutil.wait_procs(offspring() - before, timeout=10)
    commands = [process.cmdline() for process in alive]
    return [command for command in commands if "resource_tracker" not in " ".join(command)]


@pytest.mark.parametrize(("runner", "workers"), [("dask", 2), ("ray", 1)])
def test_a_cluster_finds_the_same_and_ends_with_the_run(
    runner: str, workers: int, prefect_server: str, tmp_path: Path
) -> None:
    pytest.importorskip(f"prefect_{runner}")
    expected = scores_on(run_config(tmp_path / "here"))
    before = offspring()
    assert scores_on(run_config(tmp_path / "there", task_runner=runner, jobs=workers)) == expected
    kept = [sorted(path.name for path in (tmp_path / name).rglob("*.json")) for name in ("here", "there")]
    assert kept[0] == kept[1] != []
    assert left_behind(before) == []


@pytest.fixture
def threads_as_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand Prefect's own threads in for a cluster: they take the same tasks through the same door."""

    @contextmanager
    def open_threads(run: RunConfig) -> Iterator[Cluster]:
        with ThreadPoolTaskRunner(max_workers=2) as runner:
            yield Cluster(runner, lambda: 2)

    monkeypatch.setattr("tasks.runners.bunches.open_cluster", open_threads)


def invent_fits() -> list[Fit]:
    rows = invent_rows("t", 30, 1)
    fit = Fit(
        "", "linear_svm", 0, tuple(rows.texts), tuple(list(MOODS).index(label) for label in rows.labels)
    )
    return [replace(fit, key=f"cell-{number:02}") for number in range(20)]


@flow(validate_parameters=False)
def fit_all(fits: Any, store: Any, run: Any) -> None:
    for outcome in find_fitter(run)(fits, Bench(tuple(invent_rows("e", 12, 2).texts)), 2):
        store.write(outcome)


def test_a_bunch_that_fails_is_tried_again_and_costs_no_other(
    threads_as_cluster: None, prefect_server: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fits, store = invent_fits(), CellStore(tmp_path / "cells")
    fits[7] = replace(fits[7], targets=(0,) * 30)
    with pytest.raises(ClusterError, match=r"1 of 3 bunches .* contains only one class"):
        fit_all(fits, store, run_config(tmp_path, task_runner="dask"))
    kept = {fit.key for fit in fits if store.read(fit.key) is not None}
    assert 13 <= len(kept) <= 14
    assert fits[7].key not in kept
    assert caplog.text.count("Retry 1/1") == 1


def test_a_cluster_without_workers_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgotten:
        def add_done_callback(self, _: object) -> None:
            """Is never done."""

    monkeypatch.setattr(bunches, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(bunches, "_PATIENCE", 0.05)
    counts = iter([2, 2, *[0] * 1000])
    runner: Any = None
    futures: Any = [Forgotten(), Forgotten()]
    with pytest.raises(ClusterError, match="2 of 2 bunches of fits are left, with no worker"):
        list(bunches._as_they_come(futures, Cluster(runner, lambda: next(counts))))


def test_threads_need_no_cluster(tmp_path: Path) -> None:
    assert find_fitter(run_config(tmp_path)) is run_fits
    require_runner(run_config(tmp_path, task_runner_address="nowhere:1"))


@pytest.mark.parametrize("runner", ["dask", "ray"])
def test_a_missing_extra_is_told_before_anything_is_paid_for(
    runner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.runners.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=f"prefect-{runner} is not installed") as refused:
        require_runner(run_config(tmp_path, task_runner=runner))
    assert refused.value.remedy.startswith(f"pip install 'seedwise[{runner}]'")


@flow(validate_parameters=False)
def require(run: Any) -> None:
    require_runner(run)


@pytest.mark.parametrize(("runner", "address"), [("dask", "tcp://127.0.0.1:9"), ("ray", "ray://127.0.0.1:9")])
def test_an_address_where_nothing_answers_is_told_before_anything_is_paid_for(
    runner: str, address: str, prefect_server: str, tmp_path: Path
) -> None:
    pytest.importorskip(f"prefect_{runner}")
    with pytest.raises(ClusterError, match=f"no {runner.capitalize()} cluster at {address}"):
        require(run_config(tmp_path, task_runner=runner, task_runner_address=address))


def test_workers_with_other_packages_are_told_before_anything_is_paid_for(
    threads_as_cluster: None, prefect_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_config(tmp_path, task_runner="dask", task_runner_address="127.0.0.1:8786")
    require(run)
    monkeypatch.setattr("tasks.runners.bunches.list_makers", lambda: ("numpy 0.1",))
    with pytest.raises(ConfigError, match=r"a worker with .*numpy 2"):
        require(run)
