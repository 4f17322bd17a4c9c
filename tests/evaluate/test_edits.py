import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.arms import Arm
from seedwise.evaluate.edits import measure_edits, measure_proximity, measure_sparsity
from seedwise.records import Candidate, Draw, Harvest, Row, Rows

JOY = (
    "what a sunny happy picnic",
    "so happy and glad today",
    "happy music, glad friends",
    "a glad and sunny day",
)
SAD = (
    "what a lonely grey evening",
    "so lonely and lost today",
    "grey tears, lost friends",
    "a lost and grey day",
)
DRAW = Draw(
    1,
    Rows(
        Row(f"{label}-{i}", text, label, 10 * (label == "sad") + i)
        for label, texts in (("joy", JOY), ("sad", SAD))
        for i, text in enumerate(texts)
    ),
    Rows(),
)
TOKENS = st.lists(st.sampled_from("abc"), max_size=6)


def row(number: int, text: str, label: str, source: str) -> Candidate:
    return Candidate(
        id=f"c{number}",
        text=text,
        label=label,
        arm=Arm.GUIDED,
        draw=1,
        prompt_id="p",
        request_key="k",
        choice=0,
        template="counterfactual_turns@1",
        model="m",
        hints=(),
        exemplars=(),
        source=source,
    )


def harvest(*rows: Candidate) -> Harvest:
    counts = {"requests": 1, "responses": 1, "candidates": 3, "prompt_tokens": 1, "completion_tokens": 1}
    arm = Arm("guided+counterfactual")
    return Harvest(arm, 1, rows, (), {"joy": 3}, {}, **counts, cost=None, seconds=1.0)


def test_rows_are_measured_against_their_own_sources():
    valid = row(0, "so happy and glad TODAY", "joy", "sad-1")  # 2 of 5 tokens changed
    invalid = row(1, "a lost and grey evening", "joy", "sad-3")  # 1 of 5
    plain = row(2, "no source at all", "joy", "")
    edits = measure_edits(harvest(valid, invalid, plain), DRAW, ("joy", "sad"))
    assert (edits.arm, edits.draw, edits.rows) == ("guided+counterfactual", 1, 2)
    assert edits.validity == 0.5
    assert edits.proximity == pytest.approx((3 / 5 + 4 / 5) / 2)
    assert edits.sparsity == pytest.approx((2 / 5 + 1 / 5) / 2)


def test_an_arm_that_rewrites_nothing_has_no_edits():
    assert measure_edits(harvest(row(0, "so happy", "joy", "")), DRAW, ("joy", "sad")) is None


def test_words_put_in_cost_proximity_but_not_sparsity():
    assert measure_proximity(["a"], ["b", "a", "c", "d"]) == 0.25
    assert measure_sparsity(["a"], ["b", "a", "c", "d"]) == 0.0


def test_texts_without_tokens():
    assert (measure_proximity([], []), measure_sparsity([], ["a"])) == (1.0, 0.0)
    assert (measure_proximity(["a"], []), measure_sparsity(["a"], [])) == (0.0, 1.0)


@given(TOKENS, TOKENS)
def test_measures_stay_in_their_range_and_equal_texts_are_nearest(a, b):
    assert 0 <= measure_proximity(a, b) == measure_proximity(b, a) <= 1
    assert (measure_proximity(a, b) == 1) == (a == b)
    assert 0 <= measure_sparsity(a, b) <= 1
