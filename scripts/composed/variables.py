"""Variables of a compose file, filled in as Compose does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from composed.refusal import refuse

_REFERENCE = re.compile(
    r"\$(?:(?P<escaped>\$)|\{(?P<name>\w+)(?:(?P<kind>:[?-])(?P<text>[^{}]*))?\}|(?P<odd>))"
)


def read_variables(path: Path) -> dict[str, str]:
    """Read a .env file, whose values may stand in quotes; empty where there is none."""
    if not path.is_file():
        return {}
    return {name: value for name, value in dotenv_values(path).items() if value is not None}


def fill_in(value: Any, variables: Mapping[str, str]) -> Any:
    """Fill in all texts of a part of the file; UserError where a variable must be set and is not."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda match: _resolve(match, variables), value)
    if isinstance(value, dict):
        return {name: fill_in(part, variables) for name, part in value.items()}
    if isinstance(value, list):
        return [fill_in(part, variables) for part in value]
    return value


def _resolve(match: re.Match[str], variables: Mapping[str, str]) -> str:
    if match["escaped"]:
        return "$"
    name, kind, text = match["name"], match["kind"], match["text"]
    if name is None or (kind is None and name not in variables):
        raise refuse(f"{match.string!r}", "${NAME:?why}, ${NAME:-default}, $$, or a ${NAME} that is set")
    if value := variables.get(name, ""):
        return value
    if kind == ":?":
        raise refuse(f"the variable {name} is not set", "a value in .env or in the environment", str(text))
    return text or ""
