"""Seedwise's side: its engine with its journal, as an experiment uses it."""

from __future__ import annotations

from collections.abc import Mapping

from side import MAX_TOKENS, MODEL, Task, run_side

from seedwise.arms import Arm
from seedwise.config import GenerationConfig, RunConfig
from seedwise.generate import open_engine
from seedwise.records import Message, Prompt


def generate(task: Task) -> Mapping[str, str]:
    generation = GenerationConfig(
        llm=f"openai/{MODEL}", llm_base_url=task.base_url, answers_per_request=1, max_tokens=MAX_TOKENS
    )
    run = RunConfig(state_dir=task.scratch, concurrency=task.concurrency, progress=False)
    with open_engine(generation, run) as engine:
        requests = [engine.make_request(make_prompt(row, text), 0) for row, text in enumerate(task.prompts)]
        responses = engine.ask(requests)
    return {text: response.choices[0].text for text, response in zip(task.prompts, responses, strict=True)}


def make_prompt(row: int, text: str) -> Prompt:
    return Prompt(f"naive/post/{row}", Arm.NAIVE, "post", "bench@1", messages=(Message("user", text),))


if __name__ == "__main__":
    run_side(generate)
