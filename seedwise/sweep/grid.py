"""The cells of a sweep: every combination of the values that are varied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from seedwise.config import ExperimentConfig, SweepConfig
from seedwise.errors import ConfigError
from seedwise.identity import digest

_NAMED = ("data.dataset", "generation.llm", "seeds.seed_size", "seeds.draws")
"""Settings that a sweep has names of its own for."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One experiment of a sweep.

    Attributes
    ----------
    place : mapping of str to str
        What sets it apart from the other cells: the settings that take several values in the sweep, as
        ``section.field``, written out. Always has ``seeds.seed_size``.
    """

    config: ExperimentConfig
    place: Mapping[str, str]

    @property
    def title(self) -> str:
        """Name the cell for people: ``100 seeds`` or ``100 seeds, prompt.hints 3``."""
        others = [f"{name} {value}" for name, value in self.place.items() if name != "seeds.seed_size"]
        return ", ".join([f"{self.config.seeds.seed_size} seeds", *others])


def plan_cells(grid: SweepConfig, base: ExperimentConfig) -> tuple[Cell, ...]:
    """List the cells of a sweep: other settings in the order given, within each the seed sizes ascending.

    Raises
    ------
    ConfigError
        For a setting that does not exist, has a name of its own in the sweep, or takes no such value.
    """
    axes = _axes(grid, base)
    several = [name for name, values in axes.items() if len(values) > 1 or name == "seeds.seed_size"]
    cells = []
    for values in product(*axes.values()):
        chosen = dict(zip(axes, values, strict=True))
        place = {name: _written(chosen[name]) for name in several}
        cells.append(Cell(_with(base, {**chosen, "seeds.draws": grid.draws}), place))
    _require_distinct(cells)
    return tuple(cells)


def name_sweep(grid: SweepConfig, base: ExperimentConfig) -> str:
    """Return the sweep's name: as given, else eight digits made of the settings that all cells share.

    Seed sizes, draws, models, data sets and what else is varied do not enter: a larger grid has the same
    name.
    """
    if grid.name:
        return grid.name
    settings = base.model_dump(mode="json")
    for path in {*_NAMED, *grid.vary}:
        section, _, field = path.partition(".")
        settings.get(section, {}).pop(field, None)
    return digest(["sweep", settings])[:8]


def _axes(grid: SweepConfig, base: ExperimentConfig) -> dict[str, tuple[Any, ...]]:
    for name, values in grid.vary.items():
        _require_free(name, values, base)
    return {
        "data.dataset": grid.datasets or (base.data.dataset,),
        "generation.llm": grid.llms or (base.generation.llm,),
        **grid.vary,
        "seeds.seed_size": grid.seed_sizes,
    }


def _require_free(name: str, values: tuple[Any, ...], base: ExperimentConfig) -> None:
    settings = base.model_dump()
    section, _, field = name.partition(".")
    if name in _NAMED or field not in settings.get(section, {}):
        raise ConfigError(
            found=f"vary names {name!r}",
            expected="a setting of the experiment as section.field, such as prompt.hints",
            remedy="seed sizes, draws, models and data sets have fields of their own in the sweep; "
            "`seedwise presets --show demo` shows sections",
        )
    if not values or len({_written(value) for value in values}) != len(values):
        raise ConfigError(
            found=f"vary gives {name} the values {list(values)}",
            expected="at least one value, none of them twice",
            remedy="mend the list",
        )


def _require_distinct(cells: Sequence[Cell]) -> None:
    """Refuse values that are written differently and mean the same, such as .4 and 0.40."""
    titles: dict[str, str] = {}
    for cell in cells:
        earlier = titles.get(cell.config.fingerprint)
        titles[cell.config.fingerprint] = cell.title
        if earlier is not None:
            raise ConfigError(
                found=f"the cells {earlier!r} and {cell.title!r} are the same experiment",
                expected="values that differ",
                remedy="take one of them out of the values that the sweep varies",
            )


def _with(base: ExperimentConfig, values: Mapping[str, Any]) -> ExperimentConfig:
    settings = base.model_dump(mode="json")
    for name, value in values.items():
        section, _, field = name.partition(".")
        settings[section][field] = value
    try:
        return ExperimentConfig.model_validate(settings)
    except ValidationError as exc:
        problem = exc.errors()[0]
        raise ConfigError(
            found=f"{_blamed(problem, values)} in a cell of the sweep",
            expected=problem["msg"].removeprefix("Value error, "),
            remedy="mend the values that the sweep varies",
        ) from exc


def _blamed(problem: ErrorDetails, values: Mapping[str, Any]) -> str:
    """Name the value that is wrong; where several are at odds, those that the sweep has chosen."""
    if isinstance(problem["input"], Mapping):
        return ", ".join(f"{name} = {_written(value)}" for name, value in values.items())
    return f"{'.'.join(map(str, problem['loc']))} = {problem['input']!r}"


def _written(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
