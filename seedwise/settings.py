"""Settings put together: a preset, then a TOML file, then flags, each overriding the one before."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from seedwise.config import ExperimentConfig
from seedwise.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)
Sections = Mapping[str, Mapping[str, Any]]

Preset = Literal["none", "smoke", "demo", "comparison", "ablation", "paper"]
"""The presets as a choice of the flow's form, the quickest first; ``none`` is none of them."""


def preset_names() -> list[str]:
    """List the presets that ship with Seedwise, sorted."""
    return sorted(file.name.removesuffix(".toml") for file in _preset_files())


def preset_summary(name: str) -> str:
    """Read a preset's first comment line: what it is for."""
    return _preset_text(name).splitlines()[0].removeprefix("#").strip()


def assemble_config(
    preset: str = "", config_file: Path | None = None, flags: Sections | None = None
) -> ExperimentConfig:
    """Merge a preset, a TOML file and flags into a checked config.

    Raises
    ------
    ConfigError
        For an unknown preset, an unreadable file, an unknown key or a value out of range.
    """
    merged: dict[str, dict[str, Any]] = {}
    if preset:
        _merge(merged, tomllib.loads(_preset_text(preset)), f"preset {preset}")
    if config_file:
        _merge(merged, read_toml(config_file), str(config_file))
    _merge(merged, flags or {}, "the flags")
    return check(ExperimentConfig, merged)


def under_preset(preset: Preset, config: ExperimentConfig) -> ExperimentConfig:
    """Lay settings over a preset: what differs from the defaults wins, what does not is the preset's.

    So a setting that a preset changes cannot be set back to its default here; ``none`` takes all settings
    as they are.

    Raises
    ------
    ConfigError
        Where the two do not go together.
    """
    if preset == "none":
        return config
    return assemble_config(preset, flags=changed_settings(config))


def changed_settings(config: ExperimentConfig) -> dict[str, dict[str, Any]]:
    """Collect the settings that differ from the defaults, by section; sections without any are left out."""
    defaults = ExperimentConfig().model_dump(mode="json")
    changed = {
        section: {name: value for name, value in values.items() if value != defaults[section][name]}
        for section, values in config.model_dump(mode="json").items()
    }
    return {section: values for section, values in changed.items() if values}


def check(model: type[Model], values: Mapping[str, Any]) -> Model:
    """Validate values against a settings model, turning the first problem into a `ConfigError`."""
    try:
        return model.model_validate(values)
    except ValidationError as exc:
        raise _explain(model, exc.errors()[0]) from exc


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; `ConfigError` where it is missing, not UTF-8 or not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise ConfigError(
            found=f"{path} cannot be read ({exc.strerror})",
            expected="a TOML file of settings",
            remedy="check the path given with --config",
        ) from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise ConfigError(
            found=f"{path} is not valid TOML: {exc}",
            expected="sections such as [seeds] with lines such as seed_size = 500",
            remedy="mend the line; `seedwise presets --show demo` prints a valid file",
        ) from exc


def preset_text(name: str) -> str:
    """Return a preset's TOML source; `ConfigError` where there is no such preset."""
    return _preset_text(name)


def _preset_files() -> Iterable[Traversable]:
    folder = resources.files("seedwise") / "presets"
    return [file for file in folder.iterdir() if file.name.endswith(".toml")]


def _preset_text(name: str) -> str:
    for file in _preset_files():
        if file.name == f"{name}.toml":
            return file.read_text(encoding="utf-8")
    raise ConfigError(
        found=f"no preset is called {name!r}",
        expected=f"one of {', '.join(preset_names())}",
        remedy=_suggest(name, preset_names()) or "run `seedwise presets` to see what each is for",
    )


def _merge(into: dict[str, dict[str, Any]], more: Mapping[str, Any], origin: str) -> None:
    for section, values in more.items():
        if not isinstance(values, Mapping):
            raise ConfigError(
                found=f"{origin}: the key {section!r} stands outside any section",
                expected=f"keys inside one of [{'], ['.join(ExperimentConfig.model_fields)}]",
                remedy=_home_of(section) or "put it under its section's heading",
            )
        into.setdefault(section, {}).update(values)


def _home_of(key: str) -> str:
    homes = [
        name for name, field in ExperimentConfig.model_fields.items() if key in _fields(field.annotation)
    ]
    return f"put it under [{homes[0]}]" if homes else ""


def _explain(model: type[BaseModel], problem: ErrorDetails) -> ConfigError:
    where = ".".join(str(part) for part in problem["loc"])
    expected = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        return _unknown_key(model, [str(part) for part in problem["loc"]])
    return ConfigError(
        found=f"{where or 'the settings'} = {problem.get('input')!r}",
        expected=expected[:1].lower() + expected[1:],
        remedy=_change(model, where),
    )


def _change(model: type[BaseModel], where: str) -> str:
    place = "flag, or its line in a TOML file" if model is ExperimentConfig else "flag"
    if where:
        return f"change {where}: its {place}; --help tells what it does"
    return f"change one of them, each by its {place}; --help tells what each does"


def _unknown_key(model: type[BaseModel], place: list[str]) -> ConfigError:
    known = _known_keys(model, place[:-1])
    section = ".".join(place[:-1])
    return ConfigError(
        found=f"unknown {'key' if section else 'section'} {place[-1]!r}"
        + (f" in [{section}]" if section else ""),
        expected=f"one of {', '.join(known)}",
        remedy=_suggest(place[-1], known) or _home_of(place[-1]) or "remove it, or mend its name",
    )


def _known_keys(model: type[BaseModel], path: list[str]) -> list[str]:
    for part in path:
        annotation = model.model_fields[part].annotation
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return []
        model = annotation
    return list(model.model_fields)


def _fields(annotation: Any) -> Iterable[str]:
    is_section = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation.model_fields if is_section else ()


def _suggest(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else ""
