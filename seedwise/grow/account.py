"""What was paid for, and what came of it, as records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seedwise.grow.ports import Review
from seedwise.records import Response, RoundNote


@dataclass(frozen=True, slots=True)
class Bill:
    """What responses took when they were first paid for; ``cost`` is None where one has no known price."""

    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    seconds: float
    reused: int


def add_up(responses: Sequence[Response]) -> Bill:
    """Add up responses."""
    known = [response.cost for response in responses if response.cost is not None]
    return Bill(
        prompt_tokens=sum(response.prompt_tokens for response in responses),
        completion_tokens=sum(response.completion_tokens for response in responses),
        cost=sum(known) if len(known) == len(responses) else None,
        seconds=sum(response.seconds for response in responses),
        reused=sum(response.reused for response in responses),
    )


def note_round(number: int, rows: int, responses: Sequence[Response], review: Review) -> RoundNote:
    """Note what a round brought in, what it took and what was learnt from it."""
    bill = add_up(responses)
    return RoundNote(
        round=number,
        rows=rows,
        requests=len(responses),
        prompt_tokens=bill.prompt_tokens,
        completion_tokens=bill.completion_tokens,
        cost=bill.cost,
        macro_f1=review.macro_f1,
        gain=review.gain,
        detector_auc=review.detector_auc,
        confused=review.confused,
        remark=review.remark,
    )
