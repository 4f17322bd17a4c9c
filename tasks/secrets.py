"""Providers' keys that lie in Prefect Secret blocks."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

import httpx
from prefect.blocks.system import Secret

from seedwise.config import GenerationConfig, RunConfig
from seedwise.errors import ConfigError

_SECRET_NAME = re.compile(r"^[A-Z][A-Z0-9_]*(KEY|KEY_ID|TOKEN|SECRET|CREDENTIALS)$")


def provide_key(generation: GenerationConfig, run: RunConfig) -> None:
    """Put the key that ``key_block`` names where the model's client looks for it: this process's environment.

    A block holds a key, which goes to the variable of the model's provider (``openai/…``:
    ``OPENAI_API_KEY``), or a JSON object of variables, for providers that want other or more ones. Neither
    becomes a parameter or a result; messages are rid of all that stands in such variables.

    Raises
    ------
    ConfigError
        Where the block is missing, cannot be read or holds something else.
    """
    if run.key_block:
        os.environ.update(_read_variables(_load(run.key_block), generation.llm, run.key_block))


def _load(name: str) -> Any:
    try:
        block = Secret.load(name)
    except ValueError as exc:  # Prefect's words for a block that is not there
        raise _unusable(name, "is not there") from exc
    except httpx.HTTPError as exc:
        raise _unusable(name, f"cannot be read from Prefect's server ({type(exc).__name__})") from exc
    assert isinstance(block, Secret)  # nothing is awaited in a task's own thread
    return block.get()


def _read_variables(value: Any, llm: str, block: str) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {_key_variable(llm): str(value)}
    odd = [name for name in value if not _SECRET_NAME.match(str(name))]
    if odd or not value:
        raise _unusable(block, "holds an object with names that no key has" if odd else "is empty")
    return {str(name): str(secret) for name, secret in value.items()}


def _key_variable(llm: str) -> str:
    provider, slash, _ = llm.partition("/")
    name = provider.removeprefix("text-completion-") if slash else "openai"
    return f"{name.upper().replace('-', '_')}_API_KEY"


def _unusable(block: str, why: str) -> ConfigError:
    return ConfigError(
        found=f"the Prefect Secret block {block!r} {why}",
        expected="a Secret block that holds the provider's key, or a JSON object such as "
        '{"AWS_ACCESS_KEY_ID": "…", "AWS_SECRET_ACCESS_KEY": "…"}',
        remedy=f"make the block {block!r} on Prefect's page Blocks, or leave --key-block out and put the key "
        "into the environment",
    )
