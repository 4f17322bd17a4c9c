"""What a flow run may do: until when, and how many requests at once beside all other workers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
from prefect.client.schemas.objects import ConcurrencyLeaseHolder
from prefect.client.schemas.responses import ConcurrencyLimitWithLeaseResponse
from prefect.context import FlowRunContext, TaskRunContext
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.settings import PREFECT_API_URL
from prefect.types import DateTime

from seedwise.config import GenerationConfig, RunConfig
from seedwise.embedded import is_embedded
from seedwise.errors import ConfigError
from seedwise.generate.shared import LenderAwayError
from seedwise.progress import tell

_LEASE_SECONDS = 60.0
"""The shortest lease that Prefect gives: so long a killed worker's slots stay taken, and until Prefect looks
for lapsed leases (every 15 s by its own default)."""

_ANSWER_SECONDS = 5.0
_LAPSED = frozenset({404, 410})
_REFUSED = frozenset({422, 423})  # more than the limit; more than is free

T = TypeVar("T")


def find_lender(generation: GenerationConfig, run: RunConfig) -> PrefectLender | None:
    """Find who lends the requests that all workers share, and make the limit where it is missing.

    None where no limit is named, the model is served on this machine, or Prefect runs without a server
    of its own: then there are no other workers.

    Raises
    ------
    ConfigError
        Where the limit can be neither read nor made, or bounds a rate.
    """
    if not run.shared_limit or is_embedded(generation.llm) or not PREFECT_API_URL.value():
        return None
    try:
        slots = _ensure_limit(run.shared_limit, run.concurrency)
    except httpx.HTTPError as exc:
        raise _unusable(run, str(exc).splitlines()[0]) from exc
    except ValueError as exc:  # Prefect's client checks the name before it asks
        raise _unusable(run, "names hold none of / % & > <") from exc
    return PrefectLender(run.shared_limit, slots)


def find_stop(run: RunConfig) -> float | None:
    """Find when the flow run's time is over, by `time.monotonic`; None where it has no bound.

    The time counts from the start of the flow run, so that all its tasks share it.
    """
    if run.max_minutes is None:
        return None
    context = FlowRunContext.get()
    started = context.start_time if context else None
    passed = (DateTime.now("UTC") - started).total_seconds() if started else 0.0
    return time.monotonic() + 60 * run.max_minutes - passed


def _unusable(run: RunConfig, why: str) -> ConfigError:
    return ConfigError(
        found=f"Prefect's server neither finds nor makes the limit {run.shared_limit!r}: {why}",
        expected="a global concurrency limit that the requests of all workers share",
        remedy=f"make it with `prefect gcl create NAME --limit {run.concurrency}` and name it with "
        '--shared-limit, or let every worker go by itself with --shared-limit ""',
    )


def _ensure_limit(name: str, slots: int) -> int:
    """Find how many slots the limit has; make it with so many where it is missing."""
    with get_client(sync_client=True) as client:
        try:
            limit = client.read_global_concurrency_limit_by_name(name)
        except ObjectNotFound:
            with suppress(ObjectAlreadyExists):  # another worker was faster
                client.create_global_concurrency_limit(_new_limit(name, slots))
                tell(f"made the limit {name!r}: at most {slots} requests under way, over all workers")
            return slots
    if limit.slot_decay_per_second:
        raise ConfigError(
            found=f"the limit {name!r} gives slots back by time: it bounds a rate",
            expected="a limit on what is under way, with no slot decay",
            remedy="name another with --shared-limit; rates are bounded with --requests-per-minute",
        )
    if not limit.active:
        tell(f"the limit {name!r} is switched off: workers do not bound each other")
    return limit.limit


def _new_limit(name: str, slots: int) -> GlobalConcurrencyLimitCreate:
    return GlobalConcurrencyLimitCreate(name=name, limit=slots, active=True)


class PrefectLender:
    """Lends slots of a Prefect global concurrency limit; implements `seedwise.generate.shared.Lender`.

    Made in the thread of a task, then used on one event loop, whichever.

    Parameters
    ----------
    name : str
        The limit's name.
    slots : int
        That the limit has; it is made anew with as many, should somebody delete it meanwhile.
    """

    def __init__(self, name: str, slots: int) -> None:
        self.name, self.bound = name, slots
        self._holder = _find_holder()
        self._client = get_client(httpx_settings={"timeout": _ANSWER_SECONDS})
        self._is_open = False

    async def lend(self, slots: int) -> PrefectLease | None:
        """Lend so many slots at once; None where fewer are free."""
        try:
            answer = await self.ask(
                lambda client: client.increment_concurrency_slots_with_lease(
                    [self.name], slots, "concurrency", _LEASE_SECONDS, self._holder
                )
            )
        except httpx.HTTPStatusError as exc:
            if exc.response.status_code in _REFUSED:
                return None
            raise _away(exc) from exc
        lent = ConcurrencyLimitWithLeaseResponse.model_validate(answer.json())
        if not lent.limits:
            await self._make_anew()
            return None
        return PrefectLease(self, lent.lease_id, slots)

    async def aclose(self) -> None:
        """Close the connection."""
        if self._is_open:
            await self._client.__aexit__(None, None, None)
            self._is_open = False

    async def ask(self, call: Callable[[PrefectClient], Awaitable[T]]) -> T:
        """Ask the server; refusals by status are the caller's, anything else means that it is away."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                if not self._is_open:
                    await self._client.__aenter__()
                    self._is_open = True
                return await call(self._client)
        except httpx.HTTPStatusError:
            raise
        except (httpx.HTTPError, TimeoutError) as exc:
            raise _away(exc) from exc

    async def command(self, call: Callable[[PrefectClient], Awaitable[object]]) -> None:
        """Ask for what the server has no reason to refuse."""
        try:
            await self.ask(call)
        except httpx.HTTPStatusError as exc:
            raise _away(exc) from exc

    async def _make_anew(self) -> None:
        """Make the limit again: without it, nothing would be bound."""
        limit = _new_limit(self.name, self.bound)
        try:
            await self.command(lambda client: client.create_global_concurrency_limit(limit))
        except ObjectAlreadyExists:
            return
        tell(f"the limit {self.name!r} was gone, and is made again with {self.bound} slots")


