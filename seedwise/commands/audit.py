"""`seedwise audit`: any synthetic data set, held against real rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from seedwise.commands.flags import Flag, add_flags, config_flags, given
from seedwise.commands.live import shown_progress
from seedwise.commands.sheets import print_line, show_sheet
from seedwise.config import DataConfig, ExperimentConfig, RunConfig
from seedwise.settings import assemble_config

GATE_FAILED = 4
"""The exit code where a gate does not pass."""


def audit_flags() -> list[Flag]:
    """List the flags of the settings that an audit reads."""
    single = {("screen", "near_duplicate"), ("seeds", "root_seed")}
    return [
        flag
        for flag in config_flags()
        if (flag.section in ("audit", "linguistics") and flag.field != "canaries")
        or (flag.section, flag.field) in single
    ]


@add_flags(audit_flags())
@click.command(name="audit")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--against", required=True, metavar="SEEDS", help="The real rows that it was made from.")
@click.option("--test", default="", metavar="TEST", help="Real rows that it must not hold.")
@click.option("--text-column", default="text", show_default=True, help="Column of FILE's texts.")
@click.option("--label-column", default="label", show_default=True, help="Column of FILE's classes.")
@click.option("--real-text-column", help="The same of SEEDS and TEST.  [default: as in FILE]")
@click.option("--real-label-column", help="The same of SEEDS and TEST.  [default: as in FILE]")
@click.option(
    "--config",
    "config_file",
    metavar="FILE.toml",
    type=click.Path(path_type=Path),
    help="Bounds and sample sizes in TOML, under [audit] and [linguistics].",
)
def command(file: Path, against: str, test: str, **values: Any) -> int:
    """Hold the synthetic rows in FILE against real ones: privacy, contamination, language, distance, safety.

    FILE, SEEDS and TEST are CSV, TSV, JSONL or Parquet files with a text and a class a row; SEEDS may be the
    name of a data set. Whoever made FILE, and however. Exit code 0: every gate passes; 4: one fails.
    """
    config = assemble_config("", values.pop("config_file"), given(values, audit_flags()))
    console = Console()
    with shown_progress(console, is_on=True):
        failed = _audit(console, _sources(file, against, test, values), config)
    return GATE_FAILED if failed else 0


def _sources(file: Path, against: str, test: str, columns: dict[str, Any]) -> Any:
    from seedwise.audit.foreign import Sources

    text, label = columns["text_column"], columns["label_column"]
    real_text, real_label = columns["real_text_column"] or text, columns["real_label_column"] or label
    split = "pooled" if test else "official"
    return Sources(
        DataConfig(dataset=str(file), text_column=text, label_column=label, split="pooled"),
        DataConfig(dataset=against, text_column=real_text, label_column=real_label, split=split),
        DataConfig(dataset=test, text_column=real_text, label_column=real_label) if test else None,
    )


def _audit(console: Console, sources: Any, config: ExperimentConfig) -> bool:
    """Audit, show the tables; tell whether a gate failed."""
    from seedwise.audit import assess, lay_out
    from seedwise.commands.audit_sheets import audit_sheets
    from seedwise.data import places_from
    from seedwise.linguistics import check_tagger

    check_tagger(config.linguistics.tagger)
    layout = lay_out(sources, places_from(RunConfig()))
    found = assess(layout.exhibit, config)
    for sheet in audit_sheets(found.audit, found.language):
        show_sheet(console, sheet)
    for note in (*layout.notes, *found.language.notes, *found.audit.notes):
        print_line(console, note)
    _conclude(console, found)
    return bool(found.audit.failed)


def _conclude(console: Console, found: Any) -> None:
    failed = len(found.audit.failed)
    gates = sum(check.passed is not None for check in found.audit.checks)
    print_line(console, f"\n{failed} of {gates} gates fail" if failed else f"\nall {gates} gates pass")
