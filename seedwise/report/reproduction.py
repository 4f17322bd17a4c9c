"""The paper's findings beside those of an experiment that is set up like the paper's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Literal

from seedwise.arms import Arm
from seedwise.data import tweeteval
from seedwise.experiment import Experiment
from seedwise.records import Comparison, Effect
from seedwise.report.numbers import p_clause, signed_interval, with_spread
from seedwise.report.tables.sheet import Column, Sheet

CLASSIFIER = "xgboost"
"""The classifier whose results the paper reports."""

Voice = Literal["paper says", "here", "our reading of"]

_NOT_MEASURED = "not measured in this run"


@dataclass(frozen=True, slots=True)
class ReproductionLine:
    """One statement about one ``claim``; ``subject`` is the size, arm or term that it is about."""

    claim: str
    voice: Voice
    subject: str
    text: str


def is_reproduction(experiment: Experiment) -> bool:
    """Tell whether data, split and classifier are the paper's, as we read it."""
    config = experiment.config
    return (
        experiment.dataset.name == tweeteval.NAME
        and config.data.split == "pooled"
        and all(selection.chosen == CLASSIFIER for selection in experiment.selections)
        and CLASSIFIER in config.evaluate.evaluators
    )


def reproduction_lines(experiment: Experiment) -> tuple[ReproductionLine, ...]:
    """Set the paper's findings (arXiv 2511.16132) beside ours; empty where the setting is another.

    Only its abstract and second-hand summaries could be read: what they leave open is marked as our
    reading, and no setting is called the paper's that they do not give.
    """
    if not is_reproduction(experiment):
        return ()
    claims = (_level, _match_with_real, _naive, _optimism, _anger)
    return tuple(line for claim in claims for line in claim(experiment))


def reproduction_sheets(experiment: Experiment) -> tuple[Sheet, ...]:
    """Lay the lines out, claim by claim."""
    lines = reproduction_lines(experiment)
    columns = (
        Column("claim", "prose"),
        Column("who", "text"),
        Column("of", "text"),
        Column("what", "prose"),
    )
    rows = tuple((line.claim, line.voice, line.subject, line.text) for line in lines)
    return (Sheet("Claim by claim", columns, rows),) if rows else ()


def _level(experiment: Experiment) -> Iterator[ReproductionLine]:
    claim = "level of guided"
    yield ReproductionLine(claim, "paper says", "1,000 … 2,000 samples", "F1 of .48 to .53")
    for added in experiment.config.evaluate.added:
        for arm in (Arm.GUIDED, Arm.REAL):
            yield ReproductionLine(claim, "here", _size(experiment, added), _measured(experiment, arm, added))
    yield ReproductionLine(claim, "our reading of", "F1", "macro-F1")
    yield ReproductionLine(
        claim, "our reading of", "samples", "seeds and added rows together; sizes here are given as both"
    )
    yield ReproductionLine(
        claim, "our reading of", "the data", "all of TweetEval's emotion rows together, split anew"
    )


def _match_with_real(experiment: Experiment) -> Iterator[ReproductionLine]:
    claim = "guided does as well as real rows"
    yield ReproductionLine(claim, "paper says", "guided", "equal to real expansion")
    yield from _here(experiment, claim, Arm.GUIDED, Arm.REAL)
    margin = f"{experiment.config.evaluate.margin:g}"
    yield ReproductionLine(
        claim, "our reading of", "equal", f"equivalent: two one-sided tests within ±{margin} macro-F1"
    )


def _naive(experiment: Experiment) -> Iterator[ReproductionLine]:
    claim = "naive rows do harm"
    yield ReproductionLine(claim, "paper says", "naive", "significantly worse, and degrades the model")
    yield from _here(experiment, claim, Arm.GUIDED, Arm.NAIVE)
    yield from _here(experiment, claim, Arm.NAIVE, Arm.REAL)
    yield from _here(experiment, claim, Arm.NAIVE, Arm.SEED_ONLY)
    yield ReproductionLine(claim, "our reading of", "worse", "than guided and real rows")
    yield ReproductionLine(claim, "our reading of", "degrades", "below the seeds alone")


def _optimism(experiment: Experiment) -> Iterator[ReproductionLine]:
    claim = "optimism gains most"
    yield ReproductionLine(
        claim, "paper says", "optimism", "gains most; there guided beats both real expansion and naive"
    )
    gains = _find(experiment, Arm.GUIDED, Arm.SEED_ONLY)
    for found in gains:
        most = max(found.per_class, key=lambda label: found.per_class[label].difference)
        text = f"guided gains most over seed_only in {most}: {_effect(found.per_class[most])}"
        yield ReproductionLine(claim, "here", _size(experiment, found.added), text)
    if not gains:
        yield ReproductionLine(claim, "here", "guided", _NOT_MEASURED)
    for baseline in (Arm.REAL, Arm.NAIVE):
        yield from _here(experiment, claim, Arm.GUIDED, baseline, label="optimism")


def _anger(experiment: Experiment) -> Iterator[ReproductionLine]:
    claim = "anger hardly moves"
    yield ReproductionLine(claim, "paper says", "anger", "hardly moves under any arm")
    for arm in (Arm.REAL, Arm.NAIVE, Arm.GUIDED):
        yield from _here(experiment, claim, arm, Arm.SEED_ONLY, label="anger")
    margin = f"{experiment.config.evaluate.class_margin:g}"
    yield ReproductionLine(
        claim, "our reading of", "hardly", f"equivalent to seed_only within ±{margin} of anger's F1"
    )


def _here(
    experiment: Experiment, claim: str, arm: Arm, baseline: Arm, label: str = ""
) -> Iterator[ReproductionLine]:
    """Give a difference at every size, in macro-F1 or in one class."""
    found = [c for c in _find(experiment, arm, baseline) if not label or label in c.per_class]
    pair = f"{arm} against {baseline}" + (f", {label}" if label else "")
    for comparison in found:
        effect = comparison.per_class[label] if label else comparison.macro
        yield ReproductionLine(
            claim, "here", _size(experiment, comparison.added), f"{pair}: {_effect(effect)}"
        )
    if not found:
        yield ReproductionLine(claim, "here", "every size", f"{pair}: {_NOT_MEASURED}")


def _find(experiment: Experiment, arm: Arm, baseline: Arm) -> Sequence[Comparison]:
    wanted = (arm, baseline, CLASSIFIER)
    return [c for c in experiment.evaluation.comparisons if (c.arm, c.baseline, c.classifier) == wanted]


def _effect(effect: Effect) -> str:
    interval = signed_interval(effect.difference, effect.ci_low, effect.ci_high)
    return f"{interval}, Holm {p_clause(effect.p_holm)}: {effect.verdict}"


def _size(experiment: Experiment, added: int) -> str:
    seeds = experiment.config.seeds.seed_size
    return f"{seeds:,} seeds + {added:,} = {seeds + added:,}"


def _measured(experiment: Experiment, arm: Arm, added: int) -> str:
    wanted = (arm, CLASSIFIER, added)
    f1 = [s.macro_f1 for s in experiment.evaluation.scores if (s.arm, s.classifier, s.added) == wanted]
    if not f1:
        return f"{arm}: {_NOT_MEASURED}"
    return f"{arm}: macro-F1 {with_spread(fmean(f1), stdev(f1) if len(f1) > 1 else None)}"
