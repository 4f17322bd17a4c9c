"""Version of the evaluation."""

STAGE_VERSION = 1
"""Raised when the code of this room changes its results."""
