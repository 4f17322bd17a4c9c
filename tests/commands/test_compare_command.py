"""`seedwise compare` as a user meets it."""

from __future__ import annotations

from pathlib import Path

import pytest
from invented_runs import write_run
from rich.console import Console

from seedwise import cli
from seedwise.commands import compare


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        cli.main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    assert isinstance(stop.value.code, int)
    return stop.value.code, out, err


def test_runs_are_tabled_for_the_next_program_and_a_page_is_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for size in (20, 50):
        write_run(tmp_path / f"s{size}", seeds__seed_size=size)
    code, out, err = run(capsys, "compare", tmp_path, "--out", tmp_path / "deep" / "page.html")
    assert code == 0
    lines = [line.split("\t") for line in out.splitlines()]
    assert ["s20", "1", "20"] in lines
    guided = [line for line in lines if line[:3] == ["s50", "guided", "xgboost"]]
    assert guided[0][4:6] == ["0.445 ± 0.010", "+0.040 [+0.030, +0.050] better"]
    assert "page.html" in err
    assert "WARNING" not in err
    assert "<figure" in (tmp_path / "deep" / "page.html").read_text(encoding="utf-8")


def test_a_terminal_gets_the_warnings_first_and_no_command_of_a_name(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folders = [write_run(tmp_path / "a\x1b[31m"), write_run(tmp_path / "b", test_rows=9)]
    code, out, err = run(capsys, "compare", *folders)
    assert code == 0
    assert err.startswith("WARNING: Not all of these runs can be compared")
    assert "\x1b" not in out + err


def test_a_folder_without_a_run_exits_2_with_a_remedy(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, err = run(capsys, "compare", tmp_path)
    assert (code, out) == (2, "")
    assert all(word in err for word in ("found:", "holds no run", "expected:", "remedy:"))
    assert run(capsys, "compare")[0] == 2


@pytest.mark.parametrize("width", [90, 130, 250])
def test_a_terminal_leaves_out_what_it_has_no_room_for_and_says_what(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, width: int
) -> None:
    folders = [write_run(tmp_path / name, prompt__hints=hints) for name, hints in (("a", 2), ("b", 4))]
    monkeypatch.setattr(
        compare, "Console", lambda: Console(force_terminal=True, width=width, color_system=None)
    )
    code, out, _ = run(capsys, "compare", *folders)
    assert code == 0
    assert max(map(len, out.splitlines())) <= width
    assert "+0.040 [+0.030, +0.050] better" in out
    assert ("No room here for: LLM" in out) == (width < 250)
    assert ("embedded/smollm2" in out) == (width == 250)
