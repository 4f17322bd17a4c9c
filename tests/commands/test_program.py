"""What is printed for a person to type calls this very program."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from rich.console import Console

from seedwise import cli
from seedwise.commands import run
from seedwise.commands.program import called_as
from seedwise.config import RunConfig


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a program in `my tools` and in `bin`, neither of which is on PATH."""
    for name in ("bin", "my tools"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "seedwise").write_text("#!/bin/sh\n")
        (tmp_path / name / "seedwise").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def call_by(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [path])


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("bin/seedwise", "bin/seedwise"),
        ("./bin/seedwise", "./bin/seedwise"),
        ("my tools/seedwise", "'my tools/seedwise'"),
        ("-c", "seedwise"),
    ],
)
def test_a_program_that_is_not_on_the_path_is_named_as_typed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, typed: str, printed: str
) -> None:
    call_by(typed, monkeypatch)
    assert called_as() == printed


def test_the_program_on_the_path_is_named_short_and_no_other(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(folder / "bin"))
    call_by("bin/seedwise", monkeypatch)
    assert called_as() == "seedwise"
    call_by(str(folder / "bin" / "seedwise"), monkeypatch)
    assert called_as() == "seedwise"
    call_by("my tools/seedwise", monkeypatch)
    assert called_as() == "'my tools/seedwise'"


def test_ctrl_c_tells_the_command_that_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    call_by("bin/seedwise", monkeypatch)
    monkeypatch.setattr(run, "assemble_config", interrupt)
    with pytest.raises(SystemExit) as stop:
        cli.main(["run", "--preset", "demo"])
    assert stop.value.code == 130
    assert "  bin/seedwise run --preset demo\n" in capsys.readouterr().err


def test_the_end_of_a_run_names_commands_that_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call_by("bin/seedwise", monkeypatch)
    monkeypatch.setattr("seedwise.report.load_report", lambda _: None)
    monkeypatch.setattr("seedwise.report.render_verdict", lambda *_: "verdict")
    run._conclude(Console(), Path("out/report.html"), RunConfig())
    lines = capsys.readouterr().out.splitlines()
    assert "again       bin/seedwise show out" in lines
    assert "open pages  make ui   (or: bin/seedwise ui)" in lines
