"""Classical text classifiers, compared on the seeds alone."""

from seedwise.classify.encode import encode_labels
from seedwise.classify.evaluators import build_evaluator, check_evaluators
from seedwise.classify.models import build_classifier
from seedwise.classify.select import select_classifier
from seedwise.classify.stored import TextClassifier, dump_model, load_model

STAGE_VERSION = 2
"""Raised whenever the same seeds and settings would give another selection."""

__all__ = [
    "STAGE_VERSION",
    "TextClassifier",
    "build_classifier",
    "build_evaluator",
    "check_evaluators",
    "dump_model",
    "encode_labels",
    "load_model",
    "select_classifier",
]
