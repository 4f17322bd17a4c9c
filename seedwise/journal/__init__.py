"""The journal: every response ever paid for, committed before anything looks at it."""

from seedwise.journal.admission import Admission, Need, Terms
from seedwise.journal.batches import Job, Jobs, LapsedClaimError
from seedwise.journal.ledger import NO_CAPS, Caps, Spent
from seedwise.journal.pace import NO_PACE, Pace
from seedwise.journal.responses import Entry, summarise
from seedwise.journal.schema import SCHEMA_VERSION
from seedwise.journal.store import Failure, Journal

__all__ = [
    "NO_CAPS",
    "NO_PACE",
    "SCHEMA_VERSION",
    "Admission",
    "Caps",
    "Entry",
    "Failure",
    "Job",
    "Jobs",
    "Journal",
    "LapsedClaimError",
    "Need",
    "Pace",
    "Spent",
    "Terms",
    "summarise",
]
