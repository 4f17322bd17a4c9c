"""Jobs of a provider's batch API, as the journal keeps them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from seedwise.arms import Arm
from seedwise.errors import SeedwiseError
from seedwise.identity import canonical
from seedwise.journal import claims
from seedwise.journal.admission import Terms
from seedwise.journal.database import Database
from seedwise.journal.owner import find_job, make_job_owner, may_have_sent
from seedwise.journal.responses import batches as split
from seedwise.journal.responses import timestamp
from seedwise.journal.schema import BATCH_REQUESTS, BATCHES, CLAIMS
from seedwise.records import Message, Prompt, Request, Sampling

_SENDING, _SUBMITTED, ENDED = "sending", "submitted", "ended"
_NEVER = 1e11
_PAGE = 500


class LapsedClaimError(SeedwiseError):
    """A job is not opened: another has claimed some of its requests while its file was on its way."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a provider's batch API.

    Attributes
    ----------
    id : str
        Ours; the provider gets it along with the job.
    model, base_url : str
        As in its requests.
    budget : str
        Name under which its answers are counted.
    started_at : float
        When its submission began, in seconds since 1970.
    name : str
        The provider's; empty until it is known that the job has reached the provider.
    """

    id: str
    model: str
    base_url: str
    budget: str
    started_at: float
    name: str = ""

    @property
    def owner(self) -> str:
        """Under which name it holds its requests' claims."""
        return make_job_owner(self.id)


class Jobs:
    """The jobs of one journal.

    A job holds the claims of its requests from the moment before it is submitted, whatever becomes of
    the process, until each request is settled (`seedwise.journal.Journal.settle_job`) or the job dropped.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, job: Job, requests: Sequence[Request], terms: Terms) -> None:
        """Write a job down, about to be submitted by ``terms.owner``, who hands his claims over to it.

        Raises
        ------
        LapsedClaimError
            Where a claim has passed to another; nothing is written then.
        """
        self._database.write(lambda c: _open(c, job, requests, terms.owner))

    def take_over(self, job: Job, owner: str) -> bool:
        """Try to become the one who submits a job; refused while another lives who is at it."""
        return self._database.write(lambda c: _take_over(c, job, owner))

    def name(self, job: Job, name: str, owner: str) -> None:
        """Write down what the provider calls a job: from now on it is polled, by whoever wants it."""
        self._database.write(lambda c: _name(c, job, name, owner))

    def drop(self, job: Job) -> None:
        """Forget a job that never reached the provider, and free its requests."""
        self._database.write(lambda c: _drop(c, job))

    def any_open(self) -> bool:
        """Tell whether any job has requests that are not settled."""
        query = sa.select(BATCHES.c.id).where(BATCHES.c.status != ENDED).limit(1)
        return self._database.read(lambda c: c.scalar(query)) is not None

    def find_holders(self, keys: Iterable[str]) -> dict[str, str]:
        """Tell which job holds which of some keys, by the job's id; keys of no job are left out."""
        wanted = list(keys)
        owners = self._database.read(lambda c: claims.find_owners(c, wanted))
        return {key: job for key, owner in owners.items() if (job := find_job(owner))}

    def find_open(self, model: str, base_url: str) -> list[Job]:
        """List the jobs of a model that have requests which are not settled, oldest first."""
        columns = [column for column in BATCHES.c if column.name != "keys"]  # many, and not wanted here
        query = (
            sa.select(*columns)
            .where(BATCHES.c.model == model, BATCHES.c.base_url == base_url, BATCHES.c.status != ENDED)
            .order_by(BATCHES.c.created_at, BATCHES.c.id)
        )
        return self._database.read(lambda c: [_job(row) for row in c.execute(query)])

    def read_requests(self, job: Job, keys: Iterable[str]) -> dict[str, Request]:
        """Read those of some requests of a job that are not settled, by their keys."""
        wanted = list(dict.fromkeys(keys))
        return self._database.read(lambda c: _read_requests(c, job, wanted))

    def list_requests(self, job: Job) -> Iterator[list[Request]]:
        """List all requests of a job that are not settled, some hundred at a time."""
        last = ""
        while some := self._database.read(partial(_list_requests, job=job, after=last)):
            yield some
            last = some[-1].key


def take(connection: sa.Connection, job: Job, keys: Iterable[str]) -> frozenset[str]:
    """End a job's claims on some keys; return those that nobody has ended before, each to one caller."""
    taken: set[str] = set()
    for some in split(list(dict.fromkeys(keys))):
        statement = sa.delete(CLAIMS).where(CLAIMS.c.key.in_(some), CLAIMS.c.owner == job.owner)
        taken.update(connection.scalars(statement.returning(CLAIMS.c.key)))
        of_job = (BATCH_REQUESTS.c.batch == job.id, BATCH_REQUESTS.c.key.in_(some))
        connection.execute(sa.delete(BATCH_REQUESTS).where(*of_job))
    return frozenset(taken)


