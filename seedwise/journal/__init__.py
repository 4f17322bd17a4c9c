"""The journal: every response ever paid for, committed before anything looks at it."""

from seedwise.journal.admission import Admission, Need, Terms
from seedwise.journal.batches import Job, Jobs, LapsedClaimError
from seedwise.journal.contents import Contents, sum_up
from seedwise.journal.export import export_responses
from seedwise.journal.history import History, prompt_size, read_history
from seedwise.journal.ledger import NO_CAPS, NOTHING_SPENT, Caps, Spent
from seedwise.journal.pace import NO_PACE, Pace
from seedwise.journal.pruning import Bulk, prune, weigh
from seedwise.journal.responses import Entry, summarise
from seedwise.journal.reuse import Change, Reason, Reuse, explain_reuse
from seedwise.journal.schema import SCHEMA_VERSION
from seedwise.journal.spool import encode
from seedwise.journal.store import Failure, Journal
from seedwise.journal.which import Which, parse_moment

__all__ = [
    "NOTHING_SPENT",
    "NO_CAPS",
    "NO_PACE",
    "SCHEMA_VERSION",
    "Admission",
    "Bulk",
    "Caps",
    "Change",
    "Contents",
    "Entry",
    "Failure",
    "History",
    "Job",
    "Jobs",
    "Journal",
    "LapsedClaimError",
    "Need",
    "Pace",
    "Reason",
    "Reuse",
    "Spent",
    "Terms",
    "Which",
    "encode",
    "explain_reuse",
    "export_responses",
    "parse_moment",
    "prompt_size",
    "prune",
    "read_history",
    "sum_up",
    "summarise",
    "weigh",
]
