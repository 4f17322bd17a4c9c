"""What one request uses: tokens, money, time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from seedwise.config import ExperimentConfig, RunConfig
from seedwise.generate.models import concurrency_of
from seedwise.generate.needs import Tariff
from seedwise.journal import History
from seedwise.plan.records import Amount
from seedwise.plan.replay import Lane
from seedwise.records import Draw

LEAST_HISTORY = 20
"""Counted responses of a model from which on its own rates are taken instead of a rule of thumb."""

BYTES_A_TOKEN = 4
"""The rule of thumb for English text, where the model's own rate is not known."""

_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Rates:
    """What the requests of an experiment use.

    Attributes
    ----------
    prompt_rate : float
        Tokens expected a byte of prompt.
    answer_tokens : float
        Tokens expected an answer.
    answers, most_answer_tokens : int
        Answers a request, and tokens that one may have.
    tariff : Tariff
        What tokens cost.
    seconds : float or None
        Wall time expected of a request; None where it is not known.
    concurrency : int
        Requests under way at once.
    requests_per_minute, tokens_per_minute : int
        Limits of the user's own; 0 sets none.
    """

    prompt_rate: float
    answer_tokens: float
    answers: int
    most_answer_tokens: int
    tariff: Tariff
    seconds: float | None
    concurrency: int
    requests_per_minute: int
    tokens_per_minute: int

    def prompt_tokens(self, lane: Lane, new: Amount) -> Amount:
        """Count the tokens of a lane's new prompts; at most those that they count with against a cap."""
        return Amount(new.expected * lane.prompt_bytes * self.prompt_rate, new.most * lane.prompt_bound)

    def completion_tokens(self, new: Amount) -> Amount:
        """Count the tokens of new requests' answers; at most as many as they may have."""
        expected = new.expected * self.answers * self.answer_tokens
        return Amount(expected, new.most * self.answers * self.most_answer_tokens)

    def price(self, prompt: Amount, completion: Amount) -> Amount | None:
        """Price tokens in US dollars; None where no price is known."""
        unit, more = self.tariff.cost_of(1, 0), self.tariff.cost_of(0, 1)
        if unit is None or more is None:
            return None
        expected = prompt.expected * unit + completion.expected * more
        return Amount(expected, prompt.most * unit + completion.most * more)

    def time(self, requests: Amount, tokens: Amount) -> Amount | None:
        """Tell the wall time of one growth's requests; None where nothing is known of the model's pace."""
        if self.seconds is None:
            return None
        expected = self._time(requests.expected, tokens.expected)
        return Amount(expected, self._time(requests.most, tokens.most))

    def _time(self, requests: float, tokens: float) -> float:
        waits = [math.ceil(requests / self.concurrency) * (self.seconds or 0.0)]
        if self.requests_per_minute:
            waits.append(requests * _MINUTE / self.requests_per_minute)
        if self.tokens_per_minute:
            waits.append(tokens * _MINUTE / self.tokens_per_minute)
        return max(waits)


def find_rates(
    config: ExperimentConfig, run: RunConfig, draws: Sequence[Draw], history: History, tariff: Tariff
) -> Rates:
    """Take the model's own rates where enough of its responses are kept, else rules of thumb."""
    generation = config.generation
    is_known = history.counted >= LEAST_HISTORY
    rule = _seed_bytes(draws) / BYTES_A_TOKEN
    return Rates(
        prompt_rate=history.prompt_rate if is_known else 1 / BYTES_A_TOKEN,
        answer_tokens=min(generation.max_tokens, history.answer_tokens if is_known else rule),
        answers=generation.answers_per_request,
        most_answer_tokens=generation.max_tokens,
        tariff=tariff,
        seconds=history.seconds if history.responses and not run.batch else None,
        concurrency=concurrency_of(generation, run),
        requests_per_minute=run.requests_per_minute,
        tokens_per_minute=run.tokens_per_minute,
    )


def _seed_bytes(draws: Sequence[Draw]) -> float:
    sizes = [len(text.encode("utf-8", "surrogatepass")) for draw in draws for text in draw.seeds.texts]
    return fmean(sizes) if sizes else 0.0
