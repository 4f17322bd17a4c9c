"""Real tweets: plausible values, and real against real at the promised rate."""

import os
import random
from pathlib import Path

import pytest

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig, LinguisticsConfig
from seedwise.exhibits import exhibit_arms
from seedwise.linguistics import describe, examine, paper_claims
from seedwise.linguistics.registry import MEASURES
from seedwise.records import ALL, Candidate, Dataset, Draw, Exhibit, Harvest, Lot, Row, Rows, Specimen

FOLDER = Path(os.environ.get("SEEDWISE_DATA_DIR", "")) / "tweeteval-emotion"
LABELS = ("anger", "joy", "optimism", "sadness")

pytestmark = pytest.mark.skipif(
    "SEEDWISE_DATA_DIR" not in os.environ or not FOLDER.is_dir(),
    reason="SEEDWISE_DATA_DIR names no folder that holds tweeteval-emotion",
)


@pytest.fixture(scope="module")
def rows():
    texts = (FOLDER / "test_text.txt").read_text(encoding="utf-8").splitlines()
    numbers = (FOLDER / "test_labels.txt").read_text(encoding="utf-8").split()
    pairs = zip(texts, numbers, strict=True)
    return [Row(f"r{i}", text.strip(), LABELS[int(n)], i) for i, (text, n) in enumerate(pairs)]


@pytest.mark.parametrize(
    ("measure", "low", "high"),
    [
        ("mtld", 180, 320),
        ("first_person", 3.5, 6),
        ("past_forms", 1.2, 3),
        ("exclamation_marks", 0.15, 0.4),
        ("distinct_openings", 0.9, 1),
        ("words_per_text", 12, 20),
        ("near_duplicates", -0.01, 0.05),
    ],
)
def test_anger_is_where_the_predecessor_found_it(rows, measure, low, high):
    texts = [row.text for row in rows if row.label == "anger"]
    assert low < next(one for one in MEASURES if one.name == measure).of(texts, 1000) < high


def test_anger_asks_and_denies_more_and_rejoices_less_than_joy(rows):
    def value(name, label):
        return next(one for one in MEASURES if one.name == name).of(
            [r.text for r in rows if r.label == label]
        )

    assert value("negation", "anger") > value("negation", "joy")
    assert value("exclamation_marks", "anger") < value("exclamation_marks", "joy")


def test_held_out_tweets_posing_as_synthetic_stay_within_the_floor(rows):
    shuffled = random.Random(4).sample(rows, len(rows))
    posing, real = shuffled[:300], shuffled[300:]
    accepted = tuple(
        Candidate(r.id, r.text, r.label, Arm.GUIDED, 0, "p", "k", 0, "t@1", "m", (), ()) for r in posing
    )
    harvest = Harvest(Arm.GUIDED, 0, accepted, (), {}, {}, 0, 0, 0, 0, 0, None, 0.0)
    dataset = Dataset("tweeteval", LABELS, Rows(), Rows(real), "", "")
    found = describe(
        exhibit_arms(dataset, [Draw(0, Rows(), Rows())], [harvest]), LinguisticsConfig(subsamples=60), 3
    )
    known = [trait.outside for trait in found.traits if trait.outside is not None]
    assert len(known) > 200
    assert sum(known) / len(known) < 0.1
    pooled = [claim for claim in paper_claims(found.traits) if claim.label == ALL]
    assert "holds" not in {claim.verdict for claim in pooled}


def test_held_out_tweets_posing_as_synthetic_differ_in_nothing(rows):
    shuffled = random.Random(4).sample(rows, len(rows))
    posing = tuple(Specimen(row.id, row.text, row.label) for row in shuffled[:500])
    exhibit = Exhibit(
        "posing", LABELS, (Lot(0, posing, Rows(), Rows()),), Rows(shuffled[500:]), "test split", Rows()
    )
    known = [one for one in examine(exhibit, ExperimentConfig()).contrasts if one.p is not None]
    assert len(known) > 250
    assert sum(one.p < 0.05 for one in known) / len(known) < 0.1
    assert sum(one.p_holm < 0.05 for one in known) / len(known) < 0.02
    assert all(one.size == "negligible" for one in known if one.label == "all")
