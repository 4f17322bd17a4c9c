"""A sweep's settings as a person gives them: a TOML file with a section [sweep], and flags over it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seedwise.commands.flags import Flag, config_flags, given, run_flags, sweep_flags
from seedwise.config import ExperimentConfig, RunConfig, SweepConfig
from seedwise.errors import ConfigError
from seedwise.settings import assemble_config, check, read_toml

_VARIED = {("seeds", "seed_size"), ("seeds", "draws"), ("run", "sweep")}
"""Settings that the sweep itself decides."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks of a sweep."""

    grid: SweepConfig
    config: ExperimentConfig
    run: RunConfig


def grid_flags() -> list[Flag]:
    """List the flags of a sweep: its own, and those of an experiment that it does not decide itself."""
    flags = [*sweep_flags(), *config_flags(), *run_flags()]
    return [flag for flag in flags if (flag.section, flag.field) not in _VARIED]


def assemble_sweep(
    preset: str, config_file: Path | None, vary: Iterable[str], values: Mapping[str, Any]
) -> Asked:
    """Merge a preset, a TOML file and flags, each over the one before.

    Raises
    ------
    ConfigError
        For an unknown preset, an unreadable file, an unknown key or a value out of range.
    """
    flags = given(values, grid_flags())
    own, run = flags.pop("sweep", {}), flags.pop("run", {})
    own |= {"vary": _parse_varied(vary)} if vary else {}
    sections: dict[str, Any] = dict(read_toml(config_file)) if config_file else {}
    grid = check(SweepConfig, {**sections.pop("sweep", {}), **own})
    config = assemble_config(preset, flags=_over(sections, flags))
    whole = grid.model_copy(update={"datasets": tuple(map(_whole_path, grid.datasets))})
    return Asked(whole, _with_whole_path(config), check(RunConfig, run))


def _over(sections: Mapping[str, Any], flags: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Lay flags over a file's sections; what is no section is left for the settings to refuse."""
    merged = dict(sections)
    for section, values in flags.items():
        known = merged.get(section, {})
        merged[section] = {**known, **values} if isinstance(known, Mapping) else known
    return merged


def _parse_varied(vary: Iterable[str]) -> dict[str, list[Any]]:
    """Read every ``--vary``; of one setting given twice none of the values may be lost."""
    varied: dict[str, list[Any]] = {}
    for name, values in map(_parse_vary, vary):
        varied[name] = [*varied.get(name, []), *values]
    return varied


def _parse_vary(text: str) -> tuple[str, list[Any]]:
    """Read ``prompt.hints=1,3``; values that are JSON are taken as such, others as words."""
    name, equals, values = text.partition("=")
    if not equals or not values.strip():
        raise ConfigError(
            found=f"--vary {text}",
            expected="a setting and its values, such as prompt.hints=1,3",
            remedy="write section.field=VALUE,VALUE; `seedwise presets --show demo` shows sections",
        )
    try:
        return name.strip(), list(json.loads(f"[{values}]"))
    except ValueError:
        return name.strip(), [value.strip() for value in values.split(",")]


def _with_whole_path(config: ExperimentConfig) -> ExperimentConfig:
    data = config.data.model_copy(update={"dataset": _whole_path(config.data.dataset)})
    return config.model_copy(update={"data": data})


def _whole_path(dataset: str) -> str:
    """Write a relative path of an own file whole: the workers of a pool may stand in another folder."""
    path = Path(dataset).expanduser()
    return str(path.resolve()) if path.is_file() else dataset
