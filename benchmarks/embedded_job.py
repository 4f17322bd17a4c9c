"""Real prompts for the embedded model, and what the engine makes of them."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seedwise.arms import Arm
from seedwise.classify import select_classifier
from seedwise.config import ExperimentConfig, RunConfig
from seedwise.data import draw_seeds, load_dataset, places_from
from seedwise.embedded import Loan, borrow_server, find_model
from seedwise.explain import extract_guides
from seedwise.generate import Engine, identify, make_request, open_engine
from seedwise.generate.models import server_count
from seedwise.grow import grow, style_of
from seedwise.journal import Journal
from seedwise.prompt import make_strategy
from seedwise.records import Dataset, Draw, Guides, Prompt, Request

ROOT_SEED = 0
ARMS = (Arm.NAIVE, Arm.GUIDED)

Texts = Mapping[str, tuple[str, ...]]
"""The answers to requests, by the requests' keys."""


@dataclass(frozen=True, slots=True)
class Job:
    """What rows are grown from."""

    config: ExperimentConfig
    run: RunConfig
    dataset: Dataset
    draw: Draw
    guides: Guides


@dataclass(frozen=True, slots=True)
class Harvested:
    """What the engine asked for one arm, what came back, and how long that took in all."""

    requests: tuple[Request, ...]
    texts: Texts
    accepted: int
    seconds: float


def make_job(data_dir: Path | None, rows: int) -> Job:
    """Draw seeds of TweetEval's emotion set, or of vader-tweets without a folder, and explain them."""
    config = ExperimentConfig.model_validate(
        {
            "data": {"dataset": "tweeteval-emotion" if data_dir else "vader-tweets"},
            "classify": {"candidates": ["xgboost"], "cv_folds": 2, "cv_repeats": 1},
            "evaluate": {"added": [rows]},
        }
    )
    run = RunConfig(data_dir=data_dir)
    dataset = load_dataset(config.data, ROOT_SEED, places_from(run))
    draw = draw_seeds(dataset, config.seeds, 0)
    selection = select_classifier(draw.seeds, dataset.labels, config.classify, ROOT_SEED)
    guides = extract_guides(draw, dataset.labels, selection, config.explain, ROOT_SEED)
    return Job(config, run, dataset, draw, guides)


def first_requests(job: Job, count: int, answers: int) -> list[Request]:
    """Write some requests of each arm, its classes in turn, each for so many answers."""
    generation = job.config.generation.model_copy(update={"answers_per_request": answers})
    identity, style, labels = identify(generation), style_of(job.config.prompt), job.dataset.labels
    requests = []
    for arm in ARMS:
        strategy = make_strategy(arm, job.draw, job.guides, job.config.prompt, style, ROOT_SEED)
        for index in range(count):
            prompt = strategy.render(labels[index % len(labels)], index // len(labels))
            requests.append(make_request(prompt, identity, generation, ROOT_SEED))
    return requests


def borrow_servers(job: Job) -> list[Loan]:
    """Borrow the servers that the engine borrows."""
    generation = job.config.generation
    model, slots = find_model(generation.llm), generation.answers_per_request
    return [borrow_server(model, slots=slots, index=index) for index in range(server_count(job.run))]


class Recorder:
    """An engine that remembers the requests it made."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.made: dict[str, Request] = {}

    def make_request(self, prompt: Prompt, root_seed: int) -> Request:
        request = self._engine.make_request(prompt, root_seed)
        self.made[request.key] = request
        return request

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def harvest(job: Job, arm: Arm) -> Harvested:
    """Grow an arm's rows through an engine with a journal of its own."""
    with tempfile.TemporaryDirectory() as folder:
        run = job.run.model_copy(update={"state_dir": Path(folder)})
        started = time.perf_counter()
        with open_engine(job.config.generation, run) as engine:
            recorder = Recorder(engine)
            grown = grow(arm, job.draw, job.dataset, job.guides, job.config, recorder)
        seconds = time.perf_counter() - started
        with Journal(run.journal) as journal:
            answered = journal.find(recorder.made)
    texts = {key: tuple(choice.text for choice in response.choices) for key, response in answered.items()}
    requests = tuple(recorder.made[key] for key in recorder.made if key in answered)
    return Harvested(requests, texts, len(grown.accepted), seconds)


def body_of(request: Request) -> dict[str, Any]:
    """Write a request in OpenAI's words, as a user's own loop would."""
    sampling, prompt = request.sampling, request.prompt
    said = (
        {"messages": [{"role": m.role, "content": m.content} for m in prompt.messages]}
        if prompt.messages
        else {"prompt": prompt.completion}
    )
    settings = {
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "min_p": sampling.min_p,
        "max_tokens": sampling.max_tokens,
        "n": sampling.n,
        "seed": sampling.seed,
        "stop": list(prompt.stop) or None,
    }
    return said | {name: value for name, value in settings.items() if value is not None}


def path_of(request: Request) -> str:
    return "/chat/completions" if request.prompt.messages else "/completions"


def read_texts(request: Request, answer: Any) -> tuple[str, ...]:
    choices = answer["choices"]
    return tuple(
        choice["message"]["content"] if request.prompt.messages else choice["text"] for choice in choices
    )


def count_changed(expected: Texts, found: Texts) -> int:
    """Count answers that are not what they were."""
    return sum(
        before != after
        for key, texts in found.items()
        for before, after in zip(expected[key], texts, strict=True)
    )


def load() -> str:
    """Show the machine's load over the last minute."""
    return f"{os.getloadavg()[0]:.1f}"
