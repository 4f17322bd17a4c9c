"""The contents of a journal as sheets."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from seedwise.commands.sheets import Sheet
from seedwise.journal import Bulk, Contents
from seedwise.journal.contents import Holding
from seedwise.plan.numbers import show_money

_DAY = 10
_MINUTE = 16


def contents_sheets(contents: Contents) -> Iterator[Sheet]:
    """Lay out what a journal holds: a sheet a model and address, then what else there is."""
    for (model, base_url), some in groupby(contents.holdings, key=lambda h: (h.model, h.base_url)):
        yield _holdings_sheet(model, base_url, list(some))
    yield from _other_sheets(contents)


def head_line(contents: Contents) -> str:
    """Say in a line where the journal is and how much it holds."""
    responses = sum(holding.responses for holding in contents.holdings)
    size = "" if contents.size is None else f", {_show_size(contents.size)}"
    return f"journal {contents.place.removeprefix('sqlite:///')}: {responses:,} responses{size}"


def tell_bulk(bulk: Bulk) -> str:
    """Say how much some responses are, and what they had cost."""
    amount = f"{bulk.responses:,} responses, {bulk.answers:,} answers, {bulk.tokens:,} tokens"
    failures = f"; with them the notes on {bulk.failures:,} failed tries" if bulk.failures else ""
    return f"{amount}; cost: {_show_cost(bulk.cost, bulk.unpriced, bulk.responses)}{failures}"


def _holdings_sheet(model: str, base_url: str, holdings: list[Holding]) -> Sheet:
    columns = ("budget", "status", "responses", "answers", "tokens", "cost", "first", "last")
    rows = [
        (
            holding.budget or "–",
            holding.status,
            f"{holding.responses:,}",
            f"{holding.answers:,}",
            f"{holding.tokens:,}",
            _show_cost(holding.cost, holding.unpriced, holding.responses),
            holding.first[:_DAY],
            holding.last[:_DAY],
        )
        for holding in holdings
    ]
    where = f" at {base_url}" if base_url else ""
    numbers = frozenset({"responses", "answers", "tokens", "cost"})
    return Sheet(f"{model}{where}", columns, rows, numbers, details=frozenset({"first"}))


def _other_sheets(contents: Contents) -> Iterator[Sheet]:
    if contents.accounts:
        yield _accounts_sheet(contents)
    if contents.failures:
        failures = [(f.fault, f"{f.tries:,}", _show_moment(f.last)) for f in contents.failures]
        yield Sheet("Failed tries", ("fault", "tries", "last"), failures, frozenset({"tries"}))
    if contents.claimants:
        yield _claims_sheet(contents)
    if contents.jobs:
        yield _jobs_sheet(contents)


def _accounts_sheet(contents: Contents) -> Sheet:
    rows = [
        (
            account.budget or "–",
            f"{account.spent.requests:,}",
            f"{account.spent.tokens:,}",
            _show_cost(account.spent.cost, account.spent.unpriced, account.spent.requests),
        )
        for account in contents.accounts
    ]
    columns = ("budget", "requests", "tokens", "cost")
    return Sheet("Used by each budget so far", columns, rows, frozenset(columns[1:]))


def _claims_sheet(contents: Contents) -> Sheet:
    rows = [
        (f"{c.pid} on {c.machine}", c.life.value, f"{c.requests:,}", f"{c.tokens:,}", c.budget or "–")
        for c in contents.claimants
    ]
    columns = ("process", "state", "requests", "tokens at most", "budget")
    return Sheet("Under way", columns, rows, frozenset({"requests", "tokens at most"}))


def _jobs_sheet(contents: Contents) -> Sheet:
    rows = [
        (job.name or "–", job.id, job.model, job.status, f"{job.requests:,}", _show_moment(job.created))
        for job in contents.jobs
    ]
    columns = ("job", "our id", "model", "status", "not answered", "since")
    details = frozenset({"our id", "since"})
    return Sheet("Open batch jobs", columns, rows, frozenset({"not answered"}), details)


def _show_cost(cost: float, unpriced: int, responses: int) -> str:
    if unpriced and unpriced == responses:
        return "unknown"
    return show_money(cost) + (f" + {unpriced:,} unknown" if unpriced else "")


def _show_moment(moment: str) -> str:
    return moment[:_MINUTE].replace("T", " ")


def _show_size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:,.0f} kB"
