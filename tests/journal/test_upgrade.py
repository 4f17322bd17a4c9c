"""A journal of the first release is brought up to date, and loses nothing on the way."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from journal_children import CHILDREN, open_and_close, run_together
from journal_factory import key_of, needs_of, request_of, terms_of

from seedwise.errors import ConfigError
from seedwise.identity import canonical
from seedwise.journal import SCHEMA_VERSION, Journal
from seedwise.records import Choice, Response

VERSION_1 = (
    "CREATE TABLE journal_versions (version INTEGER NOT NULL, PRIMARY KEY (version))",
    """CREATE TABLE responses (
        key VARCHAR(64) NOT NULL, created_at VARCHAR(32) NOT NULL, status VARCHAR(16) NOT NULL,
        model TEXT NOT NULL, request TEXT NOT NULL, raw {blob} NOT NULL, choices TEXT NOT NULL,
        prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, cost {double},
        seconds {double} NOT NULL, PRIMARY KEY (key))""",
    "CREATE INDEX ix_responses_created_at ON responses (created_at)",
    "INSERT INTO journal_versions VALUES (1)",
)
"""The tables as the first release made them."""

ROW = sa.text(
    "INSERT INTO responses VALUES (:key, '2026-01-02T03:04:05.678+00:00', 'complete', 'm', :request, :raw, "
    """'[["one","stop"],["two","stop"]]', 11, 7, 0.5, 1.5)"""
)
NAMES = "abc"


def make_version_1(url: str) -> None:
    engine = sa.create_engine(url)
    is_sqlite = url.startswith("sqlite")
    types = {"blob": "BLOB", "double": "FLOAT"} if is_sqlite else {"blob": "BYTEA", "double": "FLOAT(53)"}
    with engine.begin() as connection:
        for statement in VERSION_1:
            connection.execute(sa.text(statement.format_map(types)))
        for request in map(request_of, NAMES):
            kept = json.dumps(canonical(request), sort_keys=True, separators=(",", ":"))
            connection.execute(ROW, {"key": request.key, "request": kept, "raw": b"\x00body"})
    engine.dispose()


def rows_of(url: str, query: str) -> list[tuple]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(sa.text(query))]
    engine.dispose()
    return rows


def test_every_response_is_found_as_it_was(journal_url):
    make_version_1(journal_url)
    with Journal(journal_url) as journal:
        found = journal.find(map(key_of, NAMES))
        raw = journal.read_raw(key_of("a"))
    choices = (Choice("one", "stop"), Choice("two", "stop"))
    assert found == {key_of(n): Response(key_of(n), choices, 11, 7, 0.5, 1.5, reused=True) for n in NAMES}
    assert raw == b"\x00body"


def test_old_rows_get_what_new_rows_have(journal_url):
    make_version_1(journal_url)
    other = request_of("a", max_tokens=8)
    with Journal(journal_url) as journal:
        journal.record(other, Response(other.key, (), 0, 0, None, 0.0))
    columns = "content, served_model, budget, created_at"
    [old] = rows_of(journal_url, f"SELECT {columns} FROM responses WHERE key = '{key_of('a')}'")
    [new] = rows_of(journal_url, f"SELECT {columns} FROM responses WHERE key = '{other.key}'")
    assert old[0] == new[0] != ""  # the same content under another sampling
    assert old[1:] == ("", "", "2026-01-02T03:04:05.678+00:00")
    contents = rows_of(journal_url, "SELECT DISTINCT content FROM responses")
    assert len(contents) == len(NAMES)


def test_everything_new_works_on_an_old_journal(journal_url):
    make_version_1(journal_url)
    with Journal(journal_url) as journal:
        admission = journal.admit(needs_of("ad"), terms_of())
    assert set(admission.answered) == {key_of("a")}
    assert set(admission.starts) == {key_of("d")}
    assert rows_of(journal_url, "SELECT version FROM journal_versions") == [(SCHEMA_VERSION,)]


def test_opening_it_again_changes_nothing(journal_url):
    make_version_1(journal_url)
    Journal(journal_url).close()
    before = rows_of(journal_url, "SELECT * FROM responses ORDER BY key")
    Journal(journal_url).close()
    assert rows_of(journal_url, "SELECT * FROM responses ORDER BY key") == before


def test_an_empty_old_journal_is_upgraded_too(journal_url):
    make_version_1(journal_url)
    engine = sa.create_engine(journal_url)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM responses"))
    engine.dispose()
    with Journal(journal_url) as journal:
        assert journal.count() == 0


def test_several_processes_upgrade_one_journal_together(journal_url):
    make_version_1(journal_url)
    run_together(open_and_close, 3, journal_url, CHILDREN.Barrier(3))
    with Journal(journal_url) as journal:
        assert journal.count() == len(NAMES)


def test_an_upgrade_that_is_cut_short_is_made_again(tmp_path: Path, monkeypatch):
    """Everything or nothing: the tables, the columns and the version are one transaction."""
    url = f"sqlite:///{tmp_path / 'journal.db'}"
    make_version_1(url)
    with monkeypatch.context() as patch:
        patch.setattr("seedwise.journal.schema.content_digest", interrupt)
        with pytest.raises(KeyboardInterrupt):
            Journal(url)
    assert rows_of(url, "SELECT version FROM journal_versions") == [(1,)]
    with Journal(url) as journal:
        assert set(journal.find([key_of("a")])) == {key_of("a")}


def interrupt(_request: object) -> str:
    raise KeyboardInterrupt


def test_a_journal_of_a_later_release_is_left_as_it_is(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'journal.db'}"
    Journal(url).close()
    with sqlite3.connect(tmp_path / "journal.db") as connection:
        connection.execute(f"UPDATE journal_versions SET version = {SCHEMA_VERSION + 1}")
    connection.close()
    before = rows_of(url, "SELECT name, sql FROM sqlite_master ORDER BY name")
    with pytest.raises(ConfigError, match=rf"schema version \[{SCHEMA_VERSION + 1}\]"):
        Journal(url)
    assert rows_of(url, "SELECT name, sql FROM sqlite_master ORDER BY name") == before
