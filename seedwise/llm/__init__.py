"""Language models: the port that the engine asks through, and the clients behind it.

The clients are imported when they are needed: LiteLLM takes seconds to load.
"""

from seedwise.llm.ports import LLM, Fault, Reply, TransientError

__all__ = ["LLM", "Fault", "Reply", "TransientError", "open_llm"]


def open_llm(model: str, base_url: str = "", *, timeout: float, is_free: bool = False) -> LLM:
    """Open a model by its LiteLLM model string, or an OpenAI-compatible server by its base URL.

    Parameters
    ----------
    model, base_url
        As in the settings ``llm`` and ``llm_base_url``.
    timeout
        Seconds after which a request is given up, all of its body included.
    is_free
        Whether requests cost nothing (a server on this machine); otherwise an unknown price is None.

    Raises
    ------
    LLMError
        Where no provider of the model is known, or its key is missing.
    """
    from seedwise.llm.lite import LiteLLM

    return LiteLLM(model, base_url, timeout=timeout, is_free=is_free)
