"""Thin Prefect adapters round the stages: a name, a key, stored results, a logger."""
