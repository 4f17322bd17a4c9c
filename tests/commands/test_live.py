"""Progress as a terminal shows it, and as plain lines."""

from __future__ import annotations

import io
import logging
import logging.config

import pytest
from rich.console import Console
from rich.text import Text

from seedwise.commands import live
from seedwise.commands.live import shown_progress
from seedwise.progress import announce, tell


def console(*, is_terminal: bool, width: int = 100) -> Console:
    return Console(
        file=io.StringIO(), force_terminal=is_terminal, width=width, legacy_windows=False, _environ={}
    )


def text_of(screen: Console) -> str:
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def test_the_bars_outlive_a_configuration_of_logging() -> None:
    """Prefect configures logging when it is imported, which closes every handler that there is."""
    screen = console(is_terminal=True)
    with shown_progress(screen, is_on=True):
        logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})
        announce("naive, draw 0", every=0)(3, 8, "2.0/s · $0.20 · 0:45 left")
    assert "naive, draw 0" in text_of(screen)
    assert "3/8" in text_of(screen)
    assert "2.0/s · $0.20 · 0:45 left" in text_of(screen)


def test_a_note_too_long_for_the_line_is_cut() -> None:
    screen = console(is_terminal=True, width=80)
    with shown_progress(screen, is_on=True):
        announce("naive, draw 0")(8, 8, "x" * 80)
    assert "x…" in text_of(screen)
    lines = Text.from_ansi(text_of(screen)).plain.splitlines()
    assert max(map(len, lines)) < 79


def test_words_that_look_like_markup_are_shown_as_they_are() -> None:
    for is_terminal in (True, False):
        screen = console(is_terminal=is_terminal)
        with shown_progress(screen, is_on=True):
            tell("[bold]not bold[/bold]")
        assert "[bold]not bold[/bold]" in text_of(screen)


def test_elsewhere_there_is_a_line_a_tenth() -> None:
    screen = console(is_terminal=False)
    with shown_progress(screen, is_on=True):
        report = announce("naive, draw 0", every=0)
        for done in range(101):
            report(done, 100, "fine")
    assert text_of(screen).splitlines() == [f"naive, draw 0: {10 * i}/100 fine" for i in range(11)]


def test_a_long_silence_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_QUIET_SECONDS", 0.0)
    screen = console(is_terminal=False)
    with shown_progress(screen, is_on=True):
        report = announce("naive, draw 0", every=0)
        for note in ("limit 9", "provider asks for 12 s of patience"):
            report(5, 100, note)
        for _ in range(3):
            report(100, 100, "done")
    assert text_of(screen).splitlines() == [
        "naive, draw 0: 5/100 limit 9",
        "naive, draw 0: 5/100 provider asks for 12 s of patience",
        "naive, draw 0: 100/100 done",
    ]


def test_nothing_is_shown_when_that_is_wanted() -> None:
    screen = console(is_terminal=False)
    with shown_progress(screen, is_on=False):
        announce("naive, draw 0")(1, 2)
    assert text_of(screen) == ""
