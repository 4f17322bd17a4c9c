from __future__ import annotations

from dataclasses import replace

import pytest
from feedback_samples import LABELS, draw_of, grown, seeds_of

from seedwise.arms import Arm
from seedwise.config import ClassifyConfig, ExperimentConfig, ExplainConfig, PromptConfig, RefineConfig
from seedwise.explain import extract_guides
from seedwise.feedback import open_coach, tell_round
from seedwise.feedback.coach import FeedbackCoach
from seedwise.feedback.emphasis import ask_to_avoid, emphasise, show_hardest
from seedwise.identity import derive_seed
from seedwise.records import (
    Confusion,
    Dataset,
    Guide,
    Guides,
    RoundNote,
    Row,
    Rows,
    Selection,
    TokenScore,
)

LIES = Rows(
    [
        Row("lie-0", "furious outrage rude train gathering", "joy", 9000),
        Row("lie-1", "angry rude furious harbour gathering", "joy", 9001),
    ]
)
SEEDS = seeds_of() + LIES
DRAW = draw_of(SEEDS)
DATASET = Dataset("made", LABELS, SEEDS, Rows(), "", "")
GROWN = [grown(i, f"lovely honestly walk number {i}", "joy") for i in range(6)] + [
    grown(10 + i, f"furious honestly queue number {i}", "anger") for i in range(6)
]


def config_of(prompt: PromptConfig | None = None, **refine) -> ExperimentConfig:
    return ExperimentConfig(
        classify=ClassifyConfig(cv_folds=3, cv_repeats=1),
        explain=ExplainConfig(resamples=2, top_tokens=5),
        prompt=prompt or PromptConfig(exemplars=2),
        refine=RefineConfig(**refine),
    )


def guides_by(config: ExperimentConfig, **weights) -> Guides:
    seed = derive_seed(config.seeds.root_seed, "explain", 0)
    selection = Selection("logistic_regression", "fixed", ())
    return extract_guides(DRAW, LABELS, selection, config.explain, seed, **weights)


def coach_of(config: ExperimentConfig, arm: Arm = Arm.GUIDED) -> FeedbackCoach:
    coach = open_coach(arm, DRAW, DATASET, guides_by(config), config)
    assert coach is not None
    return coach


def score_of(token: str) -> TokenScore:
    return TokenScore(token, 1.0, 1.0, 0.1, 1.0, 2)


class TestOpening:
    def test_one_round_needs_no_coach(self):
        config = config_of()
        assert open_coach(Arm.GUIDED, DRAW, DATASET, guides_by(config), config) is None

    @pytest.mark.parametrize("arm", ["guided+feedback", "guided+undetect"])
    def test_an_arm_opens_one_by_its_own_options(self, arm):
        config = config_of()
        assert open_coach(Arm(arm), DRAW, DATASET, guides_by(config), config) is not None


class TestFeedback:
    def test_the_next_guides_dwell_on_the_seeds_that_were_taken_for_others(self):
        config = config_of(rounds=2, stop_gain=-1.0)
        review = coach_of(config).review(GROWN, is_last=False)
        emphasised = guides_by(config, emphasis={"lie-0": 2.0, "lie-1": 2.0})
        assert [guide.guided for guide in review.advice.guides.guides] == [
            guide.guided for guide in emphasised.guides
        ]
        assert emphasised != guides_by(config)
        assert review.advice.guides.of_label("joy").exemplars == ("lie-0", "lie-1")
        assert review.confused == (Confusion("joy", "anger", pytest.approx(2 / 14)),)
        assert review.advice.avoid == 0
        assert review.detector_auc is None

    def test_a_round_that_gains_too_little_ends_the_explaining_and_not_the_measuring_of_it(self):
        config = config_of(rounds=3, stop_gain=1.0)
        coach = coach_of(config)
        first, second = coach.review(GROWN, is_last=False), coach.review(GROWN, is_last=True)
        assert first.advice.guides == guides_by(config)
        assert first.gain is not None
        assert first.remark.startswith(f"Feedback stopped after round 1: {first.gain:+.4f} macro-F1")
        assert (second.macro_f1, second.gain, second.remark) == (None, None, "")
        assert second.advice.guides == guides_by(config)

    def test_the_last_round_is_measured_and_decides_nothing(self):
        review = coach_of(config_of(rounds=2, stop_gain=1.0)).review(GROWN, is_last=True)
        assert review.macro_f1 is not None
        assert review.gain is not None
        assert review.remark == ""

    def test_the_gain_is_against_the_round_before(self):
        coach = coach_of(config_of(rounds=3, stop_gain=-1.0))
        first = coach.review(GROWN, is_last=False)
        more = [*GROWN, grown(50, "lovely picnic", "joy")]
        second = coach.review(more, is_last=False)
        assert second.gain == pytest.approx(100 * (second.macro_f1 - first.macro_f1))

    def test_without_new_rows_there_is_no_gain_and_no_end(self):
        review = coach_of(config_of(rounds=2, stop_gain=1.0)).review([], is_last=False)
        assert review.gain is None
        assert "stopped" not in review.remark

    def test_guides_that_cannot_be_had_leave_the_old_ones(self):
        config = config_of(rounds=2, stop_gain=-1.0)
        coach = coach_of(config)
        coach._config = config.model_copy(
            update={"explain": config.explain.model_copy(update={"min_support": 50})}
        )
        review = coach.review(GROWN, is_last=False)
        assert review.remark.startswith("The guides stay after round 1: no word that")
        assert review.advice.guides == guides_by(config)

    def test_the_same_rows_teach_the_same(self):
        config = config_of(rounds=2)
        assert coach_of(config).review(GROWN, is_last=False) == coach_of(config).review(GROWN, is_last=False)


