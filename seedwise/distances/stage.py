"""Exhibits as scenes: rows picked, embedded and sampled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from seedwise.config import ExperimentConfig
from seedwise.distances.geometry import unit_rows
from seedwise.distances.look import Look
from seedwise.distances.plan import Plan
from seedwise.distances.samples import draw_samples
from seedwise.distances.scene import Features, IntArray, Pair, Scene
from seedwise.features import embedding_space, style_table
from seedwise.identity import derive_rng, derive_seed
from seedwise.linguistics.corpus import Corpus
from seedwise.linguistics.rule_tagger import tag_by_rule
from seedwise.linguistics.tags import Tag

_TAGS = {tag: number for number, tag in enumerate(Tag)}


@dataclass(frozen=True, slots=True)
class Described:
    """Rows as numbers; ``note`` says what a reader must know of the embedding, possibly nothing."""

    features: Features
    note: str


class Stage:
    """The rows that are looked at, described the first time that a scene is set with them."""

    def __init__(self, look: Look, config: ExperimentConfig) -> None:
        self.look, self._config = look, config

    @cached_property
    def rows(self) -> Described:
        """The rows as numbers."""
        return describe_rows(self.look.texts, self._config.seeds.root_seed)

    def scene(self, plan: Plan) -> Scene:
        """Take the rows of a plan's classes and draw the samples to compare."""
        seed = derive_seed(self._config.seeds.root_seed, "distances", plan.label)
        count = self._config.audit.samples
        samples = draw_samples(self.look, plan, count, derive_rng(seed, "samples"))
        rows = np.flatnonzero(np.isin(self.look.classes, plan.classes))
        return Scene(
            features=self.rows.features.take(rows),
            classes=self.look.classes[rows],
            groups=self.look.groups[rows],
            is_real=self.look.is_real[rows],
            compared=_place(samples.compared, rows),
            floor=_place(samples.floor, rows),
            permutations=self._config.audit.permutations,
            seed=seed,
        )


def describe_rows(texts: Sequence[str], seed: int) -> Described:
    """Turn the rows of both sides into numbers; a latent space is fitted on both, see `Scene`."""
    space = embedding_space(texts, seed)
    features = Features(
        vectors=unit_rows(space.embed(texts)),
        habits=style_table(texts).values,
        words=Corpus.of(texts).ids,
        tags=tuple(_tag_numbers(text) for text in texts),
    )
    return Described(features, space.note)


def _place(pairs: Sequence[Pair], rows: IntArray) -> tuple[Pair, ...]:
    """Say of each row of the pairs where it stands among some rows in ascending order."""
    return tuple(Pair(np.searchsorted(rows, pair.left), np.searchsorted(rows, pair.right)) for pair in pairs)


def _tag_numbers(text: str) -> IntArray:
    return np.array([_TAGS[found.tag] for found in tag_by_rule(text)], dtype=np.int64)
