"""Runs of words that synthetic rows share with seeds, and with no other real text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seedwise.config import AuditConfig
from seedwise.privacy.automaton import SuffixAutomaton
from seedwise.privacy.case import Case, Words, count_groups
from seedwise.privacy.checks import Estimate, Gate, Scope, wilson
from seedwise.privacy.shares import NO_ROWS
from seedwise.records import ALL, Check, Exhibit, Specimen

LONGEST = "longest run of words shared with a seed"
OVERLAPS = (5, 8)
"""Lengths of the n-grams whose overlap is reported."""


@dataclass(frozen=True, slots=True)
class Shared:
    """The longest runs that one row shares.

    ``seeds`` and ``unseen`` are the longest with any seed and with as many unseen rows; ``only_seeds`` and
    ``only_unseen`` the longest of `AuditConfig.run_length` words or more that one side holds and the
    other does not, 0 where there is none.
    """

    row: Specimen
    seeds: int
    unseen: int
    only_seeds: int
    only_unseen: int


def measure_runs(case: Case, length: int) -> tuple[Shared, ...]:
    """Measure the runs of words that each row of a case shares with its real rows."""
    seeds, peers = SuffixAutomaton(case.seed_words), SuffixAutomaton(_peers(case))
    others = SuffixAutomaton(_holders(case, length))
    return tuple(
        _compare(row, [side.longest_runs(said) for side in (seeds, peers, others)], length)
        for row, said in zip(case.lot.rows, case.row_words, strict=True)
    )


def _compare(row: Specimen, runs: Sequence[Sequence[int]], length: int) -> Shared:
    seeds, peers, others = runs
    return Shared(
        row,
        max(seeds, default=0),
        max(peers, default=0),
        _only(seeds, others, length),
        _only(peers, seeds, length),
    )


def _only(runs: Sequence[int], others: Sequence[int], length: int) -> int:
    pairs = zip(runs, others, strict=True)
    return max((run for run, other in pairs if run >= length and run > other), default=0)


def _peers(case: Case) -> list[Words]:
    return [case.unseen_words[place] for place in case.unseen.tolist()]


def _holders(case: Case, length: int) -> list[Words]:
    """Choose the unseen rows that hold so long a run of both sides; no others can acquit a row."""
    seeds = {gram for said in case.seed_words for gram in grams(said, length)}
    common = {gram for said in case.row_words for gram in grams(said, length) if gram in seeds}
    return [said for said in case.unseen_words if any(gram in common for gram in grams(said, length))]


def grams(said: Words, length: int) -> Iterator[Words]:
    """List the runs of exactly so many words, in order."""
    return (said[start : start + length] for start in range(len(said) - length + 1))


def check_runs(exhibit: Exhibit, cases: Sequence[Case], config: AuditConfig) -> Iterator[Check]:
    """Count the rows that share a long run of words with a seed and with no unseen row.

    Words are those of `content_words`. All unseen rows can acquit a run: what others say, too, is a
    phrase of the language. The reference counts rows with such a run of as many unseen rows that no seed
    holds. The share over all classes is a gate; rows are listed by the longest run. In the interval's width
    near-duplicate rows count as one.
    """
    found = [shared for case in cases for shared in measure_runs(case, config.run_length)]
    has_unseen = any(len(case.unseen) for case in cases)
    for label in (*exhibit.labels, ALL):
        scope = Scope("memorisation", exhibit.name, label)
        own = [shared for shared in found if label in (ALL, shared.row.label)]
        yield _share(scope, own, count_groups(cases, label), has_unseen, config)
        yield _longest(scope, own, has_unseen)


def _share(
    scope: Scope, found: Sequence[Shared], groups: int, has_unseen: bool, config: AuditConfig
) -> Check:
    measure = f"rows with {config.run_length} words on end that only seeds hold"
    if not found:
        return scope.unmeasured(measure, NO_ROWS, config.run_share if scope.label == ALL else None)
    holding = sorted((one for one in found if one.only_seeds), key=lambda one: (-one.only_seeds, one.row.id))
    share = len(holding) / len(found)
    reference = sum(one.only_unseen > 0 for one in found) / len(found) if has_unseen else None
    gate = Gate(config.run_share, "at most", share) if scope.label == ALL else None
    ids = [one.row.id for one in holding]
    return scope.figure(measure, wilson(share * groups, groups), reference, gate, ids)


def _longest(scope: Scope, found: Sequence[Shared], has_unseen: bool) -> Check:
    longest = max((one.seeds for one in found), default=0)
    reference = float(max((one.unseen for one in found), default=0)) if has_unseen else None
    ids = [one.row.id for one in found if longest and one.seeds == longest]
    return scope.figure(LONGEST, Estimate(longest), reference, rows=ids)


def check_overlap(exhibit: Exhibit, cases: Sequence[Case]) -> Iterator[Check]:
    """Measure the share of 5- and 8-word runs that are also in seeds, beside as many unseen rows."""
    for length in OVERLAPS:
        scope = Scope("memorisation", exhibit.name, ALL)
        counts = [_count_overlap(case, length) for case in cases]
        total = sum(count.total for count in counts)
        if total:
            own, other = (
                sum(getattr(count, side) for count in counts) / total for side in ("seeds", "unseen")
            )
            reference = other if any(len(case.unseen) for case in cases) else None
            yield scope.figure(f"runs of {length} words that a seed holds", Estimate(own), reference)


@dataclass(frozen=True, slots=True)
class _Overlap:
    total: int
    seeds: int
    unseen: int


def _count_overlap(case: Case, length: int) -> _Overlap:
    places = case.seeds.tolist() if len(case.unseen) else range(len(case.seed_words))
    seeds = {gram for place in places for gram in grams(case.seed_words[place], length)}
    unseen = {gram for said in _peers(case) for gram in grams(said, length)}
    own = [gram for said in case.row_words for gram in grams(said, length)]
    return _Overlap(len(own), sum(gram in seeds for gram in own), sum(gram in unseen for gram in own))
