"""The verdict in words, by rule from the records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from seedwise.arms import Arm
from seedwise.data import tweeteval
from seedwise.experiment import Experiment
from seedwise.records import Comparison, Verdict
from seedwise.report import numbers
from seedwise.report.numbers import listed, p_clause, p_value, short, signed_interval, with_spread
from seedwise.report.tables import ArmRow, arm_rows

_FACED = (Arm.SEED_ONLY, Arm.NAIVE, Arm.PLACEBO, Arm.REAL)
"""What every generated arm is judged against in words, beside its own base."""

_NAMES: Mapping[Arm, str] = {
    Arm.SEED_ONLY: "the seeds alone",
    Arm.NAIVE: "naive rows",
    Arm.PLACEBO: "their placebo",
    Arm.REAL: "real rows",
}
_VERBS: Mapping[Verdict, str] = {
    "better": "are better than",
    "equivalent": "are equivalent to",
    "worse": "are worse than",
    "cannot tell": "cannot be told from",
}


def verdict_sentences(experiment: Experiment) -> list[str]:
    """Say for every generated arm and evaluation classifier what adding the most rows bought.

    Every word is the verdict of the record: corrected over all pairs and sizes under the classifier.
    """
    config = experiment.config.evaluate
    at_most = _at_most(experiment)
    return [
        _sentence(own, config.margin)
        for arm in config.generated
        for classifier in config.evaluators
        if (own := [c for c in at_most if c.arm is arm and c.classifier == classifier and _is_faced(c)])
    ]


def detectable_sentences(experiment: Experiment) -> list[str]:
    """Say for every classifier which differences of the arm in the headline this run could show.

    Arms that agree in every prediction have no spread to judge by, and are left out.
    """
    lead, at_most = lead_arm(experiment), _at_most(experiment)
    own = [c for c in at_most if c.arm is lead and c.baseline in _FACED and c.macro.detectable > 0]
    return [
        _detectable_sentence([c for c in own if c.classifier == classifier])
        for classifier in dict.fromkeys(c.classifier for c in own)
    ]


def headline(experiment: Experiment) -> str:
    """Say in one paragraph how guided rows do against the seeds, naive rows, their placebo and real rows."""
    lead = lead_arm(experiment)
    pairs = [c for c in _at_most(experiment) if c.arm is lead and c.baseline in _FACED]
    if lead is None or not pairs:
        return "This run has no guided arm to judge."
    clauses = [_clause(b, [c for c in pairs if c.baseline is b], experiment) for b in _FACED]
    told = "; ".join(clause for clause in clauses if clause)
    return (
        f"With {pairs[0].added} rows added to {experiment.config.seeds.seed_size} seeds "
        f"({_draws(pairs)}), {lead} rows {told}. {_limits(pairs)}{_yardstick(experiment)}"
    )


def verdict_markdown(experiment: Experiment) -> str:
    """Write the verdict as a Markdown page: headline, table, sentences, notes on the data."""
    table = [
        "| classifier | arm | added | verdict | macro-F1 | vs seed_only [95 %] | p (Holm) | draws |",
        "|---|---|--:|---|--:|--:|--:|--:|",
        *map(_markdown_row, arm_rows(experiment)),
    ]
    sentences = [f"- {sentence}" for sentence in verdict_sentences(experiment)]
    limits = [f"- {sentence}" for sentence in detectable_sentences(experiment)]
    notes = [f"- {note}" for note in experiment.dataset.notes]
    parts = [f"# {title(experiment)}", "", headline(experiment), "", *table, ""]
    for heading, lines in (
        ("Every generated arm", sentences),
        ("What this run could show", limits),
        ("Data", notes),
    ):
        parts += [f"## {heading}", "", *lines, ""] if lines else []
    return "\n".join(parts).rstrip()


def title(experiment: Experiment) -> str:
    """Name the data set, with what it stands in for, and the number of seeds."""
    dataset, config = experiment.dataset.name, experiment.config
    if config.data.dataset == "auto" and dataset != tweeteval.NAME:
        dataset = f"{dataset} (standing in for {tweeteval.NAME})"
    return f"{dataset}: {config.seeds.seed_size} seeds"


def _at_most(experiment: Experiment) -> list[Comparison]:
    most = max(experiment.config.evaluate.added)
    return [c for c in experiment.evaluation.comparisons if c.added == most]


def lead_arm(experiment: Experiment) -> Arm | None:
    """Find the arm of the headline: guided, else the first arm made from it that keeps the seeds."""
    generated = experiment.config.evaluate.generated
    return next((arm for arm in generated if arm.base is Arm.GUIDED and not arm.is_alone), None)


def _is_faced(found: Comparison) -> bool:
    return found.baseline in _FACED or found.baseline is found.arm.base


def _ranked(own: Iterable[Comparison]) -> list[Comparison]:
    """Put comparisons in the order in which an arm faces others, its own base last."""
    return sorted(own, key=lambda c: _FACED.index(c.baseline) if c.baseline in _FACED else len(_FACED))


def _sentence(own: Sequence[Comparison], margin: float) -> str:
    first = own[0]
    parts = "; ".join(_part(c, margin) for c in _ranked(own))
    return f"{first.arm}, {first.classifier}, {first.added} rows added, {_draws(own)}: {parts}."


def _part(found: Comparison, margin: float) -> str:
    effect = found.macro
    words = {
        "better": f"better than {found.baseline}",
        "equivalent": f"equivalent to {found.baseline}, within ±{numbers.margin(margin)}",
        "worse": f"worse than {found.baseline}",
        "cannot tell": f"cannot be told from {found.baseline}",
    }
    interval = signed_interval(effect.difference, effect.ci_low, effect.ci_high)
    unseen = f"; a true difference below {short(effect.detectable)} may well go unseen"
    return (
        f"{words[effect.verdict]} ({interval}, Holm {p_clause(effect.p_holm)}"
        f"{unseen if effect.verdict == 'cannot tell' else ''})"
    )


def _detectable_sentence(own: Sequence[Comparison]) -> str:
    parts = [f"{short(c.macro.detectable)} between {c.arm} and {c.baseline}" for c in _ranked(own)]
    return f"{own[0].classifier}: with {_draws(own)} this run can show a difference of {listed(parts)}."


def _limits(pairs: Sequence[Comparison]) -> str:
    """Say what the run could show of the difference to the placebo, else to whatever there is."""
    shown = [c for c in pairs if c.baseline is Arm.PLACEBO] or pairs
    values = sorted(short(c.macro.detectable) for c in shown if c.macro.detectable > 0)
    if not values:
        return "Its predictions do not vary enough to say what this run could show."
    baselines = listed(list(dict.fromkeys(c.baseline.value for c in shown)))
    span = f"{values[0]} macro-F1" if values[0] == values[-1] else f"{values[0]} to {values[-1]} macro-F1"
    single = (
        " With one draw the intervals cover the noise of the test rows only, not that of the seeds."
        if max(c.draws for c in pairs) == 1
        else ""
    )
    return (
        f"This run can show a difference between {shown[0].arm} and {baselines} of {span} "
        f"(80 % power); "
        f"“cannot be told” is not “equal”.{single}"
    )


def _yardstick(experiment: Experiment) -> str:
    """Say so where not even real rows are shown to help: then nothing is told of what others are worth."""
    real = [c for c in _at_most(experiment) if (c.arm, c.baseline) == (Arm.REAL, Arm.SEED_ONLY)]
    if not real or any(found.macro.verdict == "better" for found in real):
        return ""
    return (
        f" Not even {real[0].added} real rows are shown to help here: this run is too small to tell what "
        "added rows are worth."
    )


def _clause(baseline: Arm, own: Sequence[Comparison], experiment: Experiment) -> str:
    """Group the classifiers by verdict."""
    by_word: dict[Verdict, list[str]] = {}
    for found in own:
        by_word.setdefault(found.macro.verdict, []).append(found.classifier)
    within = f" (within ±{numbers.margin(experiment.config.evaluate.margin)})"
    clauses = [
        f"{_VERBS[word]} {_NAMES[baseline]}{within if word == 'equivalent' else ''} {_under(names, own)}"
        for word, names in by_word.items()
    ]
    return " but ".join(clauses)


def _under(names: Sequence[str], own: Sequence[Comparison]) -> str:
    if len(names) == len(own) > 1:
        return f"under all {len(own)} classifiers"
    return f"under {listed(names)}"


def _draws(found: Iterable[Comparison]) -> str:
    counts = sorted({c.draws for c in found})
    span = f"{counts[0]} to {counts[-1]} draws"
    return numbers.plural(counts[0], "draw") if len(counts) == 1 else span


def _markdown_row(row: ArmRow) -> str:
    summary = row.summary
    cells = (
        summary.classifier,
        summary.arm.value,
        str(summary.added),
        row.word,
        with_spread(summary.macro_f1, summary.macro_f1_sd),
        signed_interval(summary.difference, summary.ci_low, summary.ci_high),
        p_value(row.effect.p_holm if row.effect else None),
        str(summary.draws),
    )
    return f"| {' | '.join(cells)} |"
