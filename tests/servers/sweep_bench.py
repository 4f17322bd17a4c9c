"""Sweeps on a bench of servers and workers: started, disturbed, and held against one another."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
from invented_posts import COLUMNS, FILLER, WORDS, invent_posts
from openai_server import Asked, Exchange, completion
from worker_bench import POOL, ROOT, Bench, Program, wait_until

OVER = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})


@dataclass(frozen=True)
class Answer:
    """One answer sent whole: to which request, and when, by `time.monotonic`."""

    request: str
    arrived: float
    sent: float


@dataclass
class Ledger:
    """A behaviour of `openai_server.OpenAIServer`: writes varied posts, and notes each answer it sends."""

    latency: float = 0.0
    answers: list[Answer] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, exchange: Exchange) -> None:
        arrived = time.monotonic()
        exchange.released.wait(self.latency)
        exchange.send_json(200, write_posts(exchange.asked))
        with self.lock:
            self.answers.append(Answer(digest(exchange.asked.body), arrived, time.monotonic()))

    def paid_twice(self, kills: Sequence[float]) -> tuple[int, int]:
        """Count the answers that were asked for again: those under way at a kill, and all others.

        An answer under way at a kill may have been lost, and is rightly asked for again; one that was sent
        whole with nothing killed meanwhile may not, however often it was lost before.
        """
        times: dict[str, list[Answer]] = {}
        for answer in self.answers:
            times.setdefault(answer.request, []).append(answer)
        repeated = [answer for sent in times.values() for answer in sent[:-1]]
        lost = sum(any(was_under_way(answer, kill) for kill in kills) for answer in repeated)
        return lost, len(repeated) - lost

    @property
    def distinct(self) -> int:
        return len({answer.request for answer in self.answers})


def was_under_way(answer: Answer, kill: float) -> bool:
    return answer.arrived - 0.1 <= kill <= answer.sent + 0.1


def write_posts(asked: Asked) -> dict[str, Any]:
    """Answer with invented posts, the same for the same request."""
    body = completion(asked)
    for choice in body["choices"]:
        key = hashlib.sha256(f"{digest(asked.body)}:{choice['index']}".encode()).digest()
        words = [word for some in WORDS.values() for word in some] + list(FILLER)
        text = " ".join(words[byte % len(words)] for byte in key[:12])
        if "message" in choice:
            choice["message"]["content"] = text
        else:
            choice["text"] = text
    return body


def digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class Work:
    """What a sweep has to do: one cell a seed size, as little computing and as many requests as told.

    Attributes
    ----------
    sizes : tuple of int
        Seed sizes.
    roots : int
        Root seeds: cells of other roots ask for other answers, so that none is served by another's.
    added : int
        Rows that each generated arm grows, over three classes; an answer is a request.
    further : mapping
        Settings of the experiment over those of the least that there is to do, by section.
    """

    url: str
    posts: Path
    sizes: tuple[int, ...]
    added: int
    concurrency: int = 4
    shared_limit: str = "seedwise-llm"
    arms: tuple[str, ...] = ("naive", "guided")
    roots: int = 1
    further: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def config(self) -> dict[str, Any]:
        """The settings that differ from the preset smoke's."""
        least: dict[str, dict[str, Any]] = {
            "data": {"dataset": str(self.posts), **COLUMNS},
            "generation": {
                "llm": "openai/bench",
                "llm_base_url": self.url,
                "answers_per_request": 1,
            },
            "classify": {"explainer": "linear_svm", "candidates": ["linear_svm"]},
            "evaluate": {
                "arms": list(self.arms),
                "added": [self.added],
                "evaluators": ["complement_nb"],
                "bootstrap": 100,
            },
        }
        sections = {*least, *self.further}
        return {name: {**least.get(name, {}), **self.further.get(name, {})} for name in sections}

    @property
    def run(self) -> dict[str, Any]:
        limits = {"concurrency": self.concurrency, "shared_limit": self.shared_limit}
        return {**limits, "jobs": 1, "progress": False}


def prepare(bench: Bench) -> Path:
    """Make the pool, the deployments and the rules against lost runs; gives the posts."""
    bench.settings |= {"OPENAI_API_KEY": "none", "PREFECT_WORKER_QUERY_SECONDS": "2"}
    bench.call("prefect", "work-pool", "create", "--overwrite", "--type", "process", POOL)
    file = str(ROOT / "deployments" / "prefect.yaml")
    bench.call("prefect", "--no-prompt", "deploy", "--all", "--prefect-file", file)
    bench.call("python", "-m", "flows.guard")
    return invent_posts(bench.folder / "posts.csv")


