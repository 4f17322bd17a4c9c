"""How far synthetic text lies from held-out real text, in numbers that take a set as a whole."""

from seedwise.distances.examine import examine

__all__ = ["examine"]
