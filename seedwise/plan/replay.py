"""Growing an arm from the journal alone, as far as that goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig
from seedwise.generate import Identity, make_request
from seedwise.generate.needs import bound_prompt_tokens
from seedwise.grow import Growth
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
    """What one class of an arm and draw would still ask; only classes that lack responses have one.

    A class that is grown in several rounds has one for the requests that are known, and one for what comes
    after them, which no other arm or draw shares.

    Attributes
    ----------
    first : str
        Key of its first request, or a name: lanes with the same one ask the same all along.
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

    ``requests`` are all that are known by now: of each class those of the waves that the journal answers,
    and of the first one in which a response is missing. What later waves ask depends on the answers.
    ``judged`` and ``accepted`` count candidates.
    """

    wanted: int
    requests: tuple[Request, ...]
    lanes: tuple[Lane, ...]
    judged: int
    accepted: int


def replay(arm: Arm, draw: Draw, dataset: Dataset, guides: Guides, library: Library) -> Replay:
    """Go through an arm's first round; a class stands still from where it lacks a response.

    What later rounds ask depends on what a coach learns from the rows of the first: they are reckoned at
    its acceptance, and taken to be new.
    """
    growth = Growth(arm, draw, dataset, guides, library.config)
    known: list[Request] = []
    missing: dict[str, list[Request]] = {}
    while requests := [r for r in growth.plan_wave(library) if r.prompt.label not in missing]:
        known += requests
        found = library.find(requests)
        answered = [request for request in requests if request.key in found]
        growth.take_in(answered, [found[request.key] for request in answered])
        for request in requests:
            if request.key not in found:
                missing.setdefault(request.prompt.label, []).append(request)
    return _sum_up(growth, known, missing, library)


def _sum_up(
    growth: Growth, known: Sequence[Request], missing: Mapping[str, Sequence[Request]], library: Library
) -> Replay:
    tallies = growth.tallies
    return Replay(
        wanted=sum(growth.asked.values()),
        requests=tuple(known),
        lanes=tuple(_open_lanes(growth, missing, library)),
        judged=sum(tally.candidates for tally in tallies.values()),
        accepted=sum(tally.accepted for tally in tallies.values()),
    )


def _open_lanes(growth: Growth, missing: Mapping[str, Sequence[Request]], library: Library) -> Iterator[Lane]:
    for label, tally in growth.tallies.items():
        ahead, lacking = growth.look_ahead(label), missing.get(label, ())
        if not lacking and not ahead.most:
            continue
        lane = _open_lane(lacking or [growth.plan_request(label, tally.requests, library)])
        # What this wave lacks is asked in any case: the waves after it see its answers.
        expected, most = max(len(lacking), ahead.expected), max(len(lacking), ahead.most)
        first = growth.plan_request(label, 0, library).key
        if growth.rounds == 1:
            yield replace(lane, first=first, answered=tally.requests, expected=expected, most=most)
        else:
            known = len(lacking)
            yield replace(lane, first=first, answered=tally.requests, expected=known, most=known)
            yield replace(lane, first=f"{growth.name}, {label}", expected=expected - known, most=most - known)


def _open_lane(shown: Sequence[Request]) -> Lane:
    """Start a lane that asks nothing yet, with prompts like those shown."""
    return Lane(
        first="",
        answered=0,
        expected=0,
        most=0,
        prompt_bytes=fmean(prompt_size(canonical(request.prompt)) for request in shown),
        prompt_bound=fmean(bound_prompt_tokens(request) for request in shown),
    )
