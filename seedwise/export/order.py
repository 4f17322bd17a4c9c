"""What is to be exported, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Format = Literal["parquet", "jsonl", "csv", "hf"]
"""Kinds of files; ``hf`` is Parquet in the folders of a data set on the Hugging Face Hub."""

FORMATS: tuple[Format, ...] = get_args(Format)

ALL_ARMS = "all"
"""The name under which the rows of every arm are exported together."""

UNAUDITED = "audit"
"""The subject under which rows are accepted that no audit looked at."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be exported, and how.

    Attributes
    ----------
    format : Format
        Kind of the files.
    arm : str
        An arm of the run, `ALL_ARMS`, or empty for ``guided``.
    accepted : frozenset of str
        Subjects of checks whose failed gates are accepted; `UNAUDITED` for rows without an audit.
    drops_failing : bool
        Whether rows that failed gates name are left out, those of accepted subjects, too.
    """

    format: Format = "parquet"
    arm: str = ""
    accepted: frozenset[str] = frozenset()
    drops_failing: bool = False
