"""Files that installed packages carry, found without importing the packages."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from seedwise.errors import ConfigError


def locate_packaged(package: str, path: str, refuse: Callable[[str], ConfigError]) -> Path:
    """Find a file or folder of an installed package.

    Parameters
    ----------
    package
        The distribution's name.
    path
        Relative to where it is installed.
    refuse
        Makes the error to be raised from what was found instead.

    Raises
    ------
    ConfigError
        Where the package is not installed, or has nothing there.
    """
    try:
        found = Path(str(distribution(package).locate_file(path)))
    except PackageNotFoundError as exc:
        raise refuse(f"the package {package} is not installed") from exc
    if not found.exists():
        raise refuse(f"the package {package} has no {path}")
    return found
