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
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

_PATHS = frozenset({"/v1/chat/completions", "/v1/completions"})
_MOST_BYTES = 16 << 20
_POLL_SECONDS = 0.5
_HEALTH_SECONDS = 5.0


class Front(ThreadingHTTPServer):
    """Listens on a free port of the loopback interface, and passes on what llama.cpp is asked.

    A request whose client is gone is dropped, in line or under way. ``/health`` answers past the line.

    Parameters
    ----------
    address : str
        URL at which llama.cpp listens.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.llama = urllib.parse.urlsplit(address).netloc
        self.line = ThreadPoolExecutor(1, thread_name_prefix="seedwise-line")
        threading.Thread(target=self.serve_forever, name="seedwise-front", daemon=True).start()

    @property
    def url(self) -> str:
        """Where to ask."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that break a connection; they ask again if they still want to know."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes


class _Errand:
    """One client's request on its way to llama.cpp, for as long as the client waits for it."""

    def __init__(self, client: socket.socket, netloc: str, path: str, body: bytes) -> None:
        self._client, self._path, self._body = client, path, body
        self._connection = http.client.HTTPConnection(netloc)

    @property
    def is_wanted(self) -> bool:
        """Whether the client has not closed; it sends nothing while it waits for its answer."""
        readable, _, _ = select.select([self._client], [], [], 0)
        try:
            return not readable or bool(self._client.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def run(self) -> _Answer | None:
        """Ask and wait for the answer; None where nobody wants it any more."""
        if not self.is_wanted:
            return None
        try:
            headers = {"Content-Type": "application/json"}
            self._connection.request("POST", self._path, self._body, headers)
            answer = self._connection.getresponse()
            return _Answer(answer.status, answer.read())
        finally:
            self._connection.close()

    def call_off(self) -> None:
        """Break the connection, on which llama.cpp stops writing."""
        sock = self._connection.sock
        if sock is not None:
            with suppress(OSError):  # it has just ended by itself
                sock.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave in two pieces, the second of which would wait for the first to be acknowledged.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Tell whether llama.cpp is well."""
        if self.path != "/health":
            return self._refuse(HTTPStatus.NOT_FOUND)
        connection = http.client.HTTPConnection(self._front.llama, timeout=_HEALTH_SECONDS)
        try:
            connection.request("GET", "/health")
            answer = connection.getresponse()
            return self._reply(_Answer(answer.status, answer.read()))
        finally:
            connection.close()

    def do_POST(self) -> None:
        """Pass a request on, when it is its turn."""
        size = self.headers.get("Content-Length", "")
        if self.path not in _PATHS:
            return self._refuse(HTTPStatus.NOT_FOUND)
        if not size.isdecimal():
            return self._refuse(HTTPStatus.LENGTH_REQUIRED)
        if int(size) > _MOST_BYTES:
            return self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        errand = _Errand(self.connection, self._front.llama, self.path, self.rfile.read(int(size)))
        answer = self._wait_for(self._front.line.submit(errand.run), errand)
        if answer is not None:
            self._reply(answer)
        return None

    def log_message(self, format: str, *args: object) -> None:
        """Log no requests."""

    @property
    def _front(self) -> Front:
        return cast(Front, self.server)

    def _wait_for(self, future: Future[_Answer | None], errand: _Errand) -> _Answer | None:
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

    def _reply(self, answer: _Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