class TestDetection:
    def test_giveaway_words_are_avoided_and_the_guides_stay(self):
        config = config_of(undetect=True)
        review = coach_of(config).review(GROWN, is_last=False)
        assert review.advice.avoid == 3
        for guide, first in zip(review.advice.guides.guides, guides_by(config).guides, strict=True):
            assert guide.avoid[0].token == "honestly"
            assert replace(guide, avoid=()) == replace(first, avoid=())
        assert (review.macro_f1, review.gain) == (None, None)
        assert review.detector_auc is not None
        assert review.detector_auc > 0.9

    def test_with_feedback_both_are_done(self):
        config = config_of(rounds=2, undetect=True, stop_gain=-1.0)
        review = coach_of(config).review(GROWN, is_last=False)
        assert review.macro_f1 is not None
        joy = review.advice.guides.of_label("joy")
        assert (joy.avoid[0].token, joy.exemplars) == ("honestly", ("lie-0", "lie-1"))

    def test_words_against_the_class_are_avoided_too_only_where_that_is_on(self):
        guides = Guides(0, "x", "signed", (Guide("joy", (), (), (), (), (), tuple(map(score_of, "ab"))),))
        words = {"joy": (score_of("b"), score_of("c"))}
        both = ask_to_avoid(guides, words, keeps_others=True).of_label("joy").avoid
        assert [score.token for score in both] == ["b", "c", "a"]
        alone = ask_to_avoid(guides, words, keeps_others=False).of_label("joy").avoid
        assert [score.token for score in alone] == ["b", "c"]


class TestEmphasis:
    GUIDES = Guides(0, "x", "signed", (Guide("joy", (), (), (), ("joy-0", "joy-1", "joy-2", "joy-3")),))

    def exemplars(self, errors: dict[str, int], least: int, seeds: Rows = SEEDS) -> tuple[str, ...]:
        return show_hardest(self.GUIDES, seeds, errors, least).of_label("joy").exemplars

    def test_a_seed_weighs_one_more_for_each_error(self):
        assert emphasise({"a": 1, "b": 2}) == {"a": 2.0, "b": 3.0}

    def test_the_hardest_are_shown_filled_up_with_the_clearest(self):
        assert self.exemplars({"joy-1": 1, "joy-3": 2}, least=2) == ("joy-3", "joy-1")
        assert self.exemplars({"joy-1": 1, "joy-3": 2}, least=3) == ("joy-3", "joy-1", "joy-0")

    def test_without_a_hard_one_all_are_shown_as_before(self):
        assert self.exemplars({}, least=2) == ("joy-0", "joy-1", "joy-2", "joy-3")
        assert self.exemplars({"anger-1": 2}, least=2) == ("joy-0", "joy-1", "joy-2", "joy-3")

    def test_rows_whose_copies_have_another_label_are_not_hard_but_wrong(self):
        group = next(row.group for row in SEEDS if row.id == "joy-3")
        twin = Rows([Row("twin", "lovely", "anger", group)])
        assert self.exemplars({"joy-1": 1, "joy-3": 2}, 1, SEEDS + twin) == ("joy-1",)


def test_a_round_in_words():
    note = RoundNote(
        1, 50, 9, 900, 100, 0.5, 0.412, -0.01, 0.87, (Confusion("joy", "anger", 0.25),), "Stopped."
    )
    assert tell_round(note) == (
        "round 2: 50 rows kept of 9 requests (1,000 tokens, $0.5000); macro-F1 on the seeds, "
        "cross-validated, 0.412 (-0.0100 a hundred rows); most taken wrongly: joy for anger (25%); told from "
        "seeds with an AUC of 0.87; Stopped."
    )
    assert tell_round(RoundNote(0, 1, 2, 3, 4, None)) == "round 1: 1 rows kept of 2 requests (7 tokens)"
