"""The run tree as plain records: what is to be in MLflow, before MLflow is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Kind = Literal["sweep", "series", "experiment", "arm"]
"""What a run stands for; its tag ``kind``."""

IDENTITY = "seedwise.identity"
"""Tag by which a run is found again: a digest of what it holds, of a sweep's name for a sweep."""


@dataclass(frozen=True, slots=True)
class Point:
    """One finite value of a metric at a step."""

    name: str
    value: float
    step: int


@dataclass(frozen=True, slots=True)
class Input:
    """A data set that went into a run: ``rows`` of them, ``digest`` of their content.

    ``context`` is ``training`` or ``testing``; ``source`` says where the rows are from.
    """

    name: str
    digest: str
    source: str
    rows: int
    context: str


@dataclass(frozen=True, slots=True)
class Node:
    """One MLflow run, with the runs below it.

    Attributes
    ----------
    tags, params : mapping of str to str
        No empty values.
    points : tuple of Point
        In any order; a metric may have many steps.
    """

    kind: Kind
    name: str
    tags: Mapping[str, str]
    params: Mapping[str, str] = field(default_factory=dict)
    points: tuple[Point, ...] = ()
    inputs: tuple[Input, ...] = ()
    children: tuple[Node, ...] = ()

    @property
    def identity(self) -> str:
        """What the run is found again by."""
        return self.tags[IDENTITY]

    @property
    def size(self) -> int:
        """Runs in this tree, its root included."""
        return 1 + sum(child.size for child in self.children)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a tree's root: ``place`` is its path among the artifacts, with forward slashes.

    ``content`` is the text, or where a file with the content lies.
    """

    place: str
    content: str | Path


@dataclass(frozen=True, slots=True)
class Tree:
    """A root run with all below it, and the root's files."""

    root: Node
    attachments: tuple[Attachment, ...] = ()
