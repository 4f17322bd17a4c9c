"""Generation: prompts in, responses out, in whatever order they come; the journal is the truth."""

from seedwise.generate.engine import Engine, open_engine
from seedwise.generate.requests import Identity, identify, make_request, sampling_seed
from seedwise.generate.retry import RetryPolicy

__all__ = ["Engine", "Identity", "RetryPolicy", "identify", "make_request", "open_engine", "sampling_seed"]
