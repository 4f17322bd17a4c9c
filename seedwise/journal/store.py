"""The journal's face: find, claim, keep."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import platformdirs
import sqlalchemy as sa

from seedwise.errors import ConfigError
from seedwise.identity import digest
from seedwise.journal import admission, batches, claims, ledger, pace, responses, schema
from seedwise.journal.admission import Admission, Need, Terms
from seedwise.journal.batches import Job, Jobs
from seedwise.journal.database import Database
from seedwise.journal.ledger import NOTHING_SPENT, Spent
from seedwise.journal.owner import make_owner
from seedwise.journal.responses import Entry
from seedwise.journal.spool import Legacy, Spool, find_legacies
from seedwise.records import Request, Response


@dataclass(frozen=True, slots=True)
class Failure:
    """A try that brought no response: what failed, in a word and a sentence, what came, what it used."""

    key: str
    fault: str
    reason: str
    raw: bytes = b""
    used: Spent = NOTHING_SPENT


class Journal:
    """A durable map from a request's key to the response that was paid for.

    Safe to share between threads, and between processes on one database.

    Parameters
    ----------
    url : str
        SQLAlchemy URL of an SQLite file (made where it does not exist) or a PostgreSQL database.
    spool : Path or None
        Folder on this machine for answers on their way into a PostgreSQL journal; None: one in the user's
        state folder. An SQLite journal has its spool beside it.

    Raises
    ------
    ConfigError
        Where the database cannot be opened, is no journal, or is one of a newer version.
    """

    def __init__(self, url: str, spool: Path | None = None) -> None:
        self.database = Database(url)
        self._spool_folder = _spool_folder(url, self.database.shown, spool)
        self.jobs = Jobs(self.database)
        self.database.write(schema.prepare)
        self._check_version()

    @staticmethod
    def make_owner(*, sends: bool = True) -> str:
        """Name somebody in this process who asks; see `seedwise.journal.owner`."""
        return make_owner(sends=sends)

    def find(self, keys: Iterable[str]) -> dict[str, Response]:
        """Look up the responses that are kept for some keys; absent keys are left out."""
        wanted = list(keys)
        return self.database.read(lambda connection: responses.find_responses(connection, wanted))

    def admit(self, needs: Sequence[Need], terms: Terms) -> Admission:
        """Claim what may be asked now: what nobody has asked for, and for which the budget has room.

        A claim lasts until its response is recorded, its failure noted, or it is released; it lapses when
        it is not renewed for two minutes, and at once with the process that holds it where that ran on this
        machine; the answers that such a process had got are kept first.

        Parameters
        ----------
        needs
            In the order in which the requests are to be sent.
        """
        gone = self.database.read(claims.find_gone)
        recovered = self.recover()
        admitted = self.database.write(lambda c: admission.admit(c, needs, terms, gone), durable=False)
        return replace(admitted, recovered=recovered)

    def open_spool(self, terms: Terms) -> Spool:
        """Open the spool of an owner."""
        return Spool(self._spool_folder, terms.owner)

    def recover(self) -> int:
        """Keep the answers that killed processes of this machine had got and not committed; count them."""
        return sum(self._take_over(legacy) for legacy in find_legacies(self._spool_folder))

    def _take_over(self, legacy: Legacy) -> int:
        new = self.database.write(lambda c: _settle_legacy(c, legacy)) if legacy.rows else 0
        legacy.path.unlink(missing_ok=True)
        return new

    def renew(self, terms: Terms) -> None:
        """Let all claims of an owner last for another two minutes."""
        self.database.write(
            lambda c: claims.renew(c, terms.owner, claims.read_clock(c, time.time())), durable=False
        )

    def release(self, keys: Iterable[str], terms: Terms) -> None:
        """Give up claims, with nothing used."""
        wanted = list(keys)
        self.database.write(lambda c: claims.release(c, wanted, terms.owner), durable=False)

    def release_all(self, terms: Terms) -> None:
        """Give up all claims of an owner, with nothing used."""
        self.database.write(lambda c: claims.release_all(c, terms.owner), durable=False)

    def record(self, request: Request, response: Response, raw: bytes = b"") -> None:
        """Keep one response, paid for by no budget; see `settle`."""
        entry = Entry(request, response, raw)
        self.database.write(lambda connection: responses.insert_entries(connection, [entry]))

    def settle(
        self,
        entries: Sequence[Entry],
        failures: Sequence[Failure],
        terms: Terms,
        reserved: Mapping[str, Need],
    ) -> None:
        """Keep responses and failures, count what they used, and end their claims; committed on return.

        Parameters
        ----------
        entries
            Responses; a key that is kept already stays as it is, its use is counted all the same.
        failures
            Tries that brought none.
        terms
            Whose claims and budget these are.
        reserved
            What each was admitted for.
        """
        self.database.write(lambda c: _settle(c, entries, failures, terms, reserved))

    def settle_job(self, job: Job, entries: Sequence[Entry], failures: Sequence[Failure]) -> frozenset[str]:
        """Keep what came of some requests of a batch job, and free them; committed on return.

        Each request of a job is settled once, however many processes read its results.

        Returns
        -------
        frozenset of str
            Keys that this call has settled; what is said of any other is left out, since it is old news.
        """
        return self.database.write(lambda c: _settle_job(c, job, entries, failures))

    def read_spent(self, budget: str) -> Spent:
        """Read what a budget has used, requests under way aside."""
        return self.database.read(lambda connection: ledger.read_spent(connection, budget))

    def read_raw(self, key: str) -> bytes:
        """Fetch the body of a response as it was received; KeyError where the key is not kept."""
        query = sa.select(schema.RESPONSES.c.raw).where(schema.RESPONSES.c.key == key)
        raw = self.database.read(lambda connection: connection.scalar(query))
        if raw is None:
            raise KeyError(key)
        return bytes(raw)

    def count(self) -> int:
        """Count the responses that are kept."""
        query = sa.select(sa.func.count()).select_from(schema.RESPONSES)
        return int(self.database.read(lambda connection: connection.scalar(query)) or 0)

    def close(self) -> None:
        """Give back the connections; closing twice does no harm."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check_version(self) -> None:
        versions = self.database.read(schema.read_versions)
        if versions != [schema.SCHEMA_VERSION]:
            self.close()
            raise ConfigError(
                found=f"the journal {self.database.shown} has schema version {versions}",
                expected=f"schema version {schema.SCHEMA_VERSION}, which this release of Seedwise reads and "
                "writes, or an older one",
                remedy="use the release that wrote it, or name another journal with --journal-url",
            )


