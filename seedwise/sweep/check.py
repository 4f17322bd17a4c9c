"""What can be found wrong with a cell before anything is paid for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from seedwise import linguistics
from seedwise.classify import check_evaluators
from seedwise.config import ExperimentConfig
from seedwise.data import Places, draw_seeds, load_dataset
from seedwise.errors import UserError
from seedwise.identity import digest
from seedwise.records import Dataset
from seedwise.sweep.grid import Cell


@dataclass(frozen=True, slots=True)
class Checked:
    """A cell as it was found.

    Attributes
    ----------
    data : str
        Digest of its data set's name, labels and rows, as report.json has it; empty where it does not load.
    problem : str
        What keeps it from being run, in the words of the error; empty where nothing does.
    """

    cell: Cell
    data: str = ""
    problem: str = ""


def check_cells(cells: Iterable[Cell], places: Places) -> tuple[Checked, ...]:
    """Check each cell: its data set loads, holds so many seeds, and its extras are installed.

    Every data set is loaded once.
    """
    shelf = _Shelf(places)
    return tuple(_check(cell, shelf) for cell in cells)


class _Shelf:
    """Data sets, loaded when they are first asked for; a failure is kept as well."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._found: dict[str, Dataset | UserError] = {}

    def take(self, config: ExperimentConfig) -> Dataset:
        key = digest([config.data, config.seeds.root_seed])
        if key not in self._found:
            self._found[key] = self._load(config)
        found = self._found[key]
        if isinstance(found, UserError):
            raise found
        return found

    def _load(self, config: ExperimentConfig) -> Dataset | UserError:
        try:
            return load_dataset(config.data, config.seeds.root_seed, self._places)
        except UserError as exc:
            return exc


def _check(cell: Cell, shelf: _Shelf) -> Checked:
    data = ""
    try:
        dataset = shelf.take(cell.config)
        data = digest([dataset.name, dataset.labels, dataset.train, dataset.test])
        draw_seeds(dataset, cell.config.seeds, 0)  # class counts are the same in every draw
        check_evaluators(cell.config.evaluate.evaluators)
        linguistics.check_tagger(cell.config.linguistics.tagger)
    except UserError as exc:
        return Checked(cell, data, str(exc))
    return Checked(cell, data)
