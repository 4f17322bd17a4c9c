"""What is on record of a generated row from its birth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seedwise.arms import Arm
from seedwise.records import Candidate, Choice, Draw, Request, Response
from seedwise.screen import parse


@dataclass(frozen=True, slots=True)
class Answer:
    """One text of a response: the ``choice`` that holds it, its number, and its share of the cost in dollars.

    ``text`` is empty where parsing left nothing: that was paid for, too, and needs a reason.
    """

    text: str
    choice: Choice
    number: int
    cost: float | None


def read_answers(request: Request, response: Response, topic: str) -> Sequence[Answer]:
    """Take every text out of a response, in order; they share its cost evenly."""
    texts = [
        (text, choice, number)
        for number, choice in enumerate(response.choices)
        for text in parse(choice.text, request.prompt.template, topic) or [""]
    ]
    return [Answer(*found, cost=_share(response.cost, len(texts))) for found in texts]


def start_candidate(request: Request, answer: Answer, arm: Arm, draw: Draw, number: int) -> Candidate:
    """Fill in what request and answer tell of a candidate; ``number`` counts those of its class."""
    prompt = request.prompt
    return Candidate(
        id=f"syn-{arm}-d{draw.index}-{prompt.label}-{number}",
        text=answer.text,
        label=prompt.label,
        arm=arm,
        draw=draw.index,
        prompt_id=prompt.id,
        request_key=request.key,
        choice=answer.number,
        template=prompt.template,
        model=request.model,
        hints=prompt.hints,
        exemplars=prompt.exemplars,
        avoid=prompt.avoid,
        attributes=prompt.attributes,
        source=prompt.source,
        cost=answer.cost,
    )


def _share(cost: float | None, texts: int) -> float | None:
    return None if cost is None else cost / texts
