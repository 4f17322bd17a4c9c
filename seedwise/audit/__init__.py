"""All that is held against a set of synthetic rows before anybody takes it home."""

from seedwise.audit.assess import Assessment, assess
from seedwise.audit.examine import STAGE_VERSION, examine
from seedwise.audit.extras import extras_in_use
from seedwise.audit.foreign import Layout, Sources, lay_out
from seedwise.audit.numbers import main_numbers

__all__ = [
    "STAGE_VERSION",
    "Assessment",
    "Layout",
    "Sources",
    "assess",
    "examine",
    "extras_in_use",
    "lay_out",
    "main_numbers",
]
