"""How the language of synthetic text differs from that of held-out real text."""

from seedwise.linguistics.by_text import TextTable, by_text
from seedwise.linguistics.describe import STAGE_VERSION, describe

__all__ = ["STAGE_VERSION", "TextTable", "by_text", "describe"]
