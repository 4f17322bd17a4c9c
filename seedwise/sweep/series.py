"""Finished cells that differ in the number of seeds alone, in a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from seedwise.arms import Arm
from seedwise.compare.runs import Ground, Line, known_arm, standard_order
from seedwise.records import Effect
from seedwise.sweep.reading import Difference, Result
from seedwise.sweep.threshold import SizedGap, Threshold, find_threshold

SEED_SIZE = "seeds.seed_size"
REAL = Arm.REAL.value


@dataclass(frozen=True, slots=True)
class Pair:
    """Two arms that meet at one size under one classifier."""

    arm: str
    baseline: str
    classifier: str
    added: int


@dataclass(frozen=True, slots=True)
class Sized:
    """What a pair comes to at one number of seeds."""

    seed_size: int
    difference: Difference


@dataclass(frozen=True, slots=True)
class Finding:
    """Where an arm becomes equivalent to real rows; ``label`` is empty for macro-F1, else a class.

    ``sizes`` are the seed sizes, ascending, at which the two met.
    """

    pair: Pair
    label: str
    margin: float
    sizes: tuple[int, ...]
    threshold: Threshold


@dataclass(frozen=True, slots=True)
class Series:
    """Finished cells on one ground that differ in their number of seeds alone.

    Attributes
    ----------
    number : int
        From 1, in the order of the sweep's cells.
    variant : mapping of str to str
        The values that this series has of what else the sweep varies, as ``section.field``; empty where it
        varies nothing else.
    results : tuple of Result
        At least one; ascending in seed size.
    findings : tuple of Finding
        By classifier, arm, added size and class, macro-F1 first.
    """

    number: int
    ground: Ground
    variant: Mapping[str, str]
    results: tuple[Result, ...]
    findings: tuple[Finding, ...]

    @property
    def seed_sizes(self) -> tuple[int, ...]:
        """The numbers of seeds, ascending."""
        return tuple(result.seed_size for result in self.results)

    @property
    def llm(self) -> str:
        """The language model."""
        return self.results[0].run.llm

    @property
    def margin(self) -> float:
        """Difference in macro-F1 below which arms count as equivalent."""
        return self.results[0].margin

    @property
    def class_margin(self) -> float:
        """The same for the F1 of one class."""
        return self.results[0].class_margin

    @property
    def classifiers(self) -> tuple[str, ...]:
        """The evaluation classifiers, in the reports' order."""
        return tuple(dict.fromkeys(name for result in self.results for name in result.run.classifiers))

    @property
    def most_added(self) -> int:
        """The largest added size that all cells have; of any, where they share none."""
        added = [set(result.run.added) for result in self.results]
        return max(set.intersection(*added) or set.union(*added))

    @property
    def lead(self) -> str | None:
        """The arm of the headline: guided, else the first generated arm that met real rows."""
        arms = list(dict.fromkeys(finding.pair.arm for finding in self.findings))
        return Arm.GUIDED.value if Arm.GUIDED.value in arms else next(iter(arms), None)

    @property
    def title(self) -> str:
        """Name the data, the model and what else this series is set apart by."""
        named = ("data.dataset", "generation.llm")
        others = [f"{name} {value}" for name, value in self.variant.items() if name not in named]
        return ", ".join([self.ground.data, self.llm, *others])

    def find(self, label: str = "", added: int | None = None) -> tuple[Finding, ...]:
        """Pick the findings on macro-F1, or on one class, at one added size: the largest by default."""
        size = self.most_added if added is None else added
        return tuple(f for f in self.findings if f.label == label and f.pair.added == size)

    def trace(self, pair: Pair) -> tuple[Sized, ...]:
        """Follow a pair of arms over the numbers of seeds at which they met, ascending."""
        return tuple(
            Sized(result.seed_size, found)
            for result in self.results
            for found in result.differences
            if pair_of(found) == pair
        )


def pair_of(found: Difference) -> Pair:
    """Name the pair that a difference is about."""
    return Pair(found.arm, found.baseline, found.classifier, found.added)


def lines_of(result: Result, added: int) -> tuple[Line, ...]:
    """Give a cell's lines at an added size, and those of ``seed_only``."""
    return tuple(line for line in result.run.lines if line.added in (0, added))


def build_series(results: Sequence[Result]) -> tuple[Series, ...]:
    """Put finished cells in rows: one ground and one choice of all that is varied but the seeds each."""
    rows: dict[tuple[Ground, tuple[tuple[str, str], ...]], list[Result]] = {}
    for result in results:
        variant = tuple((k, v) for k, v in result.outcome.cell.place.items() if k != SEED_SIZE)
        rows.setdefault((result.run.ground, variant), []).append(result)
    return tuple(
        _build(number, ground, dict(variant), sorted(own, key=lambda result: result.seed_size))
        for number, ((ground, variant), own) in enumerate(rows.items(), start=1)
    )


def _build(number: int, ground: Ground, variant: Mapping[str, str], results: Sequence[Result]) -> Series:
    bare = Series(number, ground, variant, tuple(results), ())
    findings = tuple(finding for pair in _to_real(results) for finding in _find(bare, pair))
    return Series(number, ground, variant, tuple(results), findings)


def _to_real(results: Sequence[Result]) -> list[Pair]:
    """List the generated arms that met real rows, by classifier, arm in standard order, and size."""
    pairs = {
        pair_of(found)
        for result in results
        for found in result.differences
        if found.baseline == REAL and _is_generated(found.arm)
    }
    arms = standard_order(pair.arm for pair in pairs)
    classifiers = list(dict.fromkeys(name for result in results for name in result.run.classifiers))
    return sorted(pairs, key=lambda p: (classifiers.index(p.classifier), arms.index(p.arm), p.added))


def _is_generated(name: str) -> bool:
    arm = known_arm(name)
    return arm is None or arm.is_generated


def _find(series: Series, pair: Pair) -> Iterable[Finding]:
    trace = series.trace(pair)
    sizes = tuple(point.seed_size for point in trace)
    macro = [_gap(point.seed_size, point.difference.macro) for point in trace]
    yield Finding(pair, "", series.margin, sizes, find_threshold(macro, series.margin))
    for label in series.ground.labels:
        gaps = [_gap(point.seed_size, point.difference.per_class[label]) for point in trace]
        yield Finding(pair, label, series.class_margin, sizes, find_threshold(gaps, series.class_margin))


def _gap(seed_size: int, effect: Effect) -> SizedGap:
    return SizedGap(
        seed_size, effect.difference, effect.ci_low, effect.ci_high, effect.tost_low, effect.tost_high
    )
