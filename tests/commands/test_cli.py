"""The command line as a user meets it: exit codes, messages, no traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from seedwise import cli
from seedwise.commands.flags import config_flags, given
from seedwise.config import ExperimentConfig
from seedwise.settings import preset_names


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        cli.main(list(arguments))
    out, err = capsys.readouterr()
    assert isinstance(stop.value.code, int)
    return stop.value.code, out, err


def test_every_setting_has_a_flag_of_its_own() -> None:
    names = [name for flag in config_flags() for name in flag.names]
    settings = sum(len(info.annotation.model_fields) for info in ExperimentConfig.model_fields.values())  # type: ignore[union-attr]
    assert len(config_flags()) == settings
    assert len(names) == len(set(names))
    assert {"--data", "--seed-size", "--llm", "--llm-base-url", "--arms", "--added", "--draws"} <= set(names)


def test_only_given_flags_are_collected_and_lists_are_split() -> None:
    values = {"evaluate__arms": "naive, guided", "seeds__draws": "2", "seeds__seed_size": None}
    assert given(values, config_flags()) == {
        "evaluate": {"arms": ["naive", "guided"]},
        "seeds": {"draws": "2"},
    }


def test_help_lists_the_commands_without_importing_anything_heavy() -> None:
    code = (
        "import sys; from seedwise import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit as stop: assert stop.code == 0\n"
        "heavy = ['pandas', 'sklearn', 'prefect', 'mlflow', 'litellm', 'shap', 'pydantic']\n"
        "print([module for module in heavy if module in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")
    assert "Run an experiment from seeds to verdict." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "--seed-size", "3"], ["found:", "seeds.seed_size", "expected:", "remedy:"]),
        (["run", "--seed-sise", "300"], ["--seed-size"]),
        (["run", "--preset", "dmo"], ["did you mean demo?"]),
        (["run", "--config", "none.toml"], ["none.toml cannot be read"]),
        (["rnu"], ["No such command"]),
        (["presets", "--show", "dmo"], ["did you mean demo?"]),
    ],
)
def test_mistakes_exit_2_with_a_remedy_and_no_traceback(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: list[str]
) -> None:
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert "Traceback" not in err
    assert all(word in err for word in words)


def test_presets_lists_and_shows(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = run(capsys, "presets")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == preset_names()
    code, out, _ = run(capsys, "presets", "--show", "demo")
    assert code == 0
    assert "[seeds]" in out


@pytest.mark.parametrize(
    "arguments", [["--help"], ["run", "--help"], ["presets"], ["presets", "--show", "demo"]]
)
@pytest.mark.parametrize("is_stderr_closed", [True, False])
def test_a_closed_pipe_ends_quietly(arguments: list[str], is_stderr_closed: bool) -> None:
    assert end_unread("from seedwise.cli import main; main()", arguments, is_stderr_closed) == (141, "")


def test_a_pipe_that_closes_under_rich_ends_quietly_too() -> None:
    code = (
        "from rich.console import Console; from seedwise import cli; from seedwise.commands import presets\n"
        "presets.command.callback = lambda show: Console().print('a line')\n"
        "cli.main()"
    )
    assert end_unread(code, ["presets"]) == (141, "")


def test_any_other_exit_keeps_its_code(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seedwise.commands.presets.preset_names", lambda: sys.exit(7))
    assert run(capsys, "presets")[0] == 7


def end_unread(code: str, arguments: list[str], is_stderr_closed: bool = False) -> tuple[int, str]:
    """Run Python where nobody reads what it prints; return its exit code and what it says on stderr."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            stdout=writer,
            stderr=writer if is_stderr_closed else subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writer)
    return done.returncode, done.stderr or ""


def test_a_bug_exits_1_and_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seedwise.settings.preset_names", lambda: 1 / 0)
    monkeypatch.setattr("seedwise.commands.presets.preset_names", lambda: 1 / 0)
    code, _, err = run(capsys, "presets")
    assert code == 1
    assert "This is a bug in Seedwise" in err
