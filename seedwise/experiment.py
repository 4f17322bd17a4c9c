"""The whole of one experiment's findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from seedwise.config import ExperimentConfig
from seedwise.records import (
    VOLATILE,
    Audit,
    Dataset,
    Draw,
    Evaluation,
    Guides,
    Harvest,
    Linguistics,
    Model,
    Selection,
)


@dataclass(frozen=True, slots=True)
class Experiment:
    """Everything one experiment found: what the report is written from and MLflow is told.

    ``draws``, ``selections`` and ``guides`` are in draw order; ``harvests`` by arm, then draw; ``audits`` by
    arm. ``models`` are the classifiers to take home.
    ``versions`` maps a library to its version; ``links`` maps a name to an address a person may open.
    """

    config: ExperimentConfig
    dataset: Dataset
    draws: tuple[Draw, ...]
    selections: tuple[Selection, ...]
    guides: tuple[Guides, ...]
    harvests: tuple[Harvest, ...]
    evaluation: Evaluation
    linguistics: Linguistics
    versions: Mapping[str, str]
    seconds: float = field(metadata=VOLATILE)
    audits: tuple[Audit, ...] = ()
    models: tuple[Model, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict, metadata=VOLATILE)
