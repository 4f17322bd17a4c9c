"""The journal keeps what it is given, for good, for all who share it."""

from __future__ import annotations

import itertools
import json
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from journal_children import record_many, run_together
from journal_factory import request_of

from seedwise.errors import ConfigError
from seedwise.journal import Journal, summarise
from seedwise.records import Choice, Request, Response


def response_to(request: Request, *texts: str, cost: float | None = 0.5) -> Response:
    choices = tuple(Choice(text, "stop") for text in texts or ("fine",))
    return Response(request.key, choices, 11, 7, cost=cost, seconds=1.5)


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'journal.db'}"


def test_what_is_recorded_is_found_by_whoever_opens_it_next(journal_url):
    request = request_of("a")
    with Journal(journal_url) as journal:
        journal.record(request, response_to(request, "one", "two"), b'{"body": 1}')
    with Journal(journal_url) as journal:
        found = journal.find([request.key, "unknown"])
        assert journal.read_raw(request.key) == b'{"body": 1}'
    expected = Response(
        request.key, (Choice("one", "stop"), Choice("two", "stop")), 11, 7, 0.5, 1.5, reused=True
    )
    assert found == {request.key: expected}


def test_the_first_response_of_a_key_stays(journal_url):
    request = request_of("a")
    with Journal(journal_url) as journal:
        journal.record(request, response_to(request, "first"))
        journal.record(request, response_to(request, "second"))
        assert journal.find([request.key])[request.key].choices[0].text == "first"
        assert journal.count() == 1


def test_an_unknown_price_stays_unknown(journal_url):
    request = request_of("a")
    with Journal(journal_url) as journal:
        journal.record(request, response_to(request, cost=None))
        assert journal.find([request.key])[request.key].cost is None


def test_the_whole_request_is_kept(journal_url):
    request = request_of("a")
    with Journal(journal_url) as journal:
        journal.record(request, response_to(request))
        [kept] = journal.database.read(lambda c: c.scalars(sa.text("SELECT request FROM responses")).all())
    assert json.loads(kept)["sampling"]["max_tokens"] == 64
    assert json.loads(kept)["prompt"]["messages"][0]["content"] == "a"


def test_more_keys_than_a_query_holds_are_found(journal_url):
    requests = [request_of(str(i)) for i in range(1203)]
    with Journal(journal_url) as journal:
        journal.record(requests[0], response_to(requests[0]))
        journal.record(requests[1202], response_to(requests[1202]))
        found = journal.find(request.key for request in requests)
    assert set(found) == {requests[0].key, requests[1202].key}


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """One journal for many examples, each of a key of its own."""
    with Journal(url_of(tmp_path_factory.mktemp("journal"))) as opened:
        yield opened


NUMBERS = itertools.count()
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


@given(st.lists(ANY_TEXT, max_size=3), st.binary())
def test_any_text_and_any_body_come_back_as_they_were(kept, texts, body):
    request = request_of(f"any {next(NUMBERS)}")
    choices = tuple(Choice(text, "stop") for text in texts)
    kept.record(request, Response(request.key, choices, 1, 1, None, 0.0), body)
    assert kept.find([request.key])[request.key].choices == choices
    assert kept.read_raw(request.key) == body


@pytest.mark.parametrize(
    ("choices", "status"),
    [
        ((), "empty"),
        ((Choice("", "stop"), Choice("a", "stop")), "empty"),
        ((Choice("a", "stop"), Choice("b", "length")), "truncated"),
        ((Choice("", "content_filter"), Choice("b", "length")), "filtered"),
        ((Choice("", "refusal"), Choice("b", "stop")), "refused"),
        ((Choice("", "failed"),), "failed"),
        ((Choice("a", "stop"),), "complete"),
    ],
)
def test_a_response_is_summed_up_by_its_worst_answer(choices, status):
    assert summarise(Response("k", choices, 1, 1, None, 0.0)) == status


def test_several_processes_write_to_one_journal_at_once(journal_url):
    run_together(record_many, 4, journal_url, 25)
    with Journal(journal_url) as journal:
        assert journal.count() == 4 * 25 + 1


def test_a_journal_of_another_version_is_refused(tmp_path):
    Journal(url_of(tmp_path)).close()
    with sqlite3.connect(tmp_path / "journal.db") as connection:
        connection.execute("UPDATE journal_versions SET version = 99")
    connection.close()
    with pytest.raises(ConfigError, match=r"schema version \[99\]"):
        Journal(url_of(tmp_path))


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "journal.db").write_text("Dear diary, today I was no database. " * 100)
    with pytest.raises(ConfigError, match="not a database"):
        Journal(url_of(tmp_path))
    assert (tmp_path / "journal.db").read_text().startswith("Dear diary")


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigError, match="cannot be opened"):
        Journal(url_of(tmp_path / "file" / "below"))


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "mysql://user@host/db", "journal.db", "postgresql+nothing://host/db"],
)
def test_a_url_that_names_no_lasting_journal_is_refused(url):
    with pytest.raises(ConfigError):
        Journal(url)


def test_a_password_in_the_url_is_not_shown():
    with pytest.raises(ConfigError) as caught:
        Journal("mysql://user:very-secret@host/db")
    assert "very-secret" not in str(caught.value)
