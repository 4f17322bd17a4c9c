"""Plain LiteLLM's side: ``batch_completion``, a thread a request.

``max_workers`` is the concurrency asked for (default 100). Under a hidden limit the retries back off
exponentially: by default they come at once, and three times.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import litellm
from side import MAX_TOKENS, MODEL, RETRIES, Task, run_side

litellm.suppress_debug_info = True


def generate(task: Task) -> Mapping[str, str]:
    patience = (
        {"num_retries": RETRIES, "retry_strategy": "exponential_backoff_retry"}
        if task.scenario != "free"
        else {}
    )
    answers = litellm.batch_completion(
        model=f"openai/{MODEL}",
        messages=[[{"role": "user", "content": text}] for text in task.prompts],
        max_tokens=MAX_TOKENS,
        max_workers=task.concurrency,
        api_base=task.base_url,
        api_key="bench",
        **patience,
    )
    report_failures(answers)
    return {
        text: answer.choices[0].message.content
        for text, answer in zip(task.prompts, answers, strict=True)
        if not isinstance(answer, Exception)
    }


def report_failures(answers: list[Any]) -> None:
    failures = [answer for answer in answers if isinstance(answer, Exception)]
    if failures:
        print(f"{len(failures)} failed; the first: {failures[0]}")


if __name__ == "__main__":
    run_side(generate)
