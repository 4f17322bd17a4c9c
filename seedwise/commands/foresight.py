"""What an experiment would ask, shown without asking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console

from seedwise.commands.live import shown_progress
from seedwise.commands.runner import load_runner
from seedwise.commands.sheets import print_line
from seedwise.config import ExperimentConfig, RunConfig

if TYPE_CHECKING:
    from seedwise.plan import Plan


def foresee(console: Console, config: ExperimentConfig, run: RunConfig) -> Plan:
    """Run what comes before the first call, and plan the rest."""
    with shown_progress(console, run.progress):
        plan: Plan = load_runner("experiment")(config, run, is_dry=True)
    return plan


def show_plan(console: Console, plan: Plan) -> None:
    """Show the estimate, the reuse and the prompts: laid out in a terminal, in plain lines elsewhere."""
    from seedwise.plan import terminal
    from seedwise.plan.sentences import estimate_lines

    if console.is_terminal:
        console.print(terminal.render_estimate(plan.estimate))
        console.print(terminal.render_reuse(plan.estimate))
        console.print(terminal.render_prompts(plan.prompts))
        return
    for line in (*estimate_lines(plan.estimate), *terminal.prompt_lines(plan.prompts)):
        print_line(console, line)


def show_reuse(console: Console, plan: Plan) -> None:
    """Show which requests the journal answers, and why the others are new."""
    from seedwise.plan import terminal
    from seedwise.plan.sentences import reuse_lines

    if console.is_terminal:
        console.print(terminal.render_reuse(plan.estimate))
        return
    for line in reuse_lines(plan.estimate):
        print_line(console, line)
