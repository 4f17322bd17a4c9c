"""What other processes do to a journal that tests share with them; quick to import."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from typing import Any

from journal_factory import answer, entry_of, key_of, needs_of, terms_of

from seedwise.journal import Caps, Journal

CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["seedwise.journal"])


def run_together(work: Callable[..., None], count: int, *arguments: Any) -> None:
    """Do some work in several processes, which have ended well when this returns."""
    children = [CHILDREN.Process(target=work, args=(number, *arguments)) for number in range(count)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * count


def open_and_close(_number: int, url: str, ready: Any) -> None:
    ready.wait()
    Journal(url).close()


def claim_and_wait(url: str, names: str, is_claimed: Any) -> None:
    with Journal(url) as journal:
        journal.admit(needs_of(names), terms_of())
        is_claimed.set()
        time.sleep(600)


def claim_and_leave(_number: int, url: str, names: str, caps: Caps) -> None:
    with Journal(url) as journal:
        journal.admit(needs_of(names), terms_of(caps=caps))


def ask_for_all(number: int, url: str, orders: list[list[str]], asked: Any, ready: Any) -> None:
    """Ask in an order of one's own, a few at a time, until all are answered; tell what was asked."""
    missing = orders[number]
    with Journal(url) as journal:
        terms = terms_of()
        ready.wait()
        while missing:
            some, missing = missing[:7], missing[7:]
            admission = journal.admit(needs_of(some), terms)
            mine = [name for name in some if key_of(name) in admission.starts]
            answer(journal, terms, *mine)
            asked.put(mine)
            missing += [name for name in some if key_of(name) in admission.held]


def ask_while_there_is_room(number: int, url: str, caps: Caps, tokens: int, asked: Any) -> None:
    """Ask for one's own names, three at a time, until the budget has no room; tell how many were asked."""
    count, is_over = 0, False
    with Journal(url) as journal:
        terms = terms_of(caps=caps)
        while not is_over:
            names = [f"{number}-{count + i}" for i in range(3)]
            admission = journal.admit(needs_of(names, tokens), terms)
            mine = [name for name in names if key_of(name) in admission.starts]
            answer(journal, terms, *mine, tokens=tokens)
            count, is_over = count + len(mine), not mine and admission.is_final
    asked.put(count)


def record_many(number: int, url: str, count: int) -> None:
    """Record responses of one's own, and one that all record."""
    with Journal(url) as journal:
        for name in (*(f"{number}-{i}" for i in range(count)), "shared"):
            entry = entry_of(name)
            journal.record(entry.request, entry.response)
