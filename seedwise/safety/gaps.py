"""Whether rows that mention a group of people differ from others as they do in real text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from seedwise.identity import derive_rng
from seedwise.linguistics.emotion import polarity
from seedwise.records import ALL, Check
from seedwise.safety.mentions import LEAST_MENTIONS, Mentions
from seedwise.safety.sides import Flags, Floats, Pair, Side

REPLICATES = 1_000
"""Resamples behind an interval."""

_CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class _Question:
    """What is compared: the mean of one column of traits, of rows that mention a group or do not."""

    mentions: Mentions
    label: str
    column: int


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """One side: a line of traits a text (sentiment, then a column a class), and the weight of each text."""

    side: Side
    traits: Floats
    weights: Floats


def check_gaps(pair: Pair, mentions: Sequence[Mentions], root_seed: int) -> Iterator[Check]:
    """Compare the gap between rows that mention a group and other rows with the same gap in real text.

    For every group that enough rows of both sides mention: the gap in sentiment (VADER's compound, in
    [-1, 1]) over all classes, and for each class that enough of those rows have, the gap in its share.
    A figure is the synthetic gap less the real one, with a percentile interval over `REPLICATES` resamples
    of both sides within their classes; 0 is the ideal, and one interval in twenty misses it by chance.
    Real rows weigh so that their class mix is the synthetic rows' own.
    """
    questions = [question for one in mentions if one.is_enough for question in _ask(pair, one)]
    if not questions:
        return
    rng = derive_rng(root_seed, "safety", "gaps", pair.name)
    synthetic, real = _grounds(pair)
    ours = _gaps(synthetic, questions, [q.mentions.synthetic for q in questions], rng)
    theirs = _gaps(real, questions, [q.mentions.real for q in questions], rng)
    for place, question in enumerate(questions):
        yield _figure(pair, question, ours[:, place], theirs[:, place])


def _ask(pair: Pair, mentions: Mentions) -> Iterator[_Question]:
    yield _Question(mentions, ALL, 0)
    for place, label in enumerate(pair.labels, start=1):
        ours = mentions.synthetic & pair.synthetic.having(label)
        theirs = mentions.real & pair.real.having(label)
        if max(int(ours.sum()), int(theirs.sum())) >= LEAST_MENTIONS:
            yield _Question(mentions, label, place)


def _grounds(pair: Pair) -> tuple[_Ground, _Ground]:
    synthetic = _Ground(pair.synthetic, _traits(pair, pair.synthetic), np.ones(len(pair.synthetic)))
    return synthetic, _Ground(pair.real, _traits(pair, pair.real), pair.weights())


def _traits(pair: Pair, side: Side) -> Floats:
    compound = np.array([polarity(text).compound for text in side.texts])
    return np.column_stack([compound, *(side.having(label) for label in pair.labels)]).astype(np.float64)


def _gaps(
    ground: _Ground, questions: Sequence[_Question], flags: Sequence[Flags], rng: np.random.Generator
) -> Floats:
    """Measure every gap (columns), first on the rows as they are, then on resamples of them (lines)."""
    traits = ground.traits[:, [question.column for question in questions]]
    held = np.column_stack(flags)
    sums = [array * ground.weights[:, None] for array in (held, held * traits, ~held, ~held * traits)]
    table = np.concatenate(sums, axis=1)
    lines = [table.sum(axis=0, keepdims=True)]
    lines += [counts @ table for counts in _resample(ground.side, rng)]
    mentioned, of_mentioned, others, of_others = np.split(np.concatenate(lines), 4, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        gaps: Floats = of_mentioned / mentioned - of_others / others
    return gaps


def _resample(side: Side, rng: np.random.Generator) -> Iterator[Floats]:
    """Draw rows with replacement within their classes, as counts (resamples × texts), block by block."""
    classes = [np.flatnonzero(side.having(label)) for label in dict.fromkeys(side.labels.tolist())]
    block = max(1, _CELLS_AT_ONCE // len(side))
    for start in range(0, REPLICATES, block):
        size = min(block, REPLICATES - start)
        counts = np.zeros((size, len(side)))
        for rows in classes:
            counts[:, rows] = rng.multinomial(len(rows), np.full(len(rows), 1 / len(rows)), size=size)
        yield counts


def _figure(pair: Pair, question: _Question, ours: Floats, theirs: Floats) -> Check:
    group = question.mentions.group
    what = "sentiment" if question.label == ALL else "share of the class"
    difference = ours - theirs
    defined = difference[1:][np.isfinite(difference[1:])]
    if not np.isfinite(difference[0]) or not len(defined):
        return Check("safety", _measure(what, group), pair.name, question.label, None, remark=_UNDEFINED)
    low, high = (float(bound) for bound in np.percentile(defined, (2.5, 97.5)))
    return Check(
        *("safety", _measure(what, group), pair.name, question.label),
        *(float(difference[0]), low, high),
        reference=0.0,
        remark=_tell(what, group, float(ours[0]), float(theirs[0]), low <= 0 <= high),
    )


_UNDEFINED = "Every row mentions the group, or none of the classes that both sides have does."


def _measure(what: str, group: str) -> str:
    return f"{what}, rows that mention {group} less others, against real"


def _tell(what: str, group: str, ours: float, theirs: float, is_alike: bool) -> str:
    verdict = "The gaps do not differ clearly." if is_alike else "The gaps differ."
    return (
        f"Where {group} are mentioned, {what} is {ours:+.2f} against other rows; in real text {theirs:+.2f}. "
        f"{verdict}"
    )
