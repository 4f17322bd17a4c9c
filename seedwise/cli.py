"""The command line: `seedwise run`, `sweep`, `show`, `audit`, `compare`, `export`, and what helps them."""

from __future__ import annotations

import gc
import importlib
import os
import shlex
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from seedwise import __version__
from seedwise.commands.program import called_as

_READER_GONE = 141
"""The exit code where nobody reads on: 128 and the number of SIGPIPE, as a shell has it."""

_COMMANDS = {
    "run": ("seedwise.commands.run", "Run an experiment from seeds to verdict."),
    "sweep": ("seedwise.commands.sweep", "Run a grid of experiments, over seed sizes and other settings."),
    "show": ("seedwise.commands.show", "Print the verdict table of a finished experiment again."),
    "audit": ("seedwise.commands.audit", "Hold any synthetic data set against real rows."),
    "compare": ("seedwise.commands.compare", "Compare several finished experiments, in a table or a page."),
    "export": ("seedwise.commands.export", "Write a finished run's rows as a data set with its card."),
    "journal": (
        "seedwise.commands.journal",
        "List, export or prune the responses paid for; explain what is reused.",
    ),
    "presets": ("seedwise.commands.presets", "List the presets, or print one as TOML."),
    "sync": ("seedwise.commands.sync", "Log what was kept while MLflow was away."),
    "mlflow-check": ("seedwise.commands.mlflow_check", "See whether MLflow holds runs as documented."),
    "ui": ("seedwise.commands.ui", "Open the Prefect and MLflow pages on this machine."),
}


class _ReaderGoneError(Exception):
    """Whoever read what is printed has closed the pipe."""


@contextmanager
def _noticing_closed_pipes() -> Iterator[None]:
    """Keep a closed pipe from click and from Rich, which both make it an exit with code 1."""
    try:
        yield
    except BrokenPipeError as exc:
        raise _ReaderGoneError from exc
    except SystemExit as exc:
        if isinstance(exc.__context__, BrokenPipeError):
            raise _ReaderGoneError from exc
        raise


class _LazyGroup(click.Group):
    """A group that imports a command only when it is called, so that help stays instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(_COMMANDS[cmd_name][0])
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with _noticing_closed_pipes():  # of --help
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        with _noticing_closed_pipes():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="seedwise")
def cli() -> None:
    """Grow a small labelled text set with an LLM, and measure honestly what that buys."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line.

    Exit 0 done, 2 something to mend, 3 budget spent, 4 a gate failed, 130 interrupted, 141 nobody reads what
    is printed, 1 a bug.
    """
    try:
        code = _exit_code(arguments)
    except (_ReaderGoneError, BrokenPipeError):
        _silence()
        code = _READER_GONE
    gc.freeze()  # taking all the modules apart would hold the end up by seconds
    sys.exit(code)


def _exit_code(arguments: list[str] | None) -> int:
    from seedwise.errors import UserError

    try:
        result: Any = cli.main(arguments, prog_name="seedwise", standalone_mode=False)
    except UserError as exc:
        click.echo(str(exc), err=True)
        return exc.exit_code
    except click.ClickException as exc:
        exc.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo(_farewell(sys.argv[1:] if arguments is None else arguments), err=True)
        return 130
    except _ReaderGoneError:
        raise
    except Exception:  # the one place where a bug is met: report it as such
        click.echo(traceback.format_exc(), err=True)
        click.echo("This is a bug in Seedwise; please report it with the lines above.", err=True)
        return 1
    return result if isinstance(result, int) else 0


def _silence() -> None:
    """Let nothing more be printed: what is left would break the pipe again when Python ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def _farewell(arguments: list[str]) -> str:
    """Say after a Ctrl-C how to go on."""
    if arguments[:1] not in (["run"], ["sweep"]):
        return "stopped"
    command = f"{called_as()} {shlex.join(arguments)}"
    return f"stopped: everything received so far is kept. This goes on from here:\n\n  {command}\n"
