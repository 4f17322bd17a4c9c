"""The line before llama.cpp: requests are served one at a time, in the order in which they came.

llama.cpp has a line of its own, in which a request for several answers can wait for ever while others
overtake it, and which lets requests share a batch, whose rounding then changes their texts.
"""

from __future__ import annotations

import http.client
import select
import socket
import threading
import urllib.parse
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

_PATHS = frozenset({"/v1/chat/completions", "/v1/completions"})
_MOST_BYTES = 16 << 20
_POLL_SECONDS = 0.5
_HEALTH_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client is told: an HTTP status and a body of JSON."""

    status: int
    body: bytes


class RefusalError(Exception):
    """A request that is passed on to nobody.

    Parameters
    ----------
    answer : Answer
        What its client is told instead.
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Desk(ThreadingHTTPServer):
    """Takes requests, and passes each on to whoever answers it; ``/health`` answers past the line.

    A request whose client is gone is dropped, in line or under way.

    Parameters
    ----------
    host, port
        Where to listen; port 0 for a free one.
    at_once : int
        Requests that are passed on together; the others stand in line.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, at_once: int) -> None:
        super().__init__((host, port), _Handler)
        self.line = ThreadPoolExecutor(at_once, thread_name_prefix="seedwise-line")

    @property
    def url(self) -> str:
        """Where to ask."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def reach(self, body: bytes) -> AbstractContextManager[str]:
        """Give host and port of who answers a request, for as long as it takes; RefusalError for none."""
        raise NotImplementedError

    def look(self) -> Answer:
        """Tell whether requests are answered."""
        raise NotImplementedError

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that break a connection; they ask again if they still want to know."""


class Front(Desk):
    """Listens on a free port of the loopback interface, and passes on what llama.cpp is asked.

    Parameters
    ----------
    address : str
        URL at which llama.cpp listens.
    """

    def __init__(self, address: str) -> None:
        super().__init__("127.0.0.1", 0, at_once=1)
        self._llama = urllib.parse.urlsplit(address).netloc
        threading.Thread(target=self.serve_forever, name="seedwise-front", daemon=True).start()

    def reach(self, body: bytes) -> AbstractContextManager[str]:
        """Give llama.cpp's address."""
        return nullcontext(self._llama)

    def look(self) -> Answer:
        """Ask llama.cpp whether it is well."""
        connection = http.client.HTTPConnection(self._llama, timeout=_HEALTH_SECONDS)
        try:
            connection.request("GET", "/health")
            answer = connection.getresponse()
            return Answer(answer.status, answer.read())
        finally:
            connection.close()


class _Errand:
    """One client's request on its way to llama.cpp, for as long as the client waits for it."""

    def __init__(self, client: socket.socket, desk: Desk, path: str, body: bytes) -> None:
        self._client, self._desk, self._path, self._body = client, desk, path, body
        self._connection: http.client.HTTPConnection | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether the client has not closed; it sends nothing while it waits for its answer."""
        readable, _, _ = select.select([self._client], [], [], 0)
        try:
            return not readable or bool(self._client.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def run(self) -> Answer | None:
        """Ask and wait for the answer; None where nobody wants it any more."""
        if not self.is_wanted:
            return None
        try:
            with self._desk.reach(self._body) as netloc:
                return self._ask(http.client.HTTPConnection(netloc))
        except RefusalError as refusal:
            return refusal.answer

    def _ask(self, connection: http.client.HTTPConnection) -> Answer:
        self._connection = connection
        try:
            connection.request("POST", self._path, self._body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read())
        finally:
            connection.close()

    def call_off(self) -> None:
        """Break the connection, on which llama.cpp stops writing."""
        sock = self._connection.sock if self._connection is not None else None
        if sock is not None:
            with suppress(OSError):  # it has just ended by itself
                sock.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave in two pieces, the second of which would wait for the first to be acknowledged.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Tell whether requests are answered."""
        if self.path != "/health":
            return self._refuse(HTTPStatus.NOT_FOUND)
        return self._reply(self._desk.look())

    def do_POST(self) -> None:
        """Pass a request on, when it is its turn."""
        size = self.headers.get("Content-Length", "")
        if self.path not in _PATHS:
            return self._refuse(HTTPStatus.NOT_FOUND)
        if not size.isdecimal():
            return self._refuse(HTTPStatus.LENGTH_REQUIRED)
        if int(size) > _MOST_BYTES:
            return self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        errand = _Errand(self.connection, self._desk, self.path, self.rfile.read(int(size)))
        answer = self._wait_for(self._desk.line.submit(errand.run), errand)
        if answer is not None:
            self._reply(answer)
        return None

    def log_message(self, format: str, *args: object) -> None:
        """Log no requests."""

    @property
    def _desk(self) -> Desk:
        return cast(Desk, self.server)

    def _wait_for(self, future: Future[Answer | None], errand: _Errand) -> Answer | None:
        while True:
            try:
                return future.result(_POLL_SECONDS)
            except TimeoutError:
                if errand.is_wanted:
                    continue
                self.close_connection = True
                errand.call_off()
                return None

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True  # a body may be left unread
        self.send_error(status)

    def _reply(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
