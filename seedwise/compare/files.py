"""The file that a comparison leaves behind."""

from __future__ import annotations

from pathlib import Path

from seedwise.compare.comparison import Comparison
from seedwise.compare.page import render_page
from seedwise.errors import DataError
from seedwise.report.writing import write_whole


def write_comparison(comparison: Comparison, out: Path) -> None:
    """Write the page, whole or not at all, over any file of that name.

    Raises
    ------
    DataError
        Where it cannot be written.
    """
    page = render_page(comparison)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_whole(out, page)
    except OSError as exc:
        raise DataError(
            found=f"{out} cannot be written ({exc.strerror})",
            expected="a file in a folder with room for it",
            remedy="name another with --out",
        ) from exc
