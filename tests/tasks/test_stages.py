"""Where a run is, as its page tells it."""

from __future__ import annotations

import logging

import pytest

from seedwise.progress import LOGGER, Step, announce
from tasks import stages
from tasks.stages import STAGES, note_stage, told_whereabouts


class Page:
    """Takes the place of the bar on the page."""

    def __init__(self, key: str) -> None:
        self.told: list[tuple[float, str]] = []

    def show(self, percent: float, words: str, *, at_once: bool = False) -> None:
        self.told.append((round(percent, 1), words))


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    page = Page("progress")
    monkeypatch.setattr(stages, "PageBar", lambda key: page)
    return page


def test_stages_steps_and_rows_are_told(page: Page) -> None:
    with told_whereabouts("progress"):
        note_stage("generate rows")
        announce("naive, draw 0")(12, 24)
        note_stage("generate rows")
        announce("guided, draw 0")(6, 24)
        note_stage("evaluate arms")
        note_stage("sample seeds")
    place = STAGES.index("generate rows")
    assert page.told[0] == (0.0, f"stage 1 of {len(STAGES)}: load data")
    assert page.told[2] == (
        round(100 * (place + 0.5) / len(STAGES), 1),
        f"stage {place + 1} of {len(STAGES)}: generate rows · naive, draw 0, 12 of 24 · 12 rows generated",
    )
    assert page.told[4][1].endswith("guided, draw 0, 6 of 24 · 18 rows generated")
    assert page.told[-2][1].startswith(f"stage {STAGES.index('evaluate arms') + 1} of")  # none comes again
    assert page.told[-1] == (100.0, f"all {len(STAGES)} stages done · 18 rows generated")
    percents = [percent for percent, _ in page.told]
    assert percents == sorted(percents)


def test_a_run_that_fails_leaves_the_page_where_it_was(page: Page) -> None:
    def fail() -> None:
        with told_whereabouts("progress"):
            note_stage("evaluate arms")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert page.told[-1][0] == round(100 * STAGES.index("evaluate arms") / len(STAGES), 1)


@pytest.mark.parametrize(("level", "heard"), [(logging.WARNING, 0), (logging.INFO, 1)])
def test_steps_fill_no_log_that_did_not_ask_for_them(
    page: Page, level: int, heard: int, caplog: pytest.LogCaptureFixture
) -> None:
    logger = logging.getLogger(LOGGER)
    logger.setLevel(level)
    try:
        with told_whereabouts("progress"):
            logger.info("step", extra={"step": Step("evaluation", 1, 2)})
            logger.warning("read this")
        assert logger.level == level
    finally:
        logger.setLevel(logging.NOTSET)
    assert page.told[1][1].endswith("evaluation, 1 of 2")
    assert caplog.messages == ["step"] * heard + ["read this"]


def test_every_stage_is_a_task_of_that_name() -> None:
    """A renamed task would leave the page standing at the stage before."""
    from flows import experiment as module
    from tasks import audit, evaluate

    names = {
        value.name for room in (module, audit, evaluate) for value in vars(room).values() if is_task(value)
    }
    assert set(STAGES) <= names


def is_task(value: object) -> bool:
    from prefect import Task

    return isinstance(value, Task)
