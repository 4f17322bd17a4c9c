"""Growing an arm: asking in rounds until every class has its rows."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Protocol

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig, PromptConfig
from seedwise.options import of_arm
from seedwise.progress import Progress, silent
from seedwise.prompt import Style, make_strategy
from seedwise.quotas import quotas
from seedwise.records import (
    Candidate,
    Choice,
    Dataset,
    Draw,
    Guides,
    Harvest,
    Prompt,
    Request,
    Response,
    Traffic,
)
from seedwise.screen import Reason, Screen, parse

STAGE_VERSION = 3
"""Raised when the same answers would give another harvest, or a harvest of another form."""

PRIOR_ACCEPTANCE = 0.7
"""Acceptance expected before anything was judged; it weighs as much as one request."""


class RequestMaker(Protocol):
    """What planning a round needs of the generation engine."""

    def make_request(self, prompt: Prompt, root_seed: int) -> Request:
        """Combine a prompt with the engine's model and sampling."""


class Engine(RequestMaker, Protocol):
    """What growing needs of the generation engine."""

    @property
    def traffic(self) -> Traffic:
        """What it took to be answered so far."""

    @property
    def bill(self) -> str:
        """What was spent so far, in a word."""

    def answers(self, requests: Sequence[Request], progress: Progress = silent) -> Generator[Response]:
        """Answer requests in their order, each as soon as those before it are answered."""


def grow(
    arm: Arm,
    draw: Draw,
    dataset: Dataset,
    guides: Guides,
    config: ExperimentConfig,
    engine: Engine,
    progress: Progress = silent,
) -> Harvest:
    """Ask for rows and screen them until every class has as many as the largest addition needs.

    Each round asks all classes at once for what they still lack, at the acceptance seen so far; its
    size depends on the answers alone, so the rows are the same whatever the concurrency. A class stops
    short once ``candidate_factor`` candidates were judged for each row wanted of it.

    Parameters
    ----------
    arm : Arm
        A generated arm.
    draw : Draw
        The seeds: exemplars, and rows that none may copy.
    dataset : Dataset
        Its labels, and the test rows that none may resemble.
    guides : Guides
        The guides of the draw.
    config : ExperimentConfig
        The experiment's quotas, prompts, sampling and screening; the arm's own options are switched here.
    engine : Engine
        Where requests are answered.
    progress : Progress
        Told the accepted rows among those wanted, with each answer and while none comes.

    Returns
    -------
    Harvest
        Exactly the wanted rows a class, or fewer and a ``shortfall``. Sound rows beyond them are kept
        as rejected for the reason ``surplus``.

    Raises
    ------
    UserError
        What the engine raises where the model cannot be had.
    """
    growth = Growth(arm, draw, dataset, guides, config)
    while requests := growth.plan_round(engine):
        with closing(engine.answers(requests, growth.watch(progress))) as answers:
            growth.take_in(requests, answers)
        growth.report_to(progress, engine.bill)
    return growth.harvest(engine.traffic)


def style_of(config: PromptConfig) -> Style:
    """Tell how the model is asked; ``auto`` is chat, which the embedded model follows better too."""
    return "completion" if config.prompt_format == "completion" else "chat"


@dataclass(slots=True)
class Tally:
    """What came in for one class; ``budget`` is the number of candidates after which it gives up."""

    wanted: int
    budget: float
    accepted: int = 0
    candidates: int = 0
    requests: int = 0

    @property
    def missing(self) -> int:
        """Rows that are still wanted."""
        return self.wanted - self.accepted

    def requests_needed(self, answers: int) -> int:
        """Estimate the requests that bring in what is missing, within what is left of the budget."""
        yielded = (self.accepted + PRIOR_ACCEPTANCE * answers) / (self.requests + 1)
        return min(math.ceil(self.missing / yielded), self.requests_left(answers))

    def requests_left(self, answers: int) -> int:
        """Count the requests that the budget has room for, each fully answered; none for a full class."""
        if self.missing == 0 or self.candidates >= self.budget:
            return 0
        return math.ceil((self.budget - self.candidates) / answers)


