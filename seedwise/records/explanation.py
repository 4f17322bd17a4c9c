"""What explanations tell of each class."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelScore:
    """Cross-validated macro-F1 of one candidate classifier on the seeds: in [0, 1]."""

    name: str
    mean_f1: float
    std_f1: float
    fold_f1: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which classifier is explained, by which rule, and how its rivals did (best mean first)."""

    chosen: str
    rule: str
    scores: tuple[ModelScore, ...]


@dataclass(frozen=True, slots=True)
class TokenScore:
    """How one token speaks for one class.

    Attributes
    ----------
    token : str
        As the explainer's vectoriser writes it.
    score : float
        What the ranking sorts by, descending; unit by method.
    shap : float
        Mean SHAP value (log-odds, or margin units) over the rows that hold the token; sign kept.
    tfidf_difference : float
        Mean tf-idf over rows of the class minus the mean over all other rows, in [-1, 1].
    stability : float
        Share of resamples in which the token is among the top ones, in [0, 1].
    support : int
        Seed rows of the class that hold the token.
    """

    token: str
    score: float
    shap: float
    tfidf_difference: float
    stability: float
    support: int


@dataclass(frozen=True, slots=True)
class Guide:
    """What the explanations tell the prompt about one class; every list is ranked, best first.

    ``placebo`` tokens are random seed words that match the guided tokens' frequency, ``other_class``
    tokens the guided ones of other classes. ``avoid`` tokens vote for other classes rather than for this
    one. ``exemplars`` are ids of seed rows of the class, the clearest first; ``diverse`` those of a few that
    are both clear and unlike one another.
    """

    label: str
    guided: tuple[TokenScore, ...]
    tfidf: tuple[TokenScore, ...]
    placebo: tuple[TokenScore, ...]
    exemplars: tuple[str, ...]
    other_class: tuple[TokenScore, ...] = ()
    avoid: tuple[TokenScore, ...] = ()
    diverse: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guides:
    """The guides of one draw, a guide a class, in the data set's label order."""

    draw: int
    explainer: str
    method: str
    guides: tuple[Guide, ...]

    def of_label(self, label: str) -> Guide:
        """Find the guide of a class; KeyError where there is none."""
        for guide in self.guides:
            if guide.label == label:
                return guide
        raise KeyError(label)
