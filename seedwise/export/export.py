"""The way of a data set out of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seedwise.export.card import write_card
from seedwise.export.folder import check_free, write_folder
from seedwise.export.layout import CARD, LAYOUTS, PROVENANCE
from seedwise.export.order import Format, Order
from seedwise.export.parcel import Parcel, pack
from seedwise.export.provenance import write_provenance
from seedwise.export.run import Run, open_run


@dataclass(frozen=True, slots=True)
class Exported:
    """Where a data set was written, and what it holds."""

    folder: Path
    parcel: Parcel


def export_run(folder: Path, order: Order, out: Path | None = None, *, overwrite: bool = False) -> Exported:
    """Write the rows of a finished run as a data set with its card: a whole folder, or none.

    Rows whose gates failed stay behind unless the order says otherwise; see `seedwise.export.gates.rule`.
    The same run and order give the same bytes.

    Parameters
    ----------
    folder
        What `seedwise run` left.
    order
        Rows, format, and what is done about failed gates.
    out
        The folder to be made; None: ``export-<arm>-<format>`` in ``folder``.
    overwrite
        Whether the folder of an earlier export is replaced.

    Raises
    ------
    DataError
        Where there is no finished run, no row is left, or ``out`` is there already or cannot be written.
    ConfigError
        For an arm that the run does not have.
    GateError
        Where a failed gate stops the export.
    """
    run = open_run(folder)
    parcel = pack(run, order)
    out = out or folder / f"export-{order.arm or parcel.arms[0]}-{order.format}"
    check_free(out, overwrite=overwrite)
    write_folder(out, _files(run, parcel, order.format))
    return Exported(out, parcel)


def _files(run: Run, parcel: Parcel, format_: Format) -> dict[str, bytes]:
    layout = LAYOUTS[format_]
    files = {
        layout.train: layout.write(parcel.rows),
        CARD: write_card(run, parcel, format_).encode("utf-8", "replace"),
        PROVENANCE: write_provenance(run, parcel).encode("utf-8", "replace"),
    }
    # Readers of data sets take an empty file for a broken one.
    return files | ({layout.rejected: layout.write(parcel.rejected)} if parcel.rejected.num_rows else {})
