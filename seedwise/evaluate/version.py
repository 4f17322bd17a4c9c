"""Version of the evaluation."""

STAGE_VERSION = 3
"""Raised when the code of this room changes its results."""
