"""`seedwise journal`: what was paid for, and what of it is used again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.console import Console

from seedwise.commands.flags import add_flags, config_flags, given, run_flags, starting_from
from seedwise.commands.sheets import print_line, show_sheet
from seedwise.config import RunConfig
from seedwise.errors import ConfigError
from seedwise.settings import assemble_config, check

if TYPE_CHECKING:
    from seedwise.journal import Journal, Which

Command = TypeVar("Command", bound=Callable[..., Any])

_STATUSES = ("complete", "truncated", "empty", "refused", "filtered", "failed")
_PLACE = [flag for flag in run_flags() if flag.field in ("state_dir", "journal_url")]


@click.group(name="journal")
def command() -> None:
    """Look into the journal of paid responses: list, export, prune, explain reuse."""


def _choice(*dates: str) -> Callable[[Command], Command]:
    """Decorate a command with the flags that choose responses."""
    options = [
        click.option("--model", default="", help="Responses of this model only."),
        click.option("--budget", default=None, help="Responses paid for by this budget only."),
        click.option("--status", type=click.Choice(_STATUSES), default=None, help="Of this status only."),
        *(click.option(f"--{name}", metavar="DATE", default=None, help=_DATES[name]) for name in dates),
    ]

    def decorate(function: Command) -> Command:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


_DATES = {
    "since": "From this date on (2026-03-01, or with a time; UTC).",
    "before": "Before this date (2026-03-01, or with a time; UTC).",
}


@add_flags(_PLACE)
@command.command(name="list")
def list_(**values: Any) -> None:
    """Sum up what the journal holds: responses, failures, requests under way, batch jobs, budgets."""
    from seedwise.commands.holdings import contents_sheets, head_line
    from seedwise.journal import sum_up

    console = Console()
    with _open(values) as journal:
        contents = sum_up(journal)
    print_line(console, head_line(contents))
    for sheet in contents_sheets(contents):
        show_sheet(console, sheet)


@add_flags(_PLACE)
@command.command(name="export")
@click.argument("file", type=click.Path(path_type=Path))
@_choice("since")
@click.option("--force", is_flag=True, help="Replace the file where it is there already.")
def export(file: Path, force: bool, **values: Any) -> None:
    """Write responses with their requests to FILE, a .jsonl or .parquet."""
    from seedwise.journal import export_responses

    with _open(values) as journal:
        count = export_responses(journal, _which(values), file, is_forced=force)
    click.echo(f"{count:,} response{'' if count == 1 else 's'} written to {file}")


@add_flags(_PLACE)
@command.command(name="prune")
@_choice("before")
@click.option("--yes", is_flag=True, help="Delete; without it, only what would go is told.")
def prune(yes: bool, **values: Any) -> None:
    """Forget responses that meet every condition given, for good.

    Asked for again, they are paid for again. What budgets have used stays counted; requests under way and
    batch jobs stay.
    """
    from seedwise import journal as room
    from seedwise.commands.holdings import tell_bulk

    which = _which(values)
    if not which:
        raise ConfigError(
            found="no condition that chooses responses",
            expected="at least one of --before, --model, --budget, --status",
            remedy="give one; `seedwise journal list` shows what there is",
        )
    with _open(values) as journal:
        bulk = room.prune(journal, which) if yes else room.weigh(journal, which)
        is_compact = not yes or journal.database.compact()
    click.echo(f"{'gone' if yes else 'would go'}: {tell_bulk(bulk)}")
    if not is_compact:
        click.echo("the file keeps its size for now: others write to it, or the disk is full")
    if not yes and bulk.responses:
        click.echo("nothing is deleted yet: the same command with --yes does it")


@add_flags([*config_flags(), *run_flags()])
@command.command(name="explain")
@starting_from()
def explain(preset: str, config_file: Path | None, **values: Any) -> None:
    """Tell which requests of an experiment the journal answers, and why the others are new.

    Takes the settings of `seedwise run`; nothing is asked.
    """
    from seedwise.commands.foresight import foresee, show_reuse

    config = assemble_config(preset, config_file, given(values, config_flags()))
    run = check(RunConfig, given(values, run_flags()).get("run", {}))
    console = Console()
    show_reuse(console, foresee(console, config, run))


@contextmanager
def _open(values: dict[str, Any]) -> Iterator[Journal]:
    """Open the journal that the flags name; it must be there."""
    from seedwise.journal import Journal

    run = check(RunConfig, given(values, _PLACE).get("run", {}))
    file = Path(run.journal.removeprefix("sqlite:///"))
    if run.journal.startswith("sqlite:///") and not file.exists():
        raise ConfigError(
            found=f"no journal at {file}",
            expected="a journal that a run has written",
            remedy="name the run's state folder with --state-dir, or its journal with --journal-url",
        )
    with Journal(run.journal) as journal:
        yield journal


def _which(values: dict[str, Any]) -> Which:
    from seedwise.journal import Which, parse_moment

    moments = {name: parse_moment(values[name], f"--{name}") for name in _DATES if values.get(name)}
    return Which(values["model"], values["budget"], values["status"] or "", **moments)
