"""Packages that decide what a fit predicts."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from platform import python_version_tuple

from seedwise.errors import ConfigError
from seedwise.evaluate.fit import CELL_VERSION

_PACKAGES = ("seedwise", "numpy", "scipy", "scikit-learn", "xgboost-cpu", "lightgbm")


def list_makers() -> tuple[str, ...]:
    """Name the version of Python, of the fits' own code and of every package that shapes a prediction."""
    # Imported here, so that a verdict can be read without scikit-learn.
    from seedwise.classify import STAGE_VERSION

    python = ".".join(python_version_tuple()[:2])
    own = (f"Python {python}", f"fits v{CELL_VERSION}", f"classifiers v{STAGE_VERSION}")
    return (*own, *(f"{package} {_version_of(package)}" for package in _PACKAGES))


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def check_makers(expected: tuple[str, ...]) -> None:
    """Make sure that this process would predict what the process does whose makers these are.

    Predictions are kept under keys that promise the same ones for the same rows; another version breaks
    that promise, and nobody would notice.

    Raises
    ------
    ConfigError
        Naming every version that differs.
    """
    here = list_makers()
    if here != expected:
        raise ConfigError(
            found=f"a worker with {', '.join(sorted(set(here) - set(expected)))}",
            expected=f"the versions of the process that started the run: "
            f"{', '.join(sorted(set(expected) - set(here)))}",
            remedy="install the same lock file on the cluster's workers",
        )
