"""What one cell found, from its report.json."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seedwise.compare.reading import read_run
from seedwise.compare.runs import Run
from seedwise.errors import DataError
from seedwise.records import Effect
from seedwise.report import load_report
from seedwise.report.document import Document
from seedwise.sweep.outcome import Outcome

_EFFECT = ("difference", "ci_low", "ci_high", "tost_low", "tost_high", "p", "p_holm", "detectable")


@dataclass(frozen=True, slots=True)
class Difference:
    """An arm against another at one size under one classifier: in macro-F1, and in the F1 of each class."""

    arm: str
    baseline: str
    classifier: str
    added: int
    draws: int
    macro: Effect
    per_class: Mapping[str, Effect]


@dataclass(frozen=True, slots=True)
class Bill:
    """What an arm's rows took, over all draws of a cell.

    ``cost`` is in US dollars, None where some price is not known; ``seconds`` are those of the requests,
    added up.
    """

    arm: str
    draws: int
    accepted: int
    candidates: int
    tokens: int
    cost: float | None
    seconds: float

    @property
    def acceptance(self) -> float | None:
        """Share of the candidates that were accepted, in [0, 1]; None without any."""
        return self.accepted / self.candidates if self.candidates else None

    @property
    def tokens_a_row(self) -> float | None:
        """Tokens for one accepted row; None without any."""
        return self.tokens / self.accepted if self.accepted else None

    @property
    def dollars_a_hundred(self) -> float | None:
        """US dollars for a hundred accepted rows; None without any, and where some price is not known."""
        return 100 * self.cost / self.accepted if self.accepted and self.cost is not None else None


@dataclass(frozen=True, slots=True)
class Result:
    """A finished cell: its run as comparisons read it, and what a sweep needs beside that."""

    outcome: Outcome
    run: Run
    margin: float
    class_margin: float
    differences: tuple[Difference, ...]
    bills: tuple[Bill, ...]

    @property
    def seed_size(self) -> int:
        """Number of seeds of each draw."""
        return self.run.seed_size


def read_result(outcome: Outcome, folder: Path) -> Result:
    """Read the report of a cell.

    Raises
    ------
    DataError
        Where there is no report.json, or it is of another version or damaged.
    """
    run = read_run(folder, outcome.cell.title)
    try:
        return _result(outcome, run, load_report(folder))
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise DataError(
            found=f"{folder / 'report.json'} holds a part that cannot be read ({type(exc).__name__}: {exc})",
            expected="a report.json as `seedwise run` writes it",
            remedy="run the sweep again with this folder out of the way: the cell's responses are reused",
        ) from exc


def _result(outcome: Outcome, run: Run, document: Document) -> Result:
    settings = document["config"]["evaluate"]
    return Result(
        outcome=outcome,
        run=run,
        margin=float(settings["margin"]),
        class_margin=float(settings["class_margin"]),
        differences=tuple(_difference(part, run.ground.labels) for part in document["comparisons"]),
        bills=_bills(document["generation"]),
    )


def _difference(part: Mapping[str, Any], labels: Iterable[str]) -> Difference:
    return Difference(
        arm=str(part["arm"]),
        baseline=str(part["baseline"]),
        classifier=str(part["classifier"]),
        added=int(part["added"]),
        draws=int(part["draws"]),
        macro=_effect(part),
        per_class={label: _effect(part["per_class"][label]) for label in labels},
    )


def _effect(part: Mapping[str, Any]) -> Effect:
    return Effect(**{name: float(part[name]) for name in _EFFECT}, verdict=part["verdict"])


def _bills(harvests: Iterable[Mapping[str, Any]]) -> tuple[Bill, ...]:
    by_arm: dict[str, list[Mapping[str, Any]]] = {}
    for harvest in harvests:
        by_arm.setdefault(str(harvest["arm"]), []).append(harvest)
    return tuple(_bill(arm, own) for arm, own in by_arm.items())


def _bill(arm: str, harvests: list[Mapping[str, Any]]) -> Bill:
    costs = [harvest["cost"] for harvest in harvests]
    return Bill(
        arm=arm,
        draws=len(harvests),
        accepted=sum(int(harvest["accepted"]) for harvest in harvests),
        candidates=sum(int(harvest["candidates"]) for harvest in harvests),
        tokens=sum(int(harvest["tokens"]) for harvest in harvests),
        cost=None if None in costs else float(sum(costs)),
        seconds=sum(float(harvest["seconds"]) for harvest in harvests),
    )
