"""Writing to the journal from an event loop, many requests to a transaction."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from seedwise.errors import UserError
from seedwise.journal import Admission, Entry, Failure, Journal, Need, Terms, encode
from seedwise.progress import tell

_RENEW_SECONDS = 30.0
_WAITS = (1.0, 2.0, 4.0, 8.0, *[15.0] * 19)


@dataclass(slots=True)
class _Pending:
    """What waits for the next transaction, and who waits for its end."""

    entries: list[Entry] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    waiters: list[asyncio.Future[None]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.waiters)


class Scribe:
    """Keeps the journal for one engine: whatever arrives while a commit is under way shares the next.

    Parameters
    ----------
    journal, terms
        Where everything goes, and under which limits it is asked for.
    waits
        Seconds between tries to write what has arrived, where the disk is full or the database gone;
        after the last one the failure is raised, and what has arrived waits in the spool for the next run.
    """

    def __init__(self, journal: Journal, terms: Terms, waits: Sequence[float] = _WAITS) -> None:
        self._journal, self._terms, self._waits = journal, terms, waits
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="seedwise-journal")
        self._claimer = ThreadPoolExecutor(1, thread_name_prefix="seedwise-claims")
        self._guard = threading.Lock()
        self._pending = _Pending()
        self._needs: dict[str, Need] = {}
        self._spool = journal.open_spool(terms)

    async def admit(self, needs: Sequence[Need]) -> Admission:
        """Claim what may be asked now; see `seedwise.journal.Journal.admit`."""
        loop = asyncio.get_running_loop()
        admission = await loop.run_in_executor(self._claimer, self._admit, needs)
        self._needs.update((need.key, need) for need in needs if need.key in admission.starts)
        return admission

    async def keep(self, entry: Entry) -> None:
        """Keep a response; it is committed when this returns, and in the spool at once."""
        line = encode(entry.row)

        def add(pending: _Pending) -> None:
            self._spool.append(line)
            pending.entries.append(entry)

        await self._submit(add)

    async def note(self, failure: Failure) -> None:
        """Keep a failure, and give its claim up."""
        await self._submit(lambda pending: pending.failures.append(failure))

    async def release(self, keys: Iterable[str]) -> None:
        """Give claims up with nothing used."""
        wanted = list(keys)
        if wanted:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._claimer, self._journal.release, wanted, self._terms)

    async def renew_for_ever(self) -> None:
        """Keep the claims from lapsing until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            # A database that cannot be written is told of by those who have something to keep.
            with suppress(UserError):
                await loop.run_in_executor(self._claimer, self._journal.renew, self._terms)

    def close(self) -> None:
        """Write what is pending and give up every claim; closing twice does no harm."""
        self._writer.shutdown()
        self._claimer.shutdown()
        if self._needs:
            self._needs.clear()
            self._journal.release_all(self._terms)
        self._spool.close()

    def _admit(self, needs: Sequence[Need]) -> Admission:
        admission = self._journal.admit(needs, self._terms)
        if admission.recovered:
            tell(f"{admission.recovered} answers that a killed run had received are in the journal now")
        return admission

    async def _submit(self, add: Callable[[_Pending], None]) -> None:
        loop = asyncio.get_running_loop()
        committed = loop.create_future()
        with self._guard:
            is_first = not self._pending
            add(self._pending)
            self._pending.waiters.append(committed)
        if is_first:
            # The writer takes all that has gathered by the time it is free.
            self._writer.submit(self._write, loop)
        await committed

    def _write(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._guard:
            work, self._pending = self._pending, _Pending()
            number = self._spool.turn()
        try:
            self._settle(work)
            self._spool.clear(number)
        except BaseException as exc:  # whoever waits must hear of it
            self._spool.keep()
            loop.call_soon_threadsafe(_end, work.waiters, exc)
        else:
            loop.call_soon_threadsafe(self._finish, work)

    def _settle(self, work: _Pending) -> None:
        """Write to the journal; where it cannot be written, hold on to what is paid for and try again."""
        for seconds in (*self._waits, None):
            try:
                self._journal.settle(work.entries, work.failures, self._terms, self._needs)
            except UserError as exc:
                if seconds is None:
                    raise
                held = len(work.entries) + len(self._pending.entries)
                tell(f"{exc.found}; {held} responses are held in memory, trying again in {seconds:.0f} s")
                time.sleep(seconds)
            else:
                return

    def _finish(self, work: _Pending) -> None:
        for key in [entry.response.key for entry in work.entries] + [
            failure.key for failure in work.failures
        ]:
            self._needs.pop(key, None)
        _end(work.waiters, None)


def _end(waiters: Iterable[asyncio.Future[None]], exc: BaseException | None) -> None:
    for waiter in waiters:
        if waiter.done():
            continue
        if exc is None:
            waiter.set_result(None)
        else:
            waiter.set_exception(exc)
