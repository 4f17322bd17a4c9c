"""Admission: which requests may be asked now, decided in one transaction."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from seedwise.journal import claims, ledger, pace, responses
from seedwise.journal.ledger import NO_CAPS, NOTHING_SPENT, Caps, Spent
from seedwise.journal.pace import NO_PACE, Pace
from seedwise.records import Response


@dataclass(frozen=True, slots=True)
class Need:
    """A request's key and what it may use at most: tokens, and US dollars (0 where no price is known)."""

    key: str
    tokens: int
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which limits somebody asks.

    Attributes
    ----------
    owner : str
        Who asks; see `seedwise.journal.owner`.
    budget : str
        Name under which everything used is counted.
    caps : Caps
        What the budget may use.
    model : str
        Name under which the pace is kept.
    pace : Pace
        Requests and tokens a minute.
    """

    owner: str
    budget: str = ""
    caps: Caps = NO_CAPS
    model: str = ""
    pace: Pace = NO_PACE


@dataclass(frozen=True, slots=True)
class Admission:
    """What became of the requests that somebody wants to ask.

    Attributes
    ----------
    starts : mapping of str to float
        Keys that are claimed now, each with the seconds from now after which it may be sent.
    answered : mapping of str to Response
        Keys that the journal has come to hold.
    held : frozenset of str
        Keys that are being asked for already.
    barred : frozenset of str
        Keys for which the budget has no room beside what is under way.
    spent : Spent
        What the budget has used when keys were barred, requests under way aside.
    is_final : bool
        Whether nothing is under way in the budget that could make room for what is barred.
    recovered : int
        Answers that killed processes of this machine had got, and that the journal has come to hold.
    """

    starts: Mapping[str, float]
    answered: Mapping[str, Response]
    held: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    spent: Spent = NOTHING_SPENT
    is_final: bool = False
    recovered: int = 0


def admit(
    connection: sa.Connection, needs: Sequence[Need], terms: Terms, gone: Collection[str] = ()
) -> Admission:
    """Claim what may be asked now; see `seedwise.journal.Journal.admit` and `claims.drop_lapsed`."""
    now = claims.read_clock(connection, time.time())
    claims.drop_lapsed(connection, now, gone)
    used = ledger.lock_spent(connection, terms.budget) if terms.caps else Spent()
    free = _find_free(connection, needs, terms)
    uses = [Spent(1, need.tokens, need.cost) for need in free]
    room = ledger.fitting(uses, used, terms.caps)
    asked, answered = _claim(connection, needs, free[:room], terms, now)
    settled = {*asked, *answered, *(need.key for need in free[room:])}
    spent = ledger.read_spent(connection, terms.budget) if room < len(free) else Spent()
    return Admission(
        starts=_schedule(connection, asked, terms, now),
        answered=answered,
        held=frozenset(need.key for need in needs if need.key not in settled),
        barred=frozenset(need.key for need in free[room:]) - set(answered),
        spent=spent,
        is_final=room == 0 and used.requests == spent.requests,
    )


def _find_free(connection: sa.Connection, needs: Sequence[Need], terms: Terms) -> list[Need]:
    """Find what nobody has claimed; under caps, what is answered must take no room from the others."""
    keys = [need.key for need in needs]
    settled = {*claims.find_owners(connection, keys)}
    if terms.caps:
        settled |= responses.find_responses(connection, keys).keys()
    return [need for need in needs if need.key not in settled]


def _claim(
    connection: sa.Connection, needs: Sequence[Need], wanted: Sequence[Need], terms: Terms, now: float
) -> tuple[dict[str, Need], dict[str, Response]]:
    """Claim what is wanted; return what is ours to ask for, and what turned out to be answered."""
    claims.insert_claims(connection, [_claim_row(need, terms, now) for need in wanted])
    owners = claims.find_owners(connection, [need.key for need in wanted])
    mine = {need.key: need for need in wanted if owners.get(need.key) == terms.owner}
    # Looked up after the claim: what another has answered in between is seen either way.
    answered = responses.find_responses(connection, [need.key for need in needs])
    claims.release(connection, [key for key in mine if key in answered], terms.owner)
    return {key: need for key, need in mine.items() if key not in answered}, answered


def _claim_row(need: Need, terms: Terms, now: float) -> dict[str, object]:
    return {
        "key": need.key,
        "owner": terms.owner,
        "budget": terms.budget,
        "tokens": need.tokens,
        "cost": need.cost,
        "expires_at": now + claims.LEASE_SECONDS,
    }


def _schedule(
    connection: sa.Connection, asked: Mapping[str, Need], terms: Terms, now: float
) -> dict[str, float]:
    if not terms.pace or not asked:
        return dict.fromkeys(asked, 0.0)
    tokens = [need.tokens for need in asked.values()]
    starts = pace.schedule(connection, terms.model, terms.pace, tokens, now)
    return {key: start - now for key, start in zip(asked, starts, strict=True)}
