"""Texts as numbers: words, habits, embeddings."""
