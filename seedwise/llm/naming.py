"""Model strings, taken apart without LiteLLM where their form tells enough."""

from __future__ import annotations

import re
from dataclasses import dataclass

from seedwise.llm.addresses import is_loopback

_OPENAI = frozenset({"openai", "text-completion-openai"})
_OPENAIS_MODELS = re.compile(r"(^|/)(gpt-\d|chatgpt|codex|computer-use|o\d)")


@dataclass(frozen=True, slots=True)
class Named:
    """LiteLLM's provider of a model, and the model's name with it."""

    provider: str
    name: str

    @property
    def speaks_openai(self) -> bool:
        """Whether it is asked in OpenAI's language, by OpenAI or by a server at some base URL."""
        return self.provider in _OPENAI

    @property
    def is_openais_model(self) -> bool:
        """Whether the name is one that OpenAI gives, which a gateway may serve just as well."""
        return _OPENAIS_MODELS.search(self.name) is not None


def read_name(model: str, base_url: str) -> Named | None:
    """Take a model string apart; None where only LiteLLM can tell what it means.

    ``openai/…`` at a base URL means what it says, and so does a bare name at an address of this machine.
    A bare name elsewhere may belong to a provider whose address LiteLLM knows, with a key of its own.
    """
    provider, slash, name = model.partition("/")
    if slash and provider in _OPENAI and base_url:
        return Named(provider, name)
    if not slash and is_loopback(base_url):
        return Named("openai", model)
    return None
