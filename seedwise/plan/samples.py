"""Prompts of each arm, to be looked at before they are paid for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig
from seedwise.grow import style_of
from seedwise.options import of_arm
from seedwise.prompt import make_strategy
from seedwise.records import Draw, Guides, Prompt

_PROMPTS_AN_ARM = 3


def sample_prompts(
    labels: tuple[str, ...], draw: Draw, guides: Mapping[Arm, Guides], config: ExperimentConfig
) -> Iterator[Prompt]:
    """Render three prompts of each arm that an LLM writes, of different classes where there are so many."""
    for arm in config.evaluate.grown:
        prompt = of_arm(config, arm).prompt
        strategy = make_strategy(arm, draw, guides[arm], prompt, style_of(prompt), config.seeds.root_seed)
        for number in range(_PROMPTS_AN_ARM):
            index, place = divmod(number, len(labels))
            yield strategy.render(labels[place], index)
