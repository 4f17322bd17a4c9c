"""A local OpenAI-shaped server with a known latency, a hidden limit and a count of what it was asked.

It answers chat completions whose prompt holds a mark such as ``[row 17]``; anything else (a client's test
call) is answered at once, outside of the limits, and counted as a probe. The latency of a row is drawn
uniformly from its range by a generator seeded with the row: every client waits the same total, in
whatever order it asks, and a row that is asked again waits the same again. A refusal (429) comes at once.

One process, one asyncio protocol, no framework: it shares the machine with the client that is measured.
It reads only what it needs (the mark and ``n``), and holds one request a connection, as HTTP/1.1 clients
without pipelining send them.

Run by itself as ``python benchmarks/slow_server.py --concurrency 50``; ``GET /stats`` tells the counts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

MODEL = "bench"

_MARK = re.compile(rb"\[row (\d+)\]")
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
_ANSWERS = re.compile(rb'"n":\s*(\d+)')
_CLOSE = re.compile(rb"\r\nconnection:\s*close", re.IGNORECASE)
_TEXT = "so glad that the rain held off until we were all home, what a day with the best people"
_BACKLOG = 1024
_MOST_LATE = 10.0


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the server does to its clients.

    Attributes
    ----------
    low, high : float
        Bounds of the latency in seconds; both 0 answers at once.
    concurrency : int
        Requests under way beyond which a further one is refused; 0: no such limit.
    per_minute, burst : int
        Rate and depth of the token bucket that requests draw from, full at the start; 0: no such limit.
    retry_after : int
        Seconds in a refusal's Retry-After header; 0: no header.
    """

    low: float = 0.2
    high: float = 0.4
    concurrency: int = 0
    per_minute: int = 0
    burst: int = 20
    retry_after: int = 0

    def latency(self, row: int) -> float:
        """Draw the latency of a row, in seconds."""
        return self.low if self.low == self.high else random.Random(row).uniform(self.low, self.high)


@dataclass(slots=True)
class Stats:
    """What the server saw of marked requests; times are those of the system-wide monotonic clock.

    ``abandoned`` counts requests whose client hung up before the answer; ``answered_twice`` the rows that
    a client paid for more than once; ``cpu`` the server's own processor seconds.
    """

    received: int = 0
    answered: int = 0
    refused: int = 0
    abandoned: int = 0
    probes: int = 0
    most_under_way: int = 0
    distinct: int = 0
    answered_twice: int = 0
    first: float = 0.0
    last: float = 0.0
    cpu: float = 0.0


# --------------------------------------------------------------------------- limits


class Limit(Protocol):
    """Decides whether one more request may pass."""

    def admits(self, under_way: int) -> bool:
        """Tell, and note that it has passed where it has."""


@dataclass(frozen=True, slots=True)
class ConcurrencyLimit:
    """Refuses while ``most`` requests are under way."""

    most: int

    def admits(self, under_way: int) -> bool:
        return under_way < self.most


@dataclass(slots=True)
class TokenBucket:
    """Refuses while the bucket is empty; it fills by ``rate`` tokens a second, up to ``burst``."""

    rate: float
    burst: int
    tokens: float = field(init=False)
    updated: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens, self.updated = float(self.burst), time.monotonic()

    def admits(self, under_way: int) -> bool:
        now = time.monotonic()
        self.tokens = min(self.burst, self.tokens + (now - self.updated) * self.rate)
        self.updated = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


def limits_of(behaviour: Behaviour) -> list[Limit]:
    limits: list[Limit] = []
    if behaviour.concurrency:
        limits.append(ConcurrencyLimit(behaviour.concurrency))
    if behaviour.per_minute:
        limits.append(TokenBucket(behaviour.per_minute / 60, behaviour.burst))
    return limits


# --------------------------------------------------------------------------- answers


def render(status: str, body: bytes, headers: str = "") -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def render_completion(row: int, answers: int) -> bytes:
    choices = [
        {"index": i, "message": {"role": "assistant", "content": f"{_TEXT} {row}"}, "finish_reason": "stop"}
        for i in range(answers)
    ]
    usage = {"prompt_tokens": 120, "completion_tokens": 20 * answers, "total_tokens": 120 + 20 * answers}
    head = {"id": f"chatcmpl-{row}", "object": "chat.completion", "created": 1_700_000_000, "model": MODEL}
    return render("200 OK", json.dumps({**head, "choices": choices, "usage": usage}).encode())


def render_refusal(retry_after: int) -> bytes:
    error = {"message": "Rate limit reached", "type": "rate_limit_error", "code": "rate_limit_exceeded"}
    headers = f"Retry-After: {retry_after}\r\n" if retry_after else ""
    return render("429 Too Many Requests", json.dumps({"error": error}).encode(), headers)


MODELS = render("200 OK", json.dumps({"object": "list", "data": [{"id": MODEL, "object": "model"}]}).encode())
NOT_FOUND = render("404 Not Found", b'{"error": {"message": "no such path"}}')


# --------------------------------------------------------------------------- the server


