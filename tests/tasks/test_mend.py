"""What a person can mend is told in words."""

from __future__ import annotations

import logging

import pytest

from seedwise.errors import DataError
from tasks import mend
from tasks.mend import failed_in_words, without_tracebacks

ERROR = DataError(found="no file a_b.csv", expected="a file", remedy="name another with `--data`")


def test_the_state_says_found_expected_and_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    pages: dict[str, str] = {}
    monkeypatch.setattr(
        mend, "create_markdown_artifact", lambda text, key, description: pages.update({key: text})
    )
    state = failed_in_words(ERROR)
    assert state.is_failed()
    assert state.message == str(ERROR)
    assert state.data is ERROR
    assert "**Found.** no file a\\_b.csv" in pages["what-to-mend"]
    assert "**What to do.** name another with \\`--data\\`" in pages["what-to-mend"]


def fail(logger: logging.Logger, error: Exception) -> None:
    """Log an error as Prefect does."""
    logger.error("Task run failed with exception: %r", error, exc_info=error)


def test_only_what_can_be_mended_loses_its_traceback(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(mend, "_LOGGERS", ["run"])  # those of Prefect send to a server
    logger = logging.getLogger("run")
    with without_tracebacks():
        fail(logger, ERROR)
        fail(logger, ZeroDivisionError("a bug"))
    fail(logger, ERROR)
    mended, bug, afterwards = caplog.records
    assert (mended.getMessage(), mended.exc_info) == (str(ERROR), None)
    assert "a bug" in bug.getMessage()
    assert bug.exc_info
    assert afterwards.exc_info


def test_lines_of_what_was_found_stay_lines() -> None:
    assert mend._escaped("1 of 2 cells:\n  60 seeds: failed") == "1 of 2 cells:  \n60 seeds: failed"
