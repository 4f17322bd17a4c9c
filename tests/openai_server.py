"""A local server that speaks OpenAI's language, misbehaves on request, and counts what it was asked."""

from __future__ import annotations

import json
import math
import socket
import struct
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]
Behaviour = Callable[["Exchange"], None]


@dataclass(frozen=True)
class Asked:
    """One request as the server received it."""

    path: str
    body: Body
    headers: Message

    @property
    def authorization(self) -> str:
        """The header that holds the key; empty without one."""
        return str(self.headers.get("Authorization", ""))

    @property
    def content(self) -> str:
        """The raw prompt, or the last message."""
        return str(self.body.get("prompt") or self.body["messages"][-1]["content"])


class Exchange:
    """One request under way, and the means to answer it well or badly."""

    def __init__(self, handler: BaseHTTPRequestHandler, asked: Asked, server: OpenAIServer) -> None:
        self.handler, self.asked, self.server = handler, asked, server

    @property
    def released(self) -> threading.Event:
        """Set when the server closes, so that no behaviour outlasts it."""
        return self.server.released

    def send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        """Send a whole answer, and count it as sent where it is a good one."""
        self.start(status, len(body), headers)
        counts = int(status == 200)
        # Counted first: whoever has read the answer finds it counted.
        self.server.count_sent(self.asked.content, counts)
        try:
            self.handler.wfile.write(body)
            self.handler.wfile.flush()
        except OSError:
            self.server.count_sent(self.asked.content, -counts)
            raise

    def send_json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        """Send a whole answer as JSON."""
        self.send(status, json.dumps(body).encode(), headers)

    def start(self, status: int, length: int | None, headers: dict[str, str] | None = None) -> None:
        """Send the head of an answer."""
        self.handler.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.handler.send_header(name, value)
        if length is not None:
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
    """Serves `default` behaviour once the `script` is used up; see `conftest.openai_server` for its life.

    Attributes
    ----------
    latency : float
        Seconds before each answer.
    script : deque of behaviours
        Used up from the left, a behaviour a request.
    most_allowed : int
        Requests that may be under way together; one too many is answered 429 at once. 0: any number.
    per_window, window : int, float
        Requests that are let in within so many seconds; one too many is answered 429 at once. 0: any.
    tells_when : bool
        Whether such a 429 says in Retry-After when to come back (whole seconds, rounded up).
    asked : list of Asked
        Every request received, in order of arrival, those that were answered 429 for a limit included.
    refused : int
        Requests that were answered 429 for a limit; they use up no script.
    sent : Counter
        How often an answer to each content was sent whole, with status 200.
    most_at_once : int
        The greatest number of requests that were under way together, each until its answer began.
    """

    default: Behaviour = field(default_factory=lambda: ok)
    latency: float = 0.0
    script: deque[Behaviour] = field(default_factory=deque)
    most_allowed: int = 0
    per_window: int = 0
    window: float = 60.0
    tells_when: bool = False
    asked: list[Asked] = field(default_factory=list)
    refused: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    most_at_once: int = 0
    url: str = ""
    released: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    at_once: int = 0
    let_in: deque[float] = field(default_factory=deque)

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

    def count_sent(self, content: str, change: int) -> None:
        """Count an answer that is sent whole, or take back that it was."""
        with self.lock:
            self.sent.update({content: change} if change else {})

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Note a request, then behave as scripted."""
        length = int(handler.headers.get("Content-Length", 0))
        body = json.loads(handler.rfile.read(length))
        asked = Asked(handler.path, body, handler.headers)
        with self.lock:
            self.asked.append(asked)
            behave = self._refuse() or self._let_in()
        behave(Exchange(handler, asked, self))

    def _refuse(self) -> Behaviour | None:
        """Find out whether a limit stands against one more request now; call with the lock held."""
        now = time.monotonic()
        while self.let_in and self.let_in[0] <= now - self.window:
            self.let_in.popleft()
        if self.per_window and len(self.let_in) >= self.per_window:
            wait = self.let_in[0] + self.window - now
        elif self.most_allowed and self.at_once >= self.most_allowed:
            wait = self.latency
        else:
            return None
        self.refused += 1
        return rate_limited(str(max(1, math.ceil(wait))) if self.tells_when else "")

    def _let_in(self) -> Behaviour:
        """Count a request as under way until its answer begins; call with the lock held."""
        behave = self.script.popleft() if self.script else self.default
        self.let_in.append(time.monotonic())
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)

        def wait_then_behave(exchange: Exchange) -> None:
            time.sleep(self.latency)
            with self.lock:
                self.at_once -= 1
            behave(exchange)

        return wait_then_behave


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


def same_text(text: str = "always the same words") -> Behaviour:
    """Write the same text in every choice, whatever was asked."""

    def behave(exchange: Exchange) -> None:
        is_chat = "messages" in exchange.asked.body
        said: Body = {"message": {"role": "assistant", "content": text}} if is_chat else {"text": text}
        exchange.send_json(200, completion(exchange.asked, **said))

    return behave


def served_by(model: str) -> Behaviour:
    """Answer well, but as another model than the one that was asked for."""
    return lambda e: e.send_json(200, {**completion(e.asked), "model": model})


def usage(counted: Any) -> Behaviour:
    """Answer well, but with another ``usage``; None leaves it out."""

    def behave(exchange: Exchange) -> None:
        body = {**completion(exchange.asked), "usage": counted}
        exchange.send_json(200, {name: value for name, value in body.items() if value is not None})

    return behave


def refusal(exchange: Exchange) -> None:
    """Let the model refuse, in OpenAI's field for that."""
    said: Body = {"message": {"role": "assistant", "content": None, "refusal": "I cannot write that."}}
    exchange.send_json(200, completion(exchange.asked, **said))


