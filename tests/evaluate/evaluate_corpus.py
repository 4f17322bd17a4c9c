"""A small invented corpus for the evaluation's tests: three moods, told apart by a few words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from seedwise.arms import Arm
from seedwise.config import EvaluateConfig, ExperimentConfig, SeedConfig
from seedwise.records import Candidate, Dataset, Draw, Harvest, Row, Rows

LABELS = ("anger", "joy", "sadness")
_TELLING = {
    "anger": ("furious", "outraged", "livid", "seething", "fuming"),
    "joy": ("delighted", "cheerful", "thrilled", "laughing", "sunny"),
    "sadness": ("tearful", "gloomy", "mourning", "lonely", "heartbroken"),
}
_PLAIN = ("bus", "dinner", "office", "garden", "window", "letter", "river", "concert", "phone", "market")


def make_rows(prefix: str, n: int, seed: int = 0, noise: float = 0.3) -> Rows:
    """Invent ``n`` distinct texts, classes in turn; a share of ``noise`` speaks like another class."""
    rng = np.random.default_rng(seed)
    return Rows(_row(prefix, i, rng, noise) for i in range(n))


def _row(prefix: str, i: int, rng: np.random.Generator, noise: float) -> Row:
    label = LABELS[i % len(LABELS)]
    voice = str(rng.choice(LABELS)) if rng.random() < noise else label
    words = [*rng.choice(_TELLING[voice], 2), *rng.choice(_PLAIN, 3)]
    return Row(f"{prefix}{i}", f"{' '.join(words)} {prefix}{i}", label, group=i)


def make_dataset(n_test: int = 90, n_train: int = 240) -> Dataset:
    """Invent a data set whose train and test rows share no text."""
    return Dataset("moods", LABELS, make_rows("t", n_train, 1), make_rows("e", n_test, 2), "invented", "CC0")


def make_draws(dataset: Dataset, n: int, seeds: int = 30) -> tuple[Draw, ...]:
    """Cut the training rows into seeds and pool, each draw from another place."""
    rows = dataset.train
    cut = [Rows([*rows[i * seeds :], *rows[: i * seeds]]) for i in range(n)]
    return tuple(Draw(i, order[:seeds], order[seeds:]) for i, order in enumerate(cut))


def make_harvest(arm: Arm, draw: int, rows: Iterable[Row], cost: float | None = None) -> Harvest:
    """Pretend that an arm's LLM wrote these rows, and that all were accepted."""
    accepted = tuple(_candidate(arm, draw, row) for row in rows)
    asked: Mapping[str, int] = {label: len(accepted) for label in LABELS}
    return Harvest(arm, draw, accepted, (), asked, {}, 1, 1, len(accepted), 10, 10, cost, seconds=60.0)


def _candidate(arm: Arm, draw: int, row: Row) -> Candidate:
    return Candidate(row.id, row.text, row.label, arm, draw, "p", "k", 0, "t@1", "fake", (), ())


def make_config(arms: Iterable[Arm], added: tuple[int, ...] = (12, 24), **fields: object) -> ExperimentConfig:
    """Configure a comparison of these arms on 30 seeds, with few resamples and the linear SVM alone.

    The learning curve of the real arm has the compared sizes and no others.
    """
    settings = {"evaluators": ("linear_svm",), "bootstrap": 400, "curve": added[:1], **fields}
    evaluate = EvaluateConfig.model_validate({"arms": tuple(arms), "added": added, **settings})
    return ExperimentConfig(evaluate=evaluate, seeds=SeedConfig(root_seed=7, seed_size=30))
