"""Writers take turns, and none reads what another is about to change."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from journal_factory import answer, terms_of

from seedwise.journal import Journal

READ = sa.text("SELECT sum(seconds) FROM responses")
ADD = sa.text("UPDATE responses SET seconds = seconds + 1")


@pytest.mark.parametrize("durable", [True, False])
def test_a_writer_waits_for_its_turn_before_it_reads(tmp_path, durable):
    """Two that had read first could not both write: one of them would have to begin again."""
    with Journal(f"sqlite:///{tmp_path / 'journal.db'}") as journal:
        answer(journal, terms_of(), "a")
        seen, has_read = [], threading.Event()

        def read_then_write(connection: sa.Connection) -> None:
            seen.append(connection.scalar(READ))
            has_read.wait(0.3)  # time for the other one to read, too, if it may
            connection.execute(ADD)

        writers = [
            threading.Thread(target=lambda: journal.database.write(read_then_write, durable=durable))
            for _ in range(2)
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
    assert seen == [0.5, 1.5]


def test_a_reader_waits_for_nobody(journal_url):
    with Journal(journal_url) as journal:
        answer(journal, terms_of(), "a")

        def write_and_look(connection: sa.Connection) -> float | None:
            connection.execute(ADD)
            return journal.database.read(lambda other: other.scalar(READ))

        assert journal.database.write(write_and_look) == 0.5
        assert journal.database.read(lambda connection: connection.scalar(READ)) == 1.5


def test_what_fails_half_way_leaves_nothing_behind(journal_url):
    with Journal(journal_url) as journal:
        answer(journal, terms_of(), "a")

        def write_and_fail(connection: sa.Connection) -> None:
            connection.execute(ADD)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            journal.database.write(write_and_fail)
        assert journal.database.read(lambda connection: connection.scalar(READ)) == 0.5
