"""Killing of runs at random moments, and what server, journal and the dead have to say about it."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from crash_child import CHILDREN, UNDER_WAY, requests_of, run
from openai_server import Exchange, OpenAIServer, ok

from seedwise.journal import Journal

LOW, HIGH = 0.02, 0.06
"""Bounds of the server's latency in seconds."""

_JITTER = 0.015
_ASKING = 0.035
_STARTING = 0.1
_SHARE_STARTING = 0.1
_NOT_COMPARED = ("created_at", "seconds")


@dataclass(frozen=True)
class Event:
    """Something that happened to a key; ``at`` is by the clock that all processes share."""

    child: str
    key: str
    at: float


class Witness:
    """A server's own record of what it was asked by whom, and what it has answered."""

    def __init__(self, server: OpenAIServer, count: int, seed: int) -> None:
        self.keys = {f"Write {i}!": request.key for i, request in enumerate(requests_of(server.url, count))}
        self.asked: list[Event] = []
        self.sent: list[Event] = []
        self._random, self._lock = random.Random(seed), threading.Lock()
        server.default = self.answer

    def answer(self, exchange: Exchange) -> None:
        key, child = self.keys[exchange.asked.content], exchange.asked.authorization.removeprefix("Bearer ")
        with self._lock:
            self.asked.append(Event(child, key, time.monotonic()))
            latency = self._random.uniform(LOW, HIGH)
        time.sleep(latency)
        ok(exchange)
        with self._lock:
            self.sent.append(Event(child, key, time.monotonic()))

    @property
    def progress(self) -> int:
        """Distinct requests that were answered."""
        with self._lock:
            return len({event.key for event in self.sent})

    def knows(self, child: str) -> bool:
        """Tell whether a process has asked for anything."""
        with self._lock:
            return any(event.child == child for event in self.asked)


@dataclass
class Child:
    """A run under way, and when it was killed."""

    name: str
    process: BaseProcess
    diary: Path
    killed_at: float = float("inf")

    def read_diary(self) -> dict[str, list[Event]]:
        events: dict[str, list[Event]] = defaultdict(list)
        for line in self.diary.read_text().splitlines() if self.diary.exists() else ():
            event, key, at = line.split()
            events[event].append(Event(self.name, key, float(at)))
        return events


@dataclass
class Tally:
    """What came of the kills.

    Attributes
    ----------
    kills, kills_while_starting : int
        All, and those of processes that had asked for nothing yet.
    asked, sent : int
        Requests that reached the server, and answers it has sent whole.
    delivered_lost : int
        Answers that a run had delivered before it died, and the journal lacks.
    got_waiting, longest_got_waiting : int, float
        Answers that a process had got when it died, their commit not through, and the longest time in
        seconds that one of them had been there: what the spool is for.
    spooled_lost : int
        Answers that were in the spool, and that were asked for again.
    got_lost : int
        Answers that a process had got, and that were asked for again: it was killed within the step that
        gets an answer and spools it, so there is one for each kill at most.
    in_flight, longest_in_flight : int, float
        Answers that were sent whole before their process died, which it had not got: in a socket, or
        read and not yet understood; and the longest time in seconds since one of them was sent.
    asked_though_kept, asked_by_two : int
        Requests for what the journal held, and for what another living process was asking for.
    asked_again : int
        Requests for what had been asked for before, by a process that has died since.
    spent : int
        Requests that the ledger has counted.
    is_same : bool
        Whether the journal's rows are those of an undisturbed run.
    """

    kills: int = 0
    kills_while_starting: int = 0
    asked: int = 0
    sent: int = 0
    delivered_lost: int = 0
    got_waiting: int = 0
    longest_got_waiting: float = 0.0
    spooled_lost: int = 0
    got_lost: int = 0
    in_flight: int = 0
    longest_in_flight: float = 0.0
    asked_though_kept: int = 0
    asked_by_two: int = 0
    asked_again: int = 0
    spent: int = 0
    is_same: bool = False
    seconds: float = 0.0


