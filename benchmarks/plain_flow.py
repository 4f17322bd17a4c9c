"""The work of one experiment in a plain script: the same stages, one after the other.

No Prefect, no journal, no stored results, no MLflow: answers come from threads that each hold a connection.
`flow_speed.py` times it against ``seedwise run``. Run as ``python benchmarks/plain_flow.py CONFIG OUT``.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from seedwise import audit, evaluate, explain, linguistics, report
from seedwise.classify import select_classifier
from seedwise.config import ExperimentConfig, GenerationConfig, RunConfig
from seedwise.data import draw_seeds, load_dataset, places_from
from seedwise.evaluate.models import keep_models
from seedwise.evaluate.recall import measure_recall
from seedwise.exhibits import exhibit_arms
from seedwise.experiment import Experiment
from seedwise.generate import identify, make_request
from seedwise.grow import grow
from seedwise.identity import derive_seed
from seedwise.progress import Progress, silent
from seedwise.records import Choice, Draw, Guides, Harvest, Prompt, Request, Response, Selection, Traffic
from seedwise.settings import assemble_config


class PlainEngine:
    """Asks over a few connections and keeps nothing."""

    bill = ""
    traffic = Traffic()

    def __init__(self, generation: GenerationConfig, connections: int) -> None:
        self._generation, self._identity = generation, identify(generation)
        self._pool = ThreadPoolExecutor(connections)
        self._local = threading.local()

    def make_request(self, prompt: Prompt, root_seed: int) -> Request:
        return make_request(prompt, self._identity, self._generation, root_seed)

    def answers(self, requests: Sequence[Request], progress: Progress = silent) -> Generator[Response]:
        yield from self._pool.map(self._ask, requests)

    def _ask(self, request: Request) -> Response:
        answer = self._client().post("chat/completions", json=self._body(request)).raise_for_status().json()
        choices = tuple(Choice(c["message"]["content"], c["finish_reason"]) for c in answer["choices"])
        usage = answer["usage"]
        return Response(
            request.key, choices, usage["prompt_tokens"], usage["completion_tokens"], cost=None, seconds=0.0
        )

    def _body(self, request: Request) -> dict[str, Any]:
        sampling = request.sampling
        return {
            "model": self._generation.llm.split("/")[-1],
            "messages": [{"role": m.role, "content": m.content} for m in request.prompt.messages],
            "temperature": sampling.temperature,
            "max_tokens": sampling.max_tokens,
            "n": sampling.n,
            "seed": sampling.seed,
            "stop": list(request.prompt.stop),
        }

    def _client(self) -> httpx.Client:
        if not hasattr(self._local, "client"):
            self._local.client = httpx.Client(base_url=self._generation.llm_base_url, timeout=60)
        client: httpx.Client = self._local.client
        return client


def main() -> None:
    args = parse_arguments()
    config = assemble_config(config_file=args.config)
    run = RunConfig(out=args.out)
    with tempfile.TemporaryDirectory() as scratch:
        found = experiment(config, run, Path(scratch))
    report.write_report(found, args.out)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("config", type=Path, help="a TOML file of settings")
    parser.add_argument("out", type=Path, help="folder for the report")
    return parser.parse_args()


def experiment(config: ExperimentConfig, run: RunConfig, scratch: Path) -> Experiment:
    root, jobs = config.seeds.root_seed, run.processes
    dataset = load_dataset(config.data, root, places_from(run))
    draws = [draw_seeds(dataset, config.seeds, index) for index in range(config.seeds.draws)]
    selections = [select(draw, dataset.labels, config, jobs) for draw in draws]
    guides = [explained(*pair, dataset.labels, config) for pair in zip(draws, selections, strict=True)]
    engine = PlainEngine(config.generation, run.concurrency)
    harvests = [
        grow(arm, draw, dataset, guide, config, engine)
        for arm in config.evaluate.grown
        for draw, guide in zip(draws, guides, strict=True)
    ]
    recalls = [
        recall
        for draw, selection in zip(draws, selections, strict=True)
        for recall in measure_recall(draw, dataset.labels, selection, of_draw(draw, harvests), config)
    ]
    scored = evaluate.evaluate(dataset, draws, harvests, config, jobs, scratch)
    evaluation = replace(scored, recalls=tuple(recalls))
    exhibits = exhibit_arms(dataset, draws, harvests)
    language = linguistics.describe(exhibits, config.linguistics, root, silent)
    audits = tuple(audit.examine(exhibit, language.traits, config, silent) for exhibit in exhibits)
    return Experiment(
        config=config,
        dataset=dataset,
        draws=tuple(draws),
        selections=tuple(selections),
        guides=tuple(guides),
        harvests=tuple(harvests),
        evaluation=evaluation,
        linguistics=language,
        versions={},
        seconds=0.0,
        audits=audits,
        models=keep_models(dataset, draws, harvests, config),
    )


def of_draw(draw: Draw, harvests: Sequence[Harvest]) -> list[Harvest]:
    return [harvest for harvest in harvests if harvest.draw == draw.index]


def select(draw: Draw, labels: Sequence[str], config: ExperimentConfig, jobs: int) -> Selection:
    seed = derive_seed(config.seeds.root_seed, "classify", draw.index)
    return select_classifier(draw.seeds, labels, config.classify, seed, jobs=jobs)


def explained(draw: Draw, selection: Selection, labels: Sequence[str], config: ExperimentConfig) -> Guides:
    seed = derive_seed(config.seeds.root_seed, "explain", draw.index)
    return explain.extract_guides(draw, labels, selection, config.explain, seed)


if __name__ == "__main__":
    main()
