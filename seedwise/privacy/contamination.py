"""Test rows among synthetic rows and seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seedwise.config import ExperimentConfig
from seedwise.privacy.case import Case
from seedwise.privacy.checks import Estimate, Gate, Scope
from seedwise.privacy.copies import Texts, find_copies
from seedwise.records import ALL, Check, Exhibit, Row
from seedwise.textual import content_words

ROWS = "exact or near copies of test rows"
CHANGED = "copies of test rows with one word changed"
SEEDS = "seeds that are copies of test rows"
EXEMPLARS = "exemplars shown that are copies of test rows"

NO_TEST = "There are no test rows."


def check_contamination(exhibit: Exhibit, cases: Sequence[Case], config: ExperimentConfig) -> Iterator[Check]:
    """Count what copies test rows: synthetic rows (a gate), seeds, and exemplars that prompts showed.

    Seeds and exemplars count by any kind of copy. Their rows are seeds, so none are listed.
    """
    scope = Scope("contamination", exhibit.name, ALL)
    if not len(exhibit.test):
        yield scope.unmeasured(ROWS, NO_TEST, config.audit.contaminated)
        return
    test = Texts(exhibit.test.texts, [content_words(text) for text in exhibit.test.texts])
    yield from _check_rows(scope, cases, test, config)
    yield from _check_seeds(scope, cases, test, config)


def _check_rows(
    scope: Scope, cases: Sequence[Case], test: Texts, config: ExperimentConfig
) -> Iterator[Check]:
    rows = [row for case in cases for row in case.lot.rows]
    said = [words for case in cases for words in case.row_words]
    found = find_copies(Texts([row.text for row in rows], said), test, config.screen.near_duplicate)
    pairs = [(copy.similarity, row.id) for row, copy in zip(rows, found, strict=True) if copy]
    alike = [id_ for similarity, id_ in sorted(pairs, key=lambda pair: (-pair[0], pair[1])) if similarity]
    gate = Gate(config.audit.contaminated, "at most", len(alike))
    yield scope.figure(ROWS, Estimate(len(alike)), 0.0, gate, alike)
    changed = [id_ for similarity, id_ in pairs if not similarity]
    yield scope.figure(CHANGED, Estimate(len(changed)), 0.0, rows=changed)


def _check_seeds(
    scope: Scope, cases: Sequence[Case], test: Texts, config: ExperimentConfig
) -> Iterator[Check]:
    seeds: dict[str, Row] = {seed.id: seed for case in cases for seed in case.lot.seeds}
    texts = [seed.text for seed in seeds.values()]
    own = Texts(texts, [content_words(text) for text in texts])
    found = find_copies(own, test, config.screen.near_duplicate)
    copied = {id_ for id_, copy in zip(seeds, found, strict=True) if copy}
    shown = {id_ for case in cases for row in case.lot.rows for id_ in row.exemplars}
    yield scope.figure(SEEDS, Estimate(len(copied)), 0.0)
    if shown:
        yield scope.figure(EXEMPLARS, Estimate(len(copied & shown)), 0.0)
