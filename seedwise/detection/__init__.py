"""How well synthetic rows are told from real ones, and by what."""

from seedwise.detection.examine import examine

__all__ = ["examine"]