def _settle(
    connection: sa.Connection,
    entries: Sequence[Entry],
    failures: Sequence[Failure],
    terms: Terms,
    reserved: Mapping[str, Need],
) -> None:
    if entries:
        responses.insert_entries(connection, entries)
    if failures:
        connection.execute(sa.insert(schema.FAILURES), [_failure_row(f, terms.budget) for f in failures])
    uses = [_use(entry, reserved.get(entry.response.key)) for entry in entries]
    uses += [failure.used for failure in failures]
    ledger.add_spent(connection, ((terms.budget, use) for use in uses))
    done = [entry.response.key for entry in entries] + [failure.key for failure in failures]
    claims.release(connection, done, terms.owner)
    promised = sum(reserved[key].tokens for key in done if key in reserved)
    pace.give_back(connection, terms.model, terms.pace, promised - sum(use.tokens for use in uses))


def _settle_legacy(connection: sa.Connection, legacy: Legacy) -> int:
    """Keep the rows of an owner that has ended, and end its claims on them; count those that are new."""
    new = [row for row in legacy.rows if responses.insert_row(connection, row)]
    ledger.add_spent(connection, ((str(row["budget"]), _use_of(row)) for row in new))
    claims.release(connection, [str(row["key"]) for row in legacy.rows], legacy.owner)
    return len(new)


def _use_of(row: Mapping[str, Any]) -> Spent:
    tokens = int(row["prompt_tokens"]) + int(row["completion_tokens"])
    return Spent(1, tokens, row["cost"] or 0.0, unpriced=row["cost"] is None)


def _spool_folder(url: str, shown: str, spool: Path | None) -> Path:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Path(f"{parsed.database}.spool")
    return (spool or platformdirs.user_state_path("seedwise") / "spool") / digest(shown)[:16]


def _settle_job(
    connection: sa.Connection, job: Job, entries: Sequence[Entry], failures: Sequence[Failure]
) -> frozenset[str]:
    keys = [entry.response.key for entry in entries] + [failure.key for failure in failures]
    taken = batches.take(connection, job, keys)
    new = [entry for entry in entries if entry.response.key in taken]
    failed = [failure for failure in failures if failure.key in taken]
    _settle(connection, new, failed, Terms(job.owner, job.budget), {})
    batches.end_if_settled(connection, job)
    return taken


def _use(entry: Entry, need: Need | None) -> Spent:
    response = entry.response
    if responses.summarise(response) == "failed":
        return NOTHING_SPENT  # its tries are counted as failures
    tokens, cost = response.prompt_tokens + response.completion_tokens, response.cost or 0.0
    is_counted = response.prompt_tokens and response.completion_tokens
    if not is_counted and need is not None and any(choice.text for choice in response.choices):
        # A server that does not count, or only the half: a cap must hold all the same, so the bound counts.
        tokens, cost = max(tokens, need.tokens), max(cost, need.cost)
    return Spent(1, tokens, cost, unpriced=response.cost is None)


def _failure_row(failure: Failure, budget: str) -> dict[str, Any]:
    return {
        "key": failure.key,
        "created_at": responses.timestamp(),
        "fault": failure.fault,
        "reason": failure.reason,
        "raw": failure.raw,
        "budget": budget,
    }
