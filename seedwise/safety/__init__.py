"""What synthetic rows should not say, and whether they mean their label."""

from seedwise.safety.examine import STAGE_VERSION, examine

__all__ = ["STAGE_VERSION", "examine"]
