"""A local server that speaks OpenAI's files and batches, misbehaves on request, and counts."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from openai_server import Asked, completion

Body = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What becomes of one request of a job; ``status`` 0: it is never run, for the reason ``error``."""

    status: int = 200
    body: Any = None
    error: Body | None = None
    is_told: bool = True

    @property
    def is_good(self) -> bool:
        return self.status == 200


@dataclass
class Job:
    """One batch as the server keeps it."""

    id: str
    request: Body
    lines: list[Body]
    created_at: int
    looks: int = 0
    end: str = "completed"
    errors: list[Body] = field(default_factory=list)

    @property
    def label(self) -> str:
        return str((self.request.get("metadata") or {}).get("seedwise", ""))

    @property
    def keys(self) -> list[str]:
        return [str(line["custom_id"]) for line in self.lines]


@dataclass
class Call:
    """One HTTP request under way."""

    handler: BaseHTTPRequestHandler
    server: BatchServer
    path: str
    query: dict[str, str]
    data: bytes

    def send(self, status: int, data: bytes, headers: dict[str, str] | None = None) -> None:
        self.handler.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()
        self.handler.wfile.write(data)

    def send_json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        self.send(status, json.dumps(body).encode(), headers)

    def act(self) -> None:
        """Do what a well server does."""
        body = self.server.serve(self)
        self.send_json(404 if "error" in body else 200, body)


Behaviour = Callable[[Call], None]


