"""All distances, in the order of the report."""

from __future__ import annotations

from seedwise.distances.clusters import prepare_occupancy
from seedwise.distances.divergence import prepare_divergence
from seedwise.distances.frechet import prepare_frechet
from seedwise.distances.habits import prepare_habits
from seedwise.distances.mauve_score import read_mauve
from seedwise.distances.measure import Measure, pair_by_pair
from seedwise.distances.mmd import read_mmd
from seedwise.distances.neighbours import read_crowds
from seedwise.distances.vendi import prepare_vendi

words = pair_by_pair(prepare_divergence(lambda features: features.words))
tags = pair_by_pair(prepare_divergence(lambda features: features.tags))

MEASURES = (
    Measure("distribution", "Jensen-Shannon divergence of words", "lexical", "lower", words),
    Measure("distribution", "Jensen-Shannon divergence of parts of speech", "style", "lower", tags),
    Measure("distribution", "MMD²", "embedding", "lower", read_mmd),
    Measure("distribution", "MAUVE", "embedding", "higher", read_mauve),
    Measure("embedding", "Fréchet distance", "embedding", "lower", pair_by_pair(prepare_frechet)),
    Measure("embedding", "density", "embedding", "higher", read_crowds(lambda crowd: crowd.density)),
    Measure("embedding", "coverage", "embedding", "higher", read_crowds(lambda crowd: crowd.coverage)),
    Measure("embedding", "Vendi score over real", "embedding", "higher", pair_by_pair(prepare_vendi)),
    Measure(
        "cluster", "share of rows in other clusters", "embedding", "lower", pair_by_pair(prepare_occupancy)
    ),
    Measure("feature vector", "mean standardised difference", "style", "lower", pair_by_pair(prepare_habits)),
)
