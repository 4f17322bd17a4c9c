"""Flags made from the settings' own definitions."""

from __future__ import annotations

import typing
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from seedwise.config import ExperimentConfig, RunConfig, SweepConfig

Function = TypeVar("Function", bound=Callable[..., Any])

_RENAMED = {
    ("data", "dataset"): ("--data", "--dataset"),
    ("generation", "max_tokens"): ("--answer-max-tokens",),  # --max-tokens is the cap on a whole run
}
"""Fields with a flag of another name than their own."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: the section and field that it sets."""

    section: str
    field: str
    names: tuple[str, ...]
    info: FieldInfo

    @property
    def parameter(self) -> str:
        """The name under which click hands the value over."""
        return f"{self.section}__{self.field}"


def config_flags() -> list[Flag]:
    """List a flag for every experiment setting; a name that two sections share gets the section's prefix."""
    fields = list(_section_fields())
    shared = {name for name, count in Counter(field for _, field, _ in fields).items() if count > 1}
    return [
        Flag(section, field, _names(section, field, has_prefix=field in shared), info)
        for section, field, info in fields
    ]


def run_flags() -> list[Flag]:
    """List a flag for every setting of the run."""
    return [Flag("run", field, _names("run", field), info) for field, info in RunConfig.model_fields.items()]


def sweep_flags() -> list[Flag]:
    """List a flag for every setting of a sweep but ``vary``, which has keys of its own."""
    fields = SweepConfig.model_fields.items()
    return [Flag("sweep", field, _names("sweep", field), info) for field, info in fields if field != "vary"]


def add_flags(flags: list[Flag]) -> Callable[[click.Command], click.Command]:
    """Decorate a command with flags; values arrive as text and are checked by the settings model."""

    def decorate(command: click.Command) -> click.Command:
        command.params.extend(_option(flag) for flag in flags)
        return command

    return decorate


def starting_from(more: str = "") -> Callable[[Function], Function]:
    """Decorate a command's function with the preset and the TOML file that its settings come from."""
    preset = click.option(
        "--preset", metavar="NAME", default="", help="Start from a preset; `seedwise presets` lists them."
    )
    file = click.option(
        "--config",
        "config_file",
        metavar="FILE.toml",
        type=click.Path(path_type=Path),
        help=f"Settings in TOML, over the preset's{more}.",
    )
    return lambda function: preset(file(function))


def state_folder(holds: str) -> Callable[[Function], Function]:
    """Decorate a command's function with the state folder, and what it looks for in there."""
    return click.option(
        "--state-dir",
        type=click.Path(path_type=Path),
        default=Path(".seedwise"),
        show_default=True,
        envvar="SEEDWISE_STATE_DIR",
        help=f"Folder that holds {holds}.",
    )


def given(values: Mapping[str, Any], flags: list[Flag]) -> dict[str, dict[str, Any]]:
    """Collect the flags that were given, by section; lists are split at commas."""
    sections: dict[str, dict[str, Any]] = {}
    for flag in flags:
        value = values.get(flag.parameter)
        if value is not None:
            sections.setdefault(flag.section, {})[flag.field] = _split(flag.info, value)
    return sections


def _section_fields() -> Iterator[tuple[str, str, FieldInfo]]:
    for section, info in ExperimentConfig.model_fields.items():
        model = info.annotation
        assert isinstance(model, type)
        assert issubclass(model, BaseModel)
        for field, field_info in model.model_fields.items():
            yield section, field, field_info


def _names(section: str, field: str, *, has_prefix: bool = False) -> tuple[str, ...]:
    plain = f"{section}-{field}" if has_prefix else field
    return _RENAMED.get((section, field), ("--" + plain.replace("_", "-"),))


def _option(flag: Flag) -> click.Option:
    is_switch = flag.info.annotation is bool
    names = [f"{flag.names[0]}/--no-{flag.names[0][2:]}"] if is_switch else list(flag.names)
    return click.Option(
        [*names, flag.parameter],
        default=None,
        type=None if is_switch else str,
        metavar=None if is_switch else _metavar(flag.info),
        help=f"{flag.info.description}  [{_shown(flag.info)}]",
    )


def _metavar(info: FieldInfo) -> str:
    kind = info.annotation
    choices = typing.get_args(kind) if typing.get_origin(kind) is typing.Literal else ()
    if choices:
        return "|".join(map(str, choices))
    if typing.get_origin(kind) is tuple:
        return "A,B,…"
    kinds = set(typing.get_args(kind)) or {kind}
    if Path in kinds:
        return "PATH"
    return "INTEGER" if int in kinds else "NUMBER" if float in kinds else "TEXT"


def _shown(info: FieldInfo) -> str:
    value = info.get_default(call_default_factory=True)
    if isinstance(value, tuple):
        value = ",".join(str(item.value if isinstance(item, Enum) else item) for item in value)
    return f"default: {value}" if value not in ("", None) else "default: none"


def _split(info: FieldInfo, value: Any) -> Any:
    if typing.get_origin(info.annotation) is tuple and isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value
