import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.arms import Arm
from seedwise.config import ScreenConfig
from seedwise.records import Candidate, Choice, Row, Rows
from seedwise.screen import Reason, Screen, SeedClassifier

ANGRY = ("the queue made me furious", "furious about this bill", "so furious with my bank", "furious again")
GLAD = ("a lovely sunny walk", "lovely cake at lunch", "what a lovely surprise", "lovely to see you all")
SEEDS = Rows(
    Row(f"s-{label}-{i}", text, label, place * 10 + i)
    for place, (label, texts) in enumerate((("anger", ANGRY), ("joy", GLAD)))
    for i, text in enumerate(texts)
)
ANGRY_TEXT = "my neighbour is furious with the new parking rules"
GLAD_TEXT = "my neighbour brought round a lovely plate of biscuits"


CLASSIFIER = SeedClassifier(SEEDS, 0)


@pytest.fixture
def classifier() -> SeedClassifier:
    return CLASSIFIER


def judge(text: str, agreement: float, classifier: SeedClassifier | None, label: str = "anger") -> Candidate:
    screen = Screen(SEEDS, Rows(), ScreenConfig(agreement=agreement), "tweet", classifier)
    row = Candidate("c0", text, label, Arm.GUIDED, 0, "p", "k", 0, "keyword_lines@1", "m", (), ())
    return screen.judge(row, Choice(text, "stop"))


def test_a_row_that_the_seeds_speak_for_is_kept_with_its_confidence(classifier):
    row = judge(ANGRY_TEXT, 0.5, classifier)
    assert row.reason == ""
    assert row.confidence == classifier.probabilities(ANGRY_TEXT)["anger"] > 0.5


def test_a_row_that_the_seeds_speak_against_is_rejected_with_both_labels(classifier):
    row = judge(GLAD_TEXT, 0.5, classifier)
    shares = classifier.probabilities(GLAD_TEXT)
    assert row.reason == Reason.DISAGREES
    assert row.detail == f"joy {shares['joy']:.2f}, asked anger {shares['anger']:.2f}"


def test_the_bound_itself_is_agreement(classifier):
    share = classifier.probabilities(GLAD_TEXT)["anger"]
    assert judge(GLAD_TEXT, share, classifier).reason == ""
    assert judge(GLAD_TEXT, share + 1e-9, classifier).reason == Reason.DISAGREES


def test_other_faults_count_first(classifier):
    assert judge(GLAD[0], 0.99, classifier).reason == Reason.COPIES_SEED


def test_a_row_that_disagrees_is_no_twin_of_a_later_one(classifier):
    screen = Screen(SEEDS, Rows(), ScreenConfig(agreement=0.5), "tweet", classifier)
    rows = [
        Candidate(f"c-{label}", GLAD_TEXT, label, Arm.GUIDED, 0, "p", "k", 0, "t@1", "m", (), ())
        for label in ("anger", "joy")
    ]
    reasons = [screen.judge(row, Choice(row.text, "stop")).reason for row in rows]
    assert reasons == [Reason.DISAGREES, ""]


def test_without_a_bound_the_classifier_only_fills_in_the_confidence(classifier):
    assert judge(GLAD_TEXT, 0.0, classifier).reason == ""
    assert judge(GLAD_TEXT, 0.0, classifier).confidence < 0.5
    assert judge(GLAD_TEXT, 0.0, None).confidence is None


def test_a_class_that_no_seed_has_is_never_agreed_with(classifier):
    assert judge(GLAD_TEXT, 0.1, classifier, label="sadness").reason == Reason.DISAGREES
    assert judge(GLAD_TEXT, 0.1, classifier, label="sadness").confidence == 0


def test_agreement_without_a_classifier_is_refused():
    with pytest.raises(ValueError, match="needs a classifier"):
        judge(GLAD_TEXT, 0.4, None)


@given(st.text())
def test_any_text_has_probabilities_that_sum_to_one(text):
    shares = CLASSIFIER.probabilities(text)
    assert set(shares) == {"anger", "joy"}
    assert sum(shares.values()) == pytest.approx(1)
