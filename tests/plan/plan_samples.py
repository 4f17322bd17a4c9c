"""An experiment small enough to reckon by hand."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from seedwise.arms import Arm
from seedwise.config import EvaluateConfig, ExperimentConfig, GenerationConfig, RunConfig
from seedwise.generate import Engine, Identity, RetryPolicy
from seedwise.grow import Advice, Coach, Review, grow
from seedwise.journal import Journal
from seedwise.llm import Reply
from seedwise.plan import Estimate, Material, estimate
from seedwise.records import (
    Candidate,
    Choice,
    Dataset,
    Draw,
    Guide,
    Guides,
    Harvest,
    Request,
    Response,
    Row,
    Rows,
    TokenScore,
)

LABELS = ("anger", "joy")
WORDS = [
    f"{a}{b}{c}" for a in ("lo", "mi", "ka", "tu") for b in ("ra", "ne", "so") for c in ("pel", "dot", "win")
]

Answer = Callable[[Request, int], str]


def seeds_of(draw: int) -> Rows:
    """Eight seeds of 40 bytes."""
    texts = [
        (label, f"{label} of draw {draw} and seed {i} ".ljust(40, "x")) for label in LABELS for i in range(4)
    ]
    return Rows(Row(f"s{draw}-{n}", text, label, n) for n, (label, text) in enumerate(texts))


def guides_of(draw: int) -> Guides:
    tokens = tuple(TokenScore(f"word{n}", 1.0, 1.0, 0.1, 1.0, 2) for n in range(6))
    return Guides(
        draw, "xgboost", "signed", tuple(Guide(label, tokens, tokens, tokens, ()) for label in LABELS)
    )


def dataset() -> Dataset:
    test = Rows([Row("t", "held back for the test alone", "joy", 99)])
    return Dataset("made", LABELS, seeds_of(0), test, "", "")


def material(draws: int = 1, finished: tuple[Harvest, ...] = ()) -> Material:
    return Material(
        dataset(),
        [Draw(index, seeds_of(index), Rows()) for index in range(draws)],
        [guides_of(index) for index in range(draws)],
        finished,
    )


def config_of(*arms: Arm, added: int = 20, factor: float = 5.0, **generation: Any) -> ExperimentConfig:
    settings = {"answers_per_request": 4, "max_tokens": 64} | generation
    return ExperimentConfig(
        evaluate=EvaluateConfig(added=(added,), arms=arms or (Arm.NAIVE,)),
        generation=GenerationConfig(
            llm="openai/some-model", llm_base_url="http://127.0.0.1:9/v1", candidate_factor=factor, **settings
        ),
    )


def run_of(folder: Path, **run: Any) -> RunConfig:
    return RunConfig(state_dir=folder, **run)


def reckon(
    config: ExperimentConfig, run: RunConfig, draws: int = 1, finished: tuple[Harvest, ...] = ()
) -> Estimate:
    return estimate(material(draws, finished), config, run)


def good(request: Request, number: int) -> str:
    return " ".join(random.Random(f"{request.key}/{number}").choices(WORDS, k=8))


def sometimes(share: float) -> Answer:
    def answer(request: Request, number: int) -> str:
        is_lucky = random.Random(f"luck/{request.key}/{number}").random() < share
        return good(request, number) if is_lucky else "no"

    return answer


class Scripted:
    """Answers by a function of the request and the answer's number; keeps what it was asked."""

    def __init__(self, answer: Answer, tokens: tuple[int, int] = (10, 40), seconds: float = 0.25) -> None:
        self.answer, self.tokens, self.seconds = answer, tokens, seconds
        self.asked: list[str] = []

    async def complete(self, request: Request) -> Reply:
        self.asked.append(request.key)
        choices = tuple(Choice(self.answer(request, number), "stop") for number in range(request.sampling.n))
        return Reply(Response(request.key, choices, *self.tokens, cost=None, seconds=self.seconds), raw=b"{}")

    async def aclose(self) -> None:
        """Hold nothing."""


class Unmoved:
    """A coach that learns nothing."""

    def review(self, accepted: Sequence[Candidate], *, is_last: bool) -> Review:
        return Review(Advice(guides_of(0)))


def grow_arm(
    config: ExperimentConfig,
    run: RunConfig,
    model: Scripted,
    arm: Arm,
    draw: int = 0,
    coach: Coach | None = None,
) -> Harvest:
    """Grow an arm for real, against a scripted model."""
    with (
        Journal(run.journal) as journal,
        Engine(
            Identity(config.generation.llm, config.generation.llm_base_url, is_embedded=False),
            config.generation,
            journal,
            lambda: nullcontext(model),
            concurrency=4,
            policy=RetryPolicy(retries=0),
        ) as engine,
    ):
        seeds = Draw(draw, seeds_of(draw), Rows())
        return grow(arm, seeds, dataset(), guides_of(draw), config, engine, coach=coach)
