"""The settings with which llama.cpp serves a model; the only file that imports xllamacpp."""

from __future__ import annotations

import hashlib
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xllamacpp

CONTEXT_TOKENS = 2048
"""Tokens that a prompt and its answer may have together."""

SETTINGS_VERSION = 1
"""Raised with every change to `serve` or to how servers and users meet: the old and new share no server."""

_ERRORS = 1


def serve(model: Path, slots: int) -> xllamacpp.Server:
    """Serve a GGUF file on a free port of the loopback interface, with one thread; RuntimeError if it fails.

    ``slots`` answers are written at once; each has `CONTEXT_TOKENS`.
    """
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.port = 0
    params.n_parallel = slots
    params.n_ctx = slots * CONTEXT_TOKENS
    # Two threads of one server spin while they wait for each other, and collapse on a busy machine.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    # With flash attention a token's logits depend on what it is batched with: the same seed then gives
    # another text. Small models run faster without it, too.
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    # A prompt of which all but one token is still known from an earlier request takes another kernel, whose
    # sums round differently: the text would depend on what the server was asked before.
    params.cache_prompt = False
    # Up to 8 GB of old prompts, which nobody would look up.
    params.cache_ram_mib = 0
    # Other users of the machine can reach the port: they shall not read the prompts.
    params.endpoint_slots = False
    params.ui = False
    params.warmup = False
    params.verbosity = _ERRORS
    return xllamacpp.Server(params)


def build_digest() -> str:
    """Identify the installed llama.cpp and how it is run (8 hex digits): other builds write other texts."""
    installed = distribution("xllamacpp")
    # The record holds the hashes of all files, and so tells a local build from a wheel of the same version.
    record = installed.read_text("RECORD") or installed.version
    return hashlib.sha256(f"{SETTINGS_VERSION} {CONTEXT_TOKENS} {record}".encode()).hexdigest()[:8]
