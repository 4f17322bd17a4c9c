"""Descriptions that MLflow's pages show."""

from __future__ import annotations

NOTE = "mlflow.note.content"
"""Tag that MLflow shows as a description, in Markdown."""

_MOST = 7_500
"""Characters of a tag that every store of MLflow's takes, with some to spare (its bound is 8,000)."""

_REST = "\n\n… the rest is in report.html, among the artifacts."


def fit_note(text: str) -> str:
    """Keep the lines of a note that fit into a tag, whole ones."""
    if len(text) <= _MOST:
        return text
    room = text[: _MOST - len(_REST)]
    return room[: max(room.rfind("\n"), 0)].rstrip() + _REST
