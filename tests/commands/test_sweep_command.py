"""`seedwise sweep` on the command line: its settings, what it shows, how it ends."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from seedwise import cli
from seedwise.commands.board import shown_board
from seedwise.commands.grid import Asked, assemble_sweep
from seedwise.config import ExperimentConfig, SweepConfig
from seedwise.errors import BudgetError, ConfigError, UserError
from seedwise.sweep import Outcome, plan_cells
from seedwise.sweep.board import Board


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str, error: UserError | None = None) -> list[Asked]:
    """Call the command with a runner that notes what it is asked; gives the exit code's checks to `main`."""
    asked: list[Asked] = []

    def run(grid, config, settings):
        asked.append(Asked(grid, config, settings))
        if error:
            raise error

    monkeypatch.setattr("seedwise.commands.sweep.load_runner", lambda name: run)
    with pytest.raises(SystemExit) as stop:
        cli.main(["sweep", *arguments])
    assert stop.value.code == (error.exit_code if error else 0)
    return asked


def test_flags_of_grid_experiment_and_run_reach_their_settings(monkeypatch, capsys):
    flags = ["--seed-sizes", "60,100", "--draws", "2", "--llms", "a/x,b/y", "--where", "here"]
    more = ["--vary", "prompt.hints=1,3", "--exemplars", "2", "--max-cost", "1.5", "--again"]
    (asked,) = call(monkeypatch, "--preset", "smoke", *flags, *more)
    assert asked.grid == SweepConfig(
        seed_sizes=(60, 100),
        draws=2,
        llms=("a/x", "b/y"),
        vary={"prompt.hints": (1, 3)},
        where="here",
        again=True,
    )
    assert asked.config.prompt.exemplars == 2
    assert asked.config.linguistics.token_budget == 60, "the preset's"
    assert asked.run.max_cost == 1.5
    assert "8 cells of 2 draws each, 60, 100 seeds" in capsys.readouterr().out


def test_a_file_has_a_section_of_its_own_for_the_sweep_and_flags_win(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        '[sweep]\nseed_sizes = [40, 80]\ndraws = 5\n[sweep.vary]\n"prompt.form" = ["plain", "scaffold"]\n'
        "[prompt]\nhints = 7\nexemplars = 3\n"
    )
    asked = assemble_sweep("", file, (), {"sweep__draws": "2", "prompt__exemplars": "1"})
    assert (asked.grid.seed_sizes, asked.grid.draws) == ((40, 80), 2)
    assert asked.grid.vary == {"prompt.form": ("plain", "scaffold")}
    assert (asked.config.prompt.hints, asked.config.prompt.exemplars) == (7, 1)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("prompt.hints=1,3", (1, 3)),
        ("screen.agreement=0,.4", ("0", ".4")),
        ("prompt.form=plain, scaffold", ("plain", "scaffold")),
        ("prompt.attributes=true,false", (True, False)),
        ("evaluate.added=[50],[50,100]", ([50], [50, 100])),
    ],
)
def test_values_to_vary_are_read_as_json_or_as_words(text: str, values: tuple[object, ...]) -> None:
    grid = assemble_sweep("", None, (text,), {}).grid
    assert grid.vary == {text.partition("=")[0]: values}
    assert len(plan_cells(grid, ExperimentConfig())) == 3 * len(values)


@pytest.mark.parametrize("text", ["prompt.hints", "prompt.hints="])
def test_values_to_vary_must_be_there(text: str) -> None:
    with pytest.raises(ConfigError, match="--vary prompt"):
        assemble_sweep("", None, (text,), {})


def test_an_own_file_is_named_by_its_whole_path(tmp_path: Path) -> None:
    (tmp_path / "posts.csv").touch()  # the test stands in this folder
    assert assemble_sweep("", None, (), {"data__dataset": "posts.csv"}).config.data.dataset == str(
        tmp_path / "posts.csv"
    )
    assert assemble_sweep("", None, (), {}).config.data.dataset == "auto"


def test_own_files_that_are_varied_are_named_by_their_whole_paths(tmp_path: Path) -> None:
    (tmp_path / "posts.csv").touch()
    grid = assemble_sweep("", None, (), {"sweep__datasets": "posts.csv,auto"}).grid
    assert grid.datasets == (str(tmp_path / "posts.csv"), "auto")


def test_a_setting_varied_twice_keeps_all_its_values() -> None:
    assert assemble_sweep("", None, ("prompt.hints=1", "prompt.hints=3"), {}).grid.vary == {
        "prompt.hints": (1, 3)
    }


@pytest.mark.parametrize("kind", [UserError, BudgetError])
def test_it_ends_as_the_sweep_does(monkeypatch, capsys, kind):
    call(monkeypatch, error=kind(found="1 of 2 cells", expected="all", remedy="mend"))
    assert "found:    1 of 2 cells" in capsys.readouterr().err


@pytest.mark.parametrize("flag", ["--seed-size", "--sweep"])
def test_what_the_sweep_decides_itself_is_no_flag(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["sweep", flag, "60"])
    assert stop.value.code == 2


@pytest.mark.parametrize("is_terminal", [True, False])
def test_the_board_tells_every_change_once(is_terminal: bool) -> None:
    one, other = plan_cells(SweepConfig(seed_sizes=(60, 90)), ExperimentConfig())
    screen = Console(file=io.StringIO(), force_terminal=is_terminal, width=100, _environ={})
    with shown_board(screen, is_on=True):
        board = Board([one, other])
        for _ in range(3):
            board.begin(one)
        board.end(Outcome(one, "finished", Path("out"), seconds=12.3))
        board.end(Outcome(other, "failed", message="found:    [b]too many[/b]\nexpected: fewer"))
    assert isinstance(screen.file, io.StringIO)
    text = screen.file.getvalue()
    assert "[b]too many[/b]" in text
    if not is_terminal:
        assert text.splitlines() == [
            "60 seeds: running",
            "60 seeds: finished in 12 s",
            "90 seeds: failed",
            "  found:    [b]too many[/b]",
            "  expected: fewer",
        ]
