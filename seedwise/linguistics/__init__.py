"""How the language of synthetic text differs from that of held-out real text."""

from seedwise.linguistics.by_text import TextTable, by_text
from seedwise.linguistics.claims import paper_claims
from seedwise.linguistics.contrast import examine
from seedwise.linguistics.describe import STAGE_VERSION, describe
from seedwise.linguistics.morphosyntax import check_tagger

__all__ = ["STAGE_VERSION", "TextTable", "by_text", "check_tagger", "describe", "examine", "paper_claims"]