def end_if_settled(connection: sa.Connection, job: Job) -> None:
    """Close a job that holds no claim any more."""
    left = sa.select(CLAIMS.c.key).where(CLAIMS.c.owner == job.owner).limit(1)
    if connection.scalar(left) is None:
        connection.execute(sa.update(BATCHES).where(BATCHES.c.id == job.id).values(status=ENDED))


def _open(connection: sa.Connection, job: Job, requests: Sequence[Request], owner: str) -> None:
    keys = [request.key for request in requests]
    _hand_over(connection, keys, owner, job)
    row = {
        "id": job.id,
        "created_at": timestamp(),
        "model": job.model,
        "base_url": job.base_url,
        "budget": job.budget,
        "job": job.name,
        "status": _SENDING,
        "keys": json.dumps(keys),
    }
    connection.execute(sa.insert(BATCHES), row)
    rows = [{"batch": job.id, "key": request.key, "request": _dump(request)} for request in requests]
    connection.execute(sa.insert(BATCH_REQUESTS), rows)
    _claim_submission(connection, job, owner)


def _hand_over(connection: sa.Connection, keys: Sequence[str], owner: str, job: Job) -> None:
    moved = 0
    for some in split(keys):
        mine = (CLAIMS.c.key.in_(some), CLAIMS.c.owner == owner)
        values = {"owner": job.owner, "expires_at": _NEVER}
        moved += connection.execute(sa.update(CLAIMS).where(*mine).values(values)).rowcount
    if moved != len(keys):
        raise LapsedClaimError(f"{len(keys) - moved} of {len(keys)} claims have lapsed")


def _take_over(connection: sa.Connection, job: Job, owner: str) -> bool:
    # Who submits jobs sends nothing else, so nothing of theirs can wait in a spool.
    gone = [ended for ended in claims.find_gone(connection) if not may_have_sent(ended)]
    claims.drop_lapsed(connection, claims.read_clock(connection, time.time()), gone)
    if connection.scalar(sa.select(BATCHES.c.status).where(BATCHES.c.id == job.id)) != _SENDING:
        return False
    _claim_submission(connection, job, owner)
    return claims.find_owners(connection, [job.id]).get(job.id) == owner


def _claim_submission(connection: sa.Connection, job: Job, owner: str) -> None:
    now = claims.read_clock(connection, time.time())
    row: Mapping[str, Any] = {
        "key": job.id,
        "owner": owner,
        "budget": job.owner,  # no budget's name: it is no request, and uses nothing
        "tokens": 0,
        "cost": 0.0,
        "expires_at": now + claims.LEASE_SECONDS,
    }
    claims.insert_claims(connection, [row])


def _name(connection: sa.Connection, job: Job, name: str, owner: str) -> None:
    values = {"job": name, "status": _SUBMITTED}
    connection.execute(
        sa.update(BATCHES).where(BATCHES.c.id == job.id, BATCHES.c.status == _SENDING).values(values)
    )
    claims.release(connection, [job.id], owner)


def _drop(connection: sa.Connection, job: Job) -> None:
    connection.execute(sa.delete(CLAIMS).where(sa.or_(CLAIMS.c.owner == job.owner, CLAIMS.c.key == job.id)))
    connection.execute(sa.delete(BATCH_REQUESTS).where(BATCH_REQUESTS.c.batch == job.id))
    connection.execute(sa.delete(BATCHES).where(BATCHES.c.id == job.id))


def _job(row: Any) -> Job:
    started_at = datetime.fromisoformat(row.created_at).timestamp()
    return Job(row.id, row.model, row.base_url, row.budget, started_at, row.job)


def _read_requests(connection: sa.Connection, job: Job, keys: Sequence[str]) -> dict[str, Request]:
    query = sa.select(BATCH_REQUESTS.c.request).where(BATCH_REQUESTS.c.batch == job.id)
    parts = (query.where(BATCH_REQUESTS.c.key.in_(some)) for some in split(keys))
    requests = [_load(text) for part in parts for text in connection.scalars(part)]
    return {request.key: request for request in requests}


def _list_requests(connection: sa.Connection, job: Job, after: str) -> list[Request]:
    of_job = (BATCH_REQUESTS.c.batch == job.id, BATCH_REQUESTS.c.key > after)
    query = sa.select(BATCH_REQUESTS.c.request).where(*of_job).order_by(BATCH_REQUESTS.c.key)
    return [_load(text) for text in connection.scalars(query.limit(_PAGE))]


def _dump(request: Request) -> str:
    # Escaped to ASCII, as in the responses: a prompt may hold what no database stores.
    return json.dumps(canonical(request), separators=(",", ":"))


def _load(text: str) -> Request:
    saved = json.loads(text)
    return Request(
        saved["model"], saved["base_url"], _load_prompt(saved["prompt"]), Sampling(**saved["sampling"])
    )


def _load_prompt(saved: dict[str, Any]) -> Prompt:
    # A job of an earlier version knows neither words to avoid nor attributes.
    names = ("hints", "exemplars", "stop", "avoid", "attributes")
    texts = {name: tuple(saved.get(name, ())) for name in names}
    messages = tuple(Message(**turn) for turn in saved["messages"])
    return Prompt(**{**saved, **texts, "arm": Arm(saved["arm"]), "messages": messages})
