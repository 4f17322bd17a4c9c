"""What a person types to call this program again."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

_NAME = "seedwise"


def called_as() -> str:
    """Return ``seedwise`` where a shell finds this very program by that name, else its path as it was typed.

    The path is quoted for a shell. A program of another name, such as Python with ``-c``, has imported
    Seedwise: it is named ``seedwise`` too.
    """
    typed = Path(sys.argv[0])
    if typed.stem != _NAME or _is_found(typed):
        return _NAME
    return shlex.quote(sys.argv[0])


def _is_found(program: Path) -> bool:
    found = shutil.which(_NAME)
    return found is not None and program.exists() and program.samefile(found)
