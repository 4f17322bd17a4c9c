"""Learning from grown rows what the next ones should be like."""

from seedwise.feedback.coach import open_coach
from seedwise.feedback.words import tell_round

STAGE_VERSION = 1
"""Raised when the same rows would teach something else."""

__all__ = ["STAGE_VERSION", "open_coach", "tell_round"]
