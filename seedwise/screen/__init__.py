"""Which generated rows are kept, with a reason for each that is not."""

from seedwise.screen.agreement import SeedClassifier
from seedwise.screen.judge import Screen
from seedwise.screen.parse import parse
from seedwise.screen.reason import Reason

STAGE_VERSION = 4
"""Raised when the same answers would be read or judged otherwise."""

__all__ = ["STAGE_VERSION", "Reason", "Screen", "SeedClassifier", "parse"]
