"""The files that an audit of a file leaves behind."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from seedwise.audit import Assessment
from seedwise.errors import DataError
from seedwise.report.audit_document import AuditDocument
from seedwise.report.audit_page import render_audit
from seedwise.report.writing import write_whole


@dataclass(frozen=True, slots=True)
class AuditFiles:
    """Where the page and the numbers were written."""

    html: Path
    json: Path


def write_audit(found: Assessment, document: AuditDocument, out: Path) -> AuditFiles:
    """Write the page and its numbers into a folder, each file whole or not at all.

    Raises
    ------
    DataError
        Where the folder cannot be written.
    """
    from seedwise.report.figures import draw_audit_charts

    files = AuditFiles(out / "audit.html", out / "audit.json")
    page = render_audit(found, document, draw_audit_charts(found))
    numbers = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    with _explained(out):
        out.mkdir(parents=True, exist_ok=True)
        write_whole(files.json, numbers)
        write_whole(files.html, page)
    return files


def require_folder(out: Path) -> None:
    """Make a folder, and see that a file can be written in it, before minutes of work are spent.

    Raises
    ------
    DataError
        Where it cannot.
    """
    with _explained(out):
        out.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=out).close()


@contextmanager
def _explained(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise DataError(
            found=f"{out} cannot be written ({exc.strerror})",
            expected="a folder with room for the report",
            remedy="name another with --out",
        ) from exc
