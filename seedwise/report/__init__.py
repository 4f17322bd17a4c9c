"""The report stage: one page, one JSON with the same numbers, the rows with their passports."""

from seedwise.report.files import ReportFiles, load_report, write_report
from seedwise.report.sentences import verdict_markdown
from seedwise.report.terminal import render_verdict

STAGE_VERSION = 3
"""Raised when the report's files change in form."""

__all__ = [
    "STAGE_VERSION",
    "ReportFiles",
    "load_report",
    "render_verdict",
    "verdict_markdown",
    "write_report",
]
