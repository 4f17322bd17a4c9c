"""Growing an arm from the journal alone, as far as that goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig
from seedwise.generate import Identity, make_request
from seedwise.generate.needs import bound_prompt_tokens
from seedwise.grow import Growth, Tally
from seedwise.identity import canonical
from seedwise.journal import Journal, prompt_size
from seedwise.records import Dataset, Draw, Guides, Prompt, Request, Response


@dataclass(frozen=True, slots=True)
class Library:
    """The journal in the engine's place: it makes requests and finds responses, and asks nobody."""

    identity: Identity
    config: ExperimentConfig
    journal: Journal

    def make_request(self, prompt: Prompt, root_seed: int) -> Request:
        """Combine a prompt with the model and its sampling, as the engine does."""
        return make_request(prompt, self.identity, self.config.generation, root_seed)

    def find(self, requests: Sequence[Request]) -> dict[str, Response]:
        """Look up what is kept."""
        return self.journal.find(request.key for request in requests)


@dataclass(frozen=True, slots=True)
class Lane:
    """What one class of an arm and draw would still ask; only classes that lack a response have one.

    Attributes
    ----------
    first : str
        Key of its first request: lanes with the same one ask the same all along.
    answered : int
        Requests that the journal answers.
    expected, most : int
        New ones after these: at the acceptance so far, and until the candidate budget is spent.
    prompt_bytes, prompt_bound : float
        Of a prompt on average: its bytes, and the tokens that it is counted with against a cap.
    """

    first: str
    answered: int
    expected: int
    most: int
    prompt_bytes: float
    prompt_bound: float


@dataclass(frozen=True, slots=True)
class Replay:
    """How far the journal takes one arm and draw.

    ``requests`` are all that are known by now: of each class those of the rounds that the journal answers,
    and of the first one in which a response is missing. What later rounds ask depends on the answers.
    ``judged`` and ``accepted`` count candidates.
    """

    wanted: int
    requests: tuple[Request, ...]
    lanes: tuple[Lane, ...]
    judged: int
    accepted: int


def replay(arm: Arm, draw: Draw, dataset: Dataset, guides: Guides, library: Library) -> Replay:
    """Go through an arm's rounds; a class stands still from the round on in which it lacks a response."""
    growth = Growth(arm, draw, dataset, guides, library.config)
    known: list[Request] = []
    missing: dict[str, list[Request]] = {}
    while requests := [r for r in growth.plan_round(library) if r.prompt.label not in missing]:
        known += requests
        found = library.find(requests)
        answered = [request for request in requests if request.key in found]
        growth.take_in(answered, [found[request.key] for request in answered])
        for request in requests:
            if request.key not in found:
                missing.setdefault(request.prompt.label, []).append(request)
    return _sum_up(growth, known, missing, library.config.generation.answers_per_request)


def _sum_up(
    growth: Growth, known: Sequence[Request], missing: Mapping[str, Sequence[Request]], answers: int
) -> Replay:
    tallies, firsts = growth.tallies, {request.prompt.label: request.key for request in reversed(known)}
    lanes = [_open_lane(firsts[label], tallies[label], some, answers) for label, some in missing.items()]
    return Replay(
        wanted=sum(tally.wanted for tally in tallies.values()),
        requests=tuple(known),
        lanes=tuple(lanes),
        judged=sum(tally.candidates for tally in tallies.values()),
        accepted=sum(tally.accepted for tally in tallies.values()),
    )


def _open_lane(first: str, tally: Tally, missing: Sequence[Request], answers: int) -> Lane:
    # What this round lacks is asked in any case: the rounds after it see its answers.
    return Lane(
        first=first,
        answered=tally.requests,
        expected=max(len(missing), tally.requests_needed(answers)),
        most=max(len(missing), tally.requests_left(answers)),
        prompt_bytes=fmean(prompt_size(canonical(request.prompt)) for request in missing),
        prompt_bound=fmean(bound_prompt_tokens(request) for request in missing),
    )