class Growth:
    """A harvest in the making: a tally a class, what was judged and what was paid for."""

    def __init__(
        self, arm: Arm, draw: Draw, dataset: Dataset, guides: Guides, config: ExperimentConfig
    ) -> None:
        config = of_arm(config, arm)
        self._arm, self._draw, self._config = arm, draw, config
        style, seed = style_of(config.prompt), config.seeds.root_seed
        self._strategy = make_strategy(arm, draw, guides, config.prompt, style, seed)
        self._screen = Screen(draw.seeds, dataset.test, config.screen, config.prompt.topic)
        self._tallies = _open_tallies(dataset, draw, config)
        self._judged: list[Candidate] = []
        self._responses: list[Response] = []

    @property
    def tallies(self) -> Mapping[str, Tally]:
        """What came in so far, by class."""
        return self._tallies

    def plan_round(self, engine: RequestMaker) -> list[Request]:
        """Write the next round's requests; none once every class is full or its budget spent."""
        answers, seed = self._config.generation.answers_per_request, self._config.seeds.root_seed
        return [
            engine.make_request(self._strategy.render(label, index), seed)
            for label, tally in self._tallies.items()
            for index in range(tally.requests, tally.requests + tally.requests_needed(answers))
        ]

    def take_in(self, requests: Sequence[Request], responses: Iterable[Response]) -> None:
        """Judge a round's answers in the order in which they were asked for, each as soon as it is here."""
        for request, response in zip(requests, responses, strict=True):
            tally = self._tallies[request.prompt.label]
            before = tally.candidates
            for number, choice in enumerate(response.choices):
                self._take_in_choice(request, number, choice, tally)
            tally.requests += 1
            # A model that gives no answer must come to the end of the budget too.
            tally.candidates = max(tally.candidates, before + 1)
            self._responses.append(response)

    def _take_in_choice(self, request: Request, number: int, choice: Choice, tally: Tally) -> None:
        # An answer without a text is a candidate too: it was paid for and needs a reason.
        for text in parse(choice.text, request.prompt.template, self._config.prompt.topic) or [""]:
            judged = self._screen.judge(self._candidate(request, number, text, tally), choice)
            if not judged.reason and tally.missing == 0:
                judged = replace(judged, reason=Reason.SURPLUS.value, detail=f"{tally.wanted} rows are in")
            tally.accepted += not judged.reason
            tally.candidates += 1
            self._judged.append(judged)

    def _candidate(self, request: Request, number: int, text: str, tally: Tally) -> Candidate:
        prompt = request.prompt
        return Candidate(
            id=f"syn-{self._arm}-d{self._draw.index}-{prompt.label}-{tally.candidates}",
            text=text,
            label=prompt.label,
            arm=self._arm,
            draw=self._draw.index,
            prompt_id=prompt.id,
            request_key=request.key,
            choice=number,
            template=prompt.template,
            model=request.model,
            hints=prompt.hints,
            exemplars=prompt.exemplars,
            avoid=prompt.avoid,
            attributes=prompt.attributes,
            source=prompt.source,
        )

    def report_to(self, progress: Progress, *words: str) -> None:
        """Tell the accepted rows among those wanted, and the share of candidates accepted so far."""
        accepted = sum(tally.accepted for tally in self._tallies.values())
        wanted = sum(tally.wanted for tally in self._tallies.values())
        share = f"{accepted / len(self._judged):.0%} accepted" if self._judged else ""
        progress(accepted, wanted, " · ".join(filter(None, [*words, share])))

    def watch(self, progress: Progress) -> Progress:
        """Make the progress of a round: rows that are judged so far, beside the engine's own words."""

        def report(done: int, total: int, note: str = "") -> None:
            self.report_to(progress, note, f"{done}/{total} answered" if done < total else "")

        return report

    def harvest(self, traffic: Traffic) -> Harvest:
        """Sum up."""
        tallies, responses = self._tallies, self._responses
        return Harvest(
            arm=self._arm,
            draw=self._draw.index,
            accepted=tuple(row for row in self._judged if not row.reason),
            rejected=tuple(row for row in self._judged if row.reason),
            asked={label: tally.wanted for label, tally in tallies.items()},
            shortfall={label: tally.missing for label, tally in tallies.items() if tally.missing},
            requests=sum(tally.requests for tally in tallies.values()),
            responses=len(responses),
            candidates=len(self._judged),
            prompt_tokens=sum(response.prompt_tokens for response in responses),
            completion_tokens=sum(response.completion_tokens for response in responses),
            cost=_total_cost(responses),
            seconds=sum(response.seconds for response in responses),
            reused=sum(response.reused for response in responses),
            traffic=traffic,
        )


def _open_tallies(dataset: Dataset, draw: Draw, config: ExperimentConfig) -> dict[str, Tally]:
    evaluate, factor = config.evaluate, config.generation.candidate_factor
    shares = quotas(dataset.labels, max(evaluate.added), evaluate.mix, draw.seeds)
    return {label: Tally(wanted, factor * wanted) for label, wanted in shares.items()}


def _total_cost(responses: Sequence[Response]) -> float | None:
    known = [response.cost for response in responses if response.cost is not None]
    return sum(known) if len(known) == len(responses) else None
