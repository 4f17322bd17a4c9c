"""What is on record of a generated row from its birth."""

from __future__ import annotations

from seedwise.arms import Arm
from seedwise.records import Candidate, Draw, Request


def start_candidate(request: Request, arm: Arm, draw: Draw, number: int) -> Candidate:
    """Fill in what the request tells of a candidate; ``number`` counts those of its class."""
    prompt = request.prompt
    return Candidate(
        id=f"syn-{arm}-d{draw.index}-{prompt.label}-{number}",
        text="",
        label=prompt.label,
        arm=arm,
        draw=draw.index,
        prompt_id=prompt.id,
        request_key=request.key,
        choice=0,
        template=prompt.template,
        model=request.model,
        hints=prompt.hints,
        exemplars=prompt.exemplars,
        avoid=prompt.avoid,
        attributes=prompt.attributes,
        source=prompt.source,
    )
