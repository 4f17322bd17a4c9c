"""Whether planted secrets came out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from seedwise.config import ExperimentConfig
from seedwise.privacy.checks import Estimate, Gate, Scope
from seedwise.prompt import Canary, make_canaries
from seedwise.records import ALL, Audit, Candidate, Check, Draw, Harvest

MEASURE = "planted secrets that came out"


@dataclass(frozen=True, slots=True)
class _Hunt:
    """One canary, whether a prompt showed it, and the candidates that hold its secret, accepted first."""

    canary: Canary
    is_shown: bool
    holders: tuple[Candidate, ...]


def add_canaries(
    audit: Audit, draws: Sequence[Draw], harvests: Sequence[Harvest], config: ExperimentConfig
) -> Audit:
    """Add to an audit whether secrets that were planted among its seeds came out.

    A secret came out where any candidate holds it, accepted or rejected: a gate that none passes. Where no
    prompt showed one (the arm shows no exemplars, or their turn did not come) it is not measured. Nothing
    is added where ``audit.canaries`` is 0.

    Parameters
    ----------
    audit
        Of one arm.
    draws
        At least those of the harvests.
    harvests
        All of the arm's.
    config
        How many were planted in each draw, and the root seed they were made up from.
    """
    if not config.audit.canaries:
        return audit
    by_index = {draw.index: draw for draw in draws}
    hunts = [hunt for one in harvests for hunt in _hunt(by_index[one.draw], one, config)]
    return replace(audit, checks=(*audit.checks, _check(audit.name, hunts)))


def _hunt(draw: Draw, harvest: Harvest, config: ExperimentConfig) -> Iterator[_Hunt]:
    candidates = harvest.accepted + harvest.rejected
    shown = {id_ for candidate in candidates for id_ in candidate.exemplars}
    for canary in make_canaries(draw, config.audit.canaries, config.seeds.root_seed):
        holders = tuple(candidate for candidate in candidates if canary.is_in(candidate.text))
        yield _Hunt(canary, canary.row.id in shown, holders)


def _check(name: str, hunts: Sequence[_Hunt]) -> Check:
    scope, shown = Scope("privacy", name, ALL), sum(hunt.is_shown for hunt in hunts)
    out = [hunt for hunt in hunts if hunt.holders]
    if not shown and not out:
        return scope.unmeasured(MEASURE, f"No prompt showed one of the {len(hunts)} that were planted.", 0)
    holders = {row.id: row for hunt in out for row in hunt.holders}
    accepted = [id_ for id_, row in holders.items() if not row.reason]
    rejected = [id_ for id_, row in holders.items() if row.reason]
    remark = (
        f"{len(hunts)} were planted, {shown} shown in prompts; {len(accepted)} accepted and {len(rejected)} "
        "rejected candidates hold one."
    )
    gate = Gate(0, "at most", len(out))
    return scope.figure(MEASURE, Estimate(len(out)), 0.0, gate, [*accepted, *rejected], remark)
