"""Personal data in synthetic rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seedwise.config import AuditConfig
from seedwise.privacy.case import Case
from seedwise.privacy.checks import Estimate, Gate, Scope
from seedwise.privacy.patterns import GATED, REPORTED, find_personal
from seedwise.records import ALL, Check, Exhibit, Specimen
from seedwise.textual import normalise

PERSONAL = "rows with personal data"


@dataclass(frozen=True, slots=True)
class _Find:
    """Personal data of one kind in one row, and how many of them a seed of the row's draw holds, too."""

    row: Specimen
    kind: str
    copied: int


def check_personal(exhibit: Exhibit, cases: Sequence[Case], config: AuditConfig) -> Iterator[Check]:
    """Count the rows that hold personal data, by kind; e-mail addresses, numbers and the like are a gate.

    Made-up ones count, too, since nobody who reads a row can tell; those that a seed holds are listed
    first. Handles and profiles are figures, for posts are full of them: their reference is what as many
    seeds hold. The gate is that of all classes together; those of single classes are figures.
    """
    finds = [find for case in cases for find in _search(case)]
    for label in (*exhibit.labels, ALL):
        scope = Scope("privacy", exhibit.name, label)
        own = [find for find in finds if label in (ALL, find.row.label) and find.kind in GATED]
        yield _count(scope, PERSONAL, own, config.personal_data if label == ALL else None)
    scope = Scope("privacy", exhibit.name, ALL)
    for kind in (*GATED, *REPORTED):
        yield _count(scope, kind, [find for find in finds if find.kind == kind], None, _expect(cases, kind))


def _search(case: Case) -> Iterator[_Find]:
    for kind in (*GATED, *REPORTED):
        known = {
            item.casefold() for text in case.lot.seeds.texts for item in find_personal(kind, normalise(text))
        }
        for row in case.lot.rows:
            if found := find_personal(kind, normalise(row.text)):
                yield _Find(row, kind, sum(item.casefold() in known for item in found))


def _expect(cases: Sequence[Case], kind: str) -> float | None:
    """Count the rows that would hold something of a kind, if as many did as among the seeds."""
    seeds = [text for case in cases for text in case.lot.seeds.texts]
    rows = sum(len(case.lot.rows) for case in cases)
    holding = sum(bool(find_personal(kind, normalise(text))) for text in seeds)
    return rows * holding / len(seeds) if seeds else None


def _count(
    scope: Scope, measure: str, finds: Sequence[_Find], most: int | None, reference: float | None = None
) -> Check:
    worst = sorted(finds, key=lambda find: (-find.copied, find.row.id))
    ids = tuple(dict.fromkeys(find.row.id for find in worst))
    copied = len({find.row.id for find in finds if find.copied})
    gate = None if most is None else Gate(most, "at most", len(ids))
    told = (f"{copied} of them hold what a seed holds, too." if copied else "", _note_figure(gate, ids))
    remark = " ".join(filter(None, told))
    return scope.figure(measure, Estimate(len(ids)), reference, gate, ids, remark)


def _note_figure(gate: Gate | None, ids: Sequence[str]) -> str:
    """Say of what is no gate, since posts have it, that it may still be somebody's."""
    return "No gate reads them; made-up ones may be somebody's." if ids and gate is None else ""
