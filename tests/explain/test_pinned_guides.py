"""Without options the lists stay as they were: rows that an LLM wrote were asked for with their words."""

from __future__ import annotations

import numpy as np
import pytest

from seedwise.config import ExplainConfig
from seedwise.explain import extract_guides
from seedwise.records import Draw, Row, Rows, Selection

LABELS = ("calm", "wild")
PLANTED = ("serene", "furious")
FILLER = [f"{a}{b}" for a in ("bo", "da", "fi", "gu", "le", "mo", "na", "pi") for b in ("rad", "sul", "tek")]

PINNED = {
    ("xgboost", "calm"): (
        {"serene": 1.154428, "gutek": 0.429128, "mosul": 0.003651},
        "serene firad gutek",
        "natek borad morad",
        "s020 s046 s036 s034 s022 s014",
    ),
    ("xgboost", "wild"): (
        {"furious": 2.269365, "bosul": 0.133474, "pitek": 0.026322, "pirad": 0.02341},
        "furious bosul gusul motek",
        "natek borad morad fisul",
        "s059 s017 s009 s031 s007 s005",
    ),
    ("linear_svm", "calm"): (
        {"serene": 0.334339, "datek": 0.105149, "firad": 0.043628, "borad": 0.039233},
        "serene firad gutek borad",
        "pirad dasul natek morad",
        "s038 s054 s032 s058 s042 s020",
    ),
    ("linear_svm", "wild"): (
        {"furious": 0.346694, "botek": 0.100924, "bosul": 0.076969, "pitek": 0.024308},
        "furious bosul gusul motek",
        "pirad dasul morad natek",
        "s011 s059 s023 s013 s031 s029",
    ),
}


def make_seeds():
    """Make texts of random filler words, most of which hold their class's planted word."""
    rng = np.random.default_rng(0)
    seeds = []
    for number in range(60):
        words = list(rng.choice(FILLER, 5, replace=False))
        if rng.random() < 0.9:
            words.append(PLANTED[number % 2])
        seeds.append(Row(f"s{number:03}", " ".join(words), LABELS[number % 2], number))
    return Rows(seeds)


@pytest.mark.parametrize("name", ["xgboost", "linear_svm"])
def test_the_lists_are_those_of_the_first_release(name):
    selection, config = Selection(name, "fixed", ()), ExplainConfig(top_tokens=4)
    guides = extract_guides(Draw(0, make_seeds(), Rows()), LABELS, selection, config, 0)
    for label in LABELS:
        found, (guided, tfidf, placebo, exemplars) = guides.of_label(label), PINNED[name, label]
        assert [each.token for each in found.guided] == list(guided)
        assert [each.score for each in found.guided] == pytest.approx(list(guided.values()), abs=1e-5)
        assert [each.token for each in found.tfidf] == tfidf.split()
        assert [each.token for each in found.placebo] == placebo.split()
        assert list(found.exemplars[:6]) == exemplars.split()
