"""Whether rows repeat the exemplars that their own prompts showed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from seedwise.config import ExperimentConfig
from seedwise.identity import derive_rng
from seedwise.privacy.case import Case
from seedwise.privacy.checks import Scope, wilson
from seedwise.privacy.runs import grams
from seedwise.records import ALL, Check, Exhibit, Row, Specimen
from seedwise.textual import content_words, is_one_word_apart, jaccard, normalise, shingles

MEASURE = "rows that repeat an exemplar of their prompt"


@dataclass(frozen=True, slots=True)
class _Trial:
    """Whether a row repeats an exemplar shown to it, and one of as many seeds that were not."""

    row: Specimen
    shown: bool
    other: bool


def check_exemplars(exhibit: Exhibit, cases: Sequence[Case], config: ExperimentConfig) -> Iterator[Check]:
    """Count the rows that repeat an exemplar of their prompt, beside what chance has them repeat.

    A row repeats a seed by a run of ``run_length`` words, or as a copy of any kind. Chance is as many
    other seeds of the row's class, drawn at random. Nothing is reported where no prompt is known.
    """
    trials = [trial for case in cases for trial in _try_case(case, config)]
    for label in (*exhibit.labels, ALL):
        own = [trial for trial in trials if label in (ALL, trial.row.label)]
        if own:
            scope = Scope("memorisation", exhibit.name, label)
            estimate = wilson(sum(trial.shown for trial in own), len(own))
            by_chance = sum(trial.other for trial in own) / len(own)
            ids = [trial.row.id for trial in own if trial.shown]
            yield scope.figure(MEASURE, estimate, by_chance, rows=ids)


def _try_case(case: Case, config: ExperimentConfig) -> Iterator[_Trial]:
    by_id = {seed.id: seed for seed in case.lot.seeds}
    by_label = {label: case.lot.seeds.of_label(label) for label in set(case.lot.seeds.labels)}
    rng = derive_rng(config.seeds.root_seed, "privacy", "exemplars", case.lot.draw)
    for row in case.lot.rows:
        shown = [by_id[id_] for id_ in row.exemplars if id_ in by_id]
        if shown:
            others = _draw_others(row, by_label.get(row.label, ()), len(shown), rng)
            yield _Trial(row, _repeats_any(row, shown, config), _repeats_any(row, others, config))


def _draw_others(row: Specimen, seeds: Sequence[Row], count: int, rng: np.random.Generator) -> list[Row]:
    others = [seed for seed in seeds if seed.id not in row.exemplars]
    return [others[place] for place in rng.permutation(len(others))[:count]]


def _repeats_any(row: Specimen, seeds: Sequence[Row], config: ExperimentConfig) -> bool:
    return any(_repeats(_read(row.text), _read(seed.text), config) for seed in seeds)


def _repeats(text: _Reading, seed: _Reading, config: ExperimentConfig) -> bool:
    length = config.audit.run_length
    if set(grams(text.words, length)).intersection(grams(seed.words, length)):
        return True
    near = jaccard(text.shingles, seed.shingles) >= config.screen.near_duplicate
    return near or is_one_word_apart(text.words, seed.words)


@dataclass(frozen=True, slots=True)
class _Reading:
    words: tuple[str, ...]
    shingles: frozenset[str]


@lru_cache(maxsize=10_000)
def _read(text: str) -> _Reading:
    return _Reading(content_words(text), shingles(normalise(text)))
