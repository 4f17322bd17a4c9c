"""`seedwise export`: the data set to take home."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from seedwise.export import Exported
    from seedwise.records import Check

# As in seedwise.export.order and records.audit, which are imported only when something is exported.
_FORMATS = ("parquet", "jsonl", "csv", "hf")
_SUBJECTS = (
    "privacy", "memorisation", "contamination", "diversity", "authenticity", "validity", "safety", "audit"
)  # fmt: skip


@click.command(name="export")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    default="parquet",
    show_default=True,
    help="Kind of files; hf: Parquet in the folders of a data set on the Hugging Face Hub.",
)
@click.option("--arm", default="", help="Whose rows: an arm of the run, or all.  [default: guided]")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder to be made.  [default: export-ARM-FORMAT in FOLDER]",
)
@click.option(
    "--accept",
    "subjects",
    multiple=True,
    type=click.Choice(_SUBJECTS),
    help="Export although gates of this subject failed (audit: although nothing was audited); the card says "
    "so. May be repeated, and stand beside --drop-failing for gates that name no rows.",
)
@click.option(
    "--drop-failing", is_flag=True, help="Leave out the rows that failed gates name, accepted or not."
)
@click.option("--overwrite", is_flag=True, help="Replace the folder of an earlier export.")
def command(
    folder: Path,
    format_: str,
    arm: str,
    out: Path | None,
    subjects: tuple[str, ...],
    drop_failing: bool,
    overwrite: bool,
) -> None:
    """Write the rows of the finished run in FOLDER as a data set with its card.

    A gate of the audit that failed stops it, with exit code 4, and names the rows.
    """
    from seedwise.export import FORMATS, Order, export_run

    chosen = FORMATS[_FORMATS.index(format_)]
    order = Order(chosen, arm, frozenset(subjects), drop_failing)
    done = export_run(folder, order, out, overwrite=overwrite)
    _tell(done)
    if drop_failing and not done.parcel.left_out:
        click.echo("no row left out: failed gates name none of these")


def _tell(done: Exported) -> None:
    from seedwise.report.numbers import plural

    parcel, ruling = done.parcel, done.parcel.ruling
    click.echo(f"{plural(parcel.rows.num_rows, 'row')} of {', '.join(parcel.arms)} written to {done.folder}")
    if parcel.left_out:
        dropped = plural(parcel.left_out, "row")
        click.echo(
            f"{dropped} left out, repeats included, that failed gates name: {_subjects(ruling.mended)}"
        )
    if parcel.emptied:
        click.echo(f"no row is left of {', '.join(parcel.emptied)}")
    for count, noun, words in (
        (len(ruling.accepted), "gate", f"failed and accepted ({_subjects(ruling.accepted)})"),
        (len(ruling.unmeasured), "gate", "not measured"),
        (len(ruling.unaudited), "arm", "not audited"),
    ):
        if count:
            click.echo(f"{plural(count, noun)} {words}: the card says so")


def _subjects(checks: Iterable[Check]) -> str:
    return ", ".join(dict.fromkeys(check.subject for check in checks))
