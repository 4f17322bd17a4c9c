"""Words that prompts hinted at, taken out of generated rows."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from evaluate_corpus import LABELS, make_config, make_dataset, make_draws, make_harvest, make_rows
from hypothesis import given
from hypothesis import strategies as st

from seedwise.arms import Arm
from seedwise.evaluate.cells import plan_cells
from seedwise.evaluate.mask import mask_row, mask_words
from seedwise.evaluate.pairs import Pair, pair_arms
from seedwise.evaluate.supply import Shortage
from seedwise.evaluate.training import plan_training_sets, shortages
from seedwise.prompt.keywords import held_tokens

MASKED = Arm("guided+mask")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("So HAPPY, this #happy day @happy!", "So , this day !"),
        ("happily #sohappy unhappy happier", "happily #sohappy unhappy happier"),
        ("happy", ""),
        ("happy-go-lucky 3happy4", "-go-lucky 34"),
        ("نص happy عربي", "نص عربي"),
        ("no  change \x07 here", "no  change \x07 here"),
        ("", ""),
    ],
)
def test_whole_words_go_case_and_marks_aside(text: str, left: str) -> None:
    assert mask_words(text, ["happy"]) == left


def test_several_words_on_end_go_together_only() -> None:
    assert mask_words("good day, a good dog: Good-day", ["good day"]) == ", a good dog: -"


def test_a_hint_without_a_letter_matches_nothing() -> None:
    assert mask_words("3 days 3", ["3", "", "#"]) == "3 days 3"


def test_words_of_one_stem_go_where_stems_are_merged() -> None:
    text = "worries and Worrying, worry"
    assert mask_words(text, ["worried"]) == text
    assert mask_words(text, ["worried"], by_stem=True) == "and ,"


WORDS = st.text("abAB", min_size=1, max_size=2)


@given(st.lists(WORDS | st.sampled_from("#@ .,3_'"), max_size=30).map("".join), st.lists(WORDS, max_size=4))
def test_no_hint_that_a_prompt_would_find_is_left(text: str, hinted: list[str]) -> None:
    masked = mask_words(text, hinted)
    assert held_tokens(masked, hinted) == ()
    assert (masked == text) == (held_tokens(text, hinted) == ())


def hinting(arm=Arm.GUIDED, draw=0, rows=24, hints=("furious", "delighted", "tearful")):
    harvest = make_harvest(arm, draw, make_rows("g", rows, 3))
    return replace(harvest, accepted=tuple(replace(row, hints=hints) for row in harvest.accepted))


def plan(arms, harvest, added=(12, 24), **fields):
    dataset = make_dataset()
    return plan_training_sets(dataset, make_draws(dataset, 1), [harvest], make_config(arms, added, **fields))


def test_a_masked_arm_is_trained_on_the_same_seeds_and_the_same_rows_without_their_hints() -> None:
    harvest = hinting()
    sets = {(cell.arm, cell.added): cell for cell in plan([Arm.GUIDED, MASKED], harvest)}
    whole, masked = sets[Arm.GUIDED, 24], sets[MASKED, 24]
    assert masked.texts[:30] == whole.texts[:30]
    assert masked.labels == whole.labels
    assert list(masked.texts[30:]) == [
        mask_words(text, harvest.accepted[0].hints) for text in whole.texts[30:]
    ]
    assert any("furious" in text for text in whole.texts[30:])
    assert any("furious" in text for text in masked.texts[:30])  # seeds are left as they are
    assert masked.content_digest != whole.content_digest


def test_cells_of_a_masked_arm_have_keys_of_their_own_and_leave_the_others_theirs() -> None:
    dataset, harvest = make_dataset(), hinting()

    def keys(arms):
        cells = plan_cells(plan(arms, harvest), dataset, make_config(arms))
        return {(cell.training.arm, cell.training.added): cell.fit.key for cell in cells}

    before, after = keys([Arm.GUIDED]), keys([Arm.GUIDED, MASKED])
    assert before.items() <= after.items()
    assert {after[MASKED, 12], after[MASKED, 24]}.isdisjoint(before.values())


def test_the_words_of_each_arm_are_its_own() -> None:
    placebo = hinting(Arm.PLACEBO, hints=("dinner", "river"))
    cells = plan([Arm("placebo+mask")], placebo)
    added = cells[-1].texts[30:]
    assert not any(word in text.split() for text in added for word in ("dinner", "river"))
    assert any("furious" in text for text in added)


def test_a_row_of_hints_alone_is_left_out_and_not_made_up_for(caplog: pytest.LogCaptureFixture) -> None:
    harvest = hinting(rows=30)
    first = harvest.accepted[0]  # of class anger
    rows = (replace(first, text="furious! #Delighted"), *harvest.accepted[1:])
    harvest = replace(harvest, accepted=rows)
    with caplog.at_level(logging.WARNING):
        cells = plan([Arm.GUIDED, MASKED], harvest)
    by_cell = {(cell.arm, cell.added): cell for cell in cells}
    assert (by_cell[Arm.GUIDED, 12].n_added, by_cell[MASKED, 12].n_added) == (12, 11)
    assert "rows of draw 0 left out, since masking leaves no word of them: 1." in caplog.text
    dataset = make_dataset()
    missing = shortages(dataset, make_draws(dataset, 1), [harvest], make_config([MASKED]))
    assert missing == (
        Shortage(MASKED, 0, 12, "anger", asked=4, given=3),
        Shortage(MASKED, 0, 24, "anger", asked=8, given=7),
    )


def test_an_arm_whose_prompts_hint_at_nothing_says_that_nothing_is_masked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        cells = plan([Arm.NAIVE, Arm("naive+mask")], hinting(Arm.NAIVE, hints=()))
    digests = {cell.content_digest for cell in cells if cell.added == 24}
    assert len(digests) == 1
    assert "Arm naive+mask: no prompt of draw 0 hinted at a word" in caplog.text


def test_stems_are_masked_where_the_arm_merges_them() -> None:
    arm = Arm("guided+stems+mask")
    harvest = hinting(Arm("guided+stems"), hints=("delight",))
    masked = plan([arm], harvest)[-1]
    assert not any("delighted" in text for text in masked.texts[30:])
    plainly = plan([MASKED], hinting(hints=("delight",)))[-1]
    assert any("delighted" in text for text in plainly.texts[30:])


def test_a_masked_arm_meets_the_same_arm_whole_and_the_seeds() -> None:
    pairs = pair_arms([Arm.SEED_ONLY, Arm.GUIDED, MASKED, Arm.PLACEBO, Arm("placebo+mask")])
    assert {
        Pair(MASKED, Arm.SEED_ONLY),
        Pair(MASKED, Arm.GUIDED),
        Pair(MASKED, Arm("placebo+mask")),
        Pair(Arm("placebo+mask"), Arm.PLACEBO),
    } <= set(pairs)
    assert MASKED.rows is Arm.GUIDED
    assert Arm("synthetic_only+mask").rows is Arm.GUIDED


def test_a_masked_row_keeps_what_is_a_word_without_letters() -> None:
    row = hinting().accepted[0]
    assert mask_row(replace(row, text="furious 😡", hints=("furious",)), by_stem=False) == "😡"
    assert mask_row(replace(row, text="furious …!", hints=("furious",)), by_stem=False) == ""
    assert row.label in LABELS