def only_one_choice(exchange: Exchange) -> None:
    """Ignore ``n``."""
    body = completion(exchange.asked)
    exchange.send_json(200, {**body, "choices": body["choices"][:1]})


# --------------------------------------------------------------------------- bad answers


def serves_only(*models: str) -> Behaviour:
    """Answer well for some models, and 404 for any other."""

    def behave(exchange: Exchange) -> None:
        name = exchange.asked.body["model"]
        if name in models:
            ok(exchange)
        else:
            status(404, f"The model {name!r} does not exist")(exchange)

    return behave


def wants_key(key: str) -> Behaviour:
    """Answer well to those who show a key, and 401 to all others, repeating what they showed."""

    def behave(exchange: Exchange) -> None:
        shown = exchange.asked.authorization.removeprefix("Bearer ")
        if shown == key:
            ok(exchange)
        else:
            status(401, f"Incorrect API key provided: {shown}")(exchange)

    return behave


def filtered(exchange: Exchange) -> None:
    """Refuse the prompt as Azure's content filter does."""
    error = {
        "code": "content_filter",
        "message": "The response was filtered",
        "param": "prompt",
        "type": None,
    }
    exchange.send_json(400, {"error": error})


def against_policy(exchange: Exchange) -> None:
    """Refuse the prompt as OpenAI's safety system does."""
    error = {"code": "content_policy_violation", "message": "rejected", "type": "invalid_request_error"}
    exchange.send_json(400, {"error": error})


def out_of_quota(exchange: Exchange) -> None:
    """Answer 429 as OpenAI does once the money is spent, which no patience mends."""
    error = {"code": "insufficient_quota", "message": "You exceeded your current quota", "type": "x"}
    exchange.send_json(429, {"error": error})


def moved(place: str) -> Behaviour:
    """Answer with a redirect."""
    return status(308, "moved", Location=place)


def status(code: int, message: str = "something went wrong", **headers: str) -> Behaviour:
    """Answer with an error; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda e: e.send_json(code, {"error": {"message": message, "code": str(code)}}, named)


def rate_limited(retry_after: str = "") -> Behaviour:
    """Answer 429, with Retry-After where one is given."""
    headers = {"Retry_After": retry_after} if retry_after else {}
    return status(429, "slow down", **headers)


def burst(behaviour: Behaviour, times: int) -> list[Behaviour]:
    """Repeat a behaviour, to be put into a script."""
    return [behaviour] * times


def hang(exchange: Exchange) -> None:
    """Say nothing until the server closes."""
    exchange.released.wait()


def drip(exchange: Exchange) -> None:
    """Send a byte of an answer now and then, for ever."""
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


def hang_up(exchange: Exchange) -> None:
    """Break the connection without a word."""
    exchange.reset()


def oversized(exchange: Exchange, megabytes: int = 10) -> None:
    """Send an answer of many megabytes, saying so beforehand."""
    exchange.send_json(200, completion(exchange.asked, finish_reason="x" * (megabytes * 1024**2)))


def oversized_chunks(exchange: Exchange) -> None:
    """Send an answer that goes on for ever, without saying so beforehand."""
    exchange.start(200, None, {"Transfer-Encoding": "chunked"})
    while not exchange.released.is_set():
        exchange.handler.wfile.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")


def not_http(exchange: Exchange) -> None:
    """Answer in no language that a client understands."""
    exchange.handler.wfile.write(b"220 mail.example ESMTP\r\n")
    exchange.handler.close_connection = True


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


def without_choices(exchange: Exchange) -> None:
    """Answer 200 with an error inside, as some gateways do."""
    exchange.send_json(200, {"error": {"message": "upstream is out of order", "code": 502}})


def no_choices(exchange: Exchange) -> None:
    """Answer with an empty list of choices."""
    exchange.send_json(200, {**completion(exchange.asked), "choices": []})


def null_content(exchange: Exchange) -> None:
    """Answer with choices whose content is null."""
    is_chat = "messages" in exchange.asked.body
    said: Body = {"message": {"role": "assistant", "content": None}} if is_chat else {"text": None}
    exchange.send_json(200, completion(exchange.asked, **said))
