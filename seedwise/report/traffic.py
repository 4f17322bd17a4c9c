"""What was sent to the model, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from seedwise.arms import Arm
from seedwise.experiment import Experiment
from seedwise.records import Traffic


def traffic_sentences(experiment: Experiment) -> list[str]:
    """Say for every generated arm, over its draws, what was sent to grow its rows and what came of it."""
    arms: dict[Arm, list[Traffic]] = {}
    for harvest in experiment.harvests:
        arms.setdefault(harvest.arm, []).append(harvest.traffic)
    if not any(traffic.sent for parts in arms.values() for traffic in parts):
        return ["Nothing was sent: every answer came from the journal."] if arms else []
    return [f"{arm}: {_traffic_clause(parts)}." for arm, parts in arms.items()]


def _traffic_clause(parts: Sequence[Traffic]) -> str:
    sent = sum(traffic.sent for traffic in parts)
    if not sent:
        return "nothing was sent, every answer came from the journal"
    refused, set_aside = (sum(getattr(t, name) for t in parts) for name in ("refused", "set_aside"))
    failed: Counter[str] = sum((Counter(traffic.failed) for traffic in parts), Counter())
    faults = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in failed.most_common())
    clauses = [
        f"{sent:,} requests sent",
        f"{refused:,} refused (429), which cost {sum(t.paused for t in parts):.0f} s of waiting"
        if refused
        else "none refused",
        f"{failed.total():,} failed ({faults})" if faults else "none failed",
        f"{set_aside:,} set aside, never answered" if set_aside else "",
        _limit_clause(parts),
    ]
    return "; ".join(filter(None, clauses))


def _limit_clause(parts: Sequence[Traffic]) -> str:
    limits = [change.limit for traffic in parts for change in traffic.limits]
    if not limits:
        return ""
    top, low = max(limits), min(limits)
    return f"at most {top} at once" + (f", at times only {low}" if low < top else ", the bound never lowered")
