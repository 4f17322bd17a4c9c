"""A run that is killed: it asks a server for many answers, and writes down what it has got and delivered."""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine_factory import FAST, chat

from seedwise.config import GenerationConfig, RunConfig
from seedwise.generate import Engine, Identity
from seedwise.generate.models import connect
from seedwise.generate.requests import make_request
from seedwise.journal import Journal, Terms
from seedwise.journal.spool import Spool
from seedwise.llm import LLM, Reply
from seedwise.records import Request

UNDER_WAY = 20
MODEL = "openai/some-model"

CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["seedwise.generate", "seedwise.llm.opening"])


class Diary:
    """A file that outlives its writer: a line is one system call, so a kill leaves it whole or absent."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(self, event: str, key: str) -> None:
        os.write(self._file, f"{event} {key} {time.monotonic()}\n".encode())


class Watched:
    """A client that notes each answer the moment the engine gets it."""

    def __init__(self, llm: LLM, diary: Diary) -> None:
        self._llm, self._diary = llm, diary

    async def complete(self, request: Request) -> Reply:
        reply = await self._llm.complete(request)
        self._diary.note("got", request.key)
        return reply

    async def aclose(self) -> None:
        await self._llm.aclose()


class WatchedSpool(Spool):
    """A spool that notes each answer once it is in its file."""

    def __init__(self, folder: Path, owner: str, diary: Diary) -> None:
        super().__init__(folder, owner)
        self._diary = diary

    def append(self, line: bytes) -> None:
        super().append(line)
        self._diary.note("spooled", json.loads(line)["key"])


class WatchedJournal(Journal):
    """A journal whose spools are watched."""

    def __init__(self, url: str, diary: Diary) -> None:
        super().__init__(url)
        self._diary = diary

    def open_spool(self, terms: Terms) -> Spool:
        return WatchedSpool(self._spool_folder, terms.owner, self._diary)


def generation_of(base_url: str) -> GenerationConfig:
    return GenerationConfig(llm=MODEL, llm_base_url=base_url, answers_per_request=1)


def requests_of(base_url: str, count: int) -> list[Request]:
    """The same requests in every process: request ``i`` says "Write i!"."""
    identity = Identity(MODEL, base_url, is_embedded=False)
    config = generation_of(base_url)
    return [make_request(chat(f"Write {i}!"), identity, config, root_seed=0) for i in range(count)]


@contextmanager
def open_watched(base_url: str, journal_url: str, diary: Diary) -> Iterator[Engine]:
    """Open an engine that reaches the server as every run does."""
    generation = generation_of(base_url)

    @contextmanager
    def watch() -> Iterator[LLM]:
        with connect(generation, RunConfig()) as llm:
            yield Watched(llm, diary)

    identity = Identity(MODEL, base_url, is_embedded=False)
    with (
        WatchedJournal(journal_url, diary) as journal,
        Engine(identity, generation, journal, watch, concurrency=UNDER_WAY, policy=FAST) as engine,
    ):
        yield engine


def run(name: str, base_url: str, journal_url: str, diary_path: Path, count: int) -> None:
    """Ask for everything; the server knows this process by its key."""
    os.environ["OPENAI_API_KEY"] = name
    diary = Diary(diary_path)
    with open_watched(base_url, journal_url, diary) as engine:
        for response in engine.stream(requests_of(base_url, count)):
            diary.note("delivered", response.key)
