"""distilabel's side: a pipeline of one ``TextGeneration`` step over ``OpenAILLM``."""

from __future__ import annotations

from collections.abc import Mapping

from distilabel.models import OpenAILLM
from distilabel.pipeline import Pipeline
from distilabel.steps import LoadDataFromDicts
from distilabel.steps.tasks import TextGeneration
from side import MAX_TOKENS, MODEL, RETRIES, Task, run_side


def generate(task: Task) -> Mapping[str, str]:
    with Pipeline(name="bench", cache_dir=task.scratch) as pipeline:
        load = LoadDataFromDicts(
            data=[{"instruction": text} for text in task.prompts], batch_size=task.concurrency
        )
        write = TextGeneration(llm=make_llm(task), input_batch_size=task.concurrency)
        load >> write
    rows = pipeline.run(use_cache=False)["default"]["train"]
    return {row["instruction"]: row["generation"] or "" for row in rows}


def make_llm(task: Task) -> OpenAILLM:
    return OpenAILLM(
        model=MODEL,
        base_url=task.base_url,
        api_key="bench",
        max_retries=RETRIES,
        generation_kwargs={"max_new_tokens": MAX_TOKENS},
    )


if __name__ == "__main__":
    run_side(generate)
