"""Texts as numbers."""

from seedwise.features.lexical import LexicalTable, lexical_table
from seedwise.features.sampling import pick_texts, share_evenly, texts_by_class
from seedwise.features.space import Space, embedding_space
from seedwise.features.style import StyleTable, style_table

__all__ = [
    "LexicalTable",
    "Space",
    "StyleTable",
    "embedding_space",
    "lexical_table",
    "pick_texts",
    "share_evenly",
    "style_table",
    "texts_by_class",
]
