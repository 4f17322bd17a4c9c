"""`seedwise audit`: any synthetic data set, held against real rows."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from seedwise.commands.flags import Flag, add_flags, config_flags, given, run_flags
from seedwise.commands.live import shown_progress
from seedwise.commands.sheets import print_line, show_sheet
from seedwise.config import DataConfig, ExperimentConfig, RunConfig
from seedwise.identity import digest
from seedwise.settings import assemble_config, check

if TYPE_CHECKING:
    from seedwise.audit import Assessment, Sources

GATE_FAILED = 4
"""The exit code where a gate does not pass."""

_OUT = Path("seedwise-out")


@dataclass(frozen=True, slots=True)
class _Done:
    """What was found, and what a reader must know of how the files were read."""

    found: Assessment
    notes: tuple[str, ...]


def audit_flags() -> list[Flag]:
    """List the flags of the settings that an audit reads."""
    single = {("screen", "near_duplicate"), ("seeds", "root_seed")}
    return [
        flag
        for flag in config_flags()
        if (flag.section in ("audit", "linguistics") and flag.field != "canaries")
        or (flag.section, flag.field) in single
    ]


def place_flags() -> list[Flag]:
    """List the flags that say where data sets are found."""
    return [flag for flag in run_flags() if flag.field in ("data_dir", "data_mirror")]


@add_flags([*audit_flags(), *place_flags()])
@click.command(name="audit")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--against", required=True, metavar="SEEDS", help="The real rows that it was made from.")
@click.option("--test", default="", metavar="TEST", help="Real rows that it must not hold.")
@click.option("--text-column", default="text", show_default=True, help="Column of FILE's texts.")
@click.option("--label-column", default="label", show_default=True, help="Column of FILE's classes.")
@click.option("--real-text-column", help="The same of SEEDS and TEST.  [default: as in FILE]")
@click.option("--real-label-column", help="The same of SEEDS and TEST.  [default: as in FILE]")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder of audit.html and audit.json.  [default: one by content in seedwise-out]",
)
@click.option(
    "--config",
    "config_file",
    metavar="FILE.toml",
    type=click.Path(path_type=Path),
    help="Bounds and sample sizes in TOML, under [audit] and [linguistics].",
)
def command(file: Path, against: str, test: str, out: Path | None, **values: Any) -> int:
    """Hold the synthetic rows in FILE against real ones: privacy, contamination, language, distance, safety.

    FILE, SEEDS and TEST are CSV, TSV, JSONL or Parquet files with a text and a class a row; SEEDS may be the
    name of a data set. Whoever made FILE, and however. Exit code 0: no gate fails; 4: one does.
    """
    config = assemble_config("", values.pop("config_file"), given(values, audit_flags()))
    run = check(RunConfig, given(values, place_flags()).get("run", {}))
    with shown_progress(Console(stderr=True), is_on=True):  # a reader of the tables may close their pipe
        done = _audit(_sources(file, against, test, values), config, run, out or _OUT)
    page = _write(done, config, out)
    console = Console()
    _tell(console, done)
    print_line(console, f"report      {page}")
    return GATE_FAILED if done.found.audit.failed else 0


def _sources(file: Path, against: str, test: str, columns: dict[str, Any]) -> Sources:
    from seedwise.audit import Sources

    text, label = columns["text_column"], columns["label_column"]
    real_text, real_label = columns["real_text_column"] or text, columns["real_label_column"] or label
    split = "pooled" if test else "official"
    return Sources(
        DataConfig(dataset=str(file), text_column=text, label_column=label, split="pooled"),
        DataConfig(dataset=against, text_column=real_text, label_column=real_label, split=split),
        DataConfig(dataset=test, text_column=real_text, label_column=real_label) if test else None,
    )


def _audit(sources: Sources, config: ExperimentConfig, run: RunConfig, out: Path) -> _Done:
    from seedwise.audit import assess, lay_out
    from seedwise.data import places_from
    from seedwise.linguistics import check_tagger
    from seedwise.report.audit_files import require_folder

    check_tagger(config.linguistics.tagger)
    layout = lay_out(sources, places_from(run))
    require_folder(out)
    return _Done(assess(layout.exhibit, config), layout.notes)


def _tell(console: Console, done: _Done) -> None:
    from seedwise.commands.audit_sheets import audit_sheets, outcome

    found = done.found
    for note in done.notes:
        print_line(console, note)
    for sheet in audit_sheets(found.audit, found.linguistics):
        show_sheet(console, sheet)
    print_line(console, "")
    for note in (*found.linguistics.notes, *found.audit.notes):
        print_line(console, note)
    print_line(console, f"\n{outcome(found.audit)}")


def _write(done: _Done, config: ExperimentConfig, out: Path | None) -> Path:
    from seedwise.report.audit_document import build_audit_document
    from seedwise.report.audit_files import write_audit

    versions = {name: version(name) for name in ("seedwise", "scikit-learn", "scipy", "numpy")}
    document = build_audit_document(done.found, config, done.notes, versions)
    folder = out or _OUT / f"audit-{digest(document)[:16]}"
    return write_audit(done.found, document, folder).html
