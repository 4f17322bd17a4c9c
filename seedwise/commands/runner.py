"""How a command finds what runs it: by name, so that the domain need not know its orchestrator."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any

from seedwise.errors import ConfigError


def load_runner(name: str) -> Callable[..., Any]:
    """Load the function that is installed under ``name`` in the group ``seedwise.runners``."""
    for point in entry_points(group="seedwise.runners", name=name):
        runner: Callable[..., Any] = point.load()
        return runner
    raise ConfigError(
        found=f"no runner called {name!r} is installed",
        expected="an installed Seedwise: its metadata name the runners",
        remedy="run `make setup`, or `pip install .` in the repository",
    )
