"""What only a PostgreSQL journal does: connections that break, locks held crosswise, passwords."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from journal_factory import answer, entry_of, fail, key_of, needs_of, terms_of

from seedwise.errors import ConfigError
from seedwise.journal import Caps, Journal, Pace, Spent
from seedwise.journal.admission import admit
from seedwise.journal.pace import schedule

END_ALL_OTHERS = sa.text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


def test_what_one_writes_another_finds_at_once(postgres_url):
    with Journal(postgres_url) as one, Journal(postgres_url) as other:
        answer(one, terms_of(), "a")
        assert other.find([key_of("a")])[key_of("a")].choices[0].text == "text for a"


def test_text_that_postgres_cannot_hold_comes_back_as_it_was(postgres_url):
    entry = entry_of("a", finish="st\x00op")
    with Journal(postgres_url) as journal:
        journal.record(entry.request, entry.response, b"\x00\xff")
        assert journal.find([key_of("a")])[key_of("a")].choices == entry.response.choices
        assert journal.read_raw(key_of("a")) == b"\x00\xff"


def test_a_server_that_is_not_there_is_explained_without_its_password(tmp_path):
    url = f"postgresql+psycopg2://me:very-secret@/journal?host={tmp_path}"
    with pytest.raises(ConfigError) as caught:
        Journal(url)
    assert "very-secret" not in str(caught.value)
    assert "PostgreSQL database within reach" in caught.value.expected


def test_a_connection_that_the_server_ends_is_explained(postgres_url, postgres_server):
    with Journal(postgres_url) as journal:
        journal.count()
        with postgres_server.connect() as admin:
            admin.execute(END_ALL_OTHERS)
        with pytest.raises(ConfigError, match="cannot be read"):
            journal.count()
        assert journal.count() == 0  # the next one is a new connection


def test_writers_that_block_each_other_try_again(postgres_url):
    """Each holds what the other wants next; the server ends one, and that one begins anew."""
    both_hold = threading.Barrier(2)
    tries = []

    def update(first: str, second: str):
        def work(connection: sa.Connection) -> None:
            tries.append(first)
            touch(connection, first)
            if len(tries) <= 2:
                both_hold.wait(30)
            touch(connection, second)

        return work

    with Journal(postgres_url) as journal:
        answer(journal, terms_of(), "a", "b")
        other = threading.Thread(target=journal.database.write, args=(update("b", "a"),))
        other.start()
        journal.database.write(update("a", "b"))
        other.join()
    assert len(tries) == 3


def touch(connection: sa.Connection, name: str) -> None:
    connection.execute(
        sa.text("UPDATE responses SET seconds = seconds + 1 WHERE key = :key"), {"key": key_of(name)}
    )


def together(journal: Journal, first, second, *, before: str = "COMMIT") -> tuple[Any, Any]:
    """Begin a second transaction while a first waits before one of its statements; return both results."""
    is_waiting, may_go_on = threading.Event(), threading.Event()

    def wait(_connection, _cursor, statement: str, *_: object) -> None:
        if statement.startswith(before):
            is_waiting.set()
            may_go_on.wait(30)

    def work_and_wait(connection: sa.Connection) -> Any:
        sa.event.listen(connection, "before_cursor_execute", wait)
        result = first(connection)
        wait(connection, None, "COMMIT")
        return result

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(journal.database.write, work_and_wait)
        is_waiting.wait(30)
        other = pool.submit(journal.database.write, second)
        time.sleep(0.3)
        may_go_on.set()
        return one.result(), other.result()


def test_a_cap_counts_what_another_is_just_claiming(postgres_url):
    terms = [terms_of(caps=Caps(requests=5)) for _ in range(2)]
    with Journal(postgres_url) as journal:
        fail(journal, terms[0], "x", Spent())
        first, second = together(
            journal,
            lambda connection: admit(connection, needs_of("abcd"), terms[0]),
            lambda connection: admit(connection, needs_of("efgh"), terms[1]),
        )
    assert (len(first.starts), len(second.starts)) == (4, 1)


def test_a_start_is_given_to_one(postgres_url):
    with Journal(postgres_url) as journal:
        pace, now = Pace(requests=60), 1_700_000_000.0
        journal.database.write(lambda connection: schedule(connection, "m", pace, [0], now))
        first, second = together(
            journal,
            lambda connection: schedule(connection, "m", pace, [0, 0], now),
            lambda connection: schedule(connection, "m", pace, [0], now),
            before="UPDATE paces",
        )
    assert [round(moment - now, 3) for moment in (*first, *second)] == [1, 2, 3]


def test_a_key_that_another_is_just_claiming_is_held(postgres_url):
    terms = [terms_of(), terms_of()]
    with Journal(postgres_url) as journal:
        first, second = together(
            journal,
            lambda connection: admit(connection, needs_of("ab"), terms[0]),
            lambda connection: admit(connection, needs_of("bc"), terms[1]),
        )
    assert set(first.starts) == {key_of("a"), key_of("b")}
    assert (set(second.starts), second.held) == ({key_of("c")}, {key_of("b")})


def test_a_schema_of_one_s_own_keeps_journals_apart(postgres_url, postgres_server):
    with postgres_server.connect() as admin:
        admin.execute(sa.text("CREATE SCHEMA IF NOT EXISTS elsewhere"))
    elsewhere = sa.make_url(postgres_url).update_query_dict({"options": "-csearch_path=elsewhere"})
    with Journal(postgres_url) as one, Journal(elsewhere.render_as_string(hide_password=False)) as other:
        answer(one, terms_of(), "a")
        assert (one.count(), other.count()) == (1, 0)
