import numpy as np
import pytest
from feedback_samples import ANGRY, GLAD, LABELS, TOPICS, grown, seeds_of

from seedwise.feedback.detector import Detection, detect
from seedwise.identity import derive_rng
from seedwise.records import Rows

SEEDS = seeds_of(20)


def rows_with(word: str, size: int = 12, labels: tuple[str, ...] = LABELS, **passport) -> list:
    """Make rows that read like seeds, but for one word that all of them hold."""
    rows = []
    for label, words in zip(LABELS, (ANGRY, GLAD), strict=True):
        own = word if label in labels else "plainly"
        rows += [
            grown(len(rows) + i, f"{words[i % 4]} {own} {TOPICS[i % 8]} number {i}", label, **passport)
            for i in range(size)
        ]
    return rows


def tokens(found: Detection, label: str) -> list[str]:
    return [score.token for score in found.words[label]]


def test_a_planted_word_ranks_first_and_gives_the_rows_away():
    found = detect(SEEDS, rows_with("honestly"), LABELS, 5, 0)
    assert found.auc == 1.0
    assert [tokens(found, label)[0] for label in LABELS] == ["honestly", "honestly"]
    first = found.words["joy"][0]
    assert (first.stability, first.support) == (1.0, 0)
    assert first.score == first.shap > 0
    assert first.tfidf_difference > 0


def test_a_word_of_one_class_is_told_of_that_class_alone():
    found = detect(SEEDS, rows_with("honestly", labels=("joy",)), LABELS, 5, 0)
    assert tokens(found, "joy")[0] == "honestly"
    assert "honestly" not in tokens(found, "anger")


def test_words_that_the_prompts_asked_for_are_no_fault_of_the_model():
    found = detect(SEEDS, rows_with("honestly", hints=("honestly",)), LABELS, 5, 0)
    assert all("honestly" not in tokens(found, label) for label in LABELS)


def test_a_word_of_one_row_is_not_told():
    once = [grown(99, "lovely honestly garden number", "joy")]
    plain = [row for row in rows_with("plainly") if row.label]
    found = detect(SEEDS, plain + once, LABELS, 50, 0)
    assert "honestly" not in tokens(found, "joy")


def test_rows_like_seeds_are_told_by_chance():
    order = derive_rng(0, "halves").permutation(160)
    real = seeds_of(80)
    half = Rows(real[int(place)] for place in order[:80])
    rows = [grown(int(place), real[int(place)].text, real[int(place)].label) for place in order[80:]]
    found = detect(half, rows, LABELS, 5, 0)
    assert found.auc == pytest.approx(0.5, abs=0.1)
    assert found.words == {}


def test_a_class_that_was_grown_more_does_not_give_its_words_away():
    # As many copies of the same angry rows as one likes: the words of the class stay as real as they were.
    rows = [row for row in rows_with("plainly", size=4) if row.label == "joy"]
    rows += [grown(100 + i, text, "anger") for i, text in enumerate(SEEDS.of_label("anger").texts * 3)]
    found = detect(SEEDS, rows, LABELS, 50, 0)
    scores = {score.token: score.score for score in found.words["anger"]}
    assert scores.get("furious", 0.0) < 0.05


@pytest.mark.parametrize("size", [0, 1])
def test_too_few_rows_tell_nothing(size):
    rows = [grown(i, "lovely honestly garden", "joy") for i in range(size)]
    assert detect(SEEDS, rows, LABELS, 5, 0) == Detection(None, {})


def test_two_rows_are_enough_to_be_asked_about():
    rows = [grown(i, f"lovely honestly garden {i}", "joy") for i in range(2)]
    found = detect(SEEDS, rows, LABELS, 5, 0)
    assert found.auc is not None
    assert found.words["anger"] == ()
    assert len(found.words["joy"]) <= 5
    assert all(np.isfinite(score.score) for score in found.words["joy"])
