"""An estimate and its prompts in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from seedwise.journal import Reuse
from seedwise.plan.records import Estimate
from seedwise.plan.sentences import (
    COLUMNS,
    LEGEND,
    arm_cells,
    basis_lines,
    estimate_lines,
    tell_budget,
    total_cells,
)
from seedwise.records import Prompt

_ROLE_STYLES = {"user": "cyan", "assistant": "green", "system": "magenta"}


def render_estimate(estimate: Estimate) -> RenderableType:
    """Lay an estimate out: the arms in a table, then what each figure rests on, the budget and warnings."""
    if not estimate.arms:
        return Group(*map(Text, estimate_lines(estimate)))
    notes = [LEGEND, *basis_lines(estimate), tell_budget(estimate.budget)]
    warnings = (Text(f"warning: {warning}", style="yellow") for warning in estimate.warnings)
    return Group(_table(estimate), Text(), *(Text(note, style="dim") for note in notes), *warnings)


def render_reuse(estimate: Estimate) -> RenderableType:
    """Lay out which requests the journal answers, and why the others are new."""
    table = _new_table("Reuse")
    for name in ("arm", "kept", "new"):
        table.add_column(name, justify="left" if name == "arm" else "right", no_wrap=True)
    table.add_column("why new")
    for arm in estimate.arms:
        counts = f"{arm.reuse.reused:,}", f"{arm.reuse.new:,}"
        table.add_row(arm.arm.value, *counts, Text(_why(arm.reuse)))
    return Group(table, Text(), Text(str(estimate.reuse)))


def render_prompts(prompts: Iterable[Prompt]) -> RenderableType:
    """Show prompts as the model sees them, turn by turn; everything in them is shown as plain text."""
    parts: list[RenderableType] = []
    for arm, some in groupby(prompts, key=lambda prompt: prompt.arm):
        parts.append(Text(f"\nPrompts of {arm.value}", style="bold"))
        for prompt in some:
            parts += _prompt_parts(prompt)
    return Group(*parts)


def prompt_lines(prompts: Iterable[Prompt]) -> Iterator[str]:
    """Tell prompts line by line."""
    for prompt in prompts:
        yield f"prompt {prompt.id} ({prompt.template})"
        yield from (f"  {role}: {text}" for role, text in _turns(prompt))


def _why(reuse: Reuse) -> str:
    if len(reuse.reasons) == 1:
        return reuse.reasons[0].cause
    return "\n".join(f"{reason.count:,}: {reason.cause}" for reason in reuse.reasons)


def _prompt_parts(prompt: Prompt) -> Iterator[RenderableType]:
    yield Text(f"\n{plain(prompt.label)} · {prompt.template}", style="dim")
    for role, text in _turns(prompt):
        turn = Text.assemble((f"{role}: ", _ROLE_STYLES.get(role, "")), text)
        yield Padding(turn, (0, 0, 0, 2))


def _turns(prompt: Prompt) -> Iterator[tuple[str, str]]:
    for message in prompt.messages:
        yield message.role, plain(message.content)
    if prompt.completion:
        yield "to be continued", plain(prompt.completion)


def plain(text: str) -> str:
    """Take out what a terminal would obey; line breaks stay."""
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text)


def _table(estimate: Estimate) -> Table:
    table = _new_table(f"Estimate for {plain(estimate.model)}")
    for name in COLUMNS:
        table.add_column(name, justify="left" if name == "arm" else "right")
    for arm in estimate.arms:
        table.add_row(*arm_cells(arm, estimate))
    table.add_section()
    table.add_row(*total_cells(estimate), style="bold")
    return table


def _new_table(title: str) -> Table:
    return Table(
        title=Text(f"\n{title}", style="bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        collapse_padding=True,
        padding=(0, 1),
    )
