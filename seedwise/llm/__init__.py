"""Language models: the port that the engine asks through, the clients behind it, and what they cost.

The clients are imported when a model is opened: they, and LiteLLM above all, take time to load.
"""

from seedwise.llm.batches import BatchLLM
from seedwise.llm.ports import LLM, Fault, Reply, TransientError
from seedwise.llm.prices import FREE, Price, cost_of, find_price

__all__ = [
    "FREE",
    "LLM",
    "BatchLLM",
    "Fault",
    "Price",
    "Reply",
    "TransientError",
    "cost_of",
    "find_price",
    "open_batch_llm",
    "open_llm",
]


def open_llm(model: str, base_url: str = "", *, timeout: float, is_free: bool = False) -> LLM:
    """Open a model; see `seedwise.llm.opening.open_llm`."""
    from seedwise.llm.opening import open_llm as open_any

    return open_any(model, base_url, timeout=timeout, is_free=is_free)


def open_batch_llm(model: str, base_url: str = "", *, timeout: float, price: Price | None) -> BatchLLM:
    """Open a model to be asked by batch; see `seedwise.llm.opening.open_batch_llm`."""
    from seedwise.llm.opening import open_batch_llm as open_any

    return open_any(model, base_url, timeout=timeout, price=price)