class Desk:
    """Admits, delays, answers and counts the requests of all connections."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour, self._limits = behaviour, limits_of(behaviour)
        self.refusal = render_refusal(behaviour.retry_after)
        self._answered: Counter[int] = Counter()
        self._under_way = 0
        self.stats = Stats()

    def admit(self) -> bool:
        """Count a request, and tell whether it may pass; one that passes is under way."""
        self.stats.received += 1
        self.stats.first = self.stats.first or time.monotonic()
        if not all(limit.admits(self._under_way) for limit in self._limits):
            self.stats.refused += 1
            return False
        self._under_way += 1
        self.stats.most_under_way = max(self.stats.most_under_way, self._under_way)
        return True

    def finish(self, row: int) -> None:
        """Count an answer that goes out now."""
        self._under_way -= 1
        self._answered[row] += 1
        self.stats.answered += 1
        self.stats.last = time.monotonic()

    def abandon(self) -> None:
        """Count a request whose client has hung up."""
        self._under_way -= 1
        self.stats.abandoned += 1

    def latency(self, row: int) -> float:
        return self._behaviour.latency(row)

    def report(self) -> bytes:
        """Render the counts as the answer to ``GET /stats``."""
        self.stats.distinct = len(self._answered)
        self.stats.answered_twice = sum(count > 1 for count in self._answered.values())
        self.stats.cpu = time.process_time()
        return render("200 OK", json.dumps(asdict(self.stats)).encode())


class Connection(asyncio.Protocol):
    """One client's connection."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._buffer = bytearray()
        self._waiting: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
            self._desk.abandon()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._buffer, 0, end)
        whole = end + 4 + (int(length[1]) if length else 0)
        if len(self._buffer) >= whole:
            request = bytes(self._buffer[:whole])
            del self._buffer[:whole]
            self._serve(request)

    def _serve(self, request: bytes) -> None:
        if request.startswith(b"POST /v1/chat/completions "):
            self._complete(request)
        elif request.startswith(b"GET /v1/models"):
            self._send(MODELS)
        elif request.startswith(b"GET /stats "):
            self._send(self._desk.report())
        else:
            self._send(NOT_FOUND)

    def _complete(self, request: bytes) -> None:
        answers = _ANSWERS.search(request)
        count = int(answers[1]) if answers else 1
        mark = _MARK.search(request)
        if mark is None:
            self._desk.stats.probes += 1
            self._send(render_completion(0, count))
        elif not self._desk.admit():
            self._send(self._desk.refusal)
        else:
            row = int(mark[1])
            latency = self._desk.latency(row)
            closes = _CLOSE.search(request) is not None
            self._waiting = self._loop.call_later(latency, self._answer, row, count, closes)

    def _answer(self, row: int, count: int, closes: bool) -> None:
        self._waiting = None
        self._desk.finish(row)
        self._send(render_completion(row, count))
        if closes:
            self._transport.close()

    def _send(self, answer: bytes) -> None:
        self._transport.write(answer)


async def serve(behaviour: Behaviour, port: int = 0) -> None:
    """Serve on the loopback until cancelled; the first line printed is the base URL."""
    desk = Desk(behaviour)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(desk), "127.0.0.1", port, backlog=_BACKLOG)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


# --------------------------------------------------------------------------- its life, from outside


@dataclass(frozen=True, slots=True)
class Served:
    """A running server, as its users see it."""

    address: str

    @property
    def base_url(self) -> str:
        """What an OpenAI client takes as its base URL."""
        return f"{self.address}/v1"

    def stats(self) -> Stats:
        """Fetch the counts."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.address}/stats", timeout=_MOST_LATE) as answer:
            return Stats(**json.load(answer))


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[Served]:
    """Run a server in a process of its own."""
    command = [sys.executable, __file__, *to_flags(behaviour)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Served(process.stdout.readline().strip())
        finally:
            process.terminate()


def to_flags(behaviour: Behaviour) -> list[str]:
    """Write a behaviour as this file's command-line flags."""
    return [f"--{name.replace('_', '-')}={value}" for name, value in asdict(behaviour).items()]


def main() -> None:
    """Serve until interrupted."""
    args = parse_arguments()
    try:
        asyncio.run(serve(Behaviour(**{k: v for k, v in vars(args).items() if k != "port"}), args.port))
    except KeyboardInterrupt:
        return


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = Behaviour()
    parser.add_argument("--port", type=int, default=0, help="port on the loopback; 0 takes a free one")
    parser.add_argument("--low", type=float, default=default.low, help="least latency, seconds")
    parser.add_argument("--high", type=float, default=default.high, help="greatest latency, seconds")
    parser.add_argument("--concurrency", type=int, default=0, help="most requests under way; 0: no limit")
    parser.add_argument("--per-minute", type=int, default=0, help="requests a minute; 0: no limit")
    parser.add_argument("--burst", type=int, default=default.burst, help="depth of the token bucket")
    parser.add_argument("--retry-after", type=int, default=0, help="Retry-After of a 429, seconds; 0: none")
    return parser.parse_args()


if __name__ == "__main__":
    main()
