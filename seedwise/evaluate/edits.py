"""The quality of rows that were rewritten from seeds of other classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean

from seedwise.classify import build_evaluator, encode_labels
from seedwise.records import Candidate, Draw, Edits, Harvest, Rows
from seedwise.textual import words


def measure_edits(harvest: Harvest, draw: Draw, labels: Sequence[str]) -> Edits | None:
    """Measure whether rewritten rows changed class, and how little else.

    The criteria are those of counterfactual explanations (Crupi et al., CEILS, 2021, arXiv 2106.07754),
    carried over from features to tokens. Validity is out of sample, for no row is a seed; it is the
    judgement of a weak classifier (class-balanced linear SVM on characters), so compare arms, and
    read it beside that classifier's accuracy. Where rows were screened for agreement with such a
    classifier it is high by construction.

    Parameters
    ----------
    harvest : Harvest
        The accepted rows; those without a source are passed over.
    draw : Draw
        The draw of that harvest: its seeds are the sources, and train the classifier.
    labels : sequence of str
        All classes.

    Returns
    -------
    Edits or None
        None where no accepted row has a source.
    """
    edited = [row for row in harvest.accepted if row.source]
    if not edited:
        return None
    sources = {row.id: _tokens(row.text) for row in draw.seeds}
    pairs = [(sources[row.source], _tokens(row.text)) for row in edited]
    return Edits(
        arm=harvest.arm,
        draw=harvest.draw,
        rows=len(edited),
        validity=_share_valid(edited, draw.seeds, labels),
        proximity=fmean(measure_proximity(*pair) for pair in pairs),
        sparsity=fmean(measure_sparsity(*pair) for pair in pairs),
    )


def measure_proximity(source: Sequence[str], text: Sequence[str]) -> float:
    """Subtract from 1 the edit distance (Levenshtein 1966) of two token lists over the longer's length.

    Two empty lists are equal, hence 1.

    Examples
    --------
    >>> measure_proximity(["so", "sad", "today"], ["so", "glad", "today", "!"])
    0.5
    """
    longer = max(len(source), len(text))
    return 1 - _edit_distance(source, text) / longer if longer else 1.0


def measure_sparsity(source: Sequence[str], text: Sequence[str]) -> float:
    """Measure the share of the source's tokens that the text lacks; 0 for a source without tokens.

    Examples
    --------
    >>> measure_sparsity(["so", "so", "sad", "today"], ["today", "so", "glad"])
    0.5
    """
    return (Counter(source) - Counter(text)).total() / len(source) if source else 0.0


def _edit_distance(a: Sequence[str], b: Sequence[str]) -> int:
    above = list(range(len(b) + 1))
    for row, left in enumerate(a, start=1):
        current = [row]
        for column, right in enumerate(b, start=1):
            change = above[column - 1] + (left != right)
            current.append(min(change, above[column] + 1, current[-1] + 1))
        above = current
    return above[-1]


def _share_valid(rows: Sequence[Candidate], seeds: Rows, labels: Sequence[str]) -> float:
    judge = build_evaluator("char_svm", seed=0).fit(seeds.texts, encode_labels(seeds.labels, labels))
    intended = encode_labels([row.label for row in rows], labels)
    return float((judge.predict([row.text for row in rows]) == intended).mean())


def _tokens(text: str) -> list[str]:
    return words(text.casefold())
