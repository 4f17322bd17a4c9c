"""How the exported rows were made, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seedwise.arms import Arm
from seedwise.export.grid import Grid
from seedwise.report.document import Document
from seedwise.report.numbers import fraction

_TOKENS = 10

_MADE: Mapping[Arm, str] = {
    Arm.NAIVE: "the prompt names the class and shows nothing",
    Arm.EXEMPLARS_ONLY: "the prompt shows seed rows of the class",
    Arm.KEYWORDS_ONLY: "the prompt shows words that speak for the class by SHAP",
    Arm.TFIDF_GUIDED: "as guided, but with words by TF-IDF difference instead of SHAP",
    Arm.GUIDED: "the prompt shows seed rows of the class, and words that speak for it by SHAP",
    Arm.PLACEBO: "as guided, but with random words that are as frequent: a control, not a product",
    Arm.OTHER_CLASS: "as guided, but with another class's words: a control, not a product",
}
"""What the prompts of each arm show."""

_LISTS: Mapping[Arm, str] = {
    Arm.KEYWORDS_ONLY: "guided",
    Arm.GUIDED: "guided",
    Arm.TFIDF_GUIDED: "tfidf",
    Arm.PLACEBO: "placebo",
    Arm.OTHER_CLASS: "other_class",
}
"""The list of a guide that each arm draws its words from."""


def tell_arms(arms: Sequence[str]) -> list[str]:
    """Say how each arm's prompts are made, with the options that are switched for it."""
    return [_tell(Arm(name)) for name in arms]


def guide_grid(document: Document, arms: Sequence[str]) -> Grid:
    """List the words that the prompts of each arm and class drew from in the first draw, best first."""
    guides = document["guides"][0]["guides"] if document["guides"] else []
    rows = [
        (arm, guide["label"], *_words(guide[_LISTS[Arm(arm).base]]))
        for arm in arms
        if Arm(arm).base in _LISTS
        for guide in guides
    ]
    return Grid(("arm", "class", "words", "stability over resamples"), rows)


def _tell(arm: Arm) -> str:
    options = [f"{option.value} {'on' if is_on else 'off'}" for option, is_on in arm.options.items()]
    return f"{arm}: {'; '.join(filter(None, (_MADE.get(arm.base, ''), ', '.join(options))))}"


def _words(tokens: Sequence[Document]) -> tuple[str, str | None]:
    best = tokens[:_TOKENS]
    stable = [token["stability"] for token in best]
    span = f"{fraction(min(stable))} to {fraction(max(stable))}" if stable else None
    return ", ".join(token["token"] for token in best), span
