"""A worker in a process of its own: asks a server for answers within the bound that all workers share.

It begins once it is sent a line, so that several begin together, however long they take to load, and ends
early where it is interrupted.
"""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from pathlib import Path

from seedwise.arms import Arm
from seedwise.config import GenerationConfig, RunConfig
from seedwise.generate import open_engine
from seedwise.records import Message, Prompt
from tasks.limits import find_lender


def main(url: str, folder: Path, name: str, limit: str, requests: int) -> None:
    print("ready", flush=True)  # noqa: T201
    input()
    generation = GenerationConfig(llm="some-model", llm_base_url=url, answers_per_request=1)
    run = RunConfig(state_dir=folder, shared_limit=limit, concurrency=16)
    with open_engine(generation, run, lender=find_lender(generation, run)) as engine:
        prompts = [
            Prompt(f"{i}", Arm.NAIVE, "joy", "chat@1", (Message("user", f"{name} {i}"),))
            for i in range(requests)
        ]
        asked = [engine.make_request(prompt, root_seed=0) for prompt in prompts]
        with suppress(KeyboardInterrupt):
            engine.ask(asked)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the parent has set
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5]))