class KillRun:
    """A run of many requests, by one or more processes at once, that is killed and resumed.

    Parameters
    ----------
    server : OpenAIServer
        Its default behaviour is replaced.
    folder : Path
        For the diaries of the processes.
    journal_url : str
        An empty journal.
    count, kills, workers : int
        Requests, kills in all, and processes that ask for the same at the same time.
    seed : int
        Of the moments and of the server's latencies.
    """

    def __init__(
        self,
        server: OpenAIServer,
        folder: Path,
        journal_url: str,
        *,
        count: int,
        kills: int,
        workers: int = 1,
        seed: int = 0,
    ) -> None:
        self._server, self._folder, self._url = server, folder, journal_url
        self._count, self._workers = count, workers
        self._witness = Witness(server, count, seed)
        self._random = random.Random(seed)
        # Not at the very end: a run that has ended cannot be killed.
        self._moments = sorted(self._random.uniform(0, count - 3 * UNDER_WAY) for _ in range(kills))
        self._children: list[Child] = []
        self._kept: dict[str, float] = {}
        self._tally = Tally()

    def run(self) -> Tally:
        """Kill and resume, then let the rest finish undisturbed, and compare."""
        started = time.monotonic()
        alive = [self._start() for _ in range(self._workers)]
        for moment in self._moments:
            victim = self._random.randrange(len(alive))
            self._wait_for(moment, alive[victim])
            self._kill(alive[victim])
            alive[victim] = self._start()
        for child in alive:
            child.process.join()
            assert child.process.exitcode == 0
        self._tally.seconds = time.monotonic() - started
        self._sum_up()
        return self._tally

    def _start(self) -> Child:
        name = f"child-{len(self._children)}"
        diary = self._folder / f"{name}.txt"
        arguments = (name, self._server.url, self._url, diary, self._count)
        child = Child(name, CHILDREN.Process(target=run, args=arguments), diary)
        child.process.start()
        self._children.append(child)
        return child

    def _wait_for(self, moment: float, victim: Child) -> None:
        """Wait until the run is so far, and a moment more; now and then, only for a moment of the start."""
        if self._random.random() < _SHARE_STARTING:
            time.sleep(self._random.uniform(0, _STARTING))
            return
        while not self._witness.knows(victim.name) and victim.process.is_alive():
            time.sleep(0.001)
        is_so_far = self._witness.progress >= moment
        while self._witness.progress < moment and victim.process.is_alive():
            time.sleep(0.001)
        time.sleep(self._random.uniform(0, _ASKING if is_so_far else _JITTER))

    def _kill(self, child: Child) -> None:
        child.killed_at = time.monotonic()
        child.process.kill()
        child.process.join()
        if child.process.exitcode == 0:
            child.killed_at = float("inf")  # too late: it had asked for all there is
            return
        assert child.process.exitcode == -signal.SIGKILL
        with Journal(self._url) as journal:
            found = journal.find(self._witness.keys.values())
        now = time.monotonic()
        for key in found:
            self._kept.setdefault(key, now)
        self._count_losses(child, found)

    def _count_losses(self, child: Child, kept: Mapping[str, Any]) -> None:
        tally, diary = self._tally, child.read_diary()
        got = {event.key: event for event in diary["got"]}
        waiting = [event for key, event in got.items() if key not in kept]
        tally.kills += 1
        tally.kills_while_starting += not self._witness.knows(child.name)
        tally.delivered_lost += sum(event.key not in kept for event in diary["delivered"])
        tally.got_waiting += len(waiting)
        ages = [child.killed_at - event.at for event in waiting]
        tally.longest_got_waiting = max([tally.longest_got_waiting, *ages])

    # ----------------------------------------------------------------------- the reckoning

    def _sum_up(self) -> None:
        tally, witness = self._tally, self._witness
        tally.asked, tally.sent = len(witness.asked), len(witness.sent)
        self._count_in_flight()
        self._judge_asked()
        with Journal(self._url) as journal:
            tally.spent = journal.read_spent("").requests
        tally.is_same = rows_of(self._url) == self._undisturbed_rows()

    def _count_in_flight(self) -> None:
        killed_at = {child.name: child.killed_at for child in self._children}
        got = {(event.child, event.key) for child in self._children for event in child.read_diary()["got"]}
        lost = [event for event in self._witness.sent if (event.child, event.key) not in got]
        ages = [killed_at[event.child] - event.at for event in lost if event.at <= killed_at[event.child]]
        self._tally.in_flight, self._tally.longest_in_flight = len(ages), max(ages, default=0.0)

    def _judge_asked(self) -> None:
        kept_at, killed_at = self._moments_kept(), {child.name: child.killed_at for child in self._children}
        by_key: dict[str, list[Event]] = defaultdict(list)
        for event in self._witness.asked:
            # What a dead process has sent may be read later; it was sent before it died.
            by_key[event.key].append(Event(event.child, event.key, min(event.at, killed_at[event.child])))
        got_at, spooled_at = self._first_moments("got"), self._first_moments("spooled")
        for key, events in by_key.items():
            self._tally.got_lost += any(event.at > got_at.get(key, event.at) for event in events)
            self._tally.spooled_lost += any(event.at > spooled_at.get(key, event.at) for event in events)
            self._tally.asked_again += len(events) - 1
            self._tally.asked_though_kept += sum(event.at > kept_at[key] for event in events)
            self._tally.asked_by_two += sum(
                _are_together(first, second, killed_at)
                for number, first in enumerate(events)
                for second in events[number + 1 :]
            )

    def _first_moments(self, what: str) -> dict[str, float]:
        """Find when something first happened to each key."""
        events = [event for child in self._children for event in child.read_diary()[what]]
        return {event.key: event.at for event in sorted(events, key=lambda event: -event.at)}

    def _moments_kept(self) -> dict[str, float]:
        """Find when each answer was in the journal for certain, at the latest."""
        moments = dict(self._kept)
        for child in self._children:
            for event in child.read_diary()["delivered"]:
                moments[event.key] = min(event.at, moments.get(event.key, event.at))
        return moments

    def _undisturbed_rows(self) -> list[tuple[Any, ...]]:
        url = f"sqlite:///{self._folder / 'undisturbed.db'}"
        run("undisturbed", self._server.url, url, self._folder / "undisturbed.txt", self._count)
        return rows_of(url)


