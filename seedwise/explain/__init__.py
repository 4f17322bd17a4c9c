"""Guides: what a classifier's own explanations tell the prompt about each class."""

from seedwise.explain.guides import extract_guides

STAGE_VERSION = 3
"""Raised whenever the same seeds, selection and settings would give other guides or another form."""

__all__ = ["STAGE_VERSION", "extract_guides"]
