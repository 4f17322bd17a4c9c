"""Language models: the port that the engine asks through, and its LiteLLM adapter.

The adapter, `seedwise.llm.lite`, is imported when it is needed: LiteLLM takes seconds to load.
"""

from seedwise.llm.ports import LLM, Reply, TransientError

__all__ = ["LLM", "Reply", "TransientError"]
