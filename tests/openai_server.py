"""A local server that speaks OpenAI's language, misbehaves on request, and counts what it was asked."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]
Behaviour = Callable[["Exchange"], None]


@dataclass(frozen=True)
class Asked:
    """One request as the server received it."""

    path: str
    body: Body
    authorization: str

    @property
    def content(self) -> str:
        """The raw prompt, or the last message."""
        return str(self.body.get("prompt") or self.body["messages"][-1]["content"])


class Exchange:
    """One request under way, and the means to answer it well or badly."""

    def __init__(self, handler: BaseHTTPRequestHandler, asked: Asked, released: threading.Event) -> None:
        self.handler, self.asked, self.released = handler, asked, released

    def send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        """Send a whole answer."""
        self.start(status, len(body), headers)
        self.handler.wfile.write(body)

    def send_json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        """Send a whole answer as JSON."""
        self.send(status, json.dumps(body).encode(), headers)

    def start(self, status: int, length: int, headers: dict[str, str] | None = None) -> None:
        """Send the head of an answer."""
        self.handler.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.handler.send_header(name, value)
        self.handler.send_header("Content-Length", str(length))
        self.handler.end_headers()

    def reset(self) -> None:
        """Break the connection the hard way."""
        self.handler.wfile.flush()
        self.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.handler.connection.close()
        self.handler.close_connection = True


@dataclass
class OpenAIServer:
    """Serves `default` behaviour once the `script` is used up; see `serving` for its life.

    Attributes
    ----------
    asked : list of Asked
        Every request received, in order of arrival.
    script : deque of behaviours
        Used up from the left, a behaviour a request.
    latency : float
        Seconds before each answer.
    most_at_once : int
        The greatest number of requests that were under way together.
    """

    default: Behaviour = field(default_factory=lambda: ok)
    latency: float = 0.0
    script: deque[Behaviour] = field(default_factory=deque)
    asked: list[Asked] = field(default_factory=list)
    most_at_once: int = 0
    url: str = ""
    released: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    at_once: int = 0

    def __enter__(self) -> OpenAIServer:
        self._http = _Listener(("127.0.0.1", 0), _make_handler(self))
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def counts(self) -> Counter[str]:
        """How often each content was asked for."""
        return Counter(asked.content for asked in self.asked)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Note a request, then behave as scripted."""
        length = int(handler.headers.get("Content-Length", 0))
        body = json.loads(handler.rfile.read(length))
        asked = Asked(handler.path, body, handler.headers.get("Authorization", ""))
        with self.lock:
            self.asked.append(asked)
            behave = self.script.popleft() if self.script else self.default
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(self.latency)
        with self.lock:
            self.at_once -= 1
        behave(Exchange(handler, asked, self.released))


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that is killed or gives up breaks its connection: that is what tests are for."""


def _make_handler(server: OpenAIServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self) -> None:
            server.answer(self)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    return Handler


# --------------------------------------------------------------------------- good answers


def text_of(content: str, seed: int) -> str:
    """The text with which the server answers a prompt under a seed."""
    return f"text {seed} for {content[-40:].strip()}"


def completion(asked: Asked, **changes: Any) -> Body:
    """The well-formed answer to a request, each choice changed as told."""
    is_chat = "messages" in asked.body
    seed = asked.body.get("seed") or 0
    choices = []
    for index in range(asked.body.get("n") or 1):
        text = text_of(asked.content, seed + index)
        said = {"message": {"role": "assistant", "content": text}} if is_chat else {"text": text}
        choices.append({"index": index, "finish_reason": "stop", **said, **changes})
    return {
        "id": "answer-1",
        "object": "chat.completion" if is_chat else "text_completion",
        "created": 1_700_000_000,
        "model": asked.body["model"],
        "choices": choices,
        "usage": {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18},
    }


def ok(exchange: Exchange) -> None:
    """Answer well."""
    exchange.send_json(200, completion(exchange.asked))


def finish(reason: str) -> Behaviour:
    """Answer with another finish reason."""
    return lambda e: e.send_json(200, completion(e.asked, finish_reason=reason))


def only_one_choice(exchange: Exchange) -> None:
    """Ignore ``n``."""
    body = completion(exchange.asked)
    exchange.send_json(200, {**body, "choices": body["choices"][:1]})


# --------------------------------------------------------------------------- bad answers


def status(code: int, message: str = "something went wrong", **headers: str) -> Behaviour:
    """Answer with an error; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda e: e.send_json(code, {"error": {"message": message, "code": str(code)}}, named)


def rate_limited(retry_after: str = "") -> Behaviour:
    """Answer 429, with Retry-After where one is given."""
    headers = {"Retry_After": retry_after} if retry_after else {}
    return status(429, "slow down", **headers)


def hang(exchange: Exchange) -> None:
    """Say nothing until the server closes."""
    exchange.released.wait()


def drip(exchange: Exchange) -> None:
    """Send a byte now and then, for ever."""
    exchange.start(200, 100_000)
    while not exchange.released.wait(0.05):
        exchange.handler.wfile.write(b" ")
        exchange.handler.wfile.flush()


def reset_mid_body(exchange: Exchange) -> None:
    """Break the connection after half of the body."""
    body = json.dumps(completion(exchange.asked)).encode()
    exchange.start(200, len(body))
    exchange.handler.wfile.write(body[: len(body) // 2])
    exchange.reset()


def truncated_json(exchange: Exchange) -> None:
    """Send half of the JSON as if it were whole."""
    body = json.dumps(completion(exchange.asked)).encode()
    exchange.send(200, body[: len(body) // 2])


def not_json(exchange: Exchange) -> None:
    """Send a page, as a proxy in the way would."""
    exchange.send(200, b"<html>Welcome</html>", {"Content-Type": "text/html"})


def not_utf8(exchange: Exchange) -> None:
    """Send bytes that are no text."""
    exchange.send(200, b'{"choices": "\xff\xfe')


def no_choices(exchange: Exchange) -> None:
    """Answer with an empty list of choices."""
    exchange.send_json(200, {**completion(exchange.asked), "choices": []})


def null_content(exchange: Exchange) -> None:
    """Answer with choices whose content is null."""
    is_chat = "messages" in exchange.asked.body
    said: Body = {"message": {"role": "assistant", "content": None}} if is_chat else {"text": None}
    exchange.send_json(200, completion(exchange.asked, **said))
