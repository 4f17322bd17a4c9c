"""The coach of one arm and draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from seedwise.arms import Arm
from seedwise.classify.folds import split_folds
from seedwise.config import Classifier, ExperimentConfig
from seedwise.errors import DataError
from seedwise.explain import extract_guides
from seedwise.feedback.detector import Detection, detect
from seedwise.feedback.emphasis import ask_to_avoid, emphasise, show_hardest
from seedwise.feedback.validation import Validation, validate
from seedwise.grow import Advice, Review, count_rounds
from seedwise.identity import derive_seed
from seedwise.options import of_arm
from seedwise.records import Candidate, Dataset, Draw, Guides, Selection

LEAST_AVOIDED = 3
"""Words that a prompt is asked to do without at least, once a detector has found some."""

_NOTHING_DETECTED = Detection(None, {})


def open_coach(
    arm: Arm, draw: Draw, dataset: Dataset, guides: Guides, config: ExperimentConfig
) -> FeedbackCoach | None:
    """Make the coach of an arm; None for one that is grown in one round.

    Parameters
    ----------
    arm : Arm
        A generated arm; its own options are switched here.
    draw, dataset
        The seeds that are learnt from, and their classes. Test rows and pool are not looked at.
    guides : Guides
        The guides of the first round.
    config : ExperimentConfig
        Rounds, explanation, folds.

    Raises
    ------
    ConfigError, DataError
        Where a class has too few seeds for the folds, see `seedwise.classify.folds.split_folds`.
    """
    own = of_arm(config, arm)
    return FeedbackCoach(draw, dataset.labels, guides, own) if count_rounds(own) > 1 else None


class FeedbackCoach:
    """Turns out-of-fold errors into new guides, and the words of a detector into words to avoid.

    With ``refine.rounds`` above 1 the explained classifier is cross-validated after each round, on seeds
    with the rows so far. The guides of the next round come from the same explanations, in which the seeds
    that it still gets wrong weigh more, and its prompts show those seeds. Once a round gains less than
    ``refine.stop_gain`` a hundred rows, that ends: the guides stay, and rows are grown on, since arms are
    compared at equal sizes.

    With ``refine.undetect`` the words of a detector are to be avoided from the second round on. Where one
    round is asked for, two are grown, and nothing else changes.
    """

    def __init__(self, draw: Draw, labels: Sequence[str], guides: Guides, config: ExperimentConfig) -> None:
        self._draw, self._labels, self._config = draw, labels, config
        self._guides, self._is_learning = guides, config.refine.rounds > 1
        self._seed = derive_seed(config.seeds.root_seed, "feedback", draw.index)
        folds = split_folds(draw.seeds, labels, config.classify, self._seed) if self._is_learning else ()
        self._folds = tuple(folds)
        self._before = self._validate(()) if self._is_learning else None
        self._round = 0

    def review(self, accepted: Sequence[Candidate], *, is_last: bool) -> Review:
        """Learn from all rows kept so far; see `seedwise.grow.Coach`."""
        self._round += 1
        found = self._detect(accepted)
        if self._before is None or not self._is_learning:
            return Review(self._advise(found), detector_auc=found.auc)
        now = self._validate(accepted)
        gain, self._before = now.gain_over(self._before), now
        remark = "" if is_last else self._learn(now, gain)
        return Review(self._advise(found), now.macro_f1, gain, found.auc, now.confused, remark)

    def _validate(self, rows: Sequence[Candidate]) -> Validation:
        name = cast(Classifier, self._guides.explainer)
        return validate(name, self._draw.seeds, rows, self._labels, self._folds, self._seed)

    def _detect(self, rows: Sequence[Candidate]) -> Detection:
        if not self._config.refine.undetect:
            return _NOTHING_DETECTED
        seed = derive_seed(self._seed, "detector")
        return detect(self._draw.seeds, rows, self._labels, self._config.explain.top_tokens, seed)

    def _learn(self, now: Validation, gain: float | None) -> str:
        """Make the next guides, or say why they stay as they are."""
        least = self._config.refine.stop_gain
        if gain is not None and gain < least:
            self._is_learning = False
            return (
                f"Feedback stopped after round {self._round}: {gain:+.4f} macro-F1 a hundred rows is less "
                f"than stop_gain = {least:g}; the guides stay."
            )
        try:
            guides = self._explain(now)
        except DataError as exc:
            return f"The guides stay after round {self._round}: {exc.found}."
        least_shown = self._config.prompt.exemplars
        self._guides = show_hardest(guides, self._draw.seeds, now.errors, least_shown)
        return ""

    def _explain(self, now: Validation) -> Guides:
        # The seed of the first round: resamples and refits are the same ones, the weights alone differ.
        seed = derive_seed(self._config.seeds.root_seed, "explain", self._draw.index)
        selection = Selection(self._guides.explainer, "fixed", ())
        weights = emphasise(now.errors)
        return extract_guides(
            self._draw, self._labels, selection, self._config.explain, seed, emphasis=weights
        )

    def _advise(self, found: Detection) -> Advice:
        if not self._config.refine.undetect:
            return Advice(self._guides)
        guides = ask_to_avoid(self._guides, found.words, keeps_others=self._config.prompt.avoid > 0)
        return Advice(guides, LEAST_AVOIDED)
