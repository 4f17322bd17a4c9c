"""All that is held against a set of synthetic rows before anybody takes it home."""

from seedwise.audit.examine import STAGE_VERSION, examine

__all__ = ["STAGE_VERSION", "examine"]
