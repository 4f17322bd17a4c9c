"""The line before llama.cpp: one request at a time, first come first served, none for clients that left."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from server_client import wait_until

from seedwise.embedded.front import Front

PATH = "/v1/completions"


class FakeLlama(ThreadingHTTPServer):
    """Answers when it is let, and keeps account of whom it served."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), FakeLlamaHandler)
        self.asked: list[str] = []
        self.under_way = self.most_under_way = 0
        self.broken_off = 0
        self.may_answer = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class FakeLlamaHandler(BaseHTTPRequestHandler):
    server: FakeLlama

    def do_GET(self) -> None:
        self.answer(200, {"status": "ok"})

    def do_POST(self) -> None:
        llama, body = self.server, json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        llama.asked.append(body["prompt"])
        llama.under_way += 1
        llama.most_under_way = max(llama.most_under_way, llama.under_way)
        while not llama.may_answer.wait(0.02):
            if self.is_broken_off():
                llama.broken_off += 1
                llama.under_way -= 1
                return
        llama.under_way -= 1
        self.answer(400 if body["prompt"] == "bad" else 200, {"said": body["prompt"]})

    def is_broken_off(self) -> bool:
        try:
            return self.connection.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False

    def answer(self, status: int, body: dict[str, str]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Asker:
    """One client with one request."""

    def __init__(self, front: Front, prompt: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", front.server_address[1], timeout=20)
        self.connection.request("POST", PATH, json.dumps({"prompt": prompt}))

    def read(self) -> tuple[int, str]:
        answer = self.connection.getresponse()
        said = json.load(answer)["said"]
        self.connection.close()
        return answer.status, said


@pytest.fixture
def llama() -> Iterator[FakeLlama]:
    with FakeLlama() as server:
        yield server
        server.may_answer.set()
        server.shutdown()


@pytest.fixture
def front(llama) -> Iterator[Front]:
    with Front(f"http://127.0.0.1:{llama.server_address[1]}") as server:
        yield server
        server.shutdown()
        server.line.shutdown()


@pytest.fixture
def ask(front, llama) -> Callable[[str], Asker]:
    """Asks, and waits until the request is in the line."""

    def ask(prompt: str) -> Asker:
        before = len(llama.asked) + front.line._work_queue.qsize()
        asker = Asker(front, prompt)
        wait_until(lambda: len(llama.asked) + front.line._work_queue.qsize() > before)
        return asker

    return ask


def test_requests_are_served_one_at_a_time_in_their_order(llama, ask):
    prompts = [f"prompt {number}" for number in range(12)]
    askers = [ask(prompt) for prompt in prompts]
    llama.may_answer.set()
    assert [asker.read() for asker in askers] == [(200, prompt) for prompt in prompts]
    assert llama.asked == prompts
    assert llama.most_under_way == 1


def test_what_nobody_waits_for_is_not_written(llama, ask):
    writing, leaving, waiting = ask("writing"), ask("leaving"), ask("waiting")
    leaving.connection.close()
    writing.connection.close()
    wait_until(lambda: "waiting" in llama.asked and llama.broken_off == 1)
    llama.may_answer.set()
    assert waiting.read() == (200, "waiting")
    assert llama.asked == ["writing", "waiting"]


def test_health_is_told_past_the_line(llama, front, ask):
    asker = ask("long")
    connection = http.client.HTTPConnection("127.0.0.1", front.server_address[1], timeout=20)
    connection.request("GET", "/health")
    assert connection.getresponse().status == 200
    connection.close()
    llama.may_answer.set()
    asker.read()


def test_a_refusal_is_passed_on(llama, ask):
    llama.may_answer.set()
    assert Asker.read(ask("bad")) == (400, "bad")


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/slots", {}, 404),
        ("POST", "/slots/0?action=erase", {"Content-Length": "0"}, 404),
        ("POST", PATH, {}, 411),
        ("POST", PATH, {"Content-Length": "-1"}, 411),
        ("POST", PATH, {"Content-Length": str(1 << 30)}, 413),
    ],
)
def test_nothing_else_is_served(front, llama, method, path, headers, status):
    connection = http.client.HTTPConnection("127.0.0.1", front.server_address[1], timeout=20)
    connection.putrequest(method, path)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == status
    connection.close()
    assert llama.asked == []


def test_a_connection_serves_one_request_after_the_other(front, llama):
    llama.may_answer.set()
    connection = http.client.HTTPConnection("127.0.0.1", front.server_address[1], timeout=20)
    for number in range(3):
        connection.request("POST", PATH, json.dumps({"prompt": f"{number}"}))
        assert json.load(connection.getresponse()) == {"said": f"{number}"}
    connection.close()
