"""Pruning forgets what was chosen, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from journal_samples import keep, request_of

from seedwise.errors import ConfigError
from seedwise.journal import Bulk, Failure, Journal, Need, Spent, Terms, Which, parse_moment, prune, weigh
from seedwise.journal.schema import METADATA, RESPONSES


def rows_of(journal: Journal, *but: str) -> dict[str, list[tuple]]:
    """All rows of all tables, some aside."""

    def read(connection: sa.Connection) -> dict[str, list[tuple]]:
        return {
            table.name: sorted(map(tuple, connection.execute(sa.select(table))))
            for table in METADATA.sorted_tables
            if table.name not in but
        }

    return journal.database.read(read)


def date_back(journal: Journal, key: str, moment: str) -> None:
    change = sa.update(RESPONSES).where(RESPONSES.c.key == key).values(created_at=moment)
    journal.database.write(lambda connection: connection.execute(change))


def test_what_goes_and_what_it_had_cost_is_told_before_and_after(journal_url):
    with Journal(journal_url) as journal:
        keep(journal, request_of(0), request_of(1), budget="a")
        keep(journal, request_of(2), budget="a", cost=None)
        keep(journal, request_of(3), budget="b", cost=4.0)
        terms = Terms("nobody|1|1|x", "a")
        journal.settle(
            [], [Failure(request_of(0).key, "hang", "…"), Failure("other", "hang", "…")], terms, {}
        )
        expected = Bulk(responses=3, answers=6, tokens=54, cost=1.0, unpriced=1, failures=1)
        assert weigh(journal, Which(budget="a")) == expected
        assert journal.count() == 4
        assert prune(journal, Which(budget="a")) == expected
        assert set(journal.find(request_of(number).key for number in range(4))) == {request_of(3).key}
        assert weigh(journal, Which(budget="a")) == Bulk()


def test_ledger_claims_and_other_rows_stay(journal_url):
    with Journal(journal_url) as journal:
        keep(journal, request_of(0), budget="a", finish="length")
        keep(journal, request_of(1), budget="a")
        journal.admit([Need("under way", 10)], Terms(Journal.make_owner(), "a"))
        before = rows_of(journal, "responses")
        kept = journal.find([request_of(1).key])
        prune(journal, Which(status="truncated"))
        assert rows_of(journal, "responses") == before
        assert journal.find([request_of(0).key, request_of(1).key]) == kept
        assert journal.read_spent("a") == Spent(2, 36, 1.0)


def test_a_date_ends_before_its_first_moment(journal_url):
    with Journal(journal_url) as journal:
        keep(journal, request_of(0), request_of(1))
        date_back(journal, request_of(0).key, "2026-02-28T23:59:59.999+00:00")
        date_back(journal, request_of(1).key, "2026-03-01T00:00:00.000+00:00")
        prune(journal, Which(before=parse_moment("2026-03-01", "--before")))
        assert set(journal.find([request_of(0).key, request_of(1).key])) == {request_of(1).key}


CHOICES = st.builds(
    Which,
    model=st.sampled_from(["", "test/model", "another"]),
    budget=st.sampled_from([None, "", "a", "b"]),
    status=st.sampled_from(["", "complete", "truncated", "failed"]),
)


@settings(max_examples=25)
@given(CHOICES, st.lists(st.tuples(st.sampled_from(["", "a", "b"]), st.booleans()), max_size=6))
def test_exactly_the_chosen_responses_go(tmp_path_factory, which, kept):
    folder = tmp_path_factory.mktemp("journal")
    with Journal(f"sqlite:///{folder / 'journal.db'}") as journal:
        for number, (budget, is_cut) in enumerate(kept):
            keep(journal, request_of(number), budget=budget, finish="length" if is_cut else "stop")
        chosen = {
            request_of(number).key
            for number, (budget, is_cut) in enumerate(kept)
            if which.model in ("", "test/model")
            and which.budget in (None, budget)
            and which.status in ("", "truncated" if is_cut else "complete")
        }
        assert prune(journal, which).responses == len(chosen)
        keys = {request_of(number).key for number in range(len(kept))}
        assert set(journal.find(keys)) == keys - chosen


def test_the_space_of_what_is_gone_is_free_again(tmp_path: Path):
    file = tmp_path / "journal.db"
    with Journal(f"sqlite:///{file}") as journal:
        keep(journal, *(request_of(number) for number in range(300)), budget="a")
        keep(journal, request_of(300), budget="b")
        assert journal.database.compact()
        before = file.stat().st_size
        prune(journal, Which(budget="a"))
        assert journal.database.compact()
        assert file.stat().st_size < before / 3
        assert journal.count() == 1


def test_no_condition_is_no_choice():
    assert not Which()
    assert Which(budget="")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T12:30", datetime(2026, 3, 1, 12, 30, tzinfo=UTC)),
        ("2026-03-01T12:30+02:00", datetime(2026, 3, 1, 10, 30, tzinfo=UTC)),
    ],
)
def test_moments_are_utc_unless_they_say_otherwise(text, moment):
    assert parse_moment(text, "--before") == moment


def test_what_is_no_date_is_told_with_its_flag():
    with pytest.raises(ConfigError, match="--since 'last week'"):
        parse_moment("last week", "--since")
