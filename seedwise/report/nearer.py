"""The share of rows that are nearer to a seed, as an audit's gate reads it."""

from __future__ import annotations

from seedwise.privacy import NEARER
from seedwise.records import ALL, Audit


def nearer_share(audit: Audit) -> float | None:
    """Find the share over all classes; None where it was not measured."""
    found = (check.value for check in audit.checks if (check.measure, check.label) == (NEARER, ALL))
    return next(found, None)
