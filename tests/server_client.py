"""A process that borrows a server until it is ended; run by tests that end it in bad ways."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from seedwise.embedded import Hosting, borrow_server, find_model

SLOTS = 2


@dataclass(frozen=True)
class Answer:
    """A text, and how likely the model found each of its tokens: a difference shows here first."""

    text: str
    logprobs: tuple[float, ...]


def wait_until(happens: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.02)


def server_pids(folder: Path) -> list[int]:
    """Find the servers that run in a folder, by their command lines; zombies have none."""
    listed = subprocess.run(["ps", "-wweo", "pid,args"], check=True, capture_output=True, text=True).stdout
    wanted = f"--folder={folder}/"
    return [
        int(line.split()[0])
        for line in listed.splitlines()
        if wanted in line and "seedwise.embedded" in line and "<defunct>" not in line
    ]


def end_servers(folder: Path) -> None:
    for pid in server_pids(folder):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not server_pids(folder))


def is_listening(url: str) -> bool:
    address = urllib.parse.urlsplit(url)
    with socket.socket() as probe:
        return probe.connect_ex((address.hostname, address.port)) == 0


def write(url: str, seed: int, prompt: str = "Tweet: My dog") -> list[Answer]:
    """Let a server write, as the engine does: as many answers as it has slots."""
    body = {"prompt": prompt, "seed": seed, "n": SLOTS, "max_tokens": 4, "temperature": 1.2, "logprobs": 1}
    request = urllib.request.Request(
        f"{url}/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request) as answer:
        return [_read(choice) for choice in json.load(answer)["choices"]]


def _read(choice: Any) -> Answer:
    tokens = choice["logprobs"]["content"]
    return Answer(choice["text"], tuple(token["logprob"] for token in tokens))


class Client:
    """One such process, in a session of its own."""

    def __init__(self, hosting: Hosting, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(hosting.folder), str(hosting.idle_seconds), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=os.environ | {"OPENAI_API_KEY": "a-secret-of-the-client"},
        )

    def read(self) -> Any:
        """Wait for what the process reports next."""
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def signal(self, number: int) -> None:
        """Signal the process and those in its group, as a terminal does."""
        os.killpg(self._process.pid, number)
        self._process.wait()

    def close(self) -> None:
        if self._process.poll() is None:
            self.signal(signal.SIGKILL)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()


class Clients:
    """Starts such processes, and ends them all."""

    def __init__(self, hosting: Hosting) -> None:
        self._hosting = hosting
        self._started: list[Client] = []

    def start(self, *arguments: str) -> Client:
        client = Client(self._hosting, *arguments)
        self._started.append(client)
        return client

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._started:
            client.close()


def main(folder: Path, idle_seconds: float, *, with_child: bool) -> None:
    hosting = Hosting(folder, idle_seconds)
    with borrow_server(find_model("embedded/smollm2"), slots=SLOTS, hosting=hosting) as loan:
        child = os.fork() if with_child else 0
        if with_child and not child:
            os.setpgid(0, 0)
            time.sleep(60)
            os._exit(0)
        print(json.dumps([loan.pid, loan.url, child, children()]), flush=True)  # noqa: T201
        sys.stdin.read()


def children() -> list[int]:
    """List this process's own children, dead or alive."""
    listed = subprocess.run(
        ["ps", "-wweo", "pid,ppid,args"], check=True, capture_output=True, text=True
    ).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()[1:]]
    return [
        int(pid) for pid, parent, args in rows if parent == str(os.getpid()) and not args.startswith("ps ")
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), with_child="fork" in sys.argv[3:])
