"""Which experiments a sweep runs, and how."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from seedwise.config.section import Section

Where = Literal["auto", "pool", "here"]
"""Who runs the cells of a sweep."""


class SweepConfig(Section):
    """A grid of experiments: every combination of the values below is a cell.

    What is not varied is as in the experiment's own settings.
    """

    name: str = Field(
        "",
        max_length=48,
        pattern=r"^[A-Za-z0-9._-]*$",
        description="Name of the sweep: the same name goes on with the same sweep, with a larger grid, too. "
        "Empty: one made of the settings that all cells share.",
    )
    seed_sizes: tuple[Annotated[int, Field(ge=20, le=100_000)], ...] = Field(
        (100, 200, 500), min_length=1, description="Numbers of seeds, ascending: one experiment each."
    )
    draws: int = Field(
        3,
        ge=1,
        le=100,
        description="Random choices of the seeds in every experiment; more may be added later. With three "
        "equivalence to real rows is seldom shown, from five on it is.",
    )
    llms: tuple[str, ...] = Field((), description="Language models; empty: the experiment's own.")
    datasets: tuple[str, ...] = Field((), description="Data sets; empty: the experiment's own.")
    vary: dict[str, tuple[Any, ...]] = Field(
        default_factory=dict,
        description='Values of further settings of the experiment, such as {"prompt.hints": [1, 3]}.',
    )
    where: Where = Field(
        "auto",
        description="pool: cells are flow runs for the workers of a Prefect work pool. here: one after "
        "another in this process. auto: pool where workers ask a Prefect server for cells, or a worker runs "
        "the sweep itself; else here.",
    )
    at_once: int = Field(4, ge=1, le=1000, description="Most cells under way at once in a pool.")
    attempts: int = Field(
        3,
        ge=1,
        le=20,
        description="Times a cell is started whose worker was lost; failures are not repeated.",
    )
    again: bool = Field(
        False,
        description="Whether finished cells are run again; answers paid for and finished stages are reused "
        "all the same.",
    )

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        if list(self.seed_sizes) != sorted(set(self.seed_sizes)):
            raise ValueError("seed_sizes must ascend without repeats")
        for name, values in (("llms", self.llms), ("datasets", self.datasets)):
            if len(set(values)) != len(values):
                raise ValueError(f"{name} must not repeat")
        return self
