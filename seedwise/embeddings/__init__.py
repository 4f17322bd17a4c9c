"""Sentence embeddings by MiniLM, on this machine, from installed files (the extra ``embeddings``)."""

from seedwise.embeddings.embed import embed_texts, fill_store
from seedwise.embeddings.files import check_installed
from seedwise.embeddings.store import VectorStore

__all__ = ["VectorStore", "check_installed", "embed_texts", "fill_store"]
