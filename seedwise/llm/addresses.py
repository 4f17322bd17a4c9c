"""Where a provider is reached, and what lies on this machine or with the provider itself."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

_OPENAI_URL = "https://api.openai.com/v1"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_DOMAINS = {"azure": ("azure.com",), "openai": ("openai.com",), "text-completion-openai": ("openai.com",)}


def host_of(url: str) -> str:
    """Name the host of a URL, in lower case; empty where it has none or is no URL."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_loopback(url: str) -> bool:
    """Tell whether a URL leads to this machine."""
    return host_of(url) in _LOOPBACK


def find_base_url(provider: str, base_url: str) -> str:
    """Find the address that is really asked: the setting, else the environment's; empty: the provider's own.

    As LiteLLM does, ``<PROVIDER>_BASE_URL`` goes before ``<PROVIDER>_API_BASE``; both names of OpenAI's
    provider read OpenAI's.
    """
    prefix = provider.removeprefix("text-completion-").upper().replace("-", "_")
    return base_url or os.environ.get(f"{prefix}_BASE_URL") or os.environ.get(f"{prefix}_API_BASE") or ""


def openai_base_url(base_url: str) -> str:
    """Complete `find_base_url` for OpenAI with its public address; without a slash at the end."""
    return (find_base_url("openai", base_url) or _OPENAI_URL).rstrip("/")


def is_own_server(provider: str, base_url: str) -> bool:
    """Tell whether an address is not the provider's, so that the provider's prices say nothing of it."""
    url = find_base_url(provider, base_url)
    host = host_of(url)
    return bool(url) and not any(
        host == domain or host.endswith(f".{domain}") for domain in _DOMAINS.get(provider, ())
    )
