"""What the language model is asked: one small strategy an arm, rendered as chat or as lines."""

from seedwise.prompt.canaries import Canary, make_canaries, plant_canaries, show_canaries
from seedwise.prompt.strategy import Strategy, Style, make_strategy

STAGE_VERSION = 2
"""Raised when the same inputs would give other prompts."""

__all__ = [
    "STAGE_VERSION",
    "Canary",
    "Strategy",
    "Style",
    "make_canaries",
    "make_strategy",
    "plant_canaries",
    "show_canaries",
]
