"""Table of what comes with each generated arm's rows."""

from __future__ import annotations

from collections.abc import Sequence

from seedwise.records import ALL, Audit
from seedwise.report.audited import Audited
from seedwise.report.nearer import nearer_share
from seedwise.report.numbers import UNDEFINED, percent, short
from seedwise.report.tables.sheet import Column, Judged, Sheet


def loss_sheets(audited: Audited) -> tuple[Sheet, ...]:
    """Lay out language, detection, validity, nearness and gates, an arm a line."""
    rows = tuple(_cells(audit) for audit in audited.audits)
    columns = (
        Column("arm", "arm"),
        Column("language outside the floor"),
        Column("detector AUC"),
        Column("judged as intended"),
        Column("nearer to seeds"),
        Column("gates", "text"),
    )
    note = (
        "Language: the composite, about 5 % for real text. Detector: the best of its features, .5 where it "
        "cannot tell. Judged: by a classifier of real rows. Nearer to seeds than to as many unseen real "
        "rows: 50 % is chance."
    )
    return (Sheet("What comes with the rows", columns, rows, note),) if rows else ()


def gates_word(audit: Audit) -> Judged | str:
    """Say how many gates an exhibit passes."""
    known = [check for check in audit.checks if check.passed is not None]
    if not known:
        return UNDEFINED
    failed = len(audit.failed)
    word = "failed" if failed else "passed"
    return Judged(f"{failed} of {len(known)}" if failed else f"all {len(known)}", word)


def _cells(audit: Audit) -> tuple[str | Judged, ...]:
    composite = next((c.value for c in audit.composites if c.label == ALL), None)
    return (
        audit.name,
        percent(composite),
        _best_auc(audit),
        _share([opinion.agrees for opinion in audit.opinions]),
        percent(nearer_share(audit)),
        gates_word(audit),
    )


def _best_auc(audit: Audit) -> str:
    found = [d.auc for d in audit.detections if d.label == ALL and d.auc is not None]
    return short(max(found)) if found else UNDEFINED


def _share(values: Sequence[float]) -> str:
    return percent(sum(values) / len(values)) if values else UNDEFINED
