"""All that synthetic rows may give away of real ones, and how much they repeat each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from seedwise.config import ExperimentConfig
from seedwise.privacy.case import open_cases
from seedwise.privacy.contamination import check_contamination
from seedwise.privacy.copies import check_copies
from seedwise.privacy.diversity import check_diversity
from seedwise.privacy.exemplar_leak import check_exemplars
from seedwise.privacy.membership import check_membership
from seedwise.privacy.nearness import list_nearest, measure_nearness, open_space
from seedwise.privacy.personal import check_personal
from seedwise.privacy.runs import check_overlap, check_runs
from seedwise.privacy.shares import check_nearness
from seedwise.progress import Progress
from seedwise.records import Audit, Check, Exhibit

DISTANCE_NOTE = (
    "Distances to real rows are 1 - cosine of tf-idf weighted character 3- to 5-grams, the weights learnt "
    "from the real rows."
)
UNSEEN_NOTE = (
    "There are no real rows that had no part in making the synthetic ones: whether rows lie nearer to seeds "
    "than chance has it, and whether seeds can be told by the synthetic rows, cannot be measured."
)


def examine(exhibit: Exhibit, config: ExperimentConfig, progress: Progress) -> Audit:
    """Examine privacy, memorisation, contamination and diversity.

    Fills the checks of these subjects, ``nearest`` for every row of every lot, and ``notes``.

    Parameters
    ----------
    exhibit
        Any; what its empty parts would be needed for is reported as not measured.
    config
        Bounds of the gates, the threshold of near-duplicates, and the root seed.
    progress
        Told after each measure.
    """
    cases = open_cases(exhibit, config.seeds.root_seed, config.screen.near_duplicate)
    space = open_space(cases)
    nearness = tuple(measure_nearness(case, space) for case in cases)
    steps: Sequence[Callable[[], Iterable[Check]]] = (
        lambda: check_nearness(exhibit, nearness, config.audit),
        lambda: check_membership(exhibit, nearness, config.audit),
        lambda: check_personal(exhibit, cases, config.audit),
        lambda: check_copies(exhibit, cases, config),
        lambda: check_runs(exhibit, cases, config.audit),
        lambda: check_overlap(exhibit, cases),
        lambda: check_exemplars(exhibit, cases, config),
        lambda: check_contamination(exhibit, cases, config),
        lambda: check_diversity(exhibit, config),
    )
    checks = tuple(chain.from_iterable(_run(steps, progress)))
    nearest = tuple(chain.from_iterable(list_nearest(one) for one in nearness))
    has_unseen = any(len(case.unseen) for case in cases)
    notes = (DISTANCE_NOTE,) if has_unseen else (DISTANCE_NOTE, UNSEEN_NOTE)
    return Audit(exhibit.name, len(exhibit.rows), checks, nearest=nearest, notes=notes)


def _run(steps: Sequence[Callable[[], Iterable[Check]]], progress: Progress) -> Iterable[tuple[Check, ...]]:
    for number, step in enumerate(steps, start=1):
        yield tuple(step())
        progress(number, len(steps), "privacy")