def _are_together(first: Event, second: Event, killed_at: Mapping[str, float]) -> bool:
    """Tell whether two processes asked for the same while both lived, or one process twice."""
    return killed_at[first.child] > second.at and killed_at[second.child] > first.at


def rows_of(journal_url: str) -> list[tuple[Any, ...]]:
    """Read all that a journal holds of its responses, but how long they took and when they came."""
    with ExitStack() as stack:
        engine = sa.create_engine(journal_url)
        stack.callback(engine.dispose)
        table = sa.Table("responses", sa.MetaData(), autoload_with=engine)
        columns = [column for column in table.columns if column.name not in _NOT_COMPARED]
        connection = stack.enter_context(engine.connect())
        return [tuple(row) for row in connection.execute(sa.select(*columns).order_by(table.c.key))]


def table_of(tally: Tally) -> Iterator[str]:
    """Write a tally as the rows of a markdown table."""
    yield "| what | how many |"
    yield "|---|---:|"
    rows = {
        "kills (SIGKILL), each followed by a resumed run": tally.kills,
        "… of processes that had asked for nothing yet": tally.kills_while_starting,
        "**answers delivered by a run and missing in the journal**": tally.delivered_lost,
        "**requests for what the journal held**": tally.asked_though_kept,
        "**requests for what another living process was asking for**": tally.asked_by_two,
        "**final rows are those of an undisturbed run**": "yes" if tally.is_same else "NO",
        "requests that reached the server": tally.asked,
        "… for what a killed process had asked for": tally.asked_again,
        "answers that the server sent whole": tally.sent,
        "… before their process was killed, which had not got them yet": tally.in_flight,
        "… the longest that one of these had been on its way": f"{1000 * tally.longest_in_flight:.1f} ms",
        "answers that a killed process had got, their commit not through": tally.got_waiting,
        "… the longest that one of these had been there": f"{1000 * tally.longest_got_waiting:.1f} ms",
        "**… asked for again although they were in the spool**": tally.spooled_lost,
        "… asked for again, the kill having come before they were spooled": tally.got_lost,
        "requests that the budget counts, those under way at a kill included": tally.spent,
    }
    for what, value in rows.items():
        yield f"| {what} | {value:,} |" if isinstance(value, int) else f"| {what} | {value} |"