@dataclass
class Trial:
    """One sweep in folders of its own, with its own workers, from its start to what it left.

    Attributes
    ----------
    name : str
        Of the sweep; folders and workers are named after it.
    kills : list of float
        When something was killed, by `time.monotonic`.
    """

    bench: Bench
    name: str
    work: Work
    workers: int = 2
    kills: list[float] = field(default_factory=list)
    sweep_id: str = ""

    def __post_init__(self) -> None:
        self.folder = self.bench.folder / self.name
        self.folder.mkdir()
        self.bench.settings |= {
            "SEEDWISE_STATE_DIR": str(self.folder / "state"),
            "SEEDWISE_OUT_DIR": str(self.out),
            "PREFECT_LOCAL_STORAGE_PATH": str(self.folder / "results"),
            "SEEDWISE_JOURNAL_URL": self._journal(),
        }

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def _journal(self) -> str:
        if self.bench.postgres is None:
            return f"sqlite:///{self.folder / 'journal.db'}"
        database = "journal_" + self.name.replace("-", "_")
        self.bench.postgres.create(database)
        return self.bench.postgres.url(database, "psycopg2")

    def start_workers(self) -> list[Program]:
        """Start those for cells, and one for the sweep itself."""
        started = [self.bench.start_worker(f"{self.name}-{i}") for i in range(self.workers)]
        return [*started, self.bench.start_worker(f"{self.name}-sweep", queue="sweeps")]

    def workers_online(self) -> int:
        """Count the trial's workers that the server hears of."""
        found = self.bench.ask(f"/work_pools/{POOL}/workers/filter", {})
        ours = [worker for worker in found if worker["name"].startswith(f"{self.name}-")]
        return sum(worker["status"] == "ONLINE" for worker in ours)

    @property
    def crew(self) -> list[Program]:
        """Those of this trial for cells."""
        return [self.bench.programs[f"{self.name}-{i}"] for i in range(self.workers)]

    @property
    def conductor(self) -> Program:
        return self.bench.programs[f"{self.name}-sweep"]

    def start_sweep(self) -> float:
        """Start it as the form does; gives the moment, by `time.monotonic`."""
        grid = {
            "name": self.name,
            "seed_sizes": list(self.work.sizes),
            "vary": {"seeds.root_seed": list(range(self.work.roots))},
            "draws": 1,
            "where": "pool",
            "at_once": self.workers,
        }
        run = self.work.run | {"mlflow_experiment": self.name}
        parameters = {"preset": "smoke", "grid": grid, "config": self.work.config, "run": run}
        deployment = self.bench.ask("/deployments/name/sweep/sweep")["id"]
        asked = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
        self.sweep_id = self.bench.ask(f"/deployments/{deployment}/create_flow_run", asked)["id"]
        return time.monotonic()

    def wait(self, seconds: float) -> str:
        """Wait until the sweep is over, whatever becomes of the server meanwhile; the type of its state.

        A crash is no end: the sweep is started again. One that stays crashed for three minutes is.
        """
        deadline, crashed_at = time.monotonic() + seconds, 0.0
        while time.monotonic() < deadline:
            state = self._state()
            now = time.monotonic()
            crashed_at = (crashed_at or now) if state == "CRASHED" else 0.0
            if state in OVER and not (crashed_at and now - crashed_at < 180):
                return state
            time.sleep(1)
        return self._state()

    def _state(self) -> str:
        try:
            return self.bench.state_of(self.sweep_id)
        except httpx.HTTPError:
            return "AWAY"

    def end_workers(self) -> None:
        for program in [*self.crew, self.conductor]:
            program.kill()

    # ------------------------------------------------------------------ what it left

    def findings(self) -> dict[str, tuple[str, str]]:
        """Digest of the rows and of the figures of every cell, by its fingerprint."""
        return {file.parent.name: self._digests(file.parent) for file in self.out.glob("*/synthetic.parquet")}

    def _digests(self, folder: Path) -> tuple[str, str]:
        rows = pd.read_parquet(folder / "synthetic.parquet").to_json(orient="split")
        report = json.loads((folder / "report.json").read_text())
        figures = {name: report[name] for name in ("results", "comparisons")}
        return digest(rows), digest(figures)

    def states(self) -> Counter[str]:
        """Count the states of all flow runs of the server that are not over."""
        under_way = {"flow_runs": {"state": {"type": {"not_any_": sorted(OVER)}}}}
        return Counter(run["state"]["type"] for run in self.bench.ask("/flow_runs/filter", under_way))

    def mlflow_runs(self) -> Counter[tuple[str, str]]:
        """Count the trial's MLflow runs by kind and status, with what waits in the outbox logged first."""
        from mlflow import MlflowClient

        self.bench.call("seedwise", "sync", "--state-dir", str(self.folder / "state"))
        client = MlflowClient(tracking_uri=self.bench.settings["MLFLOW_TRACKING_URI"])
        found = client.get_experiment_by_name(self.name)
        runs = client.search_runs([found.experiment_id], max_results=1000) if found else []
        return Counter((run.data.tags.get("kind", ""), run.info.status) for run in runs)


def wait_for_answers(ledger: Ledger, answers: int, seconds: float = 900) -> None:
    """Wait until the server has sent so many answers."""
    wait_until(lambda: len(ledger.answers) >= answers, seconds, f"{answers} answers are not asked for")