class PrefectLease:
    """Slots of a Prefect global concurrency limit, for a minute.

    A server that keeps leases in memory, as Prefect's does by default, forgets them when it is restarted,
    but not that the slots are taken: so whoever holds slots of a forgotten lease frees them without it.

    Parameters
    ----------
    lender, lease_id, slots
        Who has lent how many, and under which name.
    """

    def __init__(self, lender: PrefectLender, lease_id: UUID, slots: int) -> None:
        self._lender, self._lease_id, self.slots = lender, lease_id, slots
        self._lapses_at = time.monotonic() + _LEASE_SECONDS

    @property
    def seconds(self) -> float:
        """How long it lasts from when it was lent or renewed."""
        return _LEASE_SECONDS

    async def renew(self) -> bool:
        """Let it last another minute; False where it has lapsed or is forgotten."""
        if await self._is_known():
            self._lapses_at = time.monotonic() + _LEASE_SECONDS
            return True
        await self._free_forgotten()
        return False

    async def give_back(self) -> None:
        """Let others have the slots."""
        if await self._is_known():
            await self._lender.command(lambda c: c.release_concurrency_slots_with_lease(self._lease_id))
        else:
            await self._free_forgotten()

    async def _is_known(self) -> bool:
        """Find out by renewing it, which is the only way to ask."""
        try:
            await self._lender.ask(lambda c: c.renew_concurrency_lease(self._lease_id, _LEASE_SECONDS))
        except httpx.HTTPStatusError as exc:
            if exc.response.status_code in _LAPSED:
                return False
            raise _away(exc) from exc
        return True

    async def _free_forgotten(self) -> None:
        if time.monotonic() < self._lapses_at:  # else it has lapsed, and the server has freed the slots
            names = [self._lender.name]
            await self._lender.command(lambda c: c.release_concurrency_slots(names, self.slots, 1.0))


def _find_holder() -> ConcurrencyLeaseHolder | None:
    context = TaskRunContext.get()
    return ConcurrencyLeaseHolder(type="task_run", id=context.task_run.id) if context else None


def _away(exc: Exception) -> LenderAwayError:
    is_late = isinstance(exc, TimeoutError)
    why = f"no answer within {_ANSWER_SECONDS:.0f} s" if is_late else type(exc).__name__
    return LenderAwayError(f"Prefect's server cannot lend slots ({why})")
