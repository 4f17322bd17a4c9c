"""Finished runs as a comparison reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from seedwise.arms import Arm, in_order

SEED_ONLY = Arm.SEED_ONLY.value


@dataclass(frozen=True, slots=True)
class Gap:
    """A difference in F1 with its 95 % interval, and the word that its run's rule found for it."""

    difference: float | None
    low: float | None
    high: float | None
    word: str


@dataclass(frozen=True, slots=True)
class Line:
    """One arm of a run at one size under one classifier.

    Attributes
    ----------
    arm : str
        By its name as the report has it.
    added : int
        Rows asked for; 0 for ``seed_only``.
    trained : float or None
        Rows trained on, seeds included, mean over draws; None where the report holds no single result.
    macro_f1, macro_f1_sd : float, float or None
        Mean over draws in [0, 1], and the standard deviation, None with a single draw.
    versus_seeds, versus_real : Gap or None
        Difference in macro-F1 to ``seed_only``, and to as many real rows; None where they did not meet.
    class_gains : mapping of str to Gap
        Difference in the F1 of each class to ``seed_only``; empty for that arm itself.
    cost : float or None
        US dollars a draw; None where no price is known.
    seconds : float
        Generation time of a draw's rows.
    short : bool
        Whether some draw had fewer rows to add than were asked for.
    """

    arm: str
    classifier: str
    added: int
    draws: int
    trained: float | None
    macro_f1: float
    macro_f1_sd: float | None
    versus_seeds: Gap | None
    versus_real: Gap | None
    class_gains: Mapping[str, Gap]
    cost: float | None
    seconds: float
    short: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """What the audit of an arm's rows comes to over all classes; None where it was not measured.

    ``composite`` is the share of language measures outside the real-vs-real floor, ``auc`` that of the
    detector on the best of its feature sets. ``gates`` counts the gates that were measured, over all
    classes and in each; ``failed`` names the measure of each one that did not pass.
    """

    composite: float | None
    auc: float | None
    gates: int
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What scores have to share before they may be held against each other."""

    data: str
    digest: str
    split: str
    test_rows: int
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A finished experiment, from its report.json.

    Attributes
    ----------
    name : str
        Short, and no other run's in the comparison.
    settings : mapping of str to str
        Every setting that shapes the result, as ``section.field``, written out.
    added : tuple of int
        The compared sizes, ascending.
    findings : mapping of str to Findings
        By arm; arms that differ in training only share the audit of their rows. Empty without audits.
    versions : mapping of str to str
        Of the libraries that it ran with.
    content : str
        Digest of settings and single results: equal for two copies of one run.
    """

    name: str
    folder: Path
    fingerprint: str
    ground: Ground
    seed_size: int
    llm: str
    settings: Mapping[str, str]
    added: tuple[int, ...]
    lines: tuple[Line, ...]
    findings: Mapping[str, Findings]
    versions: Mapping[str, str]
    content: str

    @property
    def classifiers(self) -> tuple[str, ...]:
        """The classifiers that were trained, in the report's order."""
        return tuple(dict.fromkeys(line.classifier for line in self.lines))

    @property
    def at_most(self) -> tuple[Line, ...]:
        """The lines at the largest size, and those of ``seed_only``."""
        return tuple(line for line in self.lines if line.added in (0, self.added[-1]))

    def audited(self, arm: str) -> Findings | None:
        """Find the audit of an arm's rows; None where there is none."""
        return self.findings.get(rows_of(arm))


def known_arm(name: str) -> Arm | None:
    """Read an arm's name; None for one that this version does not know."""
    try:
        return Arm(name)
    except ValueError:
        return None


def rows_of(name: str) -> str:
    """Name the arm whose rows these are; an unknown arm's are its own."""
    arm = known_arm(name)
    return arm.rows.value if arm else name


def standard_order(names: Iterable[str]) -> tuple[str, ...]:
    """Put arms in standard order, each once; those that this version does not know come last."""
    found = set(names)
    known = in_order(arm for name in found if (arm := known_arm(name)))
    return (*known, *sorted(found - set(known)))