@dataclass
class BatchServer:
    """Runs each job when it is looked at for the ``looks``-th time; see `conftest` style use with ``with``.

    Attributes
    ----------
    looks : int
        Times that a job says it is at work before it is at its end.
    scripts : dict of str to deque of behaviours
        By method and first part of the path (``POST /batches``); used up from the left.
    decide : callable
        What becomes of a line of a job.
    ends : deque of str
        How the next jobs end; ``completed`` once it is used up.
    errors : list
        What a job that fails gives as reasons.
    damage : deque of callables
        Change the next files of results that are fetched.
    page : int
        Most jobs in a listing.
    """

    looks: int = 1
    scripts: dict[str, deque[Behaviour]] = field(default_factory=dict)
    decide: Callable[[Body], Outcome] = field(default_factory=lambda: good)
    ends: deque[str] = field(default_factory=deque)
    errors: list[Body] = field(default_factory=list)
    damage: deque[Callable[[bytes], bytes]] = field(default_factory=deque)
    page: int = 100
    files: dict[str, bytes] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    online: list[Asked] = field(default_factory=list)
    headers: list[Message] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> BatchServer:
        self._http = _Listener(("127.0.0.1", 0), _make_handler(self))
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    @property
    def asked(self) -> Counter[str]:
        """How often each key was in a job that the server has taken."""
        return Counter(key for job in self.jobs.values() if job.end != "failed" for key in job.keys)

    @property
    def contents(self) -> Counter[str]:
        """How often each text was asked for, in jobs and at once."""
        bodies = [line["body"] for job in self.jobs.values() for line in job.lines]
        online = [asked.content for asked in self.online]
        return Counter([_as_asked(body).content for body in bodies] + online)

    def fail_next(self, route: str, *behaviours: Behaviour) -> None:
        """Let the next calls of a route (``POST /batches``) go wrong."""
        self.scripts.setdefault(route, deque()).extend(behaviours)

    def answer(self, call: Call, method: str) -> None:
        """Behave as scripted, else well."""
        route = f"{method} /{call.path.split('/')[1]}"
        with self.lock:
            self.calls.append(f"{method} {call.path}")
            self.headers.append(call.handler.headers)
            script = self.scripts.get(route)
            behave = script.popleft() if script else None
        if behave is not None:
            behave(call)
        elif call.path.endswith("/content"):
            call.send(200, self.read_file(call.path.split("/")[2]))
        else:
            call.act()

    def serve(self, call: Call) -> Body:
        """Do what is asked, and return the answer's body."""
        with self.lock:
            match call.path.split("/")[1:], call.handler.command:
                case ["files"], "POST":
                    return self._keep_file(call)
                case ["files", name], "GET":
                    return self._describe_file(name)
                case ["batches"], "POST":
                    return self._make_job(json.loads(call.data))
                case ["batches"], "GET":
                    return self._list(call.query)
                case ["batches", name], "GET" if name in self.jobs:
                    return self._look(self.jobs[name])
                case ["batches", name], "GET":
                    return {"error": {"message": f"No such batch {name}"}}
        asked = Asked(call.path, json.loads(call.data), call.handler.headers)
        self.online.append(asked)
        return completion(asked)

    def read_file(self, name: str) -> bytes:
        """Return a file of results, damaged where the next is to be."""
        with self.lock:
            data = self.files[name]
            return self.damage.popleft()(data) if self.damage else data

    def _keep_file(self, call: Call) -> Body:
        head = f"Content-Type: {call.handler.headers['Content-Type']}\r\n\r\n".encode()
        form = BytesParser(policy=HTTP).parsebytes(head + call.data)
        parts = {p.get_param("name", header="content-disposition"): p for p in form.iter_parts()}
        assert parts["purpose"].get_payload(decode=True).strip() == b"batch"
        name = f"file-{len(self.files)}"
        self.files[name] = parts["file"].get_payload(decode=True)
        return self._describe_file(name)

    def _describe_file(self, name: str) -> Body:
        return {
            "id": name,
            "object": "file",
            "purpose": "batch",
            "bytes": len(self.files[name]),
            "filename": f"{name}.jsonl",
            "status": "processed",
            "created_at": int(time.time()),
        }

    def _make_job(self, request: Body) -> Body:
        lines = [json.loads(line) for line in self.files[request["input_file_id"]].splitlines()]
        assert {line["url"] for line in lines} == {request["endpoint"]}
        assert len({line["custom_id"] for line in lines}) == len(lines)
        name = f"batch_{len(self.jobs)}"
        end = self.ends.popleft() if self.ends else "completed"
        self.jobs[name] = Job(name, request, lines, int(time.time()), end=end, errors=self.errors)
        return self._describe(self.jobs[name])

    def _list(self, query: dict[str, str]) -> Body:
        names = list(reversed(self.jobs))
        start = names.index(query["after"]) + 1 if "after" in query else 0
        some = names[start : start + min(self.page, int(query.get("limit", 20)))]
        jobs = [self._describe(self.jobs[name]) for name in some]
        return {"object": "list", "data": jobs, "has_more": start + len(some) < len(names)}

    def _look(self, job: Job) -> Body:
        job.looks += 1
        if job.looks > self.looks and job.end != "failed":
            self._run(job)
        return self._describe(job)

    def _run(self, job: Job) -> None:
        outcomes = {line["custom_id"]: self.decide(line["body"]) for line in job.lines}
        for kind, is_good in (("output", True), ("error", False)):
            lines = [_write(k, o) for k, o in outcomes.items() if o.is_good is is_good and o.is_told]
            if lines:
                self.files.setdefault(f"{job.id}-{kind}", b"".join(lines))

    def _describe(self, job: Job) -> Body:
        is_over = job.looks > self.looks
        names = {kind: f"{job.id}-{kind}" for kind in ("output", "error")}
        found = {kind: name for kind, name in names.items() if is_over and name in self.files}
        done = self.files.get(names["output"], b"").count(b"\n") if is_over else 0
        failed = self.files.get(names["error"], b"").count(b"\n") if is_over else 0
        return {
            "id": job.id,
            "object": "batch",
            "status": job.end if is_over else "in_progress",
            "created_at": job.created_at,
            "endpoint": job.request["endpoint"],
            "input_file_id": job.request["input_file_id"],
            "completion_window": job.request["completion_window"],
            "output_file_id": found.get("output"),
            "error_file_id": found.get("error"),
            "errors": {"object": "list", "data": job.errors} if is_over and job.errors else None,
            "request_counts": {"total": len(job.lines), "completed": done, "failed": failed},
            "metadata": job.request.get("metadata"),
        }


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that is killed breaks its connection: that is what tests are for."""


def _make_handler(server: BatchServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self) -> None:
            self._do()

        def do_GET(self) -> None:
            self._do()

        def _do(self) -> None:
            parts = urlsplit(self.path)
            path = re.sub(r"^(/openai)?(/v1)?(?=/)", "", parts.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            server.answer(Call(self, server, path, query, self._read()), self.command)

        def _read(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            data = b""
            while size := int(self.rfile.readline(), 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return data

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    return Handler


def _as_asked(body: Body) -> Asked:
    return Asked("", body, Message())


def _write(key: str, outcome: Outcome) -> bytes:
    response = {"status_code": outcome.status, "request_id": "r", "body": outcome.body}
    line = {
        "id": f"batch_req_{key}",
        "custom_id": key,
        "response": response if outcome.status else None,
        "error": outcome.error,
    }
    return json.dumps(line).encode() + b"\n"


# --------------------------------------------------------------------------- what becomes of a request


def good(body: Body) -> Outcome:
    """Answer well, as the server at once does."""
    return Outcome(200, completion(_as_asked(body)))


def refused(status: int, message: str = "something went wrong", code: str | None = None) -> Outcome:
    """Answer with an error."""
    return Outcome(status, {"error": {"message": message, "code": code, "type": "error"}})


def unrun(code: str = "batch_expired") -> Outcome:
    """Never come to it."""
    return Outcome(0, error={"code": code, "message": "This request could not be executed in time."})


def untold() -> Outcome:
    """Say nothing of it in the results."""
    return Outcome(500, is_told=False)


def only(content: str, *outcomes: Outcome) -> Callable[[Body], Outcome]:
    """Let one content meet some outcomes, one a job, then good ones; all others good ones at once."""
    script = deque(outcomes)

    def decide(body: Body) -> Outcome:
        if _as_asked(body).content == content and script:
            return script.popleft()
        return good(body)

    return decide


# --------------------------------------------------------------------------- what becomes of a call


def status(code: int, message: str = "something went wrong", **headers: str) -> Behaviour:
    """Answer with an error, and do nothing; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda call: call.send_json(code, {"error": {"message": message}}, named)


def done_but_broken(call: Call) -> None:
    """Do what is asked, and break the connection instead of saying so."""
    call.server.serve(call)
    call.handler.close_connection = True


def done_in_a_while(call: Call) -> None:
    """Do what is asked, and say that it is not yet ready."""
    call.send_json(200, {**call.server.serve(call), "status": "pending"})


def done_but_overtaken(call: Call) -> None:
    """Do what is asked, take two jobs of others, and answer 500."""
    body = call.server.serve(call)
    ours = call.server.jobs[body["id"]]
    for name in ("other_0", "other_1"):
        others = Job(name, {**ours.request, "metadata": None}, [], ours.created_at)
        call.server.jobs[name] = others
    call.send_json(500, {"error": {"message": "lost my way"}})


def done_but_failed(call: Call) -> None:
    """Do what is asked, and answer 500."""
    call.server.serve(call)
    call.send_json(500, {"error": {"message": "lost my way"}})
