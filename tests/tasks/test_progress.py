"""A progress artifact that is kept up to date, and never in the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from tasks import progress
from tasks.progress import shown_on_page


@dataclass
class Page:
    """Takes the place of Prefect's functions, and of the clock."""

    now: float = 1000.0
    is_broken: bool = False
    sent: list[tuple[float, str]] = field(default_factory=list)

    def create(self, percent: float, key: str, words: str) -> UUID:
        self.update(uuid4(), percent, words)
        return uuid4()

    def update(self, _id: UUID, percent: float, words: str) -> None:
        if self.is_broken:
            raise ConnectionError("no page")
        self.sent.append((percent, words))


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    page = Page()
    monkeypatch.setattr(progress, "create_progress_artifact", page.create)
    monkeypatch.setattr(progress, "update_progress_artifact", page.update)
    monkeypatch.setattr(progress.time, "monotonic", lambda: page.now)
    return page


def test_it_is_made_at_once_updated_every_two_seconds_and_full_at_the_end(page: Page) -> None:
    with shown_on_page("naive-draw-0", "naive, draw 0") as report:
        for done in range(1, 9):
            page.now += 0.5
            report(done, 16, "2.0/s")
    assert page.sent == [
        (0.0, "naive, draw 0"),
        (25.0, "naive, draw 0 · 4 of 16 rows · 2.0/s"),
        (50.0, "naive, draw 0 · 8 of 16 rows · 2.0/s"),
        (100.0, "naive, draw 0 · 8 of 16 rows · 2.0/s"),
    ]


def test_a_run_that_fails_leaves_it_where_it_was(page: Page) -> None:
    def fail() -> None:
        with shown_on_page("naive-draw-0", "naive") as report:
            page.now += 3
            report(4, 16)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert page.sent[-1] == (25.0, "naive · 4 of 16 rows")


def test_a_page_that_is_out_of_order_is_logged_left_alone_for_a_minute_and_tried_again(
    page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    page.is_broken = True
    with shown_on_page("naive-draw-0", "naive") as report:
        for _ in range(20):
            page.now += 2.5
            report(4, 16)
        assert caplog.messages == ["the progress in Prefect's pages stands still: no page"]
        page.is_broken = False
        page.now += 15
        report(5, 16)
    assert page.sent == [(31.25, "naive · 5 of 16 rows"), (100.0, "naive · 5 of 16 rows")]
