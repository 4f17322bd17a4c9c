"""What growing needs of others."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Protocol

from seedwise.progress import Progress, silent
from seedwise.records import Candidate, Confusion, Guides, Prompt, Request, Response, Traffic


class RequestMaker(Protocol):
    """What writing requests needs of the generation engine."""

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


@dataclass(frozen=True, slots=True)
class Advice:
    """What the prompts of the next round are written from.

    ``avoid`` is the least number of words that each of them asks to do without.
    """

    guides: Guides
    avoid: int = 0


@dataclass(frozen=True, slots=True)
class Review:
    """What a round comes to; see `seedwise.records.RoundNote` for all but ``advice``."""

    advice: Advice
    macro_f1: float | None = None
    gain: float | None = None
    detector_auc: float | None = None
    confused: tuple[Confusion, ...] = ()
    remark: str = ""


class Coach(Protocol):
    """Learns from the rows of a round what the next one should ask for."""

    def review(self, accepted: Sequence[Candidate], *, is_last: bool) -> Review:
        """Look at all rows kept so far; called once a round, in order, after the last one too."""
