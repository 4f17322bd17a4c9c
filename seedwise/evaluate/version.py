"""Version of the evaluation."""

STAGE_VERSION = 2
"""Raised when the code of this room changes its results."""
