"""Files that are there whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file beside its place, then move it there; its folder must be there.

    What UTF-8 cannot hold (half a surrogate pair, as a model may put out) is written as its escape.

    Raises
    ------
    OSError
        Where the folder cannot be written.
    """
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace"))
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)
