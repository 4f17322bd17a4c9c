"""bespokelabs-curator's side: ``curator.LLM`` online, with its cache in a fresh folder."""

from __future__ import annotations

from collections.abc import Mapping

from bespokelabs import curator
from side import MAX_TOKENS, MODEL, RETRIES, Task, run_side

_UNLIMITED = 100_000_000
"""Curator asks for rates a minute, and takes 200 requests where a server names none: as good as none."""


class Writer(curator.LLM):
    """Sends the prompt as it is, and keeps it beside the answer."""

    def prompt(self, row: dict[str, str]) -> str:
        return row["prompt"]

    def parse(self, row: dict[str, str], answer: str) -> dict[str, str]:
        return {"prompt": row["prompt"], "answer": answer}


def generate(task: Task) -> Mapping[str, str]:
    writer = Writer(
        model_name=f"openai/{MODEL}",
        backend="litellm" if task.scenario == "concurrency" else "openai",
        generation_params={"max_tokens": MAX_TOKENS},
        backend_params={
            "base_url": task.base_url,
            "api_key": "bench",
            "max_concurrent_requests": task.concurrency,
            "max_requests_per_minute": _UNLIMITED,
            "max_tokens_per_minute": _UNLIMITED,
            "max_retries": RETRIES,
            "require_all_responses": False,
        },
    )
    response = writer([{"prompt": text} for text in task.prompts], working_dir=str(task.scratch))
    return {row["prompt"]: row["answer"] for row in response.dataset}


if __name__ == "__main__":
    run_side(generate)
