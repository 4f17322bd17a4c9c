"""`seedwise presets`: what ships, and each as a TOML file to start from."""

from __future__ import annotations

import click

from seedwise.settings import preset_names, preset_summary, preset_text


@click.command(name="presets")
@click.option("--show", metavar="NAME", default="", help="Print this preset as TOML.")
def command(show: str) -> None:
    """List the presets, or print one as TOML."""
    if show:
        click.echo(preset_text(show), nl=False)
        return
    for name in preset_names():
        click.echo(f"{name:8} {preset_summary(name)}")
