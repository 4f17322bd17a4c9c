"""What is lost and what stands in the way of taking rows home, in words."""

from __future__ import annotations

from collections.abc import Sequence

from seedwise.experiment import Experiment
from seedwise.linguistics import paper_claims
from seedwise.records import ALL, Audit, Check, Composite
from seedwise.report.audited import Audited
from seedwise.report.figures.canvas import shown
from seedwise.report.numbers import figure, listed, percent, plural, short
from seedwise.report.sentences import lead_arm

_NAMED = 3
_LISTED = 5


def loss_sentences(experiment: Experiment) -> list[str]:
    """Say of the headline's arm what its language lost, how it is told, and which gates it fails.

    The other arms' gates are counted. Empty where nothing was audited.
    """
    lead = lead_arm(experiment)
    own = next((audit for audit in experiment.audits if audit.name == lead), None)
    if own is None:
        return gate_sentences(experiment.audits)
    return [*lost_sentences(experiment, own), *gate_sentences(experiment.audits)]


def lost_sentences(audited: Audited, own: Audit) -> list[str]:
    """Say of one set of rows what its language lost, which of the paper's claims hold, and how it is told."""
    told = (_language_sentence(own), _claims_sentence(audited, own.name), _detector_sentence(own))
    return [sentence for sentence in told if sentence]


def gate_sentences(
    audits: Sequence[Audit], upshot: str = " and are not exported unless that is accepted"
) -> list[str]:
    """Say which exhibits pass every gate that could be measured, and what those that do not fail by.

    ``upshot`` says what becomes of rows that fail.
    """
    gated = [audit for audit in audits if any(check.bound is not None for check in audit.checks)]
    passing = [audit.name for audit in gated if not audit.failed and _is_measured(audit)]
    unknown = {c.measure: None for audit in gated for c in audit.checks if _is_unmeasured(c)}
    every = "Every gate that could be measured" if unknown else "Every gate"
    sentences = [_passing_sentence(every, passing, len(gated))] if passing else []
    sentences += [_failure_sentence(audit, upshot) for audit in gated if audit.failed]
    if unknown:
        named = [
            *list(unknown)[:_NAMED],
            *([f"{len(unknown) - _NAMED} more"] if len(unknown) > _NAMED else []),
        ]
        sentences.append(f"Not measurable, at least in part: {listed(named)}; the table of gates says why.")
    return sentences


def _is_measured(audit: Audit) -> bool:
    return any(check.passed is not None for check in audit.checks)


def _is_unmeasured(check: Check) -> bool:
    return check.bound is not None and check.passed is None


def _passing_sentence(every: str, passing: Sequence[str], gated: int) -> str:
    if len(passing) == gated > 1:
        return f"{every} is passed by the rows of all {gated} generated arms."
    named = listed(passing) if len(passing) <= _LISTED else f"{len(passing)} of {gated} generated arms"
    return f"{every} is passed by the rows of {named}."


def _language_sentence(audit: Audit) -> str:
    whole = next((c for c in audit.composites if c.label == ALL and c.value is not None), None)
    if whole is None:
        return ""
    return (
        f"What is lost: {audit.name} text lies outside what real text shows against real text in "
        f"{percent(whole.value)} of the measures (real text itself: about 5 %){_worst_clause(whole)}."
    )


def _claims_sentence(audited: Audited, name: str) -> str:
    """Say which of the paper's claims hold of an arm's rows, all classes together."""
    traits = [trait for trait in audited.linguistics.traits if (trait.arm, trait.label) == (name, ALL)]
    told = [f"{claim.claim}: {claim.verdict}" for claim in paper_claims(traits)]
    return f"The paper's claims about such text, of {name} rows: {'; '.join(told)}." if told else ""


def _worst_clause(whole: Composite) -> str:
    ranked = sorted(whole.families, key=lambda share: -share.outside)
    worst = [f"{share.family} {percent(share.outside)}" for share in ranked if share.outside > 0][:_NAMED]
    return f", most of all in {listed(worst)}" if worst else ""


def _detector_sentence(audit: Audit) -> str:
    found = [d for d in audit.detections if d.label == ALL and d.auc is not None]
    if not found:
        return ""
    best = max(found, key=lambda d: d.auc or 0.0)
    tokens = [g.token for g in audit.giveaways if g.label == ALL and g.features == "lexical" and g.weight > 0]
    told = f"; what gives it away first: {listed([f'“{shown(token)}”' for token in tokens[:_NAMED]])}"
    return (
        f"A detector tells {audit.name} rows from real ones with AUC {short(best.auc or 0.0)} by "
        f"{best.features} features (.5: it cannot){told if tokens else ''}."
    )


def _failure_sentence(audit: Audit, upshot: str) -> str:
    failed = _one_a_measure(audit.failed)
    parts = [_failure(check) for check in failed[:_NAMED]]
    more = (
        f"; {len(failed) - _NAMED} more measures stand in the table of gates" if len(failed) > _NAMED else ""
    )
    return f"{audit.name} rows fail {plural(len(audit.failed), 'gate')}{upshot}: {listed(parts)}{more}."


def _one_a_measure(failed: Sequence[Check]) -> list[Check]:
    """Keep one failure a measure: over all classes, else of its first class."""
    ranked = sorted(failed, key=lambda check: check.label != ALL)
    first: dict[tuple[str, str], Check] = {}
    for check in ranked:
        first.setdefault((check.subject, check.measure), check)
    return list(first.values())


def _failure(check: Check) -> str:
    where = "" if check.label == ALL else f" in {check.label}"
    return f"{check.measure}{where} ({figure(check.value)}, {check.relation} {figure(check.bound)})"
