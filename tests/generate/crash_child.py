"""A run that tests kill: asks a server for many answers, through a client that is quick to load."""

from __future__ import annotations

import asyncio
import json
import sys
import urllib.request
from pathlib import Path

from engine_factory import chat, fake_engine

from seedwise.journal import Journal
from seedwise.llm import Reply
from seedwise.records import Choice, Request, Response

REQUESTS = 120
UNDER_WAY = 8


class PlainClient:
    """Speaks to the test server without LiteLLM, which takes seconds to import."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/chat/completions"

    async def complete(self, request: Request) -> Reply:
        raw = await asyncio.to_thread(self._post, request)
        texts = [choice["message"]["content"] for choice in json.loads(raw)["choices"]]
        choices = tuple(Choice(text, "stop") for text in texts)
        return Reply(Response(request.key, choices, 1, 1, cost=None, seconds=0.0), raw)

    async def aclose(self) -> None:
        """Nothing is held open."""

    def _post(self, request: Request) -> bytes:
        messages = [{"role": "user", "content": request.prompt.messages[-1].content}]
        body = {"model": "m", "messages": messages, "n": request.sampling.n, "seed": request.sampling.seed}
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self._url, json.dumps(body).encode()) as answer:
            return bytes(answer.read())


def ask_all(url: str, folder: Path, progress=lambda *_: None) -> list[tuple[Request, Response]]:
    with (
        Journal(f"sqlite:///{folder / 'journal.db'}") as journal,
        fake_engine(PlainClient(url), journal, concurrency=UNDER_WAY) as engine,
    ):
        requests = [engine.make_request(chat(f"Write {i}!"), root_seed=0) for i in range(REQUESTS)]
        return list(zip(requests, engine.ask(requests, progress), strict=True))


def main(url: str, folder: Path) -> None:
    ask_all(url, folder, lambda done, total, note="": print(done, flush=True))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
