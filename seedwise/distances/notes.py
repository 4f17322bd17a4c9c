"""What a reader of the distances must know, in full sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from seedwise.config import AuditConfig
from seedwise.distances.finding import Finding
from seedwise.distances.look import MOST_ROWS
from seedwise.distances.mauve_score import is_installed
from seedwise.distances.plan import LEAST_ROWS
from seedwise.distances.samples import COMPARED


def notes(name: str, findings: Sequence[Finding], config: AuditConfig) -> Iterator[str]:
    """Say how rows were sampled, what was reduced, what is missing and what would add it."""
    measured = [one for one in findings if one.plan.is_enough]
    if measured:
        yield _samples(name, measured, config)
        yield _axes(name, measured)
        yield from dict.fromkeys(one.note for one in measured if one.note)
        yield from _limits(config)
    for one in findings:
        if not one.plan.is_enough:
            yield _missing(name, one)


def _samples(name: str, measured: Sequence[Finding], config: AuditConfig) -> str:
    sizes = _list((one.plan.label, one.plan.rows) for one in measured)
    return (
        f"{name}: distances are means over {COMPARED} pairs of a synthetic and a real sample that hold "
        f"as many rows of each class ({sizes} rows); their floors are what {config.samples} splits of real "
        "text into two such samples show, 2.5th to 97.5th percentile, near-duplicates kept on one side."
    )


def _axes(name: str, measured: Sequence[Finding]) -> str:
    axes = _list((one.plan.label, one.axes) for one in measured)
    return (
        f"{name}: Fréchet distance, clusters and MAUVE are taken in so many leading principal axes of the "
        f"embeddings: {axes}."
    )


def _missing(name: str, finding: Finding) -> str:
    plan = finding.plan
    return (
        f"{name}, {plan.label}: no distances, since {plan.synthetic} synthetic and {plan.real} real rows "
        f"leave fewer than {LEAST_ROWS} a sample."
    )


def _limits(config: AuditConfig) -> Iterator[str]:
    if config.most_rows > MOST_ROWS:
        yield (
            f"Distances look at {MOST_ROWS} rows a side, not at audit.most_rows = {config.most_rows}, "
            "to spare memory."
        )
    if not is_installed():
        yield "MAUVE is not measured: the extra `mauve` would have to be installed."


def _list(numbers: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{label} {number}" for label, number in numbers)
