"""`seedwise run`: from seeds to verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from seedwise.commands.flags import add_flags, config_flags, given, run_flags, starting_from
from seedwise.commands.foresight import foresee, show_plan
from seedwise.commands.live import shown_progress
from seedwise.commands.program import called_as
from seedwise.commands.runner import load_runner
from seedwise.config import ExperimentConfig, RunConfig
from seedwise.settings import assemble_config, check


@add_flags([*config_flags(), *run_flags()])
@click.command(name="run")
@starting_from()
@click.option(
    "--dry-run",
    is_flag=True,
    help="Stop before the first call: print what it would ask and cost, and three prompts of each arm.",
)
def command(preset: str, config_file: Path | None, dry_run: bool, **values: Any) -> None:
    """Run an experiment: grow the seeds, compare the arms, write the report.

    Settings come from the preset, then the TOML file, then the flags, each over the one before.
    Everything that is done once is kept: the same command again goes on where it stopped.
    """
    config = assemble_config(preset, config_file, given(values, config_flags()))
    run = check(RunConfig, given(values, run_flags()).get("run", {}))
    console = Console()
    _announce(console, config)
    if dry_run:
        show_plan(console, foresee(console, config, run))
        console.print(
            "\nnothing was asked; the same command without --dry-run goes on from here", highlight=False
        )
        return
    with shown_progress(console, run.progress):
        report = load_runner("experiment")(config, run)
    _conclude(console, report, run)


def _announce(console: Console, config: ExperimentConfig) -> None:
    arms = ", ".join(config.evaluate.compared)
    console.print(
        f"[bold]Seedwise[/] experiment {config.fingerprint}: {config.seeds.seed_size} seeds of "
        f"{config.data.dataset}, {config.seeds.draws} draws, {config.generation.llm}\narms: {arms}",
        highlight=False,
    )


def _conclude(console: Console, report: Path, run: RunConfig) -> None:
    from seedwise.report import load_report, render_verdict

    console.print(render_verdict(load_report(report.parent), console.width))
    console.print(f"\nreport      {report}", highlight=False, soft_wrap=True)
    console.print(f"again       {called_as()} show {report.parent}", highlight=False, soft_wrap=True)
    state = "" if run.state_dir == Path(".seedwise") else f" --state-dir {run.state_dir}"
    console.print(f"open pages  make ui   (or: {called_as()} ui{state})", highlight=False, soft_wrap=True)
