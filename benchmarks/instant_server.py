"""A local OpenAI-shaped server that answers at once, with invented sentences.

The same request gets the same answers, whoever asks: they are drawn by a generator that is seeded with the
prompt and the request's own seed. Run by itself as ``python benchmarks/instant_server.py``; it prints its
address and serves until it is ended.
"""

from __future__ import annotations

import hashlib
import json
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

MODEL = "instant"

_SYLLABLES = ("ba", "co", "di", "fu", "ga", "he", "ji", "ko", "lu", "mi", "no", "pa", "ru", "sa", "te", "wo")
_WORDS = [a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in ("n", "r", "st")]


@contextmanager
def serving() -> Iterator[str]:
    """Serve in a process of its own; gives the base URL."""
    process = subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


async def answer(request: web.Request) -> web.Response:
    body = await request.json()
    prompt = json.dumps(body["messages"])
    texts = [invent(prompt, body.get("seed") or 0, number) for number in range(body.get("n") or 1)]
    choices = [
        {"index": i, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
        for i, text in enumerate(texts)
    ]
    usage = {"prompt_tokens": len(prompt) // 4, "completion_tokens": 12 * len(texts)}
    usage["total_tokens"] = sum(usage.values())
    return web.json_response(
        {"id": "x", "object": "chat.completion", "model": MODEL, "choices": choices, "usage": usage}
    )


def invent(prompt: str, seed: int, number: int) -> str:
    key = hashlib.sha256(f"{prompt}:{seed}:{number}".encode()).digest()
    source = random.Random(key)
    return " ".join(source.sample(_WORDS, source.randint(8, 18)))


def main() -> None:
    app = web.Application(client_max_size=2**26)
    app.router.add_post("/v1/chat/completions", answer)
    web.run_app(app, sock=listen(), print=None, access_log=None)


def listen() -> socket.socket:
    """Take a free port, and say which."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}/v1", flush=True)
    return listener


if __name__ == "__main__":
    main()
