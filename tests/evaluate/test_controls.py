"""Positive controls: comparisons whose verdict is known beforehand, through the whole evaluation."""

from __future__ import annotations

import numpy as np
from evaluate_corpus import make_config, make_dataset, make_harvest, make_rows

from seedwise.arms import Arm
from seedwise.evaluate import evaluate, verdict_rows
from seedwise.records import Draw, Row, Rows

DRAWS = 8
ADDED = 600


def shuffle_labels(rows, seed):
    """Give the texts each other's labels at random."""
    labels = np.random.default_rng(seed).permutation(rows.labels)
    return Rows(Row(row.id, row.text, str(label), row.group) for row, label in zip(rows, labels, strict=True))


def fresh_rows(draw):
    """Further rows of the corpus's own distribution, none of them among its train or test rows."""
    return make_rows(f"g{draw}x", ADDED, 100 + draw)


def judge(tmp_path, rows_of, n_test=1000, seeds=60, noise=0.3):
    """Let rows pose as what guidance wrote, and compare them with real ones and with the bare seeds."""
    dataset = make_dataset(n_test)
    draws = [
        Draw(d, make_rows(f"s{d}x", seeds, d, noise), make_rows(f"p{d}x", ADDED, 50 + d))
        for d in range(DRAWS)
    ]
    harvests = [make_harvest(Arm.GUIDED, d, rows_of(d)) for d in range(DRAWS)]
    config = make_config([Arm.REAL, Arm.GUIDED], (ADDED,), bootstrap=1000)
    evaluation = evaluate(dataset, draws, harvests, config, 1, tmp_path)
    return evaluation, verdict_rows(evaluation, harvests, config)[-1]


def against(evaluation, baseline):
    return next(c for c in evaluation.comparisons if (c.arm, c.baseline) == (Arm.GUIDED, baseline))


def test_shuffled_labels_read_worse(tmp_path):
    evaluation, row = judge(tmp_path, lambda d: shuffle_labels(fresh_rows(d), d))
    assert row.verdict == "worse"
    assert {part.verdict for part in row.classes.values()} == {"worse"}
    assert against(evaluation, Arm.REAL).macro.verdict == "worse"


def test_other_real_rows_read_equivalent_to_real_ones(tmp_path):
    evaluation, _ = judge(tmp_path, fresh_rows)
    twin = against(evaluation, Arm.REAL)
    assert twin.macro.verdict == "equivalent"
    assert twin.macro.ci_high > twin.macro.ci_low  # alike, not the same
    assert twin.tests.tost < 0.05


def test_rows_that_help_poor_seeds_read_better(tmp_path):
    """The seeds' labels say nothing; true rows, and many of them, say all there is."""
    evaluation, row = judge(tmp_path, fresh_rows, noise=1.0)
    assert row.verdict == "better"
    assert {part.verdict for part in row.classes.values()} == {"better"}
    assert against(evaluation, Arm.SEED_ONLY).tests.corrected_t < 0.05


def test_a_few_test_rows_cannot_tell(tmp_path):
    evaluation, row = judge(tmp_path, fresh_rows, n_test=15)
    assert {c.macro.verdict for c in evaluation.comparisons if c.arm is Arm.GUIDED} == {"cannot tell"}
    assert row.detectable > 0.05
