"""Addresses under which a cell's pages are found."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from seedwise.sweep.outcome import Outcome

_WEB = ("http://", "https://")


def run_page(outcome: Outcome) -> str:
    """Address the flow run's page; empty where there is none that a browser can open."""
    return quote(outcome.page, safe=":/?#=&%") if outcome.page.startswith(_WEB) else ""


def report_page(outcome: Outcome, folder: Path) -> str:
    """Address the cell's report from a page in a folder; empty where there is none."""
    if not outcome.has_report or outcome.folder is None or not (outcome.folder / "report.html").exists():
        return ""
    way = os.path.relpath((outcome.folder / "report.html").resolve(), folder.resolve())
    return quote(Path(way).as_posix())
