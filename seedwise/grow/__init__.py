"""Growing an arm: asking, screening and choosing until every class has its rows."""

from seedwise.grow.arm import grow
from seedwise.grow.goals import count_rounds
from seedwise.grow.growth import Growth, asks_classifier, style_of
from seedwise.grow.ports import Advice, Coach, Engine, RequestMaker, Review
from seedwise.grow.tally import PRIOR_ACCEPTANCE

STAGE_VERSION = 5
"""Raised when the same answers would give another harvest, or a harvest of another form."""

__all__ = [
    "PRIOR_ACCEPTANCE",
    "STAGE_VERSION",
    "Advice",
    "Coach",
    "Engine",
    "Growth",
    "RequestMaker",
    "Review",
    "asks_classifier",
    "count_rounds",
    "grow",
    "style_of",
]
